/** What is known of a production, from one event to the next. */

import type { Item, LiveStep, LogLine, Said, Steps } from "./types";

/** A step and the moment that its seconds are of, on the browser's own clock. */
export interface Seen extends LiveStep {
  at_ms: number;
}

export interface Live {
  steps: Readonly<Record<string, Seen>>;
  lines: readonly LogLine[];
  said: Readonly<Record<string, Said>>;
  state: string;
  ended: boolean;
}

const MOST_LINES = 2000;

export const NOTHING: Live = { steps: {}, lines: [], said: {}, state: "", ended: false };

/** With the steps that an event tells of; the others stay the same objects. */
export function stepped(live: Live, event: Steps, now_ms: number): Live {
  const steps: Record<string, Seen> = { ...live.steps };
  for (const step of event.steps) {
    steps[step.id] = { ...step, items: kept(steps[step.id]?.items, step.items), at_ms: now_ms };
  }
  return { ...live, steps, state: event.state };
}

/** Items that are as they were stay the same objects, so that they are not drawn anew. */
function kept(before: Item[] | undefined, items: Item[]): Item[] {
  if (!before) return items;
  const known = new Map(before.map((item) => [item.key, item]));
  return items.map((item) => {
    const old = known.get(item.key);
    return old && JSON.stringify(old) === JSON.stringify(item) ? old : item;
  });
}

/** With lines added in order; those that are here already, as after a reconnection, are not. */
export function logged(live: Live, lines: LogLine[]): Live {
  const last = live.lines.at(-1)?.number ?? -1;
  const fresh = lines.filter((line) => line.number > last);
  if (fresh.length === 0) return live;
  return { ...live, lines: [...live.lines, ...fresh].slice(-MOST_LINES) };
}

/** With what an agent says so far. */
export function told(live: Live, said: Said): Live {
  return { ...live, said: { ...live.said, [said.step_key]: said } };
}

export function ended(live: Live, state: string): Live {
  const said = Object.fromEntries(
    Object.entries(live.said).map(([key, one]) => [key, { ...one, done: true }]),
  );
  return { ...live, said, state, ended: true };
}

/** Seconds at work by now; they run on while it does. */
export function secondsOf(seen: Pick<Seen, "state" | "seconds" | "at_ms">, now_ms: number): number {
  if (seen.state !== "running") return seen.seconds;
  return seen.seconds + Math.max(0, now_ms - seen.at_ms) / 1000;
}
