/** The editor that the parts of the page work on. */

import { createContext, useContext } from "react";
import { useStore } from "../model/store";
import type { Words } from "../model/types";
import { say } from "../model/words";
import { Editor, type EditorState } from "./editor";

const nobody = { state: () => undefined, trigger: () => undefined };

export const EditorContext = createContext<Editor>(new Editor(nobody));

export const useEditor = (): Editor => useContext(EditorContext);

/** Part of the editor's state; `select` must give the same object while nothing has changed. */
export function useEditorState<T>(select: (state: EditorState) => T): T {
  return useStore(useEditor().store, select);
}

/** Texts by key. */
export function useSay(): (key: string, values?: Record<string, unknown>) => string {
  const words: Words = useEditorState((state) => state.words);
  return (key, values) => say(words, key, values);
}
