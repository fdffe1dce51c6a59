/** A step's inputs and outputs, each in the colour of what goes through it. */

import { Handle, Position } from "@xyflow/react";
import { memo } from "react";
import { sourceOf, sourcesOf } from "../model/sources";
import type { Port, Step } from "../model/types";
import { ONE_MORE, WHEN } from "../model/wiring";
import { useEditorState, useSay } from "./context";
import type { EditorState } from "./editor";

interface Props {
  step: Step;
}

export const PortRows = memo(function PortRows({ step }: Props) {
  const ports = useEditorState((state) => state.wiring.portsOf(step.id));
  const say = useSay();
  const askWhen = useEditorState((state) => step.when !== null || linksBranch(state, step.id));
  const more: Port = { name: ONE_MORE, label: say("port_more"), type: "*", list: false, optional: true };
  const when: Port = { name: WHEN, label: say("port_when"), type: "*", list: false, optional: true };
  return (
    <div className="ports">
      <div>
        {ports.inputs.map((port) => (
          <Row key={port.name} step={step} port={port} side="input" />
        ))}
        {ports.open ? <Row step={step} port={more} side="input" /> : null}
        {askWhen ? <Row step={step} port={when} side="input" /> : null}
      </div>
      <div>
        {ports.outputs.map((port) => (
          <Row key={port.name} step={step} port={port} side="output" />
        ))}
      </div>
    </div>
  );
});

/** Whether a branch's output is being joined, which may decide if this step runs at all. */
function linksBranch({ linking, wiring }: EditorState, id: string): boolean {
  if (!linking || linking.from !== "output" || linking.step === id) return false;
  return wiring.kindOf(linking.step)?.branch ?? false;
}

interface RowProps {
  step: Step;
  port: Port;
  side: "input" | "output";
}

type Dim = "" | "fits" | "dim";

const Row = memo(function Row({ step, port, side }: RowProps) {
  const say = useSay();
  const dim = useEditorState((state) => dimmed(state, step.id, port.name, side));
  const colour = useEditorState((state) => state.wiring.colourOf(port.type));
  const type = useEditorState((state) => (port.type === "*" ? "" : state.wiring.spelled(port)));
  const readOnly = useEditorState((state) => state.readOnly);
  const fed = side === "output" || sourcesOf(step.in[port.name]).length > 0;
  const lacking = side === "input" && !fed && !port.optional;
  const input = side === "input";
  const title = [type, lacking ? say("port_needed") : ""].filter(Boolean).join(" · ");
  const each = input && step.over === port.name;
  return (
    <div
      className={`port ${side} ${dim} ${fed ? "" : "unfed"} ${lacking ? "lacking" : ""} ${port.list || each ? "many" : ""}`}
      title={title}
      data-port={port.name}
    >
      <Handle
        id={input ? `in:${port.name}` : `out:${port.name}`}
        type={input ? "target" : "source"}
        position={input ? Position.Left : Position.Right}
        isConnectable={!readOnly}
        style={{ ["--type" as string]: colour }}
      />
      <span>{port.label}</span>
    </div>
  );
});

/** Whether the wire that is being drawn could end here. */
function dimmed(state: EditorState, id: string, port: string, side: "input" | "output"): Dim {
  const { linking, wiring } = state;
  if (!linking) return "";
  if (linking.step === id && linking.port === port) return "";
  if (linking.from === side) return "dim";
  const verdict =
    linking.from === "output"
      ? wiring.verdict(sourceOf(linking.step, linking.port), id, port)
      : wiring.verdict(sourceOf(id, port), linking.step, linking.port);
  return verdict.ok ? "fits" : "dim";
}
