import { expect, test } from "vitest";
import { clipOf, clipped, pasted } from "../src/model/clipboard";
import { idOf, renamed, unjoined, withGroup, withoutSteps } from "../src/model/editing";
import { EMPTY, redone, remembered, undone } from "../src/model/history";
import { arranged, placed } from "../src/model/layout";
import { landed } from "../src/editor/regroup";
import { doc, step } from "./given";

const base = doc(
  step("brief", "brief"),
  step("script", "script", { brief: "brief" }),
  step("draw", "draw", { scene: "script" }, { over: "scene", params: { back_to: ["script"] } }),
);
const size = () => ({ width: 236, height: 90 });

test("a step that goes takes its wires, its place and its names along", () => {
  const left = withoutSteps(withGroup(base, ["script"]).doc, ["script"]);
  expect(left.steps.map((one) => one.id)).toEqual(["brief", "draw"]);
  expect(left.steps[1]).toMatchObject({ in: {}, over: null, params: {} });
  expect(left.layout.script).toBeUndefined();
  expect(left.groups).toEqual([]);
});

test("a step under a new name is read under it", () => {
  const now = renamed(base, { script: "text" });
  expect(now.steps[2]).toMatchObject({ in: { scene: "text" }, params: { back_to: ["text"] } });
  expect(now.layout.text).toEqual(base.layout.script);
});

test("names become ids", () => {
  expect(idOf("  Café: 2nd Script! ")).toBe("cafe_2nd_script");
  expect(idOf("123")).toBe("");
});

test("an input that nothing feeds is not run over", () => {
  expect(unjoined(base, "draw", "scene", "script").steps[2]).toMatchObject({ in: {}, over: null });
});

test("what was copied is pasted under names of its own, its wires among itself", () => {
  const clip = clipOf(clipped(base, ["script", "draw"], []));
  const now = pasted(base, clip ?? base, { x: 900, y: 500 });
  expect(now.steps).toEqual(["script_2", "draw_2"]);
  expect(now.doc.steps[4]).toMatchObject({ in: { scene: "script_2" }, params: { back_to: ["script_2"] } });
  expect(now.doc.steps[3]?.in).toEqual({ brief: "brief" });
  expect(now.doc.layout.script_2).toEqual({ x: 900, y: 500 });
});

test("in another workflow wires from outside are left behind", () => {
  const clip = clipOf(clipped(base, ["script"], []));
  expect(pasted(doc(step("other", "agent")), clip ?? base, null).doc.steps[1]?.in).toEqual({});
});

test("only parts of workflows can be pasted", () => {
  expect(clipOf("hello")).toBeNull();
  expect(clipOf('{"steps": [{"id": 3}]}')).toBeNull();
});

test("changes are undone and redone; those of a kind that follow each other are one", () => {
  let history = remembered<string>(EMPTY, "a", "", 0);
  history = remembered(history, "b", "settings", 100);
  history = remembered(history, "c", "settings", 200);
  expect(history.past).toEqual(["a", "b"]);
  const [back, before] = undone(history, "d") ?? [];
  expect(before).toBe("b");
  expect(back && redone(back, "b")?.[1]).toBe("d");
  expect(undone({ ...history, past: [] }, "d")).toBeNull();
});

test("arranged, wires run to the right and nothing lies on anything", () => {
  const places = arranged(base.steps, size);
  expect(places.brief?.x).toBeLessThan((places.script?.x ?? 0) - 236);
  expect(places.script?.x).toBeLessThan((places.draw?.x ?? 0) - 236);
});

test("only steps that stand nowhere are given a place", () => {
  const { script: _, ...layout } = base.layout;
  const places = placed(base.steps, layout, size);
  expect(places.brief).toBe(layout.brief);
  expect(places.script?.y).toBeGreaterThan(90);
});

test("a step that is dragged into a group's box joins it, one that is dragged out leaves", () => {
  const grouped = withGroup(base, ["brief"]).doc;
  const box = (x: number, y: number) => ({ x, y, width: 236, height: 90 });
  const frame = { x: -20, y: -40, width: 1000, height: 200 };
  const joined = landed(grouped, { script: box(310, 10), "group:group": frame });
  expect(joined.groups[0]?.steps).toEqual(["brief", "script"]);
  const left = landed(joined, { script: box(310, 900), "group:group": frame });
  expect(left.groups[0]?.steps).toEqual(["brief"]);
});
