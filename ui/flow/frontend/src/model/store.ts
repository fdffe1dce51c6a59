/** A value that parts of the page look at; each is drawn anew only when what it looks at changes. */

import { useSyncExternalStore } from "react";

export class Store<S extends object> {
  private readonly listeners = new Set<() => void>();
  private value: S;

  constructor(value: S) {
    this.value = value;
  }

  get = (): S => this.value;

  set = (change: Partial<S>): void => {
    this.value = { ...this.value, ...change };
    for (const listener of this.listeners) listener();
  };

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}

/** Part of a store; `select` must give the same object as long as nothing has changed. */
export function useStore<S extends object, T>(store: Store<S>, select: (state: S) => T): T {
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}
