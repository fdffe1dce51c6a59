/** A production's stream; after a fault it is opened again, each time after a longer wait. */

import { isRefused } from "./refused";
import type { LogLine, Said, Steps } from "./types";

export interface Listener {
  steps(event: Steps): void;
  log(lines: LogLine[]): void;
  said(event: Said): void;
  end(state: string): void;
  /** Whether the stream is open. */
  open(yes: boolean): void;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/** The wait before the next try, in milliseconds. */
export function waitAfter(failures: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, failures - 1));
}

/** Listen until the end, or until the function that is returned is called. */
export function listen(address: string, listener: Listener): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let left = false;

  const close = (): void => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };
  const again = async (): Promise<void> => {
    if (!(await isRefused(address)) && !left && !document.hidden) open();
  };
  const look = (): void => (document.hidden ? close() : open());
  const open = (): void => {
    close();
    source = new EventSource(address);
    const on = <T>(name: string, act: (data: T) => void): void =>
      source?.addEventListener(name, (event) => act(JSON.parse((event as MessageEvent).data)));
    source.onopen = () => {
      failures = 0;
      listener.open(true);
    };
    source.onerror = () => {
      close();
      failures += 1;
      listener.open(false);
      timer = setTimeout(again, waitAfter(failures));
    };
    on<Steps>("steps", listener.steps);
    on<LogLine | LogLine[]>("log", (lines) => listener.log([lines].flat()));
    on<Said>("said", listener.said);
    on<{ state: string }>("end", ({ state }) => {
      leave();
      listener.end(state);
    });
  };
  // A browser has six connections to a server for all its tabs: those out of sight hold none.
  const leave = (): void => {
    left = true;
    close();
    document.removeEventListener("visibilitychange", look);
  };
  document.addEventListener("visibilitychange", look);
  look();
  return leave;
}
