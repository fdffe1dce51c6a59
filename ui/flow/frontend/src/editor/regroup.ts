/** Where things are after they were dragged, and in which group. */

import { moved } from "../model/editing";
import type { Doc, Point } from "../model/types";
import { groupKey, noteKey } from "../parts/keys";

export interface Boxed extends Point {
  width: number;
  height: number;
}

/**
 * The drawing with everything where it was let go. A step that was dragged out of its group's box
 * leaves it; one that was dragged into a box joins.
 */
export function landed(doc: Doc, boxes: Readonly<Record<string, Boxed>>): Doc {
  const places: Record<string, Point> = {};
  for (const step of doc.steps) {
    const [old, now] = [doc.layout[step.id], boxes[step.id]];
    if (now && (old?.x !== now.x || old.y !== now.y)) places[step.id] = { x: now.x, y: now.y };
  }
  const notes: Record<string, Point> = {};
  for (const note of doc.notes) {
    const now = boxes[noteKey(note.id)];
    if (now && (note.x !== now.x || note.y !== now.y)) notes[note.id] = { x: now.x, y: now.y };
  }
  if (Object.keys(places).length + Object.keys(notes).length === 0) return doc;
  return regrouped(moved(doc, places, notes), Object.keys(places), boxes);
}

function regrouped(doc: Doc, ids: string[], boxes: Readonly<Record<string, Boxed>>): Doc {
  let changed = false;
  const groups = doc.groups.map((group) => {
    const frame = boxes[groupKey(group.id)];
    if (!frame) return group;
    const inside = (id: string): boolean => within(boxes[id], frame);
    const stays = group.steps.filter((id) => !ids.includes(id) || inside(id));
    const taken = doc.groups.filter((one) => one !== group).flatMap((one) => one.steps);
    const joins = ids.filter((id) => !group.steps.includes(id) && !taken.includes(id) && inside(id));
    if (joins.length === 0 && stays.length === group.steps.length) return group;
    changed = true;
    return { ...group, steps: [...stays, ...joins] };
  });
  return changed ? { ...doc, groups: groups.filter((group) => group.steps.length > 0) } : doc;
}

function within(box: Boxed | undefined, frame: Boxed): boolean {
  if (!box) return false;
  const x = box.x + box.width / 2;
  const y = box.y + box.height / 2;
  return x > frame.x && x < frame.x + frame.width && y > frame.y && y < frame.y + frame.height;
}
