/** Where a canvas opens: all of it if that can be read, else its beginning. */

import type { Node, ReactFlowInstance } from "@xyflow/react";

export interface Frame {
  width: number;
  height: number;
}

const READABLE_ZOOM = 0.7;
const LARGEST_ZOOM = 1;
const MARGIN_PX = 28;
const BAR_PX = 76;

/** Show everything, or from the steps that count (else the first) on at a zoom that can be read. */
export function home(
  flow: ReactFlowInstance,
  frame: Frame,
  nodes: Node[],
  first: string[] = [],
): void {
  if (!frame.width || nodes.length === 0) return;
  const all = flow.getNodesBounds(nodes.map((node) => node.id));
  const zoom = zoomOf(frame, all);
  if (isReadable(frame, all)) {
    void flow.setViewport({
      x: (frame.width - all.width * zoom) / 2 - all.x * zoom,
      y: (frame.height - all.height * zoom) / 2 - all.y * zoom,
      zoom,
    });
    return;
  }
  const steps = nodes.filter((node) => node.type !== "note" && node.type !== "group_box");
  const wanted = steps.filter((node) => first.includes(node.id));
  const start = leftmost(wanted.length > 0 ? wanted : steps) ?? nodes[0];
  if (!start) return;
  const z = Math.max(READABLE_ZOOM, Math.min(0.85, (frame.height - 2 * MARGIN_PX) / all.height));
  const back = wanted.length > 0 ? frame.width * 0.3 : MARGIN_PX;
  const x = Math.min(MARGIN_PX - all.x * z, back - start.position.x * z);
  void flow.setViewport({ x, y: heightOf(flow, frame, steps, x, z), zoom: z });
}

/** The zoom at which all of a drawing is in sight. */
const zoomOf = (frame: Frame, all: Frame): number =>
  Math.min(
    LARGEST_ZOOM,
    (frame.width - 2 * MARGIN_PX) / all.width,
    (frame.height - 2 * MARGIN_PX) / all.height,
  );

/** Whether a drawing can be read while all of it is in sight. */
export const isReadable = (frame: Frame, all: Frame): boolean =>
  zoomOf(frame, all) >= READABLE_ZOOM;

/** How far down the drawing stands, so that what is in sight from left to right is in the middle. */
function heightOf(
  flow: ReactFlowInstance,
  frame: Frame,
  steps: Node[],
  x: number,
  zoom: number,
): number {
  const seen = steps.filter(({ position }) => {
    const left = position.x * zoom + x;
    return left > -MARGIN_PX && left < frame.width - BAR_PX;
  });
  const box = flow.getNodesBounds((seen.length > 0 ? seen : steps).map((node) => node.id));
  const free = frame.height - box.height * zoom;
  return Math.max(free / 2, BAR_PX) - box.y * zoom;
}

const leftmost = (nodes: Node[]): Node | undefined =>
  nodes.toSorted((one, other) => one.position.x - other.position.x)[0];
