import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { isRefused } from "../src/live/refused";
import { listen, type Listener } from "../src/live/stream";

class FakeSource {
  static open: FakeSource[] = [];
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;

  constructor() {
    FakeSource.open.push(this);
  }
  addEventListener(): void {}
  close(): void {
    FakeSource.open = FakeSource.open.filter((one) => one !== this);
  }
}

const page = Object.assign(new EventTarget(), { hidden: false });
const nobody = { open: () => undefined } as unknown as Listener;
let status = 200;

const turn = (hidden: boolean): void => {
  page.hidden = hidden;
  page.dispatchEvent(new Event("visibilitychange"));
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("document", page);
  vi.stubGlobal("EventSource", FakeSource);
  vi.stubGlobal("fetch", async () => ({ status }));
  FakeSource.open = [];
  status = 200;
  page.hidden = false;
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("a page out of sight holds no connection, and has one again when it is seen", () => {
  const leave = listen("/events", nobody);
  expect(FakeSource.open).toHaveLength(1);
  turn(true);
  expect(FakeSource.open).toHaveLength(0);
  turn(false);
  expect(FakeSource.open).toHaveLength(1);
  leave();
  turn(true);
  turn(false);
  expect(FakeSource.open).toHaveLength(0);
});

test("a stream that is refused for good is not asked for again", async () => {
  const leave = listen("/events", nobody);
  FakeSource.open[0]?.onerror?.();
  await vi.advanceTimersByTimeAsync(1000);
  expect(FakeSource.open).toHaveLength(1);
  status = 401;
  FakeSource.open[0]?.onerror?.();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(FakeSource.open).toHaveLength(0);
  leave();
});

test("a fault of the server may pass, a refusal does not", async () => {
  for (const [now, refused] of [[200, false], [502, false], [401, true], [404, true]] as const) {
    status = now;
    expect(await isRefused("/events")).toBe(refused);
  }
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
  expect(await isRefused("/events")).toBe(false);
});
