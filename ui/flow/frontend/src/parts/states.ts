/** The icon of every state of a step. */

import type { State } from "../model/types";

export const STATE_ICONS: Record<State, string> = {
  waiting: "radio_button_unchecked",
  running: "progress_activity",
  asking: "how_to_reg",
  done: "check_circle",
  reused: "history",
  failed: "error",
  skipped: "remove_circle_outline",
  cancelled: "stop_circle",
};
