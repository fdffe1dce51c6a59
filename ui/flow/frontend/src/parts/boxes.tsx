/** Notes and groups: what stands on the canvas beside the steps. */

import { NodeResizer, type Node, type NodeProps } from "@xyflow/react";
import { memo, useEffect, useRef, useState } from "react";
import { groupKey, noteKey } from "./keys";
import type { Size } from "../model/layout";
import type { Group, Note, Point } from "../model/types";

export interface BoxChange {
  text?: string;
  title?: string;
  colour?: string;
  x?: number;
  y?: number;
  width?: number;
  height?: number;
}

export type BoxActions = {
  label: string;
  hint: string;
  colours: string;
  change?: (id: string, change: BoxChange) => void;
};

export type BoxData = BoxActions & { text: string; colour: string };
export type NoteNode = Node<BoxData, "note">;
export type GroupNode = Node<BoxData, "group_box">;

export const COLOURS = ["yellow", "green", "blue", "violet", "red", "grey"];

export const NoteBox = memo(function NoteBox({ id, data, selected }: NodeProps<NoteNode>) {
  return (
    <div className={`note hue-${data.colour} ${selected ? "selected" : ""}`} data-note={id}>
      <Tools id={id} data={data} selected={selected} sized />
      <Words id={id} data={data} field="text" long />
    </div>
  );
});

export const GroupBox = memo(function GroupBox({ id, data, selected }: NodeProps<GroupNode>) {
  return (
    <div className={`group hue-${data.colour} ${selected ? "selected" : ""}`} data-group={id}>
      <Tools id={id} data={data} selected={selected} />
      <Words id={id} data={data} field="title" />
    </div>
  );
});

interface ToolsProps {
  id: string;
  data: BoxData;
  selected: boolean | undefined;
  sized?: boolean;
}

function Tools({ id, data, selected, sized }: ToolsProps) {
  if (!data.change || !selected) return null;
  return (
    <>
      {sized ? (
        <NodeResizer
          minWidth={120}
          minHeight={60}
          onResizeEnd={(_, { x, y, width, height }) =>
            data.change?.(id, { x, y, width: Math.round(width), height: Math.round(height) })
          }
        />
      ) : null}
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

export function noteNode(note: Note, actions: BoxActions): NoteNode {
  const { id, x, y, width, height, colour, text } = note;
  return {
    id: noteKey(id),
    type: "note",
    position: { x, y },
    width,
    height,
    zIndex: 5,
    data: { ...actions, text, colour },
  };
}

const AROUND = 18;
const TITLE = 34;

/** The box around the steps of a group; null if none of them stands anywhere. */
export function groupNode(
  group: Group,
  boxes: (id: string) => (Point & Size) | undefined,
  actions: BoxActions,
): GroupNode | null {
  const found = group.steps.map(boxes).filter((box) => box !== undefined);
  if (found.length === 0) return null;
  const left = Math.min(...found.map((box) => box.x)) - AROUND;
  const top = Math.min(...found.map((box) => box.y)) - TITLE;
  const right = Math.max(...found.map((box) => box.x + box.width)) + AROUND;
  const bottom = Math.max(...found.map((box) => box.y + box.height)) + AROUND;
  return {
    id: groupKey(group.id),
    type: "group_box",
    position: { x: left, y: top },
    width: right - left,
    height: bottom - top,
    zIndex: -10,
    data: { ...actions, text: group.title, colour: group.colour },
  };
}
