/** The component: one bundle, drawn as an editor or as a production's graph. */

import flowStyle from "@xyflow/react/dist/style.css?inline";
import { createRoot, type Root } from "react-dom/client";
import { GraphApp } from "./live/GraphApp";
import type { GraphData } from "./live/types";
import { EditorApp } from "./editor/EditorApp";
import type { EditorData, Speaker } from "./model/types";
import canvasStyle from "./styles/canvas.css?inline";
import editorStyle from "./styles/editor.css?inline";
import runStyle from "./styles/run.css?inline";
import stepStyle from "./styles/step.css?inline";

interface Context {
  data: EditorData | GraphData;
  parentElement: HTMLElement | ShadowRoot;
  setStateValue: (name: string, value: unknown) => void;
  setTriggerValue: (name: string, value: unknown) => void;
}

const STYLES = [flowStyle, canvasStyle, stepStyle, runStyle, editorStyle];
const roots = new WeakMap<Element, Root>();

/** Draw `data`. Called again for every change of it, so the root is kept for as long as its host. */
export default function render(context: Context): () => void {
  const host = context.parentElement.querySelector(".host");
  if (!host) return () => undefined;
  let root = roots.get(host);
  if (!root) {
    dress(context.parentElement, host);
    root = createRoot(host);
    roots.set(host, root);
  }
  const { data } = context;
  const speaker: Speaker = { state: context.setStateValue, trigger: context.setTriggerValue };
  root.render(
    data.mount === "graph" ? (
      <GraphApp data={data} speaker={speaker} />
    ) : (
      <EditorApp data={data} speaker={speaker} host={host} />
    ),
  );
  return () => {
    roots.get(host)?.unmount();
    roots.delete(host);
  };
}

function dress(parent: HTMLElement | ShadowRoot, host: Element): void {
  const style = document.createElement("style");
  style.textContent = STYLES.join("\n");
  parent.insertBefore(style, parent instanceof ShadowRoot ? parent.firstChild : host);
}
