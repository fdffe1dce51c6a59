/** How large a step is drawn, known before it is: rows of ports stand at fixed heights. */

import { toolsOf } from "../model/editing";
import type { Size } from "../model/layout";
import type { Wiring } from "../model/wiring";

export const WIDTH = 236;
export const HEADER = 52;
export const ROW = 24;
const FOOT = 10;
const TOOLS = 34;
const SUMMARY = 40;
const FAULT = 44;
const PREVIEW = 129;

/** The middle of a row of ports, from the top of its step. */
export const rowAt = (row: number): number => HEADER + 4 + row * ROW + ROW / 2;

export function rowsOf(wiring: Wiring, id: string): number {
  const { inputs, outputs, open } = wiring.portsOf(id);
  const when = wiring.step(id)?.when ? 1 : 0;
  return Math.max(inputs.length + (open ? 1 : 0) + when, outputs.length);
}

export function sizeOf(wiring: Wiring, id: string): Size {
  const step = wiring.step(id);
  const kind = wiring.kindOf(id);
  const lines = step && kind?.tools ? TOOLS + 26 * Math.ceil(toolsOf(step).length / 2) : 0;
  const inside = kind && kind.inside.length > 0 ? 30 : 0;
  const over = step?.over ? 26 : 0;
  const seen = wiring.seen(id);
  const told =
    (seen?.summary ? SUMMARY : 0) + (seen?.faults?.length ? FAULT : 0) + (seen?.preview ? PREVIEW : 0);
  const height = HEADER + 4 + rowsOf(wiring, id) * ROW + FOOT + lines + inside + over + told;
  return { width: WIDTH, height };
}
