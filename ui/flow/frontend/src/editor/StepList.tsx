/** The steps as a list, beneath a canvas that is too narrow to draw on. */

import { Icon } from "../parts/Icon";
import { pretty } from "../model/words";
import { useEditor, useEditorState, useSay } from "./context";

export function StepList() {
  const editor = useEditor();
  const say = useSay();
  const steps = useEditorState((state) => state.doc.steps);
  const wiring = useEditorState((state) => state.wiring);
  const view = useEditorState((state) => state.view);
  const chosen = useEditorState((state) => state.chosen);
  return (
    <section className="step-list" aria-label={say("steps")}>
      <p className="hint">{say("narrow")}</p>
      {steps.map(({ id }) => {
        const kind = wiring.kindOf(id);
        const faults = view[id]?.faults ?? [];
        return (
          <button
            key={id}
            type="button"
            className={chosen.includes(id) ? "selected" : ""}
            aria-pressed={chosen.includes(id)}
            style={{ ["--k" as string]: kind?.colour ?? "var(--st-red-color)" }}
            onClick={() => editor.choose([id])}
          >
            <span className="badge">
              <Icon name={kind?.icon ?? "help"} />
            </span>
            <span className="names">
              <b>{view[id]?.title ?? pretty(id)}</b>
              <small>{faults[0] ?? kind?.title ?? ""}</small>
            </span>
            {faults.length > 0 ? (
              <span className="chip bad">
                <Icon name="error" />
                {faults.length}
              </span>
            ) : null}
          </button>
        );
      })}
    </section>
  );
}
