/** What can be done with the whole drawing. */

import { Icon } from "../parts/Icon";
import { useEditor, useEditorState, useSay } from "./context";

interface Props {
  full: boolean;
  setFull: (full: boolean) => void;
  addNote: () => void;
}

export function Toolbar({ full, setFull, addNote }: Props) {
  const editor = useEditor();
  const say = useSay();
  const readOnly = useEditorState((state) => state.readOnly);
  const past = useEditorState((state) => state.history.past.length > 0);
  const future = useEditorState((state) => state.history.future.length > 0);
  const some = useEditorState((state) => state.chosen.some((key) => !key.includes(":")));
  const any = useEditorState((state) => state.chosen.length > 0);
  const button = (key: string, icon: string, act: () => void, able = true, words = false) => (
    <button
      key={key}
      type="button"
      title={say(key)}
      aria-label={say(key)}
      disabled={!able}
      onClick={act}
    >
      <Icon name={icon} />
      {words ? <span>{say(key)}</span> : null}
    </button>
  );
  return (
    <div className="toolbar" role="toolbar" aria-label={say("toolbar")}>
      {readOnly ? null : (
        <>
          {button("undo", "undo", editor.undo, past)}
          {button("redo", "redo", editor.redo, future)}
          <hr />
          {button("arrange", "account_tree", () => editor.arrange(), true, true)}
          {button("add_note", "sticky_note_2", addNote)}
          {button("add_group", "select_all", () => editor.group(), some)}
          {button("remove", "delete", () => editor.remove(), any)}
          <hr />
        </>
      )}
      {readOnly ? null : button("help", "keyboard", () => editor.store.set({ help: true }))}
      {button(full ? "full_leave" : "full", full ? "fullscreen_exit" : "fullscreen", () => setFull(!full))}
    </div>
  );
}
