/** The canvas: steps, wires, notes and groups, and what the mouse does with them. */

import {
  Background,
  BackgroundVariant,
  ConnectionMode,
  Controls,
  MiniMap,
  ReactFlow,
  SelectionMode,
  applyNodeChanges,
  useReactFlow,
  useStoreApi,
  type Connection,
  type Edge,
  type EdgeChange,
  type FinalConnectionState,
  type Node,
  type NodeChange,
} from "@xyflow/react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type DragEvent } from "react";
import { sourceOf } from "../model/sources";
import type { Point } from "../model/types";
import { GroupBox, NoteBox, type BoxActions } from "../parts/boxes";
import { home } from "../parts/home";
import { Icon } from "../parts/Icon";
import { useEditor, useEditorState, useSay } from "./context";
import { KIND } from "./dragging";
import type { Editor, EditorState } from "./editor";
import { addMenu, feedMenu, stepMenu } from "./menus";
import { nodesOf, wiresOf, type Wire } from "./nodes";
import { landed, type Boxed } from "./regroup";
import { seeAll } from "./seeAll";
import { StepNode } from "./StepNode";

const NODE_TYPES = { step: StepNode, note: NoteBox, group_box: GroupBox };
const CONNECTION_RADIUS = 22;

interface Props {
  /** Where a new step stands that the mouse has not put anywhere. */
  place: (source?: string) => Point;
  /** A point of the window, within the editor. */
  within: (at: Point) => Point;
  wires: ReadonlySet<string>;
  chooseWires: (ids: ReadonlySet<string>) => void;
}

export function Canvas({ place, within, wires: chosenWires, chooseWires }: Props) {
  const editor = useEditor();
  const say = useSay();
  const flow = useReactFlow();
  const readOnly = useEditorState((state) => state.readOnly);
  const opened = useEditorState((state) => state.opened);
  const linking = useEditorState((state) => state.linking !== null);
  const colour = useEditorState(linkColour);
  const count = useEditorState((state) => state.doc.steps.length);
  const { nodes, onNodesChange, onNodeDragStop } = useNodes(editor);
  const edges = useWires(chosenWires);
  const joining = useJoining(editor, place, within);
  const kinds = useEditorState((state) => state.wiring);

  const start = useHome(nodes, opened);

  const onEdgesChange = useCallback(
    (changes: EdgeChange[]) => {
      const next = new Set(chosenWires);
      for (const change of changes) {
        if (change.type === "select") next[change.selected ? "add" : "delete"](change.id);
      }
      chooseWires(next);
    },
    [chosenWires, chooseWires],
  );

  const onDrop = (event: DragEvent): void => {
    const kind = event.dataTransfer.getData(KIND);
    if (!kind) return;
    event.preventDefault();
    const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    editor.add(kind, { x: at.x - 60, y: at.y - 26 });
  };

  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      onNodeDragStop={onNodeDragStop}
      {...joining}
      className={linking ? "linking" : ""}
      connectionLineStyle={{ stroke: colour, strokeWidth: 2.5 }}
      nodesDraggable={!readOnly}
      nodesConnectable={!readOnly}
      edgesReconnectable={!readOnly}
      nodesFocusable
      edgesFocusable={!readOnly}
      disableKeyboardA11y
      deleteKeyCode={null}
      selectionKeyCode="Shift"
      multiSelectionKeyCode={["Control", "Meta", "Shift"]}
      selectionMode={SelectionMode.Partial}
      connectionMode={ConnectionMode.Strict}
      connectionRadius={CONNECTION_RADIUS}
      onlyRenderVisibleElements
      elevateNodesOnSelect={false}
      zoomOnDoubleClick={false}
      minZoom={0.1}
      maxZoom={1.8}
      onNodeContextMenu={(event, node) => {
        event.preventDefault();
        if (node.type !== "step") return;
        if (!editor.state.chosen.includes(node.id)) editor.choose([node.id]);
        stepMenu(editor, within({ x: event.clientX, y: event.clientY }), node.id);
      }}
      onPaneContextMenu={(event) => {
        event.preventDefault();
        if (readOnly) return;
        const at = { x: event.clientX, y: event.clientY };
        addMenu(editor, within(at), () => flow.screenToFlowPosition(at));
      }}
      onDragOver={(event) => {
        if (!readOnly && event.dataTransfer.types.includes(KIND)) event.preventDefault();
      }}
      onDrop={onDrop}
      aria-label={say("canvas")}
    >
      <Background variant={BackgroundVariant.Dots} gap={20} size={1.2} />
      <Controls
        orientation="horizontal"
        showInteractive={false}
        showFitView={false}
        aria-label={say("zoom")}
      >
        <button
          type="button"
          className="react-flow__controls-button"
          title={say("key_fit")}
          aria-label={say("key_fit")}
          onClick={() => seeAll(flow)}
        >
          <Icon name="fit_screen" />
        </button>
        <button
          type="button"
          className="react-flow__controls-button"
          title={say("go_start")}
          aria-label={say("go_start")}
          onClick={start}
        >
          <Icon name="first_page" />
        </button>
      </Controls>
      {count > 3 ? (
        <MiniMap
          pannable
          zoomable
          ariaLabel={say("minimap")}
          nodeColor={(node) =>
            node.type === "step" ? (kinds.kindOf(node.id)?.colour ?? "red") : "transparent"
          }
          nodeStrokeColor={(node) => (node.type === "step" ? "transparent" : "var(--faint)")}
          nodeStrokeWidth={6}
        />
      ) : null}
    </ReactFlow>
  );
}

/** The colour of the wire that is being drawn. */
function linkColour({ linking, wiring }: EditorState): string {
  if (!linking) return "";
  const { inputs, outputs } = wiring.portsOf(linking.step);
  const ports = linking.from === "output" ? outputs : inputs;
  return wiring.colourOf(ports.find((port) => port.name === linking.port)?.type ?? "");
}

/** Goes to the beginning when a drawing was opened; what is returned goes there again. */
function useHome(nodes: Node[], opened: number): () => void {
  const flow = useReactFlow();
  const canvas = useStoreApi();
  const newest = useRef(nodes);
  newest.current = nodes;
  const done = useRef(0);
  const start = useCallback(
    () => home(flow, canvas.getState(), newest.current),
    [flow, canvas],
  );
  useEffect(() => {
    if (done.current === opened || nodes.length === 0) return undefined;
    const timer = setTimeout(() => {
      done.current = opened;
      start();
    }, 40);
    return () => clearTimeout(timer);
  }, [opened, nodes, start]);
  return start;
}

/** Nodes follow the drawing; while they are dragged they are ahead of it. */
function useNodes(editor: Editor) {
  const doc = useEditorState((state) => state.doc);
  const wiring = useEditorState((state) => state.wiring);
  const chosen = useEditorState((state) => state.chosen);
  const actions = useBoxActions(editor);
  const [nodes, setNodes] = useState<Node[]>([]);
  const newest = useRef(nodes);
  newest.current = nodes;
  useLayoutEffect(() => {
    setNodes((before) => nodesOf(doc, wiring, chosen, actions, before));
  }, [doc, wiring, chosen, actions]);

  const onNodesChange = useCallback(
    (changes: NodeChange[]) => {
      const picks = changes.filter((change) => change.type === "select");
      if (picks.length > 0) {
        const next = new Set(editor.state.chosen);
        for (const pick of picks) next[pick.selected ? "add" : "delete"](pick.id);
        editor.choose([...next]);
      }
      const rest = changes.filter((one) => one.type !== "select" && one.type !== "remove");
      if (rest.length > 0) setNodes((now) => applyNodeChanges(withMembers(rest, now, editor), now));
    },
    [editor],
  );

  const onNodeDragStop = useCallback(() => {
    const boxes: Record<string, Boxed> = {};
    for (const node of newest.current) {
      const { width = 0, height = 0 } = node.measured ?? {};
      boxes[node.id] = {
        x: Math.round(node.position.x),
        y: Math.round(node.position.y),
        width: node.width ?? width,
        height: node.height ?? height,
      };
    }
    editor.commit(landed(editor.doc, boxes));
  }, [editor]);

  return { nodes, onNodesChange, onNodeDragStop };
}

/** With the moves of the steps in a group that is moved. */
function withMembers(changes: NodeChange[], nodes: Node[], editor: Editor): NodeChange[] {
  const groups = changes.filter(
    (change) => change.type === "position" && change.id.startsWith("group:") && change.position,
  );
  if (groups.length === 0) return changes;
  const moving = new Set(changes.map((change) => ("id" in change ? change.id : "")));
  const found = new Map(nodes.map((node) => [node.id, node]));
  const more: NodeChange[] = [];
  for (const change of groups) {
    if (change.type !== "position" || !change.position) continue;
    const old = found.get(change.id);
    const group = editor.doc.groups.find((one) => `group:${one.id}` === change.id);
    for (const id of group?.steps ?? []) {
      const member = found.get(id);
      if (!old || !member || moving.has(id)) continue;
      const x = member.position.x + change.position.x - old.position.x;
      const y = member.position.y + change.position.y - old.position.y;
      more.push({ type: "position", id, position: { x, y }, dragging: change.dragging });
    }
  }
  return [...changes, ...more];
}

function useBoxActions(editor: Editor): { note: BoxActions; group: BoxActions } {
  const words = useEditorState((state) => state.words);
  const readOnly = useEditorState((state) => state.readOnly);
  return useMemo(() => {
    const change = readOnly
      ? undefined
      : (key: string, what: object): void => editor.changeBox(key, { ...what });
    const colours = editor.say("colours");
    return {
      note: { label: editor.say("note"), hint: editor.say("note_hint"), colours, change },
      group: { label: editor.say("group"), hint: editor.say("group_hint"), colours, change },
    };
  }, [editor, words, readOnly]);
}

function useWires(chosen: ReadonlySet<string>): Wire[] {
  const doc = useEditorState((state) => state.doc);
  const wiring = useEditorState((state) => state.wiring);
  const before = useRef<Wire[]>([]);
  return useMemo(() => {
    before.current = wiresOf(doc, wiring, chosen, before.current);
    return before.current;
  }, [doc, wiring, chosen]);
}

/** `out:scenes` → `scenes`. */
const portOf = (handle: string | null | undefined): string => (handle ?? "").replace(/^(in|out):/, "");

/** Drawing wires: which may be, what they do, and what is offered where they end in nothing. */
function useJoining(editor: Editor, place: Props["place"], within: Props["within"]) {
  const flow = useReactFlow();
  const moved = useRef(false);
  return useMemo(() => {
    const ends = (wire: Connection | Edge): [string, string, string] => [
      sourceOf(wire.source, portOf(wire.sourceHandle)),
      wire.target,
      portOf(wire.targetHandle),
    ];
    return {
      isValidConnection: (wire: Connection | Edge) =>
        editor.state.wiring.verdict(...ends(wire)).ok,
      onConnectStart: (
        _: unknown,
        start: { nodeId: string | null; handleId: string | null; handleType: string | null },
      ) => {
        if (!start.nodeId) return;
        const from = start.handleType === "source" ? "output" : "input";
        editor.store.set({ linking: { step: start.nodeId, port: portOf(start.handleId), from } });
      },
      onConnect: (wire: Connection) => void editor.connect(...ends(wire)),
      onConnectEnd: (event: MouseEvent | TouchEvent, end: FinalConnectionState) => {
        const { linking } = editor.state;
        editor.store.set({ linking: null });
        if (!linking || end.isValid || moved.current) return;
        const at = pointOf(event);
        const to = end.toHandle;
        if (to && end.toNode && end.fromHandle && to.type !== end.fromHandle.type) {
          const [source, target] =
            linking.from === "output"
              ? [sourceOf(linking.step, linking.port), to]
              : [sourceOf(to.nodeId, portOf(to.id)), end.fromHandle];
          editor.connect(source, target.nodeId, portOf(target.id));
          return;
        }
        const under = stepAt(event, at);
        if (under && under !== linking.step) return landOn(editor, linking, under);
        if (under) return;
        const there = (): Point => {
          const point = flow.screenToFlowPosition(at);
          return linking.from === "output"
            ? { x: point.x, y: point.y - 68 }
            : { x: point.x - 236, y: point.y - 68 };
        };
        if (linking.from === "output") {
          addMenu(editor, within(at), there, sourceOf(linking.step, linking.port));
        } else {
          feedMenu(editor, within(at), there, linking.step, linking.port);
        }
        void place;
      },
      onReconnectStart: () => {
        moved.current = true;
      },
      onReconnect: (old: Edge, wire: Connection) => {
        const [source, id, input] = ends(wire);
        const data = (old as Wire).data;
        if (!data || !editor.state.wiring.verdict(source, id, input).ok) return;
        editor.disconnect(old.target, data.input, data.source);
        editor.connect(source, id, input);
      },
      onReconnectEnd: (_: unknown, old: Edge, __: unknown, end: FinalConnectionState) => {
        moved.current = false;
        editor.store.set({ linking: null });
        const data = (old as Wire).data;
        if (data && !end.toHandle) editor.disconnect(old.target, data.input, data.source);
      },
    };
  }, [editor, flow, place, within]);
}

/** A wire that was let go on a step: it takes whatever port fits. */
function landOn(editor: Editor, linking: NonNullable<Editor["state"]["linking"]>, under: string): void {
  const { wiring } = editor.state;
  if (linking.from === "output") {
    editor.connectTo(sourceOf(linking.step, linking.port), under);
    return;
  }
  const sources = wiring.sourcesFrom(under);
  const fitting = sources.find((one) => wiring.verdict(one, linking.step, linking.port).ok);
  editor.connect(fitting ?? sources[0] ?? under, linking.step, linking.port);
}

function pointOf(event: MouseEvent | TouchEvent): Point {
  const one = "changedTouches" in event ? event.changedTouches[0] : event;
  return { x: one?.clientX ?? 0, y: one?.clientY ?? 0 };
}

/** The step under a point of the window. */
function stepAt(event: Event, { x, y }: Point): string | null {
  const inner = event.composedPath()[0];
  const root = inner instanceof Element ? inner.getRootNode() : document;
  const here = (root as ShadowRoot | Document).elementsFromPoint?.(x, y) ?? [];
  const step = here.find((one) => one.closest?.("[data-step]"))?.closest<HTMLElement>("[data-step]");
  return step?.dataset.step ?? null;
}
