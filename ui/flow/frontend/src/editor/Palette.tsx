/** What can be added: kinds of steps by category, and the tools that agents may use. */

import { useMemo, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import type { Catalog, Kind, Tool } from "../model/types";
import { Icon } from "../parts/Icon";
import { useEditor, useEditorState, useSay } from "./context";
import { KIND, TOOL } from "./dragging";

interface Props {
  search: RefObject<HTMLInputElement | null>;
  addKind: (name: string) => void;
}

const matches = (words: string, ...texts: string[]): boolean =>
  words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => texts.some((text) => text.toLowerCase().includes(word)));

export function found(catalog: Catalog, words: string): { kinds: Kind[]; tools: Tool[] } {
  const category = new Map(catalog.categories.map(({ name, title }) => [name, title]));
  return {
    kinds: catalog.kinds.filter(
      (kind) =>
        !kind.hidden &&
        matches(words, kind.title, kind.help, kind.kind, category.get(kind.category) ?? ""),
    ),
    tools: catalog.tools.filter((tool) => matches(words, tool.title, tool.help, tool.name)),
  };
}

export function Palette({ search, addKind }: Props) {
  const editor = useEditor();
  const say = useSay();
  const catalog = useEditorState((state) => state.catalog);
  const [words, setWords] = useState("");
  const [tab, setTab] = useState<"steps" | "tools">("steps");
  const list = useRef<HTMLDivElement>(null);
  const { kinds, tools } = useMemo(() => found(catalog, words.trim()), [catalog, words]);
  const searching = words.trim() !== "";
  const move = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const items = [...(list.current?.querySelectorAll<HTMLElement>(".entry") ?? [])];
    const root = list.current?.getRootNode() as ShadowRoot | Document;
    const here = items.indexOf(root.activeElement as HTMLElement);
    const next = here + (event.key === "ArrowDown" ? 1 : -1);
    if (next < 0) search.current?.focus();
    else items[Math.min(next, items.length - 1)]?.focus();
  };
  const addTool = (name: string): void => {
    const chosen = editor.state.chosen[0];
    if (chosen) editor.addTool(chosen, name);
    else editor.refuse("tool_needs_agent");
  };
  const steps = searching || tab === "steps";
  return (
    <aside className="palette" aria-label={say("palette")} onKeyDown={move}>
      <label className="search">
        <Icon name="search" />
        <input
          ref={search}
          type="search"
          placeholder={say("search")}
          aria-label={say("search")}
          value={words}
          onChange={(event) => setWords(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && kinds[0]) addKind(kinds[0].name);
            if (event.key === "Escape") setWords("");
          }}
        />
      </label>
      {searching ? null : (
        <div className="tabs" role="tablist">
          {(["steps", "tools"] as const).map((one) => (
            <button
              key={one}
              type="button"
              role="tab"
              aria-selected={tab === one}
              onClick={() => setTab(one)}
            >
              {say(`tab_${one}`)}
            </button>
          ))}
        </div>
      )}
      <div className="entries" ref={list}>
        {steps ? <Kinds kinds={kinds} catalog={catalog} addKind={addKind} /> : null}
        {searching || tab === "tools" ? <Tools tools={tools} addTool={addTool} /> : null}
        {searching && kinds.length + tools.length === 0 ? (
          <p className="hint">{say("search_nothing", { words: words.trim() })}</p>
        ) : null}
      </div>
    </aside>
  );
}

interface KindsProps {
  kinds: Kind[];
  catalog: Catalog;
  addKind: (name: string) => void;
}

function Kinds({ kinds, catalog, addKind }: KindsProps) {
  return catalog.categories.map(({ name, title }) => {
    const inside = kinds.filter((kind) => kind.category === name);
    if (inside.length === 0) return null;
    return (
      <section key={name} aria-label={title}>
        <h2>{title}</h2>
        {inside.map((kind) => (
          <Entry
            key={kind.name}
            type={KIND}
            name={kind.name}
            title={kind.title}
            help={kind.help}
            icon={kind.icon}
            colour={kind.colour}
            act={addKind}
          />
        ))}
      </section>
    );
  });
}

function Tools({ tools, addTool }: { tools: Tool[]; addTool: (name: string) => void }) {
  const say = useSay();
  if (tools.length === 0) return null;
  return (
    <section aria-label={say("tab_tools")}>
      <p className="hint">{say("tools_hint")}</p>
      {tools.map((tool) => (
        <Entry
          key={tool.name}
          type={TOOL}
          name={tool.name}
          title={tool.title}
          help={tool.help}
          icon={tool.icon}
          colour="var(--primary)"
          act={addTool}
        />
      ))}
    </section>
  );
}

interface EntryProps {
  type: string;
  name: string;
  title: string;
  help: string;
  icon: string;
  colour: string;
  act: (name: string) => void;
}

function Entry({ type, name, title, help, icon, colour, act }: EntryProps) {
  const editor = useEditor();
  return (
    <div
      className={`entry ${type === TOOL ? "tool" : ""}`}
      role="button"
      tabIndex={0}
      draggable
      title={help}
      aria-label={title}
      data-entry={name}
      style={{ ["--k" as string]: colour }}
      onDragStart={(event) => {
        event.dataTransfer.setData(type, name);
        event.dataTransfer.effectAllowed = "copy";
        editor.store.set({ carrying: type === TOOL ? "tool" : "kind" });
      }}
      onDragEnd={() => editor.store.set({ carrying: "" })}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        act(name);
      }}
      onDoubleClick={() => act(name)}
    >
      <span className="badge">
        <Icon name={icon} />
      </span>
      <span>{title}</span>
    </div>
  );
}
