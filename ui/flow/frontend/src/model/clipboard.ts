/** Steps and notes as text, to be pasted here, in another workflow or in another studio. */

import { freeId, idsOf, renamed, withoutSteps } from "./editing";
import { mapped, stepOf } from "./sources";
import type { Doc, Feed, Point, Step } from "./types";

const FORMAT = "vid-pipeline/clip/1";

export interface Clip extends Doc {
  format: typeof FORMAT;
}

/** The chosen steps and notes, and the groups that are wholly among them. */
export function clipped(doc: Doc, steps: readonly string[], notes: readonly string[]): string {
  const clip: Clip = {
    format: FORMAT,
    steps: doc.steps.filter((step) => steps.includes(step.id)),
    layout: Object.fromEntries(Object.entries(doc.layout).filter(([id]) => steps.includes(id))),
    notes: doc.notes.filter((note) => notes.includes(note.id)),
    groups: doc.groups.filter((group) => group.steps.every((id) => steps.includes(id))),
  };
  return JSON.stringify(clip, null, 1);
}

/** The clip that a text is: one of ours, or a whole exported workflow; null if it is neither. */
export function clipOf(text: string): Doc | null {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof body !== "object" || body === null || !("steps" in body)) return null;
  const { steps, layout, notes, groups } = body as Partial<Record<keyof Doc, unknown>>;
  if (!Array.isArray(steps)) return null;
  const read = steps.map(stepFrom);
  if (read.some((step) => step === null)) return null;
  return {
    steps: read as Step[],
    layout: (layout ?? {}) as Doc["layout"],
    notes: (Array.isArray(notes) ? notes : []) as Doc["notes"],
    groups: (Array.isArray(groups) ? groups : []) as Doc["groups"],
  };
}

function stepFrom(body: Partial<Step> | null): Step | null {
  if (!body || typeof body.id !== "string" || typeof body.kind !== "string") return null;
  return {
    id: body.id,
    kind: body.kind,
    params: body.params ?? {},
    in: body.in ?? {},
    over: body.over ?? null,
    when: body.when ?? null,
  };
}

/**
 * The drawing with a clip in it, under names of its own. What the steps read from outside the clip
 * is kept if this drawing has a step of that name.
 */
export function pasted(
  doc: Doc,
  clip: Doc,
  at: Point | null,
): { doc: Doc; steps: string[]; notes: string[] } {
  const taken = new Set(idsOf(doc));
  const names: Record<string, string> = {};
  for (const step of clip.steps) {
    names[step.id] = freeId(step.id, taken);
    taken.add(names[step.id] ?? step.id);
  }
  const inside = new Set(clip.steps.map((step) => step.id));
  const here = new Set(idsOf(doc));
  const lost = clip.steps
    .flatMap((step) => [...Object.values(step.in).flatMap(all), ...(step.when ? [step.when] : [])])
    .map(stepOf)
    .filter((id) => !inside.has(id) && !here.has(id));
  const own = renamed(withoutSteps(clip, lost), names);
  const shift = shiftOf(clip, at);
  const notes = named(clip.notes, doc.notes).map((note) => ({ ...note, ...added(note, shift) }));
  const groups = named(own.groups, doc.groups);
  return {
    steps: own.steps.map((step) => step.id),
    notes: notes.map((note) => note.id),
    doc: {
      steps: [...doc.steps, ...own.steps],
      layout: {
        ...doc.layout,
        ...Object.fromEntries(
          Object.entries(own.layout).map(([id, point]) => [id, added(point, shift)]),
        ),
      },
      notes: [...doc.notes, ...notes],
      groups: [...doc.groups, ...groups],
    },
  };
}

/** These under names that none of those has. */
function named<T extends { id: string }>(these: readonly T[], those: readonly T[]): T[] {
  const taken = new Set(those.map((one) => one.id));
  return these.map((one) => {
    const id = freeId(one.id, taken);
    taken.add(id);
    return { ...one, id };
  });
}

const all = (feed: Feed): string[] => {
  const found: string[] = [];
  mapped(feed, (source) => (found.push(source), source));
  return found;
};

const added = (one: Point, other: Point): Point => ({ x: one.x + other.x, y: one.y + other.y });

/** From where a clip stood to the point, or a little beside it. */
function shiftOf(clip: Doc, at: Point | null): Point {
  const points = [...Object.values(clip.layout), ...clip.notes];
  if (!at || points.length === 0) return { x: 40, y: 60 };
  return {
    x: Math.round(at.x - Math.min(...points.map((point) => point.x))),
    y: Math.round(at.y - Math.min(...points.map((point) => point.y))),
  };
}
