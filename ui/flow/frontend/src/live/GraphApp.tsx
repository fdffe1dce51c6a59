/** A production's steps, drawn and kept up to date by its stream. */

import {
  Background,
  BackgroundVariant,
  Controls,
  MiniMap,
  ReactFlow,
  ReactFlowProvider,
  getNodesBounds,
  useReactFlow,
  useStore as useFlow,
  useStoreApi,
  type Edge,
  type Node,
} from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { placed, type Size } from "../model/layout";
import { reduced } from "../model/reduction";
import { Store, useStore } from "../model/store";
import type { Speaker, State, Step } from "../model/types";
import { say } from "../model/words";
import { GroupBox, NoteBox, groupNode, noteNode } from "../parts/boxes";
import { Icon } from "../parts/Icon";
import { home, isReadable } from "../parts/home";
import { RunContext, type Chosen } from "./context";
import { LogPanel } from "./LogPanel";
import { NOTHING, ended, logged, stepped, told, type Live } from "./reducer";
import { RunNode, type RunNodeType } from "./RunNode";
import { listen } from "./stream";
import type { GraphData } from "./types";

const NODE_TYPES = { run: RunNode, note: NoteBox, group_box: GroupBox };
const PLAIN: Size = { width: 208, height: 84 };
const MAPPED: Size = { width: 208, height: 196 };
const MAP = { width: 300, height: 72 };
const GAPS = { across: 46, down: 26, plain: true };
const COLOUR_OF: Record<State, string> = {
  waiting: "var(--faint)",
  running: "var(--st-blue-color)",
  asking: "var(--st-violet-color)",
  done: "var(--st-green-color)",
  reused: "var(--st-green-color)",
  failed: "var(--st-red-color)",
  skipped: "var(--faint)",
  cancelled: "var(--faint)",
};

interface Props {
  data: GraphData;
  speaker: Speaker;
}

export function GraphApp(props: Props) {
  return (
    <ReactFlowProvider>
      <Graph {...props} />
    </ReactFlowProvider>
  );
}

function Graph({ data, speaker }: Props) {
  const live = useLive(data);
  const { chosen, choose } = useChosen(data, speaker);
  const open = useStore(live, (state) => state.ended) || !data.events;
  const context = useMemo(
    () => ({ live, chosen, choose, words: data.texts }),
    [live, chosen, choose, JSON.stringify(data.texts)],
  );
  return (
    <RunContext.Provider value={context}>
      <div className="flow graph" data-ended={open}>
        <div className="canvas" style={{ height: data.height_px }}>
          <Drawing data={data} live={live} choose={choose} />
        </div>
        <Overview words={data.texts} live={live} />
        {data.panel ? <LogPanel steps={data.steps} /> : null}
      </div>
    </RunContext.Provider>
  );
}

/** The store that the stream fills; Python's own state counts at first, and when all has ended. */
function useLive(data: GraphData): Store<Live> {
  const [live] = useState(() => new Store<Live>(begun(data)));
  const settled = data.events || !data.state ? "" : JSON.stringify(data.state);
  useEffect(() => {
    if (settled) live.set(stepped(live.get(), JSON.parse(settled), performance.now()));
  }, [settled, live]);
  useEffect(() => {
    if (!data.events) return undefined;
    return listen(data.events, {
      steps: (event) => live.set(stepped(live.get(), event, performance.now())),
      log: (lines) => live.set(logged(live.get(), lines)),
      said: (said) => live.set(told(live.get(), said)),
      end: ({ state }) => live.set(ended(live.get(), state)),
    });
  }, [data.events, live]);
  return live;
}

function begun(data: GraphData): Live {
  return data.state ? stepped(NOTHING, data.state, performance.now()) : NOTHING;
}

function useChosen(data: GraphData, speaker: Speaker) {
  const [chosen] = useState(() => new Store<Chosen>({ keys: data.selection ?? [] }));
  const newest = useRef(speaker);
  newest.current = speaker;
  const asked = JSON.stringify(data.selection ?? null);
  useEffect(() => {
    if (asked !== "null") chosen.set({ keys: JSON.parse(asked) });
  }, [asked, chosen]);
  const choose = useCallback(
    (key: string) => {
      const keys = key ? [key] : [];
      chosen.set({ keys });
      newest.current.state("selection", keys);
    },
    [chosen],
  );
  return { chosen, choose };
}

interface DrawingProps {
  data: GraphData;
  live: Store<Live>;
  choose: (key: string) => void;
}

function Drawing({ data, live, choose }: DrawingProps) {
  const flow = useReactFlow();
  const canvas = useStoreApi();
  const { texts, height_px } = data;
  const drawn = JSON.stringify([data.steps, data.layout, data.notes, data.groups]);
  const nodes = useMemo(() => nodesOf(data), [drawn]);
  const states = useStates(live);
  const edges = useMemo(() => edgesOf(data, states), [drawn, states]);
  const start = useCallback(
    () => home(flow, canvas.getState(), nodes, activeOf(live.get())),
    [flow, canvas, nodes, live],
  );
  useEffect(() => {
    const timer = setTimeout(start, 30);
    return () => clearTimeout(timer);
  }, [drawn, height_px]);
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      nodesDraggable={false}
      nodesConnectable={false}
      elementsSelectable={false}
      nodesFocusable
      minZoom={0.15}
      maxZoom={1.6}
      zoomOnScroll={false}
      panOnScroll={false}
      preventScrolling={false}
      zoomActivationKeyCode={["Control", "Meta"]}
      onNodeClick={(_, node) => node.type === "run" && choose(node.id)}
      onPaneClick={() => choose("")}
      onKeyDown={(event) => {
        const node = (event.target as HTMLElement).closest?.<HTMLElement>(".react-flow__node-run");
        if (node && (event.key === "Enter" || event.key === " ")) {
          event.preventDefault();
          choose(node.dataset.id ?? "");
        }
      }}
      aria-label={say(texts, "graph")}
    >
      <Background variant={BackgroundVariant.Dots} gap={20} size={1.2} />
      <Controls
        orientation="horizontal"
        showInteractive={false} onFitView={() => flow.fitView({ padding: 0.06 })}
      >
        <button
          type="button"
          className="react-flow__controls-button"
          title={say(texts, "go_home")}
          aria-label={say(texts, "go_home")}
          onClick={start}
        >
          <Icon name="my_location" />
        </button>
      </Controls>
    </ReactFlow>
  );
}

interface OverviewProps {
  words: GraphData["texts"];
  live: Store<Live>;
}

/** All steps in small beneath the canvas, where they cannot hide one; none if all can be read. */
function Overview({ words, live }: OverviewProps) {
  const states = useStates(live);
  const wanted = useFlow(
    ({ nodes, nodeLookup, width, height }) =>
      width > 0 &&
      nodes.length > 0 &&
      !isReadable({ width, height }, getNodesBounds(nodes, { nodeLookup })),
  );
  if (!wanted) return null;
  return (
    <div className="overview">
      <MiniMap
        pannable
        zoomable
        style={MAP}
        ariaLabel={say(words, "minimap")}
        nodeColor={(node) => COLOUR_OF[states[node.id] ?? "waiting"]}
      />
    </div>
  );
}

/** States by step, the same object as long as none has changed. */
function useStates(live: Store<Live>): Record<string, State> {
  const last = useRef<{ text: string; found: Record<string, State> }>({ text: "", found: {} });
  return useStore(live, ({ steps }) => {
    const found = Object.fromEntries(Object.values(steps).map((one) => [one.id, one.state]));
    const text = JSON.stringify(found);
    if (text !== last.current.text) last.current = { text, found };
    return last.current.found;
  });
}

const activeOf = (live: Live): string[] =>
  Object.values(live.steps)
    .filter((step) => ["running", "asking", "failed"].includes(step.state))
    .map((step) => step.id);

function nodesOf(data: GraphData): Node[] {
  const steps = data.steps as unknown as Step[];
  const mapped = new Set(data.steps.filter((step) => step.over).map((step) => step.id));
  const sizes = (id: string): Size => (mapped.has(id) ? MAPPED : PLAIN);
  const places = placed(steps, data.layout ?? {}, sizes, GAPS);
  const words = { label: "", hint: "", colours: "" };
  return [
    ...(data.groups ?? [])
      .map((group) => groupNode(group, (id) => places[id] && { ...places[id], ...sizes(id) }, words))
      .filter((node) => node !== null),
    ...(data.notes ?? []).map((note) => noteNode(note, words)),
    ...data.steps.map(
      (step): RunNodeType => ({
        id: step.id,
        type: "run",
        position: places[step.id] ?? { x: 0, y: 0 },
        initialWidth: sizes(step.id).width,
        initialHeight: sizes(step.id).height,
        data: { step },
        ariaLabel: step.title,
      }),
    ),
  ];
}

/** The wires that say something, one for each pair of steps; a wire moves while its end is at work. */
function edgesOf(data: GraphData, states: Record<string, State>): Edge[] {
  const found = new Map<string, Edge>();
  for (const [id, sources] of reduced(data.steps as unknown as Step[])) {
    for (const source of sources) {
      const [before, after] = [states[source] ?? "waiting", states[id] ?? "waiting"];
      const done = before === "done" || before === "reused";
      found.set(`${source}→${id}`, {
        id: `${source}→${id}`,
        source,
        target: id,
        focusable: false,
        animated: after === "running",
        className: after === "running" ? "at-work" : done ? "passed" : "still",
      });
    }
  }
  return [...found.values()];
}
