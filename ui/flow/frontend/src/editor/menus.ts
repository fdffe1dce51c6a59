/** What the editor's menus offer. */

import { fieldOf, stepOf } from "../model/sources";
import type { Kind, Point } from "../model/types";
import { ONE_MORE, WHEN, gives } from "../model/wiring";
import type { Editor, MenuItem } from "./editor";

type Place = (source?: string) => Point;

/** The kinds that could be added; those that an output fits, if there is one. */
export function addMenu(editor: Editor, at: Point, place: Place, source?: string): void {
  const items = kindItems(editor, editor.kindsFor(source), (name) =>
    editor.add(name, place(source), source),
  );
  const given = source ? editor.state.wiring.typeOf(source) : null;
  const title = given
    ? editor.say("menu_after", { type: editor.state.wiring.spelled(given) })
    : editor.say("menu_add");
  editor.store.set({ menu: { at, title, items } });
}

/** The kinds that could feed an input. */
export function feedMenu(editor: Editor, at: Point, place: Place, id: string, input: string): void {
  const { wiring, catalog } = editor.state;
  const port = wiring.portsOf(id).inputs.find((one) => one.name === input);
  if (!port) return;
  const able = catalog.kinds.filter((kind) => !kind.hidden && gives(catalog, kind, port));
  const items = kindItems(editor, able, (name) => editor.addBefore(name, place(), id, input));
  const title = editor.say("menu_before", { type: wiring.spelled(port) });
  editor.store.set({ menu: { at, title, items } });
}

function kindItems(editor: Editor, kinds: Kind[], act: (name: string) => void): MenuItem[] {
  return editor.state.catalog.categories.flatMap(({ name, title }) =>
    kinds
      .filter((kind) => kind.category === name)
      .map((kind) => ({
        key: kind.name,
        section: title,
        title: kind.title,
        icon: kind.icon,
        colour: kind.colour,
        act: () => act(kind.name),
      })),
  );
}

/** Every wire that a step could have and has not: to others, and from others. */
export function joinMenu(editor: Editor, at: Point, id: string): void {
  const { wiring, doc } = editor.state;
  const items: MenuItem[] = [];
  const others = doc.steps.map((step) => step.id).filter((one) => one !== id);
  const offer = (section: string, source: string, target: string, input: string): void => {
    if (!wiring.verdict(source, target, input).ok) return;
    const other = target === id ? stepOf(source) : target;
    items.push({
      key: `${source}>${target}.${input}`,
      section: editor.say(section),
      title: editor.titleOf(other),
      hint: `${portLabel(editor, source)} → ${inputLabel(editor, target, input)}`,
      icon: wiring.kindOf(other)?.icon,
      colour: wiring.kindOf(other)?.colour,
      act: () => editor.connect(source, target, input),
    });
  };
  for (const source of wiring.sourcesFrom(id)) {
    for (const other of others) {
      for (const input of inputsOf(editor, other)) offer("menu_join_to", source, other, input);
    }
  }
  for (const input of inputsOf(editor, id)) {
    for (const other of others) {
      for (const source of wiring.sourcesFrom(other)) offer("menu_join_from", source, id, input);
    }
  }
  if (items.length === 0) return editor.refuse("join_nothing");
  const title = editor.say("menu_join", { step: editor.titleOf(id) });
  editor.store.set({ menu: { at, title, items } });
}

function inputsOf(editor: Editor, id: string): string[] {
  const { inputs, open } = editor.ports(id);
  return [...inputs.map((port) => port.name), ...(open ? [ONE_MORE] : [])];
}

function inputLabel(editor: Editor, id: string, input: string): string {
  if (input === ONE_MORE) return editor.say("port_more");
  if (input === WHEN) return editor.say("port_when");
  return editor.ports(id).inputs.find((port) => port.name === input)?.label ?? input;
}

function portLabel(editor: Editor, source: string): string {
  const ports = editor.ports(stepOf(source)).outputs;
  return ports.find((port) => port.name === fieldOf(source))?.label ?? source;
}

/** What can be done with a step. */
export function stepMenu(editor: Editor, at: Point, id: string): void {
  const item = (key: string, icon: string, act: () => void): MenuItem => ({
    key,
    section: "",
    title: editor.say(`do_${key}`),
    icon,
    act,
  });
  const run = [item("run_from", "fast_forward", () => editor.ask("run_from", id))];
  if (editor.state.wiring.kindOf(id)?.inside.length === 0) {
    run.push(item("run_alone", "play_arrow", () => editor.ask("run_alone", id)));
  }
  const edit = [
    item("join", "conversion_path", () => joinMenu(editor, at, id)),
    item("rename", "edit", () => editor.store.set({ renaming: id })),
    item("duplicate", "content_copy", () => editor.duplicate()),
    item("group", "select_all", () => editor.group()),
    item("delete", "delete", () => editor.remove()),
  ];
  const items = editor.state.readOnly ? run : [...run, ...edit];
  editor.store.set({ menu: { at, title: editor.titleOf(id), items } });
}


