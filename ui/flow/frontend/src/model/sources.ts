/** Sources: `step` or `step.field`. Feeds: one source, several, or any of several. */

import type { Feed, Step } from "./types";

export const stepOf = (source: string): string => source.split(".", 1)[0] ?? source;

export const fieldOf = (source: string): string => source.slice(stepOf(source).length + 1);

export const sourceOf = (step: string, field: string): string => (field ? `${step}.${field}` : step);

export function sourcesOf(feed: Feed | undefined): string[] {
  if (feed === undefined) return [];
  if (typeof feed === "string") return [feed];
  return Array.isArray(feed) ? feed : feed.any;
}

/** All that a step reads, its condition included. */
export function readBy(step: Step): string[] {
  const found = Object.values(step.in).flatMap(sourcesOf);
  return step.when ? [...found, step.when] : found;
}

/** A feed with every source replaced; those that become null are left out. */
export function mapped(feed: Feed, change: (source: string) => string | null): Feed | null {
  if (typeof feed === "string") return change(feed);
  const kept = sourcesOf(feed)
    .map(change)
    .filter((one): one is string => one !== null);
  if (kept.length === 0) return null;
  if (Array.isArray(feed)) return kept;
  return kept.length === 1 ? (kept[0] ?? null) : { any: kept };
}
