/** A menu at a place of the canvas: words narrow it, arrows and Enter choose. */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Icon } from "../parts/Icon";
import { useEditor, useSay } from "./context";
import type { Menu } from "./editor";

const WIDTH = 290;
const HEIGHT = 330;
const SHORT = 7;

export function MenuBox({ menu, back }: { menu: Menu; back: () => void }) {
  const editor = useEditor();
  const say = useSay();
  const [words, setWords] = useState("");
  const [here, setHere] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const wanted = words.trim().toLowerCase();
  const items = useMemo(
    () =>
      menu.items.filter((item) =>
        `${item.section} ${item.title} ${item.hint ?? ""}`.toLowerCase().includes(wanted),
      ),
    [menu, wanted],
  );
  const at = usePlace(box, menu);
  useEffect(() => input.current?.focus({ preventScroll: true }), [menu]);
  useEffect(() => setHere(0), [wanted]);
  useEffect(() => {
    box.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [here]);
  const close = (): void => {
    editor.store.set({ menu: null });
    back();
  };
  const choose = (index: number): void => {
    const item = items[index];
    if (!item) return;
    close();
    item.act();
  };
  return (
    <>
      <div className="veil" onPointerDown={close} />
      <div
        ref={box}
        className="menu"
        role="dialog"
        aria-label={menu.title}
        style={{ left: at.x, top: at.y, width: WIDTH, maxHeight: HEIGHT }}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === "Escape") close();
          else if (event.key === "Enter") choose(here);
          else if (event.key === "ArrowDown") setHere((now) => Math.min(now + 1, items.length - 1));
          else if (event.key === "ArrowUp") setHere((now) => Math.max(now - 1, 0));
          else return;
          event.preventDefault();
        }}
      >
        <b className="menu-title">{menu.title}</b>
        <input
          ref={input}
          type="search"
          className={menu.items.length < SHORT ? "unseen" : ""}
          aria-label={menu.title}
          placeholder={say("search_menu")}
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <div className="menu-items" role="listbox" aria-label={menu.title}>
          {items.map((item, index) => (
            <div key={item.key}>
              {item.section && item.section !== items[index - 1]?.section ? (
                <h2>{item.section}</h2>
              ) : null}
              <div
                role="option"
                aria-selected={index === here}
                className="menu-item"
                data-item={item.key}
                style={{ ["--k" as string]: item.colour ?? "var(--quiet)" }}
                onPointerMove={() => setHere(index)}
                onClick={() => choose(index)}
              >
                {item.icon ? (
                  <span className="badge">
                    <Icon name={item.icon} />
                  </span>
                ) : null}
                <span>{item.title}</span>
                {item.hint ? <small>{item.hint}</small> : null}
              </div>
            </div>
          ))}
          {items.length === 0 ? <p className="hint">{say("menu_nothing")}</p> : null}
        </div>
      </div>
    </>
  );
}

/** Where the menu stands, so that all of it is within the editor. */
function usePlace(box: React.RefObject<HTMLDivElement | null>, menu: Menu) {
  const [at, setAt] = useState(menu.at);
  useLayoutEffect(() => {
    const frame = box.current?.parentElement;
    const height = box.current?.offsetHeight ?? HEIGHT;
    if (!frame) return;
    setAt({
      x: Math.max(8, Math.min(menu.at.x, frame.clientWidth - WIDTH - 8)),
      y: Math.max(8, Math.min(menu.at.y, frame.clientHeight - height - 8)),
    });
  }, [menu]);
  return at;
}
