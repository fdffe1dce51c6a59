/** What the nodes of a production's graph look at. */

import { createContext } from "react";
import { Store } from "../model/store";
import type { Words } from "../model/types";
import { NOTHING, type Live } from "./reducer";

export interface Chosen {
  keys: string[];
}

export interface RunContextValue {
  live: Store<Live>;
  chosen: Store<Chosen>;
  choose: (key: string) => void;
  words: Words;
}

export const RunContext = createContext<RunContextValue>({
  live: new Store<Live>(NOTHING),
  chosen: new Store<Chosen>({ keys: [] }),
  choose: () => undefined,
  words: {},
});
