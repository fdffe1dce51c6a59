/** Streams of server-sent events: one connection to each, however many parts of a page listen. */

import { isRefused } from "./refused";
import type { Ended, LogLine, Mine, Said, Steps } from "./types";

/** What somebody wants to hear; each time a stream is opened, all that there is comes first. */
export interface Hears {
  steps?(event: Steps): void;
  log?(lines: LogLine[]): void;
  said?(event: Said): void;
  mine?(event: Mine): void;
  end?(event: Ended): void;
}

/** As much of an `EventSource` as is needed. */
export interface Source {
  onopen: (() => void) | null;
  onerror: (() => void) | null;
  addEventListener(name: string, hear: (event: { data: string }) => void): void;
  close(): void;
}

const NAMES = ["steps", "log", "said", "mine", "end"] as const;
/** Parts of a page come one after the other: those that come within this time come together. */
const TOGETHER_MS = 50;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/** The wait before the next try, in milliseconds. */
export function waitAfter(failures: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, failures - 1));
}

/** A stream and those who listen to it; open while somebody does, and the page is in sight. */
export class Stream {
  private readonly listeners = new Set<Hears>();
  private source: Source | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private over = false;

  constructor(
    private readonly connect: () => Source,
    private readonly inSight: () => boolean = () => true,
    private readonly refused: () => Promise<boolean> = async () => false,
  ) {}

  /** Listen, until the function that is returned is called. */
  join(listener: Hears): () => void {
    this.listeners.add(listener);
    this.over = false;
    this.renew();
    return () => {
      if (this.listeners.delete(listener) && this.listeners.size === 0) this.renew();
    };
  }

  /** Open it anew, so that whoever has come is told the whole; or close it if nobody listens. */
  renew(wait_ms = TOGETHER_MS): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), wait_ms);
  }

  private async again(): Promise<void> {
    const timer = this.timer;
    if (!(await this.refused()) && timer === this.timer) this.open();
  }

  private open(): void {
    this.source?.close();
    this.source = null;
    if (this.over || this.listeners.size === 0 || !this.inSight()) return;
    const source = this.connect();
    this.source = source;
    source.onopen = () => {
      this.failures = 0;
    };
    source.onerror = () => {
      source.close();
      this.failures += 1;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.again(), waitAfter(this.failures));
    };
    for (const name of NAMES) {
      source.addEventListener(name, ({ data }) => this.tell(name, JSON.parse(data)));
    }
  }

  private tell(name: (typeof NAMES)[number], data: unknown): void {
    if (name === "end") {
      this.over = true;
      this.source?.close();
    }
    for (const listener of [...this.listeners]) listener[name]?.(data as never);
  }
}

const streams = new Map<string, Stream>();

/** Listen to the stream at an address, until the function that is returned is called. */
export function listen(address: string, listener: Hears): () => void {
  let stream = streams.get(address);
  if (!stream) {
    const connect = (): Source => new EventSource(address) as unknown as Source;
    stream = new Stream(connect, () => !document.hidden, () => isRefused(address));
    streams.set(address, stream);
  }
  return stream.join(listener);
}

if (typeof document !== "undefined") {
  // A browser has six connections to a server, for all its tabs: those out of sight hold none.
  document.addEventListener("visibilitychange", () => {
    for (const stream of streams.values()) stream.renew();
  });
}
