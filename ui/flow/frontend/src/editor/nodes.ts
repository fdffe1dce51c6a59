/** The canvas's nodes and wires, made of the drawing; what has not changed stays the same object. */

import { Position, type Edge, type Node } from "@xyflow/react";
import type { Size } from "../model/layout";
import { fieldOf, sourcesOf, stepOf } from "../model/sources";
import type { Doc, Point, Step } from "../model/types";
import { WHEN, ONE_MORE, type Wiring } from "../model/wiring";
import { groupNode, noteNode, type BoxActions } from "../parts/boxes";
import { WIDTH, rowAt, sizeOf } from "./sizes";

type Handles = NonNullable<Node["handles"]>;

const HANDLE = 12;

export interface WireData extends Record<string, unknown> {
  source: string;
  input: string;
}

export type Wire = Edge<WireData>;

/** The nodes of a drawing; `before` are those that are drawn now. */
export function nodesOf(
  doc: Doc,
  wiring: Wiring,
  chosen: readonly string[],
  actions: { note: BoxActions; group: BoxActions },
  before: readonly Node[],
): Node[] {
  const known = new Map(before.map((node) => [node.id, node]));
  const picked = new Set(chosen);
  const box = (id: string): (Point & Size) | undefined => {
    const at = doc.layout[id];
    const real = known.get(id)?.measured;
    const size = sizeOf(wiring, id);
    return at && { ...at, width: real?.width ?? size.width, height: real?.height ?? size.height };
  };
  const fresh = [
    ...doc.groups.map((group) => groupNode(group, box, actions.group)).filter((one) => one !== null),
    ...doc.notes.map((note) => noteNode(note, actions.note)),
    ...doc.steps.map((step) => stepNode(step, doc.layout[step.id] ?? { x: 0, y: 0 }, wiring)),
  ] as Node[];
  return fresh.map((node) => kept(known.get(node.id), node, picked.has(node.id)));
}

function stepNode(step: Step, position: Point, wiring: Wiring): Node {
  const { width, height } = sizeOf(wiring, step.id);
  return {
    id: step.id,
    type: "step",
    position,
    initialWidth: width,
    initialHeight: height,
    handles: handlesOf(step, wiring),
    data: { step },
  };
}

/** Where the ports stand, so that wires to steps out of sight are drawn too. */
function handlesOf(step: Step, wiring: Wiring): Handles {
  const { inputs, outputs, open } = wiring.portsOf(step.id);
  const names = inputs.map((port) => port.name);
  if (open) names.push(ONE_MORE);
  names.push(WHEN);
  const at = (row: number): { y: number; width: number; height: number } => ({
    y: rowAt(row) - HANDLE / 2,
    width: HANDLE,
    height: HANDLE,
  });
  return [
    ...names.map((name, row) => ({
      id: `in:${name}`,
      type: "target" as const,
      position: Position.Left,
      x: -HANDLE / 2,
      ...at(row),
    })),
    ...outputs.map((port, row) => ({
      id: `out:${port.name}`,
      type: "source" as const,
      position: Position.Right,
      x: WIDTH - HANDLE / 2,
      ...at(row),
    })),
  ];
}

function kept(old: Node | undefined, node: Node, selected: boolean): Node {
  if (!old) return selected ? { ...node, selected } : node;
  const same =
    old.position.x === node.position.x &&
    old.position.y === node.position.y &&
    (old.selected ?? false) === selected &&
    old.width === node.width &&
    old.height === node.height &&
    sameData(old.data, node.data) &&
    JSON.stringify(old.handles) === JSON.stringify(node.handles);
  if (same) return old;
  const data = sameData(old.data, node.data) ? old.data : node.data;
  return { ...old, ...node, data, measured: old.measured, selected };
}

function sameData(one: Node["data"], other: Node["data"]): boolean {
  const keys = Object.keys(other);
  return keys.length === Object.keys(one).length && keys.every((key) => one[key] === other[key]);
}

/** The wires of a drawing. */
export function wiresOf(
  doc: Doc,
  wiring: Wiring,
  chosen: ReadonlySet<string>,
  before: readonly Wire[],
): Wire[] {
  const known = new Map(before.map((wire) => [wire.id, wire]));
  const found: Wire[] = [];
  const add = (step: Step, input: string, source: string, kind: string): void => {
    if (!wiring.step(stepOf(source))) return;
    const id = `${source}>${step.id}.${input}`;
    const type = wiring.typeOf(source);
    const className = `wire ${kind} ${type ? "" : "broken"}`;
    const colour = wiring.colourOf(type?.type ?? "");
    const selected = chosen.has(id);
    const old = known.get(id);
    if (old && old.className === className && old.selected === selected && old.style?.stroke === colour) {
      found.push(old);
      return;
    }
    found.push({
      id,
      source: stepOf(source),
      sourceHandle: `out:${fieldOf(source)}`,
      target: step.id,
      targetHandle: `in:${input}`,
      className,
      selected,
      data: { source, input },
      style: { stroke: colour },
      interactionWidth: 16,
      ariaLabel: `${source} → ${step.id}`,
    });
  };
  for (const step of doc.steps) {
    for (const [input, feed] of Object.entries(step.in)) {
      const any = typeof feed === "object" && !Array.isArray(feed);
      const kind = any ? "any" : step.over === input ? "each" : "";
      for (const source of sourcesOf(feed)) add(step, input, source, kind);
    }
    if (step.when) add(step, WHEN, step.when, "when");
  }
  return found;
}
