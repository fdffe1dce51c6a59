import { expect, test } from "vitest";
import { doc, step, wiring } from "./given";

const base = doc(
  step("brief", "brief"),
  step("script", "script", { brief: "brief" }),
  step("board", "board", { script: "script" }),
  step("draw", "draw"),
  step("render", "render"),
  step("gate", "approve"),
  step("agent", "agent"),
);
const at = wiring(base);
const reason = (source: string, id: string, input: string): string => {
  const verdict = at.verdict(source, id, input);
  return verdict.ok ? verdict.how : verdict.reason;
};

test("a type that does not fit is refused, with what is given and needed", () => {
  const verdict = at.verdict("brief", "board", "script");
  expect(verdict).toMatchObject({ ok: false, reason: "refused_type", values: { gives: "Brief", needs: "Script" } });
});

test("a list is joined to an input for one: the step runs over it", () => {
  expect(reason("board.scenes", "draw", "scene")).toBe("over");
  const joined = at.connected("board.scenes", "draw", "scene");
  expect(joined.steps[3]).toMatchObject({ in: { scene: "board.scenes" }, over: "scene" });
  expect(wiring(joined).portsOf("draw").outputs[0]).toMatchObject({ type: "Drawing", list: true });
  const again = wiring(joined).verdict("board.scenes", "draw", "hint");
  expect(again).toMatchObject({ ok: false, reason: "refused_over" });
});

test("a gate does not run over a list", () => {
  expect(reason("board.scenes", "gate", "item")).toBe("refused_gate");
});

test("a list of an input takes a whole list, or one after the other", () => {
  expect(reason("draw", "render", "drawings")).toBe("add");
  const once = at.connected("draw", "render", "drawings");
  expect(once.steps[4]?.in).toEqual({ drawings: ["draw"] });
  const more = wiring(at.connected("board.scenes", "draw", "scene"));
  expect(more.verdict("draw", "render", "drawings")).toMatchObject({ how: "whole" });
});

test("no step feeds itself or what it hangs on", () => {
  expect(reason("script", "script", "brief")).toBe("refused_self");
  const round = wiring(at.connected("script", "gate", "item"));
  expect(round.hangsOn("gate", "brief")).toBe(true);
  expect(round.verdict("gate", "script", "notes")).toMatchObject({ reason: "refused_cycle" });
});

test("a wire that is there is not drawn twice; another source takes its place", () => {
  expect(reason("brief", "script", "brief")).toBe("refused_already");
  const two = doc(...base.steps, step("other", "brief"));
  const now = wiring(two).connected("other", "script", "brief");
  expect(now.steps[1]?.in).toEqual({ brief: "other" });
});

test("after a branch an input takes whichever arrives", () => {
  const drawing = doc(
    step("brief", "brief"),
    step("script", "script", { brief: "brief" }),
    step("choose", "choose", { script: "script" }),
    step("board", "board", { script: "choose.long" }),
  );
  const joined = wiring(drawing).connected("choose.short", "board", "script");
  expect(joined.steps[3]?.in).toEqual({ script: { any: ["choose.long", "choose.short"] } });
  expect(wiring(drawing).verdict("choose.long", "script", "when")).toMatchObject({ ok: false });
  expect(wiring(drawing).connected("choose.short", "board", "when").steps[3]?.when).toBe("choose.short");
});

test("what a step of any type gives is what it is fed", () => {
  const joined = at.connected("script", "gate", "item");
  expect(wiring(joined).typeOf("gate")).toEqual({ type: "Script", list: false });
  expect(wiring(joined).verdict("gate", "board", "script")).toMatchObject({ ok: true });
});

test("an agent takes as many inputs as it is given, under names it may have", () => {
  const joined = at.connected("brief", "agent", "+");
  expect(joined.steps[6]?.in).toEqual({ the_brief: "brief" });
  expect(wiring(joined).portsOf("agent").inputs.map((port) => port.name)).toEqual(["the_brief"]);
});

test("the best input comes first: what is needed and fed by nothing", () => {
  expect(at.inputsFor("board.scenes", "draw")).toEqual(["scene", "hint"]);
});
