/** Keys and the clipboard, for as long as the editor has the focus. */

import { useReactFlow } from "@xyflow/react";
import { useEffect, useRef, type RefObject } from "react";
import { unjoined } from "../model/editing";
import { stepOf } from "../model/sources";
import type { Point } from "../model/types";
import { useEditor } from "./context";
import type { Editor } from "./editor";
import { addMenu, joinMenu, stepMenu } from "./menus";
import { seeAll } from "./seeAll";
import { CHANGES, commandOf, type Command } from "./shortcuts";

const NEAR = 10;
const FAR = 60;

interface Desk {
  host: Element;
  desk: RefObject<HTMLDivElement | null>;
  board: RefObject<HTMLDivElement | null>;
  search: RefObject<HTMLInputElement | null>;
  place: (source?: string) => Point;
  within: (at: Point) => Point;
  wires: ReadonlySet<string>;
  setWires: (wires: ReadonlySet<string>) => void;
  full: boolean;
  setFull: (full: boolean) => void;
}

export function useKeys(given: Desk): void {
  const editor = useEditor();
  const flow = useReactFlow();
  const pointer = useRef<Point | null>(null);
  const desk = useRef(given);
  desk.current = given;

  useEffect(() => {
    const { host } = desk.current;
    const ours = (event: Event): boolean => event.composedPath().includes(host);
    const onKey = (event: KeyboardEvent): void => {
      if (!ours(event)) return;
      const plain = !event.ctrlKey && !event.metaKey && event.key.length === 1;
      if (isTyping(event) || busy(editor)) {
        // Streamlit takes single letters for its own shortcuts, as it does not see into us.
        if (plain) keepFromPage(event, isTyping(event));
        return;
      }
      if (event.type === "keydown") {
        const command = commandOf(event);
        const blocked = command !== null && CHANGES.has(command) && editor.state.readOnly;
        if (command && !blocked && act(command, event, editor, flow, desk.current)) {
          event.preventDefault();
          event.stopPropagation();
          return;
        }
      }
      if (plain) event.stopPropagation();
    };
    const onMove = (event: PointerEvent): void => {
      pointer.current = ours(event) ? { x: event.clientX, y: event.clientY } : null;
    };
    const onCopy = (event: ClipboardEvent): void => {
      if (!ours(event) || isTyping(event)) return;
      const text = editor.copied();
      if (!text) return;
      event.clipboardData?.setData("text/plain", text);
      event.preventDefault();
      if (event.type === "cut") editor.remove();
      else editor.toast("copied");
    };
    const onPaste = (event: ClipboardEvent): void => {
      if (!ours(event) || isTyping(event) || editor.state.readOnly) return;
      event.preventDefault();
      const at = pointer.current ? flow.screenToFlowPosition(pointer.current) : null;
      editor.paste(event.clipboardData?.getData("text/plain") ?? "", at);
    };
    const listeners: [string, (event: never) => void][] = [
      ["keydown", onKey],
      ["keyup", onKey],
      ["pointermove", onMove],
      ["copy", onCopy],
      ["cut", onCopy],
      ["paste", onPaste],
    ];
    for (const [name, listener] of listeners) {
      window.addEventListener(name, listener as EventListener, true);
    }
    return () => {
      for (const [name, listener] of listeners) {
        window.removeEventListener(name, listener as EventListener, true);
      }
    };
  }, [editor, flow]);
}

function isTyping(event: Event): boolean {
  const inner = event.composedPath()[0];
  return inner instanceof Element && inner.matches("input, textarea, select");
}

/** Whether a menu or the help has the keys. */
const busy = (editor: Editor): boolean => editor.state.menu !== null || editor.state.help;

/** Letters that are typed must reach the field, but not the page around it. */
function keepFromPage(event: KeyboardEvent, typing: boolean): void {
  if (!typing) event.stopPropagation();
}

type Flow = ReturnType<typeof useReactFlow>;

/** Do what a key asks for; whether it was for us. */
function act(command: Command, event: KeyboardEvent, editor: Editor, flow: Flow, desk: Desk): boolean {
  const focused = focusedNode(event);
  const inCanvas = event.composedPath().includes(desk.board.current as EventTarget);
  const chosen = editor.state.chosen.filter((key) => !key.includes(":"));
  const current = focused ?? (chosen.length === 1 ? chosen[0] : undefined);
  const step = current && !current.includes(":") ? current : undefined;
  if (!inCanvas && !["undo", "redo", "help", "search"].includes(command)) return false;
  const far = event.shiftKey ? FAR : NEAR;
  switch (command) {
    case "undo":
      editor.undo();
      return true;
    case "redo":
      editor.redo();
      return true;
    case "duplicate":
      editor.duplicate();
      return true;
    case "all":
      editor.choose(editor.doc.steps.map((one) => one.id));
      return true;
    case "delete":
      remove(editor, desk, focused);
      return true;
    case "escape":
      if (desk.full) desk.setFull(false);
      editor.choose([]);
      desk.setWires(new Set());
      desk.board.current?.focus({ preventScroll: true });
      return true;
    case "search":
      desk.search.current?.focus();
      return true;
    case "help":
      editor.store.set({ help: true });
      return true;
    case "note":
      editor.addNote(desk.place());
      return true;
    case "group":
      editor.group();
      return true;
    case "arrange":
      editor.arrange();
      return true;
    case "fit":
      seeAll(flow);
      return true;
    case "in":
      void flow.zoomIn();
      return true;
    case "out":
      void flow.zoomOut();
      return true;
    case "left":
      return move(editor, focused, -far, 0);
    case "right":
      return move(editor, focused, far, 0);
    case "up":
      return move(editor, focused, 0, -far);
    case "down":
      return move(editor, focused, 0, far);
    case "next":
    case "previous":
      go(editor, flow, desk, current, command === "next" ? 1 : -1);
      return true;
    case "choose":
      if (!focused) return false;
      choose(editor, focused, event.shiftKey);
      return true;
    default:
      return onStep(command, step, editor, flow, desk);
  }
}

/** What needs a step: to add after it, to join it, its name, its menu. */
function onStep(command: Command, step: string | undefined, editor: Editor, flow: Flow, desk: Desk): boolean {
  const at = anchor(step, desk);
  if (command === "add") {
    const source = step ? editor.state.wiring.sourcesFrom(step)[0] : undefined;
    addMenu(editor, at, (from) => {
      setTimeout(() => focusNew(editor, flow, desk), 60);
      return desk.place(from);
    }, source);
    return true;
  }
  if (!step) {
    editor.refuse("choose_step");
    return true;
  }
  if (command === "join") joinMenu(editor, at, step);
  if (command === "menu") {
    editor.choose([step]);
    stepMenu(editor, at, step);
  }
  if (command === "rename") editor.store.set({ renaming: step });
  return true;
}

function move(editor: Editor, focused: string | undefined, across: number, down: number): boolean {
  if (editor.state.chosen.length === 0 && focused) editor.choose([focused]);
  if (editor.state.chosen.length === 0) return false;
  editor.nudge(across, down);
  return true;
}

function choose(editor: Editor, key: string, more: boolean): void {
  const { chosen } = editor.state;
  if (!more) editor.choose([key]);
  else editor.choose(chosen.includes(key) ? chosen.filter((one) => one !== key) : [...chosen, key]);
}

/** Take away the chosen wires and nodes, or what has the focus. */
function remove(editor: Editor, desk: Desk, focused: string | undefined): void {
  let doc = editor.doc;
  for (const step of doc.steps) {
    for (const id of desk.wires) {
      const [source, target] = [id.slice(0, id.indexOf(">")), id.slice(id.indexOf(">") + 1)];
      const [owner, input] = [stepOf(target), target.slice(stepOf(target).length + 1)];
      if (owner === step.id) doc = unjoined(doc, owner, input, source);
    }
  }
  editor.commit(doc);
  desk.setWires(new Set());
  if (editor.state.chosen.length > 0) editor.remove();
  else if (focused) editor.remove([focused]);
  desk.board.current?.focus({ preventScroll: true });
}

function focusedNode(event: Event): string | undefined {
  const inner = event.composedPath()[0];
  const node = inner instanceof Element ? inner.closest<HTMLElement>(".react-flow__node") : null;
  return node?.dataset.id;
}

/** Where a menu of a step opens, within the editor. */
function anchor(step: string | undefined, desk: Desk): Point {
  const board = desk.board.current;
  const node = step ? board?.querySelector(`[data-step="${step}"]`) : null;
  const box = (node ?? board)?.getBoundingClientRect();
  if (!box) return { x: 40, y: 40 };
  const at = node
    ? { x: box.right + 12, y: box.top }
    : { x: box.left + box.width / 2 - 145, y: box.top + 80 };
  return desk.within(at);
}

/** Go to the next step in reading order, and show it. */
function go(editor: Editor, flow: Flow, desk: Desk, current: string | undefined, by: 1 | -1): void {
  const ids = editor.doc.steps
    .map((step) => step.id)
    .toSorted((one, other) => order(editor, one) - order(editor, other));
  const here = current ? ids.indexOf(current) : by > 0 ? -1 : ids.length;
  const id = ids[Math.max(0, Math.min(ids.length - 1, here + by))];
  if (!id) return;
  editor.choose([id]);
  show(editor, flow, id);
  setTimeout(() => focusStep(desk, id), 60);
}

const order = (editor: Editor, id: string): number => {
  const at = editor.doc.layout[id];
  return at ? at.x * 4 + at.y : 0;
};

function show(editor: Editor, flow: Flow, id: string): void {
  const at = editor.doc.layout[id];
  if (at) void flow.setCenter(at.x + 118, at.y + 60, { zoom: Math.max(flow.getZoom(), 0.7) });
}

function focusStep(desk: Desk, id: string): void {
  desk.board.current
    ?.querySelector<HTMLElement>(`.react-flow__node[data-id="${id}"]`)
    ?.focus({ preventScroll: true });
}

function focusNew(editor: Editor, flow: Flow, desk: Desk): void {
  const id = editor.state.chosen[0];
  if (!id) return;
  const node = desk.board.current?.querySelector(`[data-step="${id}"]`);
  const frame = desk.board.current?.getBoundingClientRect();
  const box = node?.getBoundingClientRect();
  if (!box || !frame || box.right > frame.right || box.bottom > frame.bottom) show(editor, flow, id);
  setTimeout(() => focusStep(desk, id), 60);
}
