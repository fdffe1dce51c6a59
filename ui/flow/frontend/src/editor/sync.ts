/**
 * What passes between browser and Python. The browser owns the structure, Python the settings: it
 * replaces the structure only with a new epoch. A message that Python does not take in is sent again.
 */

import type { Doc, EditorData, Params, Speaker, Step } from "../model/types";
import { withParams } from "../model/editing";

const WAIT_MS = 50;
const AGAIN_MS = 4000;

export class Sync {
  private epoch = Number.NaN;
  private sent = 0;
  private taken = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly given = new Map<string, { params: Params; seq: number }>();
  private doc: Doc | null = null;
  private waits = false;

  constructor(public speaker: Speaker) {}

  /** Whether the data replaces everything. */
  replaces(data: EditorData): boolean {
    const anew = data.epoch !== this.epoch;
    if (anew) {
      this.epoch = data.epoch;
      this.given.clear();
      clearTimeout(this.timer);
      this.waits = false;
      this.doc = null;
      this.taken = this.sent = Math.max(this.sent, data.seq);
    }
    return anew;
  }

  /** The drawing with the settings as Python has them now, but for those that the browser just set. */
  settled(doc: Doc, data: EditorData): Doc {
    this.taken = Math.max(this.taken, data.seq);
    for (const [id, { seq }] of this.given) if (seq <= data.seq) this.given.delete(id);
    return doc.steps.reduce((now, step) => {
      const params = data.view[step.id]?.params;
      const ours = this.given.has(step.id) || params === undefined || same(params, step.params);
      return ours ? now : withParams(now, step.id, params);
    }, doc);
  }

  /** Tell Python of a drawing, soon; of its settings only those that changed here. */
  tell(before: Doc, doc: Doc): void {
    const old = new Map(before.steps.map((step) => [step.id, step.params]));
    for (const step of doc.steps) {
      const known = old.get(step.id);
      if (known === undefined ? true : !same(known, step.params)) {
        this.given.set(step.id, { params: step.params, seq: Number.POSITIVE_INFINITY });
      }
    }
    this.doc = doc;
    this.later(WAIT_MS);
  }

  /** Send what waits, at once: before Python is asked something that builds on it, or on leaving. */
  flushIfWaiting(): void {
    if (this.waits) this.send();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private later(wait_ms: number): void {
    clearTimeout(this.timer);
    this.waits = true;
    this.timer = setTimeout(() => this.send(), wait_ms);
  }

  private send(): void {
    clearTimeout(this.timer);
    this.waits = false;
    const doc = this.doc;
    if (!doc) return;
    this.sent += 1;
    const params: Record<string, Params> = {};
    const here = new Set(doc.steps.map((step) => step.id));
    for (const [id, one] of this.given) {
      if (!here.has(id)) this.given.delete(id);
      else {
        this.given.set(id, { ...one, seq: Number.isFinite(one.seq) ? one.seq : this.sent });
        params[id] = one.params;
      }
    }
    this.speaker.trigger("graph", {
      epoch: this.epoch,
      seq: this.sent,
      steps: doc.steps.map(bare),
      layout: doc.layout,
      notes: doc.notes,
      groups: doc.groups,
      params,
    });
    this.timer = setTimeout(() => this.taken < this.sent && this.send(), AGAIN_MS);
  }
}

const bare = ({ id, kind, in: inputs, over, when }: Step): Omit<Step, "params"> => ({
  id,
  kind,
  in: inputs,
  over,
  when,
});

/** Whether two settings say the same, in whatever order. */
export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
