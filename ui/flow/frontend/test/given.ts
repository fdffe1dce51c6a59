/** A small catalogue and drawings for tests. */

import type { Catalog, Doc, EditorData, Kind, Port, Step } from "../src/model/types";
import { Wiring } from "../src/model/wiring";

const port = (name: string, type: string, more: Partial<Port> = {}): Port => ({
  name,
  label: name || type.toLowerCase(),
  type,
  list: false,
  optional: false,
  ...more,
});

const kind = (name: string, inputs: Port[], outputs: Port[], more: Partial<Kind> = {}): Kind => ({
  name,
  kind: name,
  title: name,
  help: "",
  category: "write",
  icon: "bolt",
  colour: "#888",
  inputs,
  outputs,
  open: false,
  tools: false,
  gate: false,
  branch: false,
  hidden: false,
  params: {},
  inside: [],
  ...more,
});

export const CATALOG: Catalog = {
  kinds: [
    kind("brief", [], [port("", "Brief")]),
    kind("script", [port("brief", "Brief"), port("notes", "Notes", { optional: true })], [port("", "Script")]),
    kind("board", [port("script", "Script")], [port("", "Board"), port("scenes", "Scene", { list: true })]),
    kind("draw", [port("scene", "Scene"), port("hint", "Scene", { optional: true })], [port("", "Drawing")]),
    kind("render", [port("drawings", "Drawing", { list: true })], [port("", "Video")]),
    kind("approve", [port("item", "*")], [port("", "*")], { gate: true }),
    kind("agent", [], [port("", "Record")], { open: true, tools: true }),
    kind("choose", [port("script", "Script")], [port("long", "Script"), port("short", "Script")], {
      branch: true,
    }),
  ],
  tools: [{ name: "search", title: "Web search", help: "", icon: "search" }],
  types: { Film: { label: "film", colour: "#111", bases: ["Video"] } },
  categories: [{ name: "write", title: "Write" }],
  reserved: ["brief"],
};

export const KINDS = new Map(CATALOG.kinds.map((one) => [one.name, one]));

export const step = (id: string, name: string, inputs: Step["in"] = {}, more: Partial<Step> = {}): Step => ({
  id,
  kind: name,
  params: {},
  in: inputs,
  over: null,
  when: null,
  ...more,
});

export const doc = (...steps: Step[]): Doc => ({
  steps,
  layout: Object.fromEntries(steps.map(({ id }, index) => [id, { x: index * 300, y: 0 }])),
  notes: [],
  groups: [],
});

export const wiring = (drawing: Doc): Wiring => new Wiring(drawing, CATALOG, {}, KINDS);

export const data = (drawing: Doc, more: Partial<EditorData> = {}): EditorData => ({
  mount: "editor",
  epoch: 1,
  seq: 0,
  steps: [...drawing.steps],
  layout: { ...drawing.layout },
  notes: [...drawing.notes],
  groups: [...drawing.groups],
  view: {},
  catalog: CATALOG,
  selection: [],
  read_only: false,
  height_px: 600,
  texts: {},
  ...more,
});
