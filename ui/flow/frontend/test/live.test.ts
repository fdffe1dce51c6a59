import { expect, test } from "vitest";
import { filtered } from "../src/live/LogPanel";
import { NOTHING, ended, logged, secondsOf, stepped, told } from "../src/live/reducer";
import { isReadable } from "../src/parts/home";
import type { Item, LiveStep, LogLine, Steps } from "../src/live/types";

const step = (id: string, more: Partial<LiveStep> = {}): LiveStep => ({
  id, title: id, state: "waiting", seconds: 0, progress: 0, note: "", cost_usd: 0, items: [],
  items_total: null, error: null, preview: "", ...more,
});
const event = (...steps: LiveStep[]): Steps => ({
  state: "running", share: 0, elapsed_s: 0, left_s: null, cost_usd: 0, input_tokens: 0,
  output_tokens: 0, steps,
});
const item = (key: string, more: Partial<Item> = {}): Item => ({
  key, state: "waiting", seconds: 0, progress: 0, note: "", error: null, preview: "", ...more,
});
const line = (number: number, more: Partial<LogLine> = {}): LogLine => ({
  number, at: "", step_key: "draw[s1]", level: "info", text: "Drawn", ...more,
});

test("an event changes the steps it tells of, and no others", () => {
  const first = stepped(NOTHING, event(step("a"), step("b")), 0);
  const next = stepped(first, event(step("b", { state: "running" })), 5);
  expect(next.steps.a).toBe(first.steps.a);
  expect(next.steps.b?.state).toBe("running");
});

test("items that are as they were are the same objects", () => {
  const first = stepped(NOTHING, event(step("a", { items: [item("a[1]"), item("a[2]")] })), 0);
  const changed = event(step("a", { items: [item("a[1]"), item("a[2]", { state: "done" })] }));
  const next = stepped(first, changed, 1);
  expect(next.steps.a?.items[0]).toBe(first.steps.a?.items[0]);
  expect(next.steps.a?.items[1]?.state).toBe("done");
});

test("a drawing can be read as a whole, or is too wide, or too high", () => {
  const frame = { width: 1000, height: 560 };
  expect(isReadable(frame, { width: 1300, height: 500 })).toBe(true);
  expect(isReadable(frame, { width: 2600, height: 300 })).toBe(false);
  expect(isReadable(frame, { width: 300, height: 2000 })).toBe(false);
});

test("seconds run on while a step is at work", () => {
  expect(secondsOf({ state: "running", seconds: 2, at_ms: 1000 }, 4000)).toBe(5);
  expect(secondsOf({ state: "done", seconds: 2, at_ms: 1000 }, 4000)).toBe(2);
});

test("lines that come again after a reconnection are not told twice", () => {
  const live = logged(logged(NOTHING, [line(1), line(2)]), [line(2), line(3)]);
  expect(live.lines.map((one) => one.number)).toEqual([1, 2, 3]);
});

test("lines are found by level, step and words; an item is of its step", () => {
  const lines = [line(1), line(2, { level: "error", text: "No voice" }), line(3, { step_key: "brief" })];
  expect(filtered(lines, "error", "", "")).toHaveLength(1);
  expect(filtered(lines, "", "draw", "")).toHaveLength(2);
  expect(filtered(lines, "", "", "VOICE")).toHaveLength(1);
});

test("when all has ended nobody writes any more", () => {
  const live = ended(told(NOTHING, { step_key: "a", text: "So", done: false }), "done");
  expect(live).toMatchObject({ ended: true, state: "done", said: { a: { done: true } } });
});
