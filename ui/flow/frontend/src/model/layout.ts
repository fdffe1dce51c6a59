/** Where steps stand: arranged from left to right, only when asked or when they stand nowhere. */

import dagre from "@dagrejs/dagre";
import { befores, reduced } from "./reduction";
import type { Point, Step } from "./types";

export interface Size {
  width: number;
  height: number;
}

export type Sizes = (id: string) => Size;

export interface Gaps {
  across: number;
  down: number;
  /** Only wires that say something new count; for drawings that leave the others out. */
  plain?: boolean;
}

const ROOMY: Gaps = { across: 72, down: 36 };

/** A place for every step, such that wires run to the right. */
export function arranged(
  steps: readonly Step[],
  sizes: Sizes,
  gaps: Gaps = ROOMY,
): Record<string, Point> {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: gaps.down, ranksep: gaps.across });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const step of steps) graph.setNode(step.id, { ...sizes(step.id) });
  const telling = reduced(steps);
  for (const [id, sources] of gaps.plain ? telling : befores(steps)) {
    for (const source of sources) {
      graph.setEdge(source, id, { weight: telling.get(id)?.has(source) ? 6 : 1 });
    }
  }
  dagre.layout(graph);
  return Object.fromEntries(
    steps.map(({ id }) => {
      const { x, y } = graph.node(id);
      const { width, height } = sizes(id);
      return [id, { x: Math.round(x - width / 2), y: Math.round(y - height / 2) }];
    }),
  );
}

/** The given places, and new ones for steps that have none: all of them, or below the others. */
export function placed(
  steps: readonly Step[],
  layout: Readonly<Record<string, Point>>,
  sizes: Sizes,
  gaps: Gaps = ROOMY,
): Record<string, Point> {
  const lost = steps.filter((step) => !layout[step.id]);
  if (lost.length === 0) return { ...layout };
  const found = arranged(lost, sizes, gaps);
  if (lost.length === steps.length) return found;
  const bottom = Math.max(
    ...steps
      .filter((step) => layout[step.id])
      .map((step) => (layout[step.id]?.y ?? 0) + sizes(step.id).height),
  );
  const left = Math.min(...Object.values(layout).map((point) => point.x));
  for (const point of Object.values(found)) {
    point.x += left;
    point.y += bottom + 2 * gaps.down;
  }
  return { ...layout, ...found };
}
