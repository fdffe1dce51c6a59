/** The editor: palette, canvas, and what lies over them. */

import { ReactFlowProvider, useReactFlow, useStoreApi } from "@xyflow/react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { stepOf } from "../model/sources";
import type { EditorData, Point, Speaker } from "../model/types";
import { Icon } from "../parts/Icon";
import { Canvas } from "./Canvas";
import { EditorContext, useEditor, useEditorState, useSay } from "./context";
import { Editor } from "./editor";
import { Help } from "./Help";
import { MenuBox } from "./MenuBox";
import { Palette } from "./Palette";
import { StepList } from "./StepList";
import { Toolbar } from "./Toolbar";
import { WIDTH } from "./sizes";
import { useKeys } from "./useKeys";

const NARROW_PX = 720;
const NARROW_HEIGHT_PX = 340;
const TOAST_MS = 4000;
const GAP = 72;

interface Props {
  data: EditorData;
  speaker: Speaker;
  host: Element;
}

export function EditorApp({ data, speaker, host }: Props) {
  const [editor] = useState(() => new Editor(speaker));
  editor.speaker = speaker;
  useLayoutEffect(() => editor.take(data), [data, editor]);
  useEffect(() => () => editor.stop(), [editor]);
  useEffect(() => {
    window.addEventListener("pagehide", editor.flush);
    return () => window.removeEventListener("pagehide", editor.flush);
  }, [editor]);
  return (
    <EditorContext.Provider value={editor}>
      <ReactFlowProvider>
        <Desk host={host} height_px={data.height_px} />
      </ReactFlowProvider>
    </EditorContext.Provider>
  );
}

function Desk({ host, height_px }: { host: Element; height_px: number }) {
  const editor = useEditor();
  const say = useSay();
  const desk = useRef<HTMLDivElement>(null);
  const board = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const [full, setFull] = useState(false);
  const [wires, setWires] = useState<ReadonlySet<string>>(new Set());
  const narrow = useNarrow(desk);
  const menu = useEditorState((state) => state.menu);
  const help = useEditorState((state) => state.help);
  const count = useEditorState((state) => state.doc.steps.length);
  const readOnly = useEditorState((state) => state.readOnly);
  const hasDrawing = useEditorState((state) => state.opened > 0);

  const within = useCallback(({ x, y }: Point): Point => {
    const frame = desk.current?.getBoundingClientRect();
    return { x: x - (frame?.left ?? 0), y: y - (frame?.top ?? 0) };
  }, []);
  const place = usePlace();
  const back = useCallback(() => board.current?.focus({ preventScroll: true }), []);
  const addKind = useCallback(
    (name: string) => {
      const chosen = editor.state.chosen.filter((key) => !key.includes(":"));
      const source = chosen.length === 1 && chosen[0] ? bestSource(editor, chosen[0], name) : undefined;
      editor.add(name, place(source), source);
    },
    [editor, place],
  );
  useKeys({ host, desk, board, search, place, within, wires, setWires, full, setFull });

  return (
    <div
      ref={desk}
      className={`flow editor ${full ? "full" : ""} ${narrow ? "narrow" : ""}`}
      data-ready={hasDrawing}
      onPointerLeave={editor.flush}
      onBlur={editor.flush}
    >
      <div className="desk" style={full ? undefined : { height: narrow ? Math.min(height_px, NARROW_HEIGHT_PX) : height_px }}>
        {readOnly ? null : <Palette search={search} addKind={addKind} />}
        <div
          ref={board}
          className="canvas"
          tabIndex={-1}
          onPointerDown={(event) => {
            const typing = (event.target as Element).closest("input, textarea, select, button");
            if (!typing) board.current?.focus({ preventScroll: true });
          }}
        >
          <Canvas place={place} within={within} wires={wires} chooseWires={setWires} />
          {hasDrawing && count === 0 ? <EmptyCanvas /> : null}
          <Toolbar full={full} setFull={setFull} addNote={() => editor.addNote(place())} />
        </div>
      </div>
      {narrow ? <StepList /> : null}
      <Toast />
      {menu ? <MenuBox menu={menu} back={back} /> : null}
      {help ? <Help back={back} /> : null}
      <span className="unseen" aria-live="polite">
        {say("steps_count", { n: count })}
      </span>
    </div>
  );
}

function EmptyCanvas() {
  const say = useSay();
  return (
    <div className="empty">
      <Icon name="account_tree" />
      <b>{say("empty")}</b>
      <span>{say("empty_hint")}</span>
    </div>
  );
}

function Toast() {
  const editor = useEditor();
  const toast = useEditorState((state) => state.toast);
  useEffect(() => {
    if (!toast) return undefined;
    const timer = setTimeout(() => editor.store.set({ toast: null }), TOAST_MS);
    return () => clearTimeout(timer);
  }, [toast, editor]);
  return (
    <div className="toasts" role="status">
      {toast ? <div className="toast">{toast.text}</div> : null}
    </div>
  );
}

/** The output of a step that a kind could take, if there is one. */
function bestSource(editor: Editor, id: string, name: string): string | undefined {
  return editor.state.wiring
    .sourcesFrom(id)
    .find((source) => editor.kindsFor(source).some((kind) => kind.name === name));
}

/** Where a new step stands: beside the one it reads, else in the middle; on nothing else. */
function usePlace(): (source?: string) => Point {
  const editor = useEditor();
  const flow = useReactFlow();
  const canvas = useStoreApi();
  return useCallback(
    (source?: string) => {
      const beside = source ? editor.doc.layout[stepOf(source)] : undefined;
      const { domNode, width, height } = canvas.getState();
      const frame = domNode?.getBoundingClientRect();
      const middle = { x: (frame?.left ?? 0) + width / 2, y: (frame?.top ?? 0) + height / 2 };
      const at = beside
        ? { x: beside.x + WIDTH + GAP, y: beside.y }
        : flow.screenToFlowPosition(middle);
      const taken = Object.values(editor.doc.layout);
      while (taken.some((one) => Math.abs(one.x - at.x) < WIDTH && Math.abs(one.y - at.y) < 100)) {
        at.y += 110;
      }
      return at;
    },
    [editor, flow, canvas],
  );
}

function useNarrow(desk: React.RefObject<HTMLDivElement | null>): boolean {
  const editor = useEditor();
  const [narrow, setNarrow] = useState(false);
  useLayoutEffect(() => {
    const box = desk.current;
    if (!box) return undefined;
    const look = (): void => {
      const now = box.clientWidth > 0 && box.clientWidth < NARROW_PX;
      setNarrow(now);
      editor.narrow = now;
    };
    const observer = new ResizeObserver(look);
    observer.observe(box);
    look();
    return () => observer.disconnect();
  }, [desk, editor]);
  return useMemo(() => narrow, [narrow]);
}
