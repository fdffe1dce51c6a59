/** A step on the canvas. */

import type { Node, NodeProps } from "@xyflow/react";
import { memo, useEffect, useRef, useState, type DragEvent } from "react";
import { toolsOf } from "../model/editing";
import type { Step, StepView } from "../model/types";
import { length, money, pretty } from "../model/words";
import { Icon } from "../parts/Icon";
import { STATE_ICONS } from "../parts/states";
import { useEditor, useEditorState, useSay } from "./context";
import { TOOL } from "./dragging";
import { PortRows } from "./PortRows";

export type StepNodeType = Node<{ step: Step }, "step">;

const NOTHING: StepView = {};

export const StepNode = memo(function StepNode({ data, selected }: NodeProps<StepNodeType>) {
  const { step } = data;
  const view = useEditorState((state) => state.view[step.id] ?? NOTHING);
  const kind = useEditorState((state) => state.wiring.kindOf(step.id));
  const carrying = useEditorState((state) => state.carrying);
  const say = useSay();
  const over = useToolDrop(step, kind?.tools ?? false);
  const wanting = carrying === "tool" ? (kind?.tools ? "wanting" : "aside") : "";
  const faults = view.faults ?? [];
  const classes = [
    "step",
    selected ? "selected" : "",
    step.over ? "mapped" : "",
    kind && kind.inside.length > 0 ? "nested" : "",
    faults.length > 0 ? "faulty" : "",
    view.mark ? `mark-${view.mark}` : "",
    view.state ? `state-${view.state}` : "",
    over.here ? "over" : "",
    wanting,
  ];
  return (
    <div
      className={classes.filter(Boolean).join(" ")}
      data-step={step.id}
      style={{ ["--k" as string]: kind?.colour ?? "var(--st-red-color)" }}
      {...over.handlers}
    >
      <header title={kind?.help}>
        <span className="badge">
          <Icon name={kind?.icon ?? "help"} />
        </span>
        <span className="names">
          <Name id={step.id} title={view.title ?? pretty(step.id)} />
          <small>{kind?.title ?? say("kind_missing", { kind: step.kind })}</small>
        </span>
        <Status view={view} faults={faults} />
      </header>
      <PortRows step={step} />
      <Body step={step} view={view} inside={kind?.inside ?? []} tools={kind?.tools ?? false} over={over.here} />
      {faults[0] ? (
        <p className="fault" role="note" title={faults.join("\n")}>
          {faults[0]}
          {faults.length > 1 ? ` ${say("more_faults", { n: faults.length - 1 })}` : ""}
        </p>
      ) : null}
    </div>
  );
});

interface StatusProps {
  view: StepView;
  faults: string[];
}

function Status({ view, faults }: StatusProps) {
  const say = useSay();
  if (view.mark) return <span className={`chip mark m-${view.mark}`}>{say(`mark_${view.mark}`)}</span>;
  if (faults.length > 0) {
    return (
      <span className="chip bad" title={faults.join("\n")}>
        <Icon name="error" />
        {faults.length}
      </span>
    );
  }
  if (!view.state || view.state === "waiting") {
    return view.estimate ? <span className="chip cost">{view.estimate}</span> : null;
  }
  const figures = [view.seconds ? length(view.seconds) : "", money(view.cost_usd)];
  return (
    <span className={`status s-${view.state}`} title={view.error ?? say(`state_${view.state}`)}>
      <Icon name={STATE_ICONS[view.state]} />
      <small>{figures.filter(Boolean).join(" ")}</small>
    </span>
  );
}

interface BodyProps {
  step: Step;
  view: StepView;
  inside: string[];
  tools: boolean;
  over: boolean;
}

function Body({ step, view, inside, tools, over }: BodyProps) {
  const say = useSay();
  const each = step.over?.replace(/_/g, " ");
  return (
    <>
      {each ? (
        <p className="each">
          <Icon name="repeat" />
          {say("each", { item: each })}
        </p>
      ) : null}
      {inside.length > 0 ? (
        <p className="inside" title={inside.join(" → ")}>
          {inside.join(" → ")}
        </p>
      ) : null}
      {view.preview ? <img className="preview" src={view.preview} alt="" loading="lazy" /> : null}
      {view.summary ? <p className="summary">{view.summary}</p> : null}
      {tools ? <Tools step={step} over={over} /> : null}
    </>
  );
}

function Tools({ step, over }: { step: Step; over: boolean }) {
  const editor = useEditor();
  const say = useSay();
  const known = useEditorState((state) => state.catalog.tools);
  const readOnly = useEditorState((state) => state.readOnly);
  return (
    <div className="tools nodrag">
      {toolsOf(step).map((name) => {
        const tool = known.find((one) => one.name === name);
        const title = tool?.title ?? name;
        return (
          <span className="chip tool" key={name} title={tool?.help}>
            <Icon name={tool?.icon ?? "build"} />
            {title}
            {readOnly ? null : (
              <button
                type="button"
                aria-label={say("remove_tool", { tool: title })}
                onClick={(event) => {
                  event.stopPropagation();
                  editor.removeTool(step.id, name);
                }}
              >
                ×
              </button>
            )}
          </span>
        );
      })}
      {readOnly ? null : <span className="chip ghost">{say(over ? "tool_drop" : "tool_here")}</span>}
    </div>
  );
}

/** A step's name; changed where it stands. */
function Name({ id, title }: { id: string; title: string }) {
  const editor = useEditor();
  const say = useSay();
  const renaming = useEditorState((state) => state.renaming === id);
  const readOnly = useEditorState((state) => state.readOnly);
  const [typed, setTyped] = useState(title);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!renaming) return;
    setTyped(title);
    input.current?.focus();
    input.current?.select();
  }, [renaming]);
  if (!renaming) {
    const begin = (): void => {
      if (!readOnly) editor.store.set({ renaming: id });
    };
    return <b onDoubleClick={begin}>{title}</b>;
  }
  return (
    <input
      ref={input}
      className="rename nodrag"
      aria-label={say("step_name")}
      value={typed}
      maxLength={48}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={() => editor.rename(id, typed)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") editor.rename(id, typed);
        if (event.key === "Escape") editor.store.set({ renaming: null });
      }}
    />
  );
}

/** Lets a tool be dropped on a step; one that takes none says so. */
function useToolDrop(step: Step, takes: boolean) {
  const editor = useEditor();
  const [here, setHere] = useState(false);
  const isTool = (event: DragEvent): boolean => event.dataTransfer.types.includes(TOOL);
  return {
    here: here && takes,
    handlers: {
      onDragOver: (event: DragEvent) => {
        if (!isTool(event) || editor.state.readOnly) return;
        event.preventDefault();
        event.stopPropagation();
        event.dataTransfer.dropEffect = "copy";
        setHere(true);
      },
      onDragLeave: () => setHere(false),
      onDrop: (event: DragEvent) => {
        if (!isTool(event)) return;
        event.preventDefault();
        event.stopPropagation();
        setHere(false);
        editor.addTool(step.id, event.dataTransfer.getData(TOOL));
      },
    },
  };
}
