import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Editor } from "../src/editor/editor";
import { commandOf } from "../src/editor/shortcuts";
import type { EditorData } from "../src/model/types";
import { data, doc, step } from "./given";

const base = doc(step("brief", "brief"), step("script", "script"), step("agent", "agent"));
let sent: Record<string, any>[];
let acts: unknown[];
let editor: Editor;

beforeEach(() => {
  vi.useFakeTimers();
  [sent, acts] = [[], []];
  editor = new Editor({
    state: () => undefined,
    trigger: (name, value) => (name === "graph" ? sent : acts).push(value as Record<string, any>),
  });
  editor.take(data(base));
});

afterEach(() => {
  editor.stop();
  vi.useRealTimers();
});

const answer = (more: Partial<EditorData>): void => editor.take(data(base, more));

test("Python hears of changes soon, and once for many", () => {
  editor.connect("brief", "script", "brief");
  editor.nudge(1, 1);
  vi.advanceTimersByTime(300);
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ epoch: 1, seq: 1, params: {} });
  expect(sent[0]?.steps[1]).toEqual({ id: "script", kind: "script", in: { brief: "brief" }, over: null, when: null });
});

test("Python hears of a single change almost at once, and at once when somebody turns away", () => {
  editor.connect("brief", "script", "brief");
  vi.advanceTimersByTime(60);
  expect(sent).toHaveLength(1);
  editor.remove(["agent"]);
  editor.flush();
  expect(sent).toHaveLength(2);
  editor.flush();
  expect(sent).toHaveLength(2);
});

test("what Python did not take in is sent again, what it did is not", () => {
  editor.connect("brief", "script", "brief");
  vi.advanceTimersByTime(4400);
  expect(sent.map((one) => one.seq)).toEqual([1, 2]);
  answer({ seq: 2 });
  vi.advanceTimersByTime(20_000);
  expect(sent).toHaveLength(2);
});

test("a refused wire changes nothing", () => {
  expect(editor.connect("script", "brief", "brief")).toBe(false);
  expect(editor.doc).toMatchObject({ steps: base.steps });
  expect(editor.state.toast?.text).toBe("refused_gone");
});

test("settings that Python changes can be undone here, and go back to Python", () => {
  answer({ view: { script: { params: { tone: "dry" } } } });
  expect(editor.doc.steps[1]?.params).toEqual({ tone: "dry" });
  editor.undo();
  vi.advanceTimersByTime(300);
  expect(sent[0]?.params).toEqual({ script: {} });
  answer({ view: { script: { params: { tone: "dry" } } } });
  expect(editor.doc.steps[1]?.params).toEqual({});
  answer({ seq: 1, view: { script: { params: {} } } });
  editor.redo();
  expect(editor.doc.steps[1]?.params).toEqual({ tone: "dry" });
});

test("a new epoch replaces the drawing and forgets what could be undone", () => {
  editor.connect("brief", "script", "brief");
  answer({ epoch: 2 });
  expect(editor.doc.steps[1]?.in).toEqual({});
  expect(editor.state.history.past).toEqual([]);
  vi.advanceTimersByTime(10_000);
  expect(sent).toEqual([]);
});

test("structure that Python repeats in the same epoch does not count", () => {
  editor.remove(["script"]);
  answer({});
  expect(editor.doc.steps.map((one) => one.id)).toEqual(["brief", "agent"]);
});

test("a step that is brought back brings its settings along", () => {
  answer({ view: { script: { params: { tone: "dry" } } } });
  editor.remove(["script"]);
  vi.advanceTimersByTime(300);
  editor.undo();
  vi.advanceTimersByTime(300);
  expect(sent[1]?.params).toEqual({ script: { tone: "dry" } });
});

test("tools go to agents, once each", () => {
  editor.addTool("script", "search");
  expect(editor.state.toast?.text).toBe("refused_tool");
  editor.addTool("agent", "search");
  expect(editor.doc.steps[2]?.params).toEqual({ tools: ["search"] });
  editor.addTool("agent", "search");
  expect(editor.state.toast?.text).toBe("refused_tool_twice");
});

test("a step that is added after another one is joined to it", () => {
  const id = editor.add("script", { x: 0, y: 300 }, "brief");
  expect(id).toBe("script_2");
  expect(editor.doc.steps[3]?.in).toEqual({ brief: "brief" });
});

test("nothing can be changed in a drawing that is only shown", () => {
  answer({ read_only: true });
  editor.remove(["script"]);
  editor.add("script", { x: 0, y: 0 });
  expect(editor.doc.steps).toHaveLength(3);
});

test("what is asked of Python comes after what was drawn before", () => {
  editor.connect("brief", "script", "brief");
  editor.ask("run_from", "script");
  expect(sent).toHaveLength(1);
  expect(acts).toEqual([{ name: "run_from", step: "script" }]);
});

test("letters alone are commands, with a modifier only ours", () => {
  const press = (key: string, more = {}) =>
    commandOf({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more });
  expect(press("a")).toBe("add");
  expect(press("r", { ctrlKey: true })).toBeNull();
  expect(press("z", { metaKey: true, shiftKey: true })).toBe("redo");
});
