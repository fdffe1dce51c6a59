/** What a workflow is: as Python sends it, and as the browser sends it back. */

export type Feed = string | string[] | { any: string[] };
export type Params = Record<string, unknown>;

export interface Step {
  id: string;
  kind: string;
  params: Params;
  in: Record<string, Feed>;
  over: string | null;
  when: string | null;
}

export interface Point {
  x: number;
  y: number;
}

export interface Note extends Point {
  id: string;
  text: string;
  width: number;
  height: number;
  colour: string;
}

/** Steps that people see together; its box is around them. */
export interface Group {
  id: string;
  title: string;
  steps: readonly string[];
  colour: string;
}

export interface Doc {
  steps: readonly Step[];
  layout: Readonly<Record<string, Point>>;
  notes: readonly Note[];
  groups: readonly Group[];
}

/** An input or output; type "*" is whatever comes. */
export interface Port {
  name: string;
  label: string;
  type: string;
  list: boolean;
  optional: boolean;
}

export interface Kind {
  /** The key in the catalogue: the kind, or `workflow:<slug>` for a nested workflow. */
  name: string;
  kind: string;
  title: string;
  help: string;
  category: string;
  icon: string;
  colour: string;
  inputs: Port[];
  outputs: Port[];
  /** Takes as many inputs as it is given, by any name. */
  open: boolean;
  tools: boolean;
  gate: boolean;
  branch: boolean;
  hidden: boolean;
  params: Params;
  /** Titles of the steps inside a nested workflow. */
  inside: string[];
}

export interface Tool {
  name: string;
  title: string;
  help: string;
  icon: string;
}

export interface TypeInfo {
  label: string;
  colour: string;
  bases: string[];
}

export interface Category {
  name: string;
  title: string;
}

export interface Catalog {
  kinds: Kind[];
  tools: Tool[];
  types: Record<string, TypeInfo>;
  categories: Category[];
  reserved: string[];
}

export type State =
  | "waiting"
  | "running"
  | "asking"
  | "done"
  | "reused"
  | "failed"
  | "skipped"
  | "cancelled";

/** What Python knows of a step; merged at every message. */
export interface StepView {
  title?: string;
  summary?: string;
  faults?: string[];
  mark?: "added" | "removed" | "changed";
  params?: Params;
  inputs?: Port[];
  outputs?: Port[];
  state?: State;
  seconds?: number;
  cost_usd?: number;
  estimate?: string;
  preview?: string;
  error?: string;
}

export type Words = Record<string, string>;

export interface EditorData {
  mount: "editor";
  epoch: number;
  /** The newest message of the browser that Python has taken in. */
  seq: number;
  steps: Step[];
  layout: Record<string, Point>;
  notes: Note[];
  groups: Group[];
  view: Record<string, StepView>;
  catalog: Catalog;
  selection: string[];
  read_only: boolean;
  height_px: number;
  texts: Words;
}

/** Speak to Python: `state` stays, a `trigger` is heard once. */
export interface Speaker {
  state(name: string, value: unknown): void;
  trigger(name: string, value: unknown): void;
}
