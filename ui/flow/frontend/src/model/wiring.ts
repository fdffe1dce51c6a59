/** What may be joined to what, and why not: types of outputs and inputs, as the catalogue says. */

import { aboves } from "./reduction";
import { fieldOf, sourceOf, sourcesOf, stepOf } from "./sources";
import type { Catalog, Doc, Kind, Port, Step, StepView } from "./types";
import { freeId, withFeed, withOver, withWhen } from "./editing";

export const ANY = "*";
/** The input that stands for one more, of a step that takes as many as it is given. */
export const ONE_MORE = "+";
export const WHEN = "when";

export interface Ports {
  inputs: Port[];
  outputs: Port[];
  open: boolean;
}

export interface Given {
  type: string;
  list: boolean;
}

/** `how` a source would feed an input; or the key of the reason why it cannot, and its values. */
export type Verdict =
  | { ok: true; how: "whole" | "add" | "any" | "over" | "more" | "when" }
  | { ok: false; reason: string; values: Record<string, string> };

/** `Record:Mood` is a form that somebody has drawn: one of the type `Record`. */
const plain = (type: string): string => type.split(":", 1)[0] ?? type;

/** Whether a value of one type may go where the other is needed. */
export function fits(catalog: Catalog, given: string, needed: string): boolean {
  if (needed === ANY || given === ANY || given === needed || plain(given) === needed) return true;
  return catalog.types[plain(given)]?.bases.includes(needed) ?? false;
}

const NO_PORTS: Ports = { inputs: [], outputs: [], open: false };

export class Wiring {
  private readonly steps: Map<string, Step>;
  private readonly ports = new Map<string, Ports>();
  private readonly pending = new Set<string>();
  private above: Map<string, Set<string>> | null = null;

  constructor(
    readonly doc: Doc,
    readonly catalog: Catalog,
    private readonly view: Readonly<Record<string, StepView>>,
    private readonly kinds: ReadonlyMap<string, Kind>,
    private readonly before?: Wiring,
  ) {
    this.steps = new Map(doc.steps.map((step) => [step.id, step]));
    for (const step of doc.steps) this.portsOf(step.id);
    this.before = undefined;
  }

  step(id: string): Step | undefined {
    return this.steps.get(id);
  }

  kindOf(id: string): Kind | undefined {
    const step = this.steps.get(id);
    return step && this.kinds.get(nameOf(step.kind, step.params));
  }

  /** What Python knows of a step. */
  seen(id: string): StepView | undefined {
    return this.view[id];
  }

  /** A step's inputs and outputs; the same object as before if they are the same. */
  portsOf(id: string): Ports {
    const known = this.ports.get(id);
    if (known) return known;
    if (this.pending.has(id)) return NO_PORTS;
    this.pending.add(id);
    const step = this.steps.get(id);
    const found = step ? this.read(step) : NO_PORTS;
    const old = this.before?.ports.get(id);
    const kept = old && JSON.stringify(old) === JSON.stringify(found) ? old : found;
    this.pending.delete(id);
    this.ports.set(id, kept);
    return kept;
  }

  private read(step: Step): Ports {
    const kind = this.kindOf(step.id);
    const seen = this.view[step.id];
    if (!kind) return this.guessed(step);
    const declared = seen?.inputs ?? kind.inputs;
    const more = Object.keys(step.in)
      .filter((name) => !declared.some((port) => port.name === name))
      .map((name) => ({ name, label: name.replace(/_/g, " "), type: ANY, list: false, optional: true }));
    const real = this.real(step, declared);
    const filled = (port: Port): Port => {
      const same = port.name === "" && port.type === ANY && real !== ANY;
      const label = same ? this.spelled({ type: real, list: false }) : port.label;
      return { ...port, label, type: port.type.replace(ANY, real) };
    };
    const outputs = (seen?.outputs ?? kind.outputs).map(filled);
    return {
      inputs: [...declared.map(filled), ...more],
      outputs: step.over === null ? outputs : outputs.slice(0, 1).map((p) => ({ ...p, list: true })),
      open: kind.open,
    };
  }

  /** A step of a kind that is not installed: the ports that its wires have. */
  private guessed(step: Step): Ports {
    const port = (name: string): Port => ({ name, label: name, type: ANY, list: false, optional: true });
    const fields = new Set(
      this.doc.steps
        .flatMap((one) => Object.values(one.in).flatMap(sourcesOf))
        .filter((source) => stepOf(source) === step.id)
        .map(fieldOf),
    );
    return { inputs: Object.keys(step.in).map(port), outputs: [...fields].map(port), open: false };
  }

  /** The type that a step of open type is of, by what it is fed. */
  private real(step: Step, inputs: Port[]): string {
    for (const port of inputs) {
      const first = port.type === ANY ? sourcesOf(step.in[port.name])[0] : undefined;
      const given = first === undefined ? null : this.typeOf(first);
      if (given) return given.type;
    }
    return ANY;
  }

  /** What a source gives; null if it names nothing. */
  typeOf(source: string): Given | null {
    const port = this.portsOf(stepOf(source)).outputs.find((one) => one.name === fieldOf(source));
    return port ? { type: port.type, list: port.list } : null;
  }

  fits(given: string, needed: string): boolean {
    return fits(this.catalog, given, needed);
  }

  /** Whether `id` hangs on `other`. */
  hangsOn(id: string, other: string): boolean {
    this.above ??= aboves(this.doc.steps);
    return this.above.get(id)?.has(other) ?? false;
  }

  /** Whether a source arrives only if a branch chooses it. */
  private conditional(source: string, depth = 0): boolean {
    const step = this.steps.get(stepOf(source));
    if (!step || depth > 50) return false;
    if (this.kindOf(step.id)?.branch || step.when) return true;
    return Object.values(step.in).some((feed) =>
      sourcesOf(feed).some((one) => this.conditional(one, depth + 1)),
    );
  }

  /** Whether and how a source may feed an input of a step. */
  verdict(source: string, id: string, input: string): Verdict {
    const [before, step] = [stepOf(source), this.steps.get(id)];
    const given = this.typeOf(source);
    if (!step || !given) return no("refused_gone");
    if (before === id) return no("refused_self");
    if (this.hangsOn(before, id)) return no("refused_cycle");
    if (input === WHEN) {
      return this.kindOf(before)?.branch ? { ok: true, how: "when" } : no("refused_when");
    }
    if (input === ONE_MORE) return { ok: true, how: "more" };
    const port = this.portsOf(id).inputs.find((one) => one.name === input);
    if (!port) return no("refused_gone");
    if (sourcesOf(step.in[input]).includes(source)) return no("refused_already");
    return this.joined(step, port, source, given);
  }

  private joined(step: Step, port: Port, source: string, given: Given): Verdict {
    const values = {
      input: port.label,
      gives: this.spelled(given),
      needs: this.spelled(port),
    };
    if (!this.fits(given.type, this.free(step, port))) return no("refused_type", values);
    if (port.list) return { ok: true, how: given.list ? "whole" : "add" };
    const kind = this.kindOf(step.id);
    if (!given.list || (kind?.open && !kind.inputs.some((one) => one.name === port.name))) {
      const old = sourcesOf(step.in[port.name]);
      const branches = [source, ...old].some((one) => this.conditional(one));
      return { ok: true, how: old.length > 0 && branches ? "any" : "whole" };
    }
    if (kind?.gate) return no("refused_gate", values);
    if (step.over !== null && step.over !== port.name) return no("refused_over", values);
    return { ok: true, how: "over" };
  }

  /** What an input needs when it is fed anew: an open one takes anything. */
  private free(step: Step, port: Port): string {
    const declared = this.kindOf(step.id)?.inputs.find((one) => one.name === port.name);
    return declared?.type === ANY ? ANY : port.type;
  }

  spelled({ type, list }: Given): string {
    const label = this.catalog.types[plain(type)]?.label ?? plain(type);
    return list ? `${label} ×` : label;
  }

  colourOf(type: string): string {
    return (this.catalog.types[type] ?? this.catalog.types[plain(type)])?.colour ?? "var(--faint)";
  }

  /** The drawing with a wire more; the drawing itself if it is refused. */
  connected(source: string, id: string, input: string): Doc {
    const verdict = this.verdict(source, id, input);
    const step = this.steps.get(id);
    if (!verdict.ok || !step) return this.doc;
    const old = step.in[input];
    switch (verdict.how) {
      case "when":
        return withWhen(this.doc, id, source);
      case "more":
        return withFeed(this.doc, id, this.inputName(step, source), source);
      case "add":
        return withFeed(this.doc, id, input, [...(Array.isArray(old) ? old : []), source]);
      case "any":
        return withFeed(this.doc, id, input, { any: [...sourcesOf(old), source] });
      case "over":
        return withOver(withFeed(this.doc, id, input, source), id, input);
      default:
        return withOver(
          withFeed(this.doc, id, input, source),
          id,
          step.over === input ? null : step.over,
        );
    }
  }

  private inputName(step: Step, source: string): string {
    const base = fieldOf(source) || stepOf(source);
    const taken = [...Object.keys(step.in), ...this.portsOf(step.id).inputs.map((p) => p.name)];
    const free = this.catalog.reserved.includes(base) ? `the_${base}` : base;
    return freeId(free, taken);
  }

  /** The inputs of a step that a source may feed, those that nothing feeds first. */
  inputsFor(source: string, id: string): string[] {
    const { inputs, open } = this.portsOf(id);
    const step = this.steps.get(id);
    const names = [...inputs.map((port) => port.name), ...(open ? [ONE_MORE] : [])];
    return names
      .filter((name) => this.verdict(source, id, name).ok)
      .sort((one, other) => rank(step, inputs, one) - rank(step, inputs, other));
  }

  /** Every source of a step. */
  sourcesFrom(id: string): string[] {
    return this.portsOf(id).outputs.map((port) => sourceOf(id, port.name));
  }
}

function rank(step: Step | undefined, inputs: Port[], name: string): number {
  const fed = step?.in[name] !== undefined;
  const port = inputs.find((one) => one.name === name);
  return (fed ? 4 : 0) + (port?.optional ? 2 : 0) + (port?.type === ANY ? 1 : 0);
}

const no = (reason: string, values: Record<string, string> = {}): Verdict => ({
  ok: false,
  reason,
  values,
});

/** A kind's key in the catalogue. */
export function nameOf(kind: string, params: Record<string, unknown>): string {
  return kind === "workflow" ? `workflow:${String(params.slug ?? "")}` : kind;
}

/** The input of a kind that a source of this type could feed best. */
export function takes(catalog: Catalog, kind: Kind, given: Given): Port | null {
  const able = kind.inputs.filter(
    (port) => fits(catalog, given.type, port.type) && (!given.list || port.list || !kind.gate),
  );
  const best = able.toSorted((one, other) => worth(one, given) - worth(other, given))[0];
  if (best) return best;
  return kind.open ? { name: ONE_MORE, label: "", type: ANY, list: false, optional: true } : null;
}

const worth = (port: Port, given: Given): number =>
  (port.type === ANY ? 4 : 0) + (port.optional ? 2 : 0) + (port.list === given.list ? 0 : 1);

/** The output of a kind that an input could be fed with. */
export function gives(catalog: Catalog, kind: Kind, needed: Port): Port | null {
  return kind.outputs.find((port) => fits(catalog, port.type, needed.type)) ?? null;
}
