/** What the streams say, as `vid_pipeline/wire/events.py` says it. */

import type { Feed, Group, Note, Point, State, Words } from "../model/types";

export interface Item {
  key: string;
  state: State;
  seconds: number;
  progress: number;
  note: string;
  error: string | null;
  preview: string;
}

export interface LiveStep extends Omit<Item, "key"> {
  id: string;
  title: string;
  cost_usd: number;
  items: Item[];
  items_total: number | null;
}

export interface Steps {
  state: string;
  share: number;
  elapsed_s: number;
  left_s: number | null;
  cost_usd: number;
  input_tokens: number;
  output_tokens: number;
  steps: LiveStep[];
}

export interface LogLine {
  number: number;
  at: string;
  step_key: string;
  level: string;
  text: string;
}

export interface Said {
  step_key: string;
  text: string;
  done: boolean;
}

export interface Ended {
  state: string;
}

export interface AtWork {
  id: string;
  title: string;
  state: string;
  share: number;
  left_s: number | null;
  doing: string;
  ended: number;
  steps: number;
}

export interface Mine {
  waiting: number;
  at_work: AtWork[];
  mark: string;
}

export interface RunStep {
  id: string;
  kind: string;
  title: string;
  icon: string;
  colour?: string;
  in: Record<string, Feed>;
  over: string | null;
  when: string | null;
}

export interface GraphData {
  mount: "graph";
  steps: RunStep[];
  layout: Record<string, Point>;
  notes: Note[];
  groups: Group[];
  state: Steps | null;
  events: string;
  panel?: boolean;
  selection?: string[];
  height_px: number;
  texts: Words;
}
