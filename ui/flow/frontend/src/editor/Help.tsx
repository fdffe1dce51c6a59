/** What the keys do, over the canvas. */

import { useEffect, useRef } from "react";
import { Icon } from "../parts/Icon";
import { useEditor, useSay } from "./context";
import { SHORTCUTS } from "./shortcuts";

export function Help({ back }: { back: () => void }) {
  const editor = useEditor();
  const say = useSay();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus({ preventScroll: true }), []);
  const close = (): void => {
    editor.store.set({ help: false });
    back();
  };
  return (
    <>
      <div className="veil dark" onPointerDown={close} />
      <div
        className="help"
        role="dialog"
        aria-modal="true"
        aria-label={say("help")}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === "Escape") close();
          if (event.key === "Tab") event.preventDefault();
        }}
      >
        <div className="help-bar">
          <b>{say("help")}</b>
          <button ref={button} type="button" className="plain" aria-label={say("close")} onClick={close}>
            <Icon name="close" />
          </button>
        </div>
        <div className="help-columns">
          {SHORTCUTS.map(({ section, list }) => (
            <section key={section}>
              <h2>{say(section)}</h2>
              <dl>
                {list.map(({ keys, says }) => (
                  <div key={keys}>
                    <dt>
                      {keys.split(" ").map((key) => (
                        <kbd key={key}>{key}</kbd>
                      ))}
                    </dt>
                    <dd>{say(says)}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </div>
    </>
  );
}
