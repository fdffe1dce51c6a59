import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { isRefused } from "../src/live/refused";
import { Stream, waitAfter, type Source } from "../src/live/stream";

class FakeSource implements Source {
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;
  private readonly hears = new Map<string, (event: { data: string }) => void>();

  addEventListener(name: string, hear: (event: { data: string }) => void): void {
    this.hears.set(name, hear);
  }
  close(): void {
    this.closed = true;
  }
  says(name: string, data: unknown): void {
    this.hears.get(name)?.({ data: JSON.stringify(data) });
  }
}

let made: FakeSource[] = [];
let inSight = true;
let refused = false;
const stream = (): Stream =>
  new Stream(() => {
    const source = new FakeSource();
    made.push(source);
    return source;
  }, () => inSight, async () => refused);
const open = (): FakeSource[] => made.filter((source) => !source.closed);

beforeEach(() => {
  made = [];
  inSight = true;
  refused = false;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("many who listen share one connection, and all of them hear", () => {
  const [shared, heard] = [stream(), [] as string[]];
  shared.join({ end: () => heard.push("first") });
  shared.join({ end: ({ state }) => heard.push(`second ${state}`) });
  vi.runAllTimers();
  expect(made).toHaveLength(1);
  made[0]?.says("end", { state: "done" });
  expect(heard).toEqual(["first", "second done"]);
  expect(open()).toHaveLength(0);
});

test("whoever comes later is told the whole, by a connection in the place of the first", () => {
  const shared = stream();
  shared.join({});
  vi.runAllTimers();
  shared.join({});
  vi.runAllTimers();
  expect(made).toHaveLength(2);
  expect(open()).toHaveLength(1);
});

test("it is closed when the last one has left", () => {
  const shared = stream();
  const [first, second] = [shared.join({}), shared.join({})];
  vi.runAllTimers();
  first();
  vi.runAllTimers();
  expect(open()).toHaveLength(1);
  second();
  vi.runAllTimers();
  expect(open()).toHaveLength(0);
});

test("a page out of sight holds no connection, and has one again when it is seen", () => {
  const shared = stream();
  shared.join({});
  vi.runAllTimers();
  inSight = false;
  shared.renew();
  vi.runAllTimers();
  expect(open()).toHaveLength(0);
  inSight = true;
  shared.renew();
  vi.runAllTimers();
  expect(open()).toHaveLength(1);
});

test("one that has ended stays closed until somebody comes", () => {
  const shared = stream();
  shared.join({});
  vi.runAllTimers();
  made[0]?.says("end", { state: "done" });
  shared.renew();
  vi.runAllTimers();
  expect(open()).toHaveLength(0);
  shared.join({});
  vi.runAllTimers();
  expect(open()).toHaveLength(1);
});

test("a stream that is refused for good is not asked for again", async () => {
  stream().join({});
  vi.runAllTimers();
  refused = true;
  made[0]?.onerror?.();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(open()).toHaveLength(0);
});

test("a fault of the server may pass, a refusal does not", async () => {
  for (const [status, said] of [[200, false], [502, false], [401, true], [404, true]] as const) {
    vi.stubGlobal("fetch", async () => ({ status }));
    expect(await isRefused("/events")).toBe(said);
  }
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
  expect(await isRefused("/events")).toBe(false);
  vi.unstubAllGlobals();
});

test("a stream that fails is opened again, after longer and longer waits", async () => {
  expect([1, 2, 3, 10].map(waitAfter)).toEqual([1000, 2000, 4000, 30_000]);
  stream().join({});
  vi.runAllTimers();
  made[0]?.onerror?.();
  expect(open()).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(1000);
  expect(open()).toHaveLength(1);
});
