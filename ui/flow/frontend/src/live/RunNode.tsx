/** A step of a production: its state, how far it is, and its items, such as scenes. */

import { Handle, Position, type Node, type NodeProps } from "@xyflow/react";
import { memo, useContext } from "react";
import { length, money, say } from "../model/words";
import { useStore } from "../model/store";
import { Icon } from "../parts/Icon";
import { STATE_ICONS } from "../parts/states";
import { RunContext } from "./context";
import { secondsOf } from "./reducer";
import { useNow } from "./useNow";
import type { Item, RunStep } from "./types";

export type RunNodeType = Node<{ step: RunStep }, "run">;

export const RunNode = memo(function RunNode({ data }: NodeProps<RunNodeType>) {
  const { live, chosen, choose, words } = useContext(RunContext);
  const { step } = data;
  const seen = useStore(live, (state) => state.steps[step.id]);
  const picked = useStore(chosen, (state) => state.keys.includes(step.id));
  const state = seen?.state ?? "waiting";
  return (
    <div
      className={`step run state-${state} ${picked ? "selected" : ""} ${step.over ? "mapped" : ""}`}
      data-step={step.id}
      style={{ ["--k" as string]: step.colour ?? "var(--primary)" }}
    >
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <header>
        <span className="badge">
          <Icon name={step.icon} />
        </span>
        <span className="names">
          <b>{step.title}</b>
          <small className={`said-state s-${state}`}>
            <Icon name={STATE_ICONS[state]} />
            {say(words, `state_${state}`)}
          </small>
        </span>
        <Figures id={step.id} />
      </header>
      {seen?.preview && seen.items.length === 0 ? (
        <img className="preview" src={seen.preview} alt={say(words, "preview_of", { name: step.title })} />
      ) : null}
      <Progress state={state} share={seen?.progress ?? 0} note={seen?.note ?? ""} />
      {seen && seen.items.length > 0 ? (
        <div className="items nowheel nodrag">
          {seen.items.map((item) => (
            <ItemChip key={item.key} item={item} choose={choose} />
          ))}
        </div>
      ) : null}
      {seen?.error && state === "failed" ? <p className="fault">{seen.error}</p> : null}
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  );
});

function Figures({ id }: { id: string }) {
  const { live } = useContext(RunContext);
  const seen = useStore(live, (state) => state.steps[id]);
  const now = useNow(seen?.state === "running");
  if (!seen || seen.state === "waiting") return null;
  const count = seen.items_total ? `${seen.items.filter(over).length}/${seen.items_total}` : "";
  const seconds = secondsOf(seen, now);
  return (
    <span className="figures">
      <span>{count || (seconds > 0 ? length(seconds) : "")}</span>
      <span>{money(seen.cost_usd) || (count && seconds > 0 ? length(seconds) : "")}</span>
    </span>
  );
}

const over = (item: Item): boolean => ["done", "reused", "skipped"].includes(item.state);

function Progress({ state, share, note }: { state: string; share: number; note: string }) {
  if (state !== "running" && !(state === "asking" && note)) return null;
  return (
    <div className="progress">
      {state === "running" ? (
        <div className={`bar ${share > 0 ? "" : "unknown"}`}>
          <i style={{ width: `${Math.round(share * 100)}%` }} />
        </div>
      ) : null}
      {note ? <small>{note}</small> : null}
    </div>
  );
}

interface ChipProps {
  item: Item;
  choose: (key: string) => void;
}

const ItemChip = memo(function ItemChip({ item, choose }: ChipProps) {
  const { chosen, words } = useContext(RunContext);
  const picked = useStore(chosen, (state) => state.keys.includes(item.key));
  const name = /\[(.*)\]$/.exec(item.key)?.[1] ?? item.key;
  const said = `${name}: ${say(words, `state_${item.state}`)}${item.note ? `, ${item.note}` : ""}`;
  return (
    <button
      type="button"
      className={`item s-${item.state} ${picked ? "selected" : ""}`}
      data-item={item.key}
      title={item.error ?? said}
      aria-label={said}
      onClick={(event) => {
        event.stopPropagation();
        choose(item.key);
      }}
    >
      {item.preview ? <img src={item.preview} alt="" loading="lazy" /> : null}
      <span>
        <Icon name={STATE_ICONS[item.state]} />
        {name}
      </span>
      {item.state === "running" ? (
        <i className="thin" style={{ width: `${Math.round(item.progress * 100)}%` }} />
      ) : null}
    </button>
  );
});
