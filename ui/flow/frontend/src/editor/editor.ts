/** The editor without its looks: what is drawn, what is chosen, and all that can be done. */

import { clipOf, clipped, pasted } from "../model/clipboard";
import {
  changedGroup,
  changedNote,
  freeId,
  idOf,
  idsOf,
  moved,
  renamed,
  toolsOf,
  unjoined,
  withGroup,
  withNote,
  withoutGroups,
  withoutNotes,
  withoutSteps,
  withoutTool,
  withStep,
  withTool,
} from "../model/editing";
import { EMPTY, redone, remembered, undone, type History } from "../model/history";
import { arranged, placed } from "../model/layout";
import { sourceOf, stepOf } from "../model/sources";
import { Store } from "../model/store";
import type { Catalog, Doc, EditorData, Kind, Point, Speaker, StepView, Words } from "../model/types";
import { Wiring, takes, type Ports } from "../model/wiring";
import { pretty, say } from "../model/words";
import { groupKey, noteKey } from "../parts/keys";
import { sizeOf } from "./sizes";
import { Sync } from "./sync";

/** A wire that is being drawn, from an output or from an input. */
export interface Linking {
  step: string;
  port: string;
  from: "output" | "input";
}

export interface Menu {
  at: Point;
  title: string;
  items: MenuItem[];
}

export interface MenuItem {
  key: string;
  section: string;
  title: string;
  hint?: string;
  icon?: string;
  colour?: string;
  act: () => void;
}

export interface EditorState {
  doc: Doc;
  history: History<Doc>;
  wiring: Wiring;
  view: Readonly<Record<string, StepView>>;
  catalog: Catalog;
  kinds: ReadonlyMap<string, Kind>;
  words: Words;
  readOnly: boolean;
  /** Nodes of the canvas: step ids, `note:…`, `group:…`. */
  chosen: readonly string[];
  linking: Linking | null;
  carrying: "" | "kind" | "tool";
  toast: { text: string; number: number } | null;
  menu: Menu | null;
  help: boolean;
  renaming: string | null;
  /** Counts up when the drawing was replaced, so that the canvas goes to its beginning. */
  opened: number;
}

const plainKey = (key: string): string => key.slice(key.indexOf(":") + 1);

const EMPTY_DOC: Doc = { steps: [], layout: {}, notes: [], groups: [] };
const EMPTY_CATALOG: Catalog = { kinds: [], tools: [], types: {}, categories: [], reserved: [] };

export class Editor {
  readonly store: Store<EditorState>;
  private readonly sync: Sync;
  private catalogText = "";
  private wordsText = "";
  private viewText = "";
  private pastes = 0;
  private tooNarrow = false;
  private toldReadOnly = false;

  constructor(speaker: Speaker) {
    this.sync = new Sync(speaker);
    const kinds = new Map<string, Kind>();
    this.store = new Store<EditorState>({
      doc: EMPTY_DOC,
      history: EMPTY,
      wiring: new Wiring(EMPTY_DOC, EMPTY_CATALOG, {}, kinds),
      view: {},
      catalog: EMPTY_CATALOG,
      kinds,
      words: {},
      readOnly: false,
      chosen: [],
      linking: null,
      carrying: "",
      toast: null,
      menu: null,
      help: false,
      renaming: null,
      opened: 0,
    });
  }

  set speaker(speaker: Speaker) {
    this.sync.speaker = speaker;
  }

  /** A canvas that is too narrow to draw on is looked at alone. */
  set narrow(narrow: boolean) {
    this.tooNarrow = narrow;
    this.store.set({ readOnly: this.toldReadOnly || narrow });
  }

  stop(): void {
    this.sync.stop();
  }

  /** Somebody turns away, perhaps to another page: Python is told now what it was to be told soon. */
  flush = (): void => this.sync.flushIfWaiting();

  get state(): EditorState {
    return this.store.get();
  }

  get doc(): Doc {
    return this.state.doc;
  }

  say = (key: string, values?: Record<string, unknown>): string => say(this.state.words, key, values);

  // What Python says

  take(data: EditorData): void {
    const { catalog, kinds, words, view } = this.told(data);
    const replaced = this.sync.replaces(data);
    this.toldReadOnly = data.read_only;
    const readOnly = data.read_only || this.tooNarrow;
    if (replaced) {
      const { steps, notes, groups } = data;
      const doc = this.stood({ steps, layout: data.layout, notes, groups }, kinds);
      const chosen = data.selection.filter((id) => steps.some((step) => step.id === id));
      this.store.set({ doc, history: EMPTY, chosen, opened: this.state.opened + 1 });
    } else {
      const doc = this.sync.settled(this.doc, data);
      if (doc !== this.doc) {
        const history = remembered(this.state.history, this.doc, "settings", Date.now());
        this.store.set({ doc, history });
      }
    }
    this.store.set({ catalog, kinds, words, view, readOnly });
    this.rewire();
  }

  /** What Python says beside the drawing, the same objects as before if it says the same. */
  private told(data: EditorData): Pick<EditorState, "catalog" | "kinds" | "words" | "view"> {
    let { catalog, kinds, words, view } = this.state;
    const [catalogText, wordsText] = [JSON.stringify(data.catalog), JSON.stringify(data.texts)];
    if (catalogText !== this.catalogText) {
      this.catalogText = catalogText;
      catalog = data.catalog;
      kinds = new Map(catalog.kinds.map((kind) => [kind.name, kind]));
    }
    if (wordsText !== this.wordsText) {
      this.wordsText = wordsText;
      words = data.texts;
    }
    const viewText = JSON.stringify(data.view);
    if (viewText !== this.viewText) {
      this.viewText = viewText;
      const old = view;
      view = Object.fromEntries(
        Object.entries(data.view).map(([id, one]) => {
          const known = old[id];
          return [id, known && JSON.stringify(known) === JSON.stringify(one) ? known : one];
        }),
      );
    }
    return { catalog, kinds, words, view };
  }

  /** The drawing with a place for every step. */
  private stood(doc: Doc, kinds: ReadonlyMap<string, Kind>): Doc {
    const wiring = new Wiring(doc, this.state.catalog, this.state.view, kinds);
    return { ...doc, layout: placed(doc.steps, doc.layout, (id) => sizeOf(wiring, id)) };
  }

  private rewire(): void {
    const { doc, catalog, view, kinds, wiring } = this.state;
    this.store.set({ wiring: new Wiring(doc, catalog, view, kinds, wiring) });
  }

  // Changes

  /** Take a changed drawing as the one that counts; `kind` joins changes that follow each other. */
  commit(doc: Doc, kind = ""): void {
    const before = this.doc;
    if (doc === before || this.state.readOnly) return;
    const history = remembered(this.state.history, before, kind, Date.now());
    this.store.set({ doc, history });
    this.rewire();
    this.sync.tell(before, doc);
  }

  undo = (): void => this.travel(undone(this.state.history, this.doc));
  redo = (): void => this.travel(redone(this.state.history, this.doc));

  private travel(found: [History<Doc>, Doc] | null): void {
    if (!found || this.state.readOnly) return;
    const [history, doc] = found;
    const before = this.doc;
    const here = new Set([...idsOf(doc), ...doc.notes.map((n) => noteKey(n.id)), ...doc.groups.map((g) => groupKey(g.id))]);
    this.store.set({ doc, history });
    this.rewire();
    this.choose(this.state.chosen.filter((key) => here.has(key)));
    this.sync.tell(before, doc);
  }

  /** Add a step; joined to `source` if that is given and it fits. */
  add(name: string, at: Point, source?: string): string | null {
    const { kinds, readOnly } = this.state;
    const kind = kinds.get(name);
    if (!kind || readOnly) return null;
    const base = idOf(kind.kind === "workflow" ? name.slice("workflow:".length) : kind.kind);
    const added = withStep(this.doc, kind, base, at);
    let doc = added.doc;
    if (source) {
      const wiring = this.wiringOf(doc);
      const input = wiring.inputsFor(source, added.id)[0];
      if (input) doc = wiring.connected(source, added.id, input);
    }
    this.commit(doc);
    this.choose([added.id]);
    return added.id;
  }

  /** Add a step that feeds an input. */
  addBefore(name: string, at: Point, id: string, input: string): void {
    const kind = this.state.kinds.get(name);
    if (!kind || this.state.readOnly) return;
    const added = withStep(this.doc, kind, idOf(kind.kind), at);
    const wiring = this.wiringOf(added.doc);
    const source = wiring.sourcesFrom(added.id).find((one) => wiring.verdict(one, id, input).ok);
    this.commit(source ? wiring.connected(source, id, input) : added.doc);
    this.choose([added.id]);
  }

  private wiringOf(doc: Doc): Wiring {
    const { catalog, view, kinds } = this.state;
    return new Wiring(doc, catalog, view, kinds);
  }

  /** Join, or say why not. */
  connect(source: string, id: string, input: string): boolean {
    const { wiring } = this.state;
    const verdict = wiring.verdict(source, id, input);
    if (!verdict.ok) {
      this.refuse(verdict.reason, verdict.values);
      return false;
    }
    this.commit(wiring.connected(source, id, input));
    if (verdict.how === "over") this.toast("joined_over", { step: this.titleOf(id) });
    return true;
  }

  /** Join a source to whatever input of a step takes it best. */
  connectTo(source: string, id: string): boolean {
    const { wiring } = this.state;
    const input = wiring.inputsFor(source, id)[0];
    if (input) return this.connect(source, id, input);
    if (stepOf(source) === id) this.refuse("refused_self");
    else if (wiring.hangsOn(stepOf(source), id)) this.refuse("refused_cycle");
    else {
      const given = wiring.typeOf(source);
      this.refuse("refused_step", {
        step: this.titleOf(id),
        gives: given ? wiring.spelled(given) : "",
      });
    }
    return false;
  }

  disconnect(id: string, input: string, source: string): void {
    this.commit(unjoined(this.doc, id, input, source));
  }

  remove(keys: readonly string[] = this.state.chosen): void {
    const { steps, notes, groups } = parts(keys);
    if (steps.length + notes.length + groups.length === 0) return;
    let doc = this.doc;
    if (groups.length > 0) doc = withoutGroups(doc, groups);
    if (notes.length > 0) doc = withoutNotes(doc, notes);
    if (steps.length > 0) doc = withoutSteps(doc, steps);
    this.commit(doc);
    this.choose([]);
  }

  rename(id: string, name: string): void {
    this.store.set({ renaming: null });
    const wanted = idOf(name);
    if (!wanted || wanted === id) return;
    const free = freeId(wanted, idsOf(this.doc));
    this.commit(renamed(this.doc, { [id]: free }));
    this.choose([free]);
  }

  addTool(id: string, tool: string): void {
    const step = this.doc.steps.find((one) => one.id === id);
    const kind = this.state.wiring.kindOf(id);
    if (!step) return;
    if (!kind?.tools) return this.refuse("refused_tool", { step: this.titleOf(id) });
    if (toolsOf(step).includes(tool)) return this.refuse("refused_tool_twice");
    this.commit(withTool(this.doc, id, tool));
  }

  removeTool(id: string, tool: string): void {
    this.commit(withoutTool(this.doc, id, tool));
  }

  addNote(at: Point): void {
    const { doc, id } = withNote(this.doc, at);
    this.commit(doc);
    this.choose([noteKey(id)]);
  }

  group(): void {
    const { steps } = parts(this.state.chosen);
    if (steps.length === 0) return this.refuse("group_needs_steps");
    const { doc, id } = withGroup(this.doc, steps);
    this.commit(doc);
    this.choose([groupKey(id)]);
  }

  changeBox(key: string, change: Record<string, unknown>): void {
    const id = plainKey(key);
    const change_ = key.startsWith("note:") ? changedNote : changedGroup;
    this.commit(change_(this.doc, id, change));
  }

  arrange(): void {
    const { wiring } = this.state;
    const places = arranged(this.doc.steps, (id) => sizeOf(wiring, id));
    this.commit({ ...this.doc, layout: places });
    this.store.set({ opened: this.state.opened + 1 });
  }

  /** New places of nodes, after they were moved. */
  place(places: Readonly<Record<string, Point>>, kind = ""): void {
    const steps: Record<string, Point> = {};
    const notes: Record<string, Point> = {};
    for (const [key, { x, y }] of Object.entries(places)) {
      const at = { x: Math.round(x), y: Math.round(y) };
      if (key.startsWith("note:")) notes[plainKey(key)] = at;
      else if (!key.startsWith("group:")) steps[key] = at;
    }
    this.commit(moved(this.doc, steps, notes), kind);
  }

  /** Move what is chosen. */
  nudge(across: number, down: number): void {
    const { steps, notes, groups } = parts(this.state.chosen);
    const members = this.doc.groups.filter((g) => groups.includes(g.id)).flatMap((g) => g.steps);
    const places: Record<string, Point> = {};
    for (const id of new Set([...steps, ...members])) {
      const at = this.doc.layout[id];
      if (at) places[id] = { x: at.x + across, y: at.y + down };
    }
    for (const note of this.doc.notes.filter((one) => notes.includes(one.id))) {
      places[noteKey(note.id)] = { x: note.x + across, y: note.y + down };
    }
    if (Object.keys(places).length > 0) this.place(places, "nudge");
  }

  // Copies

  copied(): string | null {
    const { steps, notes, groups } = parts(this.state.chosen);
    const members = this.doc.groups.filter((g) => groups.includes(g.id)).flatMap((g) => g.steps);
    const all = [...new Set([...steps, ...members])];
    if (all.length + notes.length === 0) return null;
    this.pastes = 0;
    return clipped(this.doc, all, notes);
  }

  paste(text: string, at: Point | null = null): void {
    const clip = clipOf(text);
    if (!clip) return this.refuse("refused_paste");
    this.put(clip, at);
  }

  duplicate(): void {
    const text = this.copied();
    const clip = text && clipOf(text);
    if (clip) this.put(clip, null);
  }

  private put(clip: Doc, at: Point | null): void {
    this.pastes += 1;
    const shifted = at && this.pastes > 1 ? { x: at.x + 30 * this.pastes, y: at.y + 30 * this.pastes } : at;
    const { doc, steps, notes } = pasted(this.doc, clip, shifted);
    this.commit(this.stood(doc, this.state.kinds));
    this.choose([...steps, ...notes.map(noteKey)]);
  }

  // What is chosen, said and asked

  choose(keys: readonly string[]): void {
    const now = this.state.chosen;
    if (keys.length === now.length && keys.every((key, index) => key === now[index])) return;
    this.store.set({ chosen: keys });
    this.sync.flushIfWaiting();
    this.sync.speaker.state("selection", parts(keys).steps);
  }

  ask(name: string, step?: string): void {
    this.sync.flushIfWaiting();
    this.sync.speaker.trigger("act", { name, step: step ?? null });
  }

  refuse(key: string, values?: Record<string, unknown>): void {
    this.toast(key, values);
  }

  toast(key: string, values?: Record<string, unknown>): void {
    const number = (this.state.toast?.number ?? 0) + 1;
    this.store.set({ toast: { text: this.say(key, values), number } });
  }

  titleOf(id: string): string {
    return this.state.view[id]?.title ?? pretty(id);
  }

  ports(id: string): Ports {
    return this.state.wiring.portsOf(id);
  }

  /** The kinds that an output could feed, best first by category; all of them without one. */
  kindsFor(source?: string): Kind[] {
    const { catalog, wiring } = this.state;
    const given = source ? wiring.typeOf(source) : null;
    return catalog.kinds.filter((kind) => !kind.hidden && (!given || takes(catalog, kind, given)));
  }

  sourceAt(id: string, port: string): string {
    return sourceOf(id, port);
  }
}

/** The steps, notes and groups among nodes of the canvas. */
export function parts(keys: readonly string[]): { steps: string[]; notes: string[]; groups: string[] } {
  return {
    steps: keys.filter((key) => !key.includes(":")),
    notes: keys.filter((key) => key.startsWith("note:")).map(plainKey),
    groups: keys.filter((key) => key.startsWith("group:")).map(plainKey),
  };
}
