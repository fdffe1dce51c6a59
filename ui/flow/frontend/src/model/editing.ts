/** Changes of a drawing. Each takes one and gives another; what has not changed is the same object. */

import { mapped, sourceOf, sourcesOf, stepOf, fieldOf } from "./sources";
import type { Doc, Feed, Group, Note, Params, Point, Step } from "./types";

const NOTE = { width: 220, height: 120, colour: "yellow" };

/** `base`, or `base_2` and so on if that is taken. */
export function freeId(base: string, taken: Iterable<string>): string {
  const used = new Set(taken);
  if (!used.has(base)) return base;
  let number = 2;
  while (used.has(`${base}_${number}`)) number += 1;
  return `${base}_${number}`;
}

/** A name as steps may have it: `Script gate!` becomes `script_gate`; empty if nothing is left. */
export function idOf(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[_0-9]+|_+$/g, "")
    .slice(0, 48)
    .replace(/_+$/, "");
}

export const idsOf = (doc: Doc): string[] => doc.steps.map((step) => step.id);

const changed = (doc: Doc, id: string, change: (step: Step) => Step): Doc => ({
  ...doc,
  steps: doc.steps.map((step) => (step.id === id ? change(step) : step)),
});

export function withStep(
  doc: Doc,
  { kind, params }: { kind: string; params: Params },
  base: string,
  at: Point,
): { doc: Doc; id: string } {
  const id = freeId(base, idsOf(doc));
  const step: Step = { id, kind, params, in: {}, over: null, when: null };
  const place = { x: Math.round(at.x), y: Math.round(at.y) };
  return {
    id,
    doc: { ...doc, steps: [...doc.steps, step], layout: { ...doc.layout, [id]: place } },
  };
}

export const withFeed = (doc: Doc, id: string, input: string, feed: Feed): Doc =>
  changed(doc, id, (step) => ({ ...step, in: { ...step.in, [input]: feed } }));

export const withOver = (doc: Doc, id: string, over: string | null): Doc =>
  changed(doc, id, (step) => ({ ...step, over }));

export const withWhen = (doc: Doc, id: string, when: string | null): Doc =>
  changed(doc, id, (step) => ({ ...step, when }));

export const withParams = (doc: Doc, id: string, params: Params): Doc =>
  changed(doc, id, (step) => ({ ...step, params }));

/** Without one wire; an input that nothing feeds any more is no longer mapped over. */
export function unjoined(doc: Doc, id: string, input: string, source: string): Doc {
  if (input === "when") return withWhen(doc, id, null);
  return changed(doc, id, (step) => {
    const feed = step.in[input];
    const rest = feed === undefined ? null : mapped(feed, (one) => (one === source ? null : one));
    const { [input]: _, ...others } = step.in;
    if (rest !== null) return { ...step, in: { ...others, [input]: rest } };
    return { ...step, in: others, over: step.over === input ? null : step.over };
  });
}

/** A step that reads only what `keep` says; every other source is taken out. */
function reading(step: Step, change: (source: string) => string | null): Step {
  if (![...Object.values(step.in).flatMap(sourcesOf), step.when ?? ""].some((one) => one && change(one) !== one)) {
    return step;
  }
  const inputs: Record<string, Feed> = {};
  for (const [name, feed] of Object.entries(step.in)) {
    const rest = mapped(feed, change);
    if (rest !== null) inputs[name] = rest;
  }
  return {
    ...step,
    in: inputs,
    over: step.over && inputs[step.over] !== undefined ? step.over : null,
    when: step.when ? change(step.when) : null,
  };
}

/** Settings that name steps, such as `back_to`, under their new names. */
function renamedIn(params: Params, names: (id: string) => string | null): Params {
  const back = params.back_to;
  if (!Array.isArray(back)) return params;
  const kept = back.map((one) => names(String(one))).filter((one) => one !== null);
  if (JSON.stringify(kept) === JSON.stringify(back)) return params;
  const { back_to: _, ...rest } = params;
  return kept.length > 0 ? { ...rest, back_to: kept } : rest;
}

export function withoutSteps(doc: Doc, ids: readonly string[]): Doc {
  const gone = new Set(ids);
  const names = (id: string): string | null => (gone.has(id) ? null : id);
  return {
    ...doc,
    steps: doc.steps
      .filter((step) => !gone.has(step.id))
      .map((step) => reading(step, (source) => (gone.has(stepOf(source)) ? null : source)))
      .map((step) => {
        const params = renamedIn(step.params, names);
        return params === step.params ? step : { ...step, params };
      }),
    layout: Object.fromEntries(Object.entries(doc.layout).filter(([id]) => !gone.has(id))),
    groups: grouped(doc.groups, names),
  };
}

/** Groups of steps under other names; those that nothing is left in are gone. */
function grouped(groups: readonly Group[], names: (id: string) => string | null): Group[] {
  return groups
    .map((group) => ({
      ...group,
      steps: group.steps.map(names).filter((id): id is string => id !== null),
    }))
    .filter((group) => group.steps.length > 0);
}

/** Steps, what reads them and what names them, under new names. */
export function renamed(doc: Doc, names: Readonly<Record<string, string>>): Doc {
  const called = (id: string): string => names[id] ?? id;
  const source = (one: string): string => sourceOf(called(stepOf(one)), fieldOf(one));
  return {
    ...doc,
    steps: doc.steps.map((step) => ({
      ...reading(step, source),
      id: called(step.id),
      params: renamedIn(step.params, called),
    })),
    layout: Object.fromEntries(Object.entries(doc.layout).map(([id, at]) => [called(id), at])),
    groups: grouped(doc.groups, called),
  };
}

export function moved(
  doc: Doc,
  places: Readonly<Record<string, Point>>,
  notes: Readonly<Record<string, Partial<Note>>> = {},
): Doc {
  return {
    ...doc,
    layout: { ...doc.layout, ...places },
    notes: doc.notes.map((note) => (notes[note.id] ? { ...note, ...notes[note.id] } : note)),
  };
}

export function withTool(doc: Doc, id: string, tool: string): Doc {
  return changed(doc, id, (step) => ({
    ...step,
    params: { ...step.params, tools: [...toolsOf(step), tool] },
  }));
}

export function withoutTool(doc: Doc, id: string, tool: string): Doc {
  return changed(doc, id, (step) => ({
    ...step,
    params: { ...step.params, tools: toolsOf(step).filter((one) => one !== tool) },
  }));
}

export function toolsOf(step: Step): string[] {
  const tools = step.params.tools;
  return Array.isArray(tools) ? tools.map(String) : [];
}

export function withNote(doc: Doc, at: Point, text = ""): { doc: Doc; id: string } {
  const id = freeId("note", doc.notes.map((note) => note.id));
  const note: Note = { ...NOTE, id, text, x: Math.round(at.x), y: Math.round(at.y) };
  return { id, doc: { ...doc, notes: [...doc.notes, note] } };
}

export const changedNote = (doc: Doc, id: string, change: Partial<Note>): Doc => ({
  ...doc,
  notes: doc.notes.map((note) => (note.id === id ? { ...note, ...change } : note)),
});

export const withoutNotes = (doc: Doc, ids: readonly string[]): Doc => ({
  ...doc,
  notes: doc.notes.filter((note) => !ids.includes(note.id)),
});

/** A group of these steps; each leaves the group it was in. */
export function withGroup(doc: Doc, steps: readonly string[], title = ""): { doc: Doc; id: string } {
  const id = freeId("group", doc.groups.map((group) => group.id));
  const rest = grouped(doc.groups, (one) => (steps.includes(one) ? null : one));
  return { id, doc: { ...doc, groups: [...rest, { id, title, steps, colour: "blue" }] } };
}

export const changedGroup = (doc: Doc, id: string, change: Partial<Group>): Doc => ({
  ...doc,
  groups: doc.groups.map((group) => (group.id === id ? { ...group, ...change } : group)),
});

export const withoutGroups = (doc: Doc, ids: readonly string[]): Doc => ({
  ...doc,
  groups: doc.groups.filter((group) => !ids.includes(group.id)),
});
