import type { ReactFlowInstance } from "@xyflow/react";

const PADDING = 0.08;

/**
 * Shows the whole drawing. React Flow's own way waits until every step was drawn once, and those
 * out of sight never are; so it counts with the sizes that they are expected to have.
 */
export function seeAll(flow: Pick<ReactFlowInstance, "fitBounds" | "getNodes" | "getNodesBounds">): void {
  const nodes = flow.getNodes();
  if (nodes.length) void flow.fitBounds(flow.getNodesBounds(nodes), { padding: PADDING });
}
