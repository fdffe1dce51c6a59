/** Notes and groups: what stands on the canvas beside the steps. */

import { NodeResizer, type Node, type NodeProps } from "@xyflow/react";
import { memo, useEffect, useRef, useState } from "react";
import type { Group, Note } from "../model/types";

export interface BoxChange {
  text?: string;
  title?: string;
  colour?: string;
}

export type BoxActions = {
  label: string;
  hint: string;
  colours: string;
  change?: (id: string, change: BoxChange) => void;
  resized?: (id: string, box: { x: number; y: number; width: number; height: number }) => void;
};

export type BoxData = BoxActions & { text: string; colour: string };
export type NoteNode = Node<BoxData, "note">;
export type GroupNode = Node<BoxData, "group_box">;

export const COLOURS = ["yellow", "green", "blue", "violet", "red", "gray"];

export const NoteBox = memo(function NoteBox({ id, data, selected }: NodeProps<NoteNode>) {
  return (
    <div className={`note hue-${data.colour} ${selected ? "selected" : ""}`} data-note={id}>
      <Tools id={id} data={data} selected={selected} minWidth={120} minHeight={60} />
      <Words id={id} data={data} field="text" long />
    </div>
  );
});

export const GroupBox = memo(function GroupBox({ id, data, selected }: NodeProps<GroupNode>) {
  return (
    <div className={`group hue-${data.colour} ${selected ? "selected" : ""}`} data-group={id}>
      <Tools id={id} data={data} selected={selected} minWidth={160} minHeight={100} />
      <Words id={id} data={data} field="title" />
    </div>
  );
});

interface ToolsProps {
  id: string;
  data: BoxData;
  selected: boolean | undefined;
  minWidth: number;
  minHeight: number;
}

function Tools({ id, data, selected, minWidth, minHeight }: ToolsProps) {
  if (!data.change || !selected) return null;
  return (
    <>
      <NodeResizer
        minWidth={minWidth}
        minHeight={minHeight}
        onResizeEnd={(_, box) => data.resized?.(id, box)}
      />
      <div className="hues nodrag" role="group" aria-label={data.colours}>
        {COLOURS.map((colour) => (
          <button
            key={colour}
            type="button"
            className={`hue hue-${colour}`}
            aria-label={colour}
            aria-pressed={colour === data.colour}
            onClick={() => data.change?.(id, { colour })}
          />
        ))}
      </div>
    </>
  );
}

interface WordsProps {
  id: string;
  data: BoxData;
  field: "text" | "title";
  long?: boolean;
}

/** The box's words; they can be changed where they stand. */
function Words({ id, data, field, long }: WordsProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (typed !== null) area.current?.focus();
  }, [typed === null]);
  if (typed === null) {
    return (
      <div
        className="words"
        role={data.change ? "button" : undefined}
        tabIndex={data.change ? 0 : undefined}
        aria-label={data.label}
        onDoubleClick={() => data.change && setTyped(data.text)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && data.change) {
            event.preventDefault();
            event.stopPropagation();
            setTyped(data.text);
          }
        }}
      >
        {data.text || <em>{data.hint}</em>}
      </div>
    );
  }
  const done = (): void => {
    if (typed !== data.text) data.change?.(id, { [field]: typed });
    setTyped(null);
  };
  return (
    <textarea
      ref={area}
      className="words nodrag nowheel"
      aria-label={data.label}
      rows={long ? undefined : 1}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={done}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Escape" || (event.key === "Enter" && !long)) done();
      }}
    />
  );
}

export function noteNode(note: Note, data: BoxActions): NoteNode {
  const { id, x, y, width, height, colour, text } = note;
  return {
    id,
    type: "note",
    position: { x, y },
    width,
    height,
    zIndex: 5,
    data: { ...data, text, colour },
  };
}

export function groupNode(group: Group, data: BoxActions): GroupNode {
  const { id, x, y, width, height, colour, title } = group;
  return {
    id,
    type: "group_box",
    position: { x, y },
    width,
    height,
    zIndex: -10,
    data: { ...data, text: title, colour },
  };
}
