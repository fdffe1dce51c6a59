import { useEffect, useState } from "react";

const TICK_MS = 1000;

/** The browser's clock in milliseconds, anew each second while it is wanted. */
export function useNow(wanted: boolean): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    if (!wanted) return undefined;
    setNow(performance.now());
    const timer = setInterval(() => setNow(performance.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [wanted]);
  return now;
}
