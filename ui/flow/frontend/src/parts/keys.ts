/** Ids of notes and groups among the nodes of a canvas, where a step has its own. */

export const noteKey = (id: string): string => `note:${id}`;
export const groupKey = (id: string): string => `group:${id}`;
