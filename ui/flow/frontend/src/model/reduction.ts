/** Wires that say nothing new: their ends are joined by a longer way too. */

import { readBy, stepOf } from "./sources";
import type { Step } from "./types";

/** For each step the steps it reads directly. */
export function befores(steps: readonly Step[]): Map<string, Set<string>> {
  const known = new Set(steps.map((step) => step.id));
  return new Map(
    steps.map((step) => [step.id, new Set(readBy(step).map(stepOf).filter((id) => known.has(id)))]),
  );
}

/** All steps that a step hangs on, by any way; a cycle ends where it began. */
export function aboves(steps: readonly Step[]): Map<string, Set<string>> {
  const direct = befores(steps);
  const found = new Map<string, Set<string>>();
  const collect = (id: string, path: Set<string>): Set<string> => {
    const known = found.get(id);
    if (known) return known;
    if (path.has(id)) return new Set();
    path.add(id);
    const above = new Set<string>();
    for (const before of direct.get(id) ?? []) {
      above.add(before);
      for (const one of collect(before, path)) above.add(one);
    }
    path.delete(id);
    found.set(id, above);
    return above;
  };
  for (const step of steps) collect(step.id, new Set());
  return found;
}

/** For each step the steps it reads that nothing else it reads hangs on. */
export function reduced(steps: readonly Step[]): Map<string, Set<string>> {
  const direct = befores(steps);
  const above = aboves(steps);
  return new Map(
    [...direct].map(([id, sources]) => [
      id,
      new Set(
        [...sources].filter(
          (one) => ![...sources].some((other) => other !== one && above.get(other)?.has(one)),
        ),
      ),
    ]),
  );
}
