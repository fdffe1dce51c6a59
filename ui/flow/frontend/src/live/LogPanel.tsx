/** What the steps say: their lines as they come, and the text of agents while they write. */

import { memo, useContext, useEffect, useMemo, useRef, useState } from "react";
import { say } from "../model/words";
import { useStore } from "../model/store";
import { Icon } from "../parts/Icon";
import { RunContext } from "./context";
import type { LogLine, RunStep, Said } from "./types";

const LEVELS = ["info", "tool", "warning", "error"];
const NEAR_PX = 24;

/** The lines that a level, a step and some words leave; a step's items count as the step. */
export function filtered(
  lines: readonly LogLine[],
  level: string,
  step: string,
  words: string,
): LogLine[] {
  const wanted = words.trim().toLowerCase();
  return lines.filter(
    (line) =>
      (!level || line.level === level) &&
      (!step || line.step_key.split("[", 1)[0] === step) &&
      (!wanted || `${line.step_key} ${line.text}`.toLowerCase().includes(wanted)),
  );
}

export function LogPanel({ steps }: { steps: RunStep[] }) {
  const { live, words } = useContext(RunContext);
  const lines = useStore(live, (state) => state.lines);
  const said = useStore(live, (state) => state.said);
  const [level, setLevel] = useState("");
  const [step, setStep] = useState("");
  const [query, setQuery] = useState("");
  const shown = useMemo(() => filtered(lines, level, step, query), [lines, level, step, query]);
  const titles = useMemo(() => new Map(steps.map((one) => [one.id, one.title])), [steps]);
  const named = (key: string): string => {
    const [id, item] = key.replace("]", "").split("[");
    return [titles.get(id ?? "") ?? id, item].filter(Boolean).join(" · ");
  };
  const writing = Object.values(said).filter(
    (one) => one.text && !one.done && (!step || one.step_key.split("[", 1)[0] === step),
  );
  const scroll = useFollowing(shown.length + writing.reduce((sum, one) => sum + one.text.length, 0));
  return (
    <section className="log" aria-label={say(words, "log")}>
      <div className="log-bar">
        <b>{say(words, "log")}</b>
        <select aria-label={say(words, "log_level")} value={level} onChange={(e) => setLevel(e.target.value)}>
          <option value="">{say(words, "log_all_levels")}</option>
          {LEVELS.map((one) => (
            <option key={one} value={one}>
              {say(words, `log_${one}`)}
            </option>
          ))}
        </select>
        <select aria-label={say(words, "log_step")} value={step} onChange={(e) => setStep(e.target.value)}>
          <option value="">{say(words, "log_all_steps")}</option>
          {steps.map((one) => (
            <option key={one.id} value={one.id}>
              {one.title}
            </option>
          ))}
        </select>
        <input
          type="search"
          placeholder={say(words, "log_search")}
          aria-label={say(words, "log_search")}
          value={query}
          onChange={(e) => setQuery(e.target.value)}
        />
        {scroll.away ? (
          <button type="button" className="plain" onClick={scroll.follow}>
            <Icon name="arrow_downward" />
            {say(words, "log_newest")}
          </button>
        ) : null}
      </div>
      <div className="log-lines" ref={scroll.ref} onScroll={scroll.onScroll} tabIndex={0} role="log">
        {shown.length + writing.length === 0 ? <p className="hint">{say(words, "log_empty")}</p> : null}
        {shown.map((line) => (
          <Line key={line.number} line={line} where={named(line.step_key)} />
        ))}
        {writing.map((one) => (
          <Writing key={one.step_key} said={one} where={named(one.step_key)} />
        ))}
      </div>
    </section>
  );
}

const Line = memo(function Line({ line, where }: { line: LogLine; where: string }) {
  return (
    <div className={`line l-${line.level}`}>
      <time dateTime={line.at}>{new Date(line.at).toLocaleTimeString("en-GB")}</time>
      <span className="where">{where}</span>
      <span className="what">{line.text}</span>
    </div>
  );
});

function Writing({ said, where }: { said: Said; where: string }) {
  return (
    <div className="writing">
      <span className="where">
        <Icon name="edit" />
        {where}
      </span>
      <pre>{said.text}</pre>
    </div>
  );
}

/** A list that stays at its end, unless somebody has scrolled up. */
function useFollowing(length: number) {
  const ref = useRef<HTMLDivElement>(null);
  const [away, setAway] = useState(false);
  useEffect(() => {
    if (!away && ref.current) ref.current.scrollTop = ref.current.scrollHeight;
  }, [length, away]);
  return {
    ref,
    away,
    follow: () => setAway(false),
    onScroll: () => {
      const box = ref.current;
      if (box) setAway(box.scrollHeight - box.scrollTop - box.clientHeight > NEAR_PX);
    },
  };
}
