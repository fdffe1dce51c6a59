/** What keys do. Letters stand alone, so that no browser shortcut is taken. */

export interface Shortcut {
  keys: string;
  /** Key of the text that says what it does. */
  says: string;
}

export const SHORTCUTS: { section: string; list: Shortcut[] }[] = [
  {
    section: "keys_draw",
    list: [
      { keys: "A", says: "key_add" },
      { keys: "J", says: "key_join" },
      { keys: "/", says: "key_search" },
      { keys: "N", says: "key_note" },
      { keys: "G", says: "key_group" },
      { keys: "F2", says: "key_rename" },
      { keys: "M", says: "key_menu" },
      { keys: "L", says: "key_arrange" },
    ],
  },
  {
    section: "keys_change",
    list: [
      { keys: "← ↑ → ↓", says: "key_move" },
      { keys: "Shift ← ↑ → ↓", says: "key_move_far" },
      { keys: "Del", says: "key_delete" },
      { keys: "Ctrl Z", says: "key_undo" },
      { keys: "Ctrl Y", says: "key_redo" },
      { keys: "Ctrl C · X · V", says: "key_copy" },
      { keys: "Ctrl D", says: "key_duplicate" },
    ],
  },
  {
    section: "keys_look",
    list: [
      { keys: "Tab", says: "key_tab" },
      { keys: "Enter", says: "key_choose" },
      { keys: "[ ]", says: "key_next" },
      { keys: "Ctrl A", says: "key_all" },
      { keys: "Shift", says: "key_box" },
      { keys: "F", says: "key_fit" },
      { keys: "+ −", says: "key_zoom" },
      { keys: "Esc", says: "key_escape" },
    ],
  },
];

export type Command =
  | "undo" | "redo" | "duplicate" | "all" | "delete" | "escape" | "add" | "join" | "search"
  | "note" | "group" | "rename" | "menu" | "arrange" | "fit" | "in" | "out" | "help" | "choose"
  | "next" | "previous" | "left" | "right" | "up" | "down";

const PLAIN: Record<string, Command> = {
  a: "add", j: "join", "/": "search", n: "note", g: "group", f2: "rename", m: "menu",
  l: "arrange", f: "fit", "+": "in", "=": "in", "-": "out", "?": "help", enter: "choose",
  " ": "choose", "]": "next", "[": "previous", delete: "delete", backspace: "delete",
  escape: "escape", arrowleft: "left", arrowright: "right", arrowup: "up", arrowdown: "down",
};
const WITH_CTRL: Record<string, Command> = { z: "undo", y: "redo", d: "duplicate", a: "all" };

type Pressed = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

/** What a key asks for; null if it is not ours. */
export function commandOf(event: Pressed): Command | null {
  const key = event.key.toLowerCase();
  if (event.altKey) return null;
  if (event.ctrlKey || event.metaKey) {
    if (key === "z" && event.shiftKey) return "redo";
    return WITH_CTRL[key] ?? null;
  }
  return PLAIN[key] ?? null;
}

export const CHANGES: ReadonlySet<Command> = new Set([
  "undo", "redo", "duplicate", "delete", "add", "join", "note", "group", "rename", "arrange",
  "left", "right", "up", "down",
]);
