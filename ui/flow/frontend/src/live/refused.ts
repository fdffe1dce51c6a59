/** Whether a stream that broke off is refused for good. */

const FOR_GOOD = new Set([401, 403, 404]);

/** Ask once, as an `EventSource` does not say why: signed out, not theirs, or gone. */
export async function isRefused(address: string): Promise<boolean> {
  const stop = new AbortController();
  try {
    const { status } = await fetch(address, { signal: stop.signal });
    return FOR_GOOD.has(status);
  } catch {
    return false; // nobody answers: that may pass
  } finally {
    stop.abort();
  }
}
