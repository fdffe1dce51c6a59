/** Texts with their values filled in, and lengths and sums as people read them. */

import type { Words } from "./types";

/** A text by its key, `{name}` replaced by the value of that name. */
export function say(words: Words, key: string, values: Record<string, unknown> = {}): string {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in values ? String(values[name]) : whole,
  );
}

/** `0.8 s`, `42 s`, `1:05`. */
export function length(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** `$0.42`, `$0.004`; nothing for nothing. */
export function money(usd: number | undefined): string {
  if (!usd) return "";
  return usd < 0.01 ? `$${usd.toFixed(3)}` : `$${usd.toFixed(2)}`;
}

/** `script_gate` as people read it: `Script gate`. */
export function pretty(id: string): string {
  const text = id.replace(/_/g, " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
