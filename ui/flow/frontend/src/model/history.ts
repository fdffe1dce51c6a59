/** What was, to go back to, and what was gone back from. */

export interface History<T> {
  past: readonly T[];
  future: readonly T[];
  /** What the last change was; more of the same soon after is one change. */
  kind: string;
  at_ms: number;
}

const MOST = 200;
const TOGETHER_MS = 1200;

export const EMPTY: History<never> = { past: [], future: [], kind: "", at_ms: 0 };

/** With `before` to go back to, unless it belongs to the change before it. */
export function remembered<T>(history: History<T>, before: T, kind: string, now: number): History<T> {
  const same = kind !== "" && kind === history.kind && now - history.at_ms < TOGETHER_MS;
  return {
    past: same ? history.past : [...history.past.slice(1 - MOST), before],
    future: [],
    kind,
    at_ms: now,
  };
}

export function undone<T>(history: History<T>, now: T): [History<T>, T] | null {
  const before = history.past.at(-1);
  if (before === undefined) return null;
  const { past, future } = history;
  return [{ past: past.slice(0, -1), future: [...future, now], kind: "", at_ms: 0 }, before];
}

export function redone<T>(history: History<T>, now: T): [History<T>, T] | null {
  const after = history.future.at(-1);
  if (after === undefined) return null;
  const { past, future } = history;
  return [{ past: [...past, now], future: future.slice(0, -1), kind: "", at_ms: 0 }, after];
}
