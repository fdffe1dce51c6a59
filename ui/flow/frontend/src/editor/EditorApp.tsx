import type { EditorData, Speaker } from "../model/types";

interface Props {
  data: EditorData;
  speaker: Speaker;
  host: Element;
}

export function EditorApp({ data }: Props) {
  return <div className="flow">{data.steps.length}</div>;
}
