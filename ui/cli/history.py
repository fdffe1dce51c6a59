"""`vidp runs` and `vidp trace`: what was made, and what each step of it took."""

import json
from datetime import UTC, datetime

import typer

from ui.cli import tracing
from ui.cli.installation import entered
from ui.cli.tables import console, cost, length, state, table, when
from vid_pipeline.acts.results import manifest_of
from vid_pipeline.destination_records import Sending
from vid_pipeline.memory_records import MemoryUse
from vid_pipeline.records import Launch, Production, StepTrace
from vid_pipeline.store import (
    journal,
    launches,
    memories,
    productions,
    sendings,
    step_events,
    traces,
)  # fmt: skip

_SHOWN = 120


def runs(limit: int, *, as_json: bool) -> None:
    """Print productions, newest first."""
    with entered() as here, here.db.acting(here.user) as conn:
        found = productions.recent(conn, limit)
    if as_json:
        _print_json([production.model_dump(mode="json") for production in found])
    elif found:
        rows = [_row(production) for production in found]
        console().print(table("id", "when", "state", "took", "workflow", "what", rows=rows))
    else:
        typer.echo("Nothing was made yet. Try: vidp make examples/sources/shipping-container.md")


def trace(key: str, *, as_json: bool, conversation: bool = False) -> None:
    """Print a production's steps, each with its calls of models and tools."""
    with entered() as here, here.db.acting(here.user) as conn:
        production = productions.get(conn, key)
        steps = traces.of_production(conn, production.id)
        found = launches.of_production(conn, production.id)
        calls = journal.calls(conn, production.id)
        events = step_events.of_production(conn, production.id)
        used = memories.used_in(conn, production.id)
        sent = sendings.of_production(conn, production.id)
    if as_json:
        _print_json(
            production.model_dump(mode="json")
            | {"steps": [step.model_dump(mode="json") for step in steps]}
            | {"launches": [launch.model_dump(mode="json") for launch in found]}
            | tracing.as_json(calls, events, conversation=conversation)
            | {"memories": [use.model_dump(mode="json") for use in used]}
            | {"sendings": [one.model_dump(mode="json") for one in sent]}
        )
        return
    out = console()
    out.print(table("id", "when", "state", "took", "workflow", "what", rows=[_row(production)]))
    out.print()
    columns = ("step", "kind", "state", "took", "tokens", "cost", "about")
    below = tracing.Below(steps, calls, events)
    rows = [row for step in steps for row in (_step_row(step), *below.rows(step))]
    out.print(table(*columns, rows=rows))
    out.print()
    rows = [_launch_row(launch) for launch in found]
    out.print(table("run", "when", "state", "because", "steps", "waits for", rows=rows))
    if conversation:
        tracing.print_conversations(out, steps, events)
    if sent:
        out.print()
        rows = [_sent_row(one) for one in sent]
        out.print(table("destination", "state", "tries", "when", "where", rows=rows))
    if used:
        out.print()
        out.print(table("step", "memory", "kind", "says", rows=[_use_row(use) for use in used]))


def _sent_row(one: Sending) -> list[str]:
    where = one.receipt.where if one.receipt else one.error or ""
    shown = tracing.plain(where).replace("[", r"\[")
    return [one.destination, one.state, str(one.tries), when(one.ended_at or one.begun_at), shown]


def _row(production: Production) -> list[str]:
    manifest = manifest_of(production)
    end = production.ended_at or datetime.now(UTC)
    what = manifest.title if manifest else production.brief.title or production.brief.name
    if production.only_step is not None:
        what = f"only {production.only_step}, of {what}"
    return [
        production.short_id,
        when(production.created_at),
        state(production.state),
        length((end - production.created_at).total_seconds()),
        f"{production.workflow} v{production.version}",
        f"{what}: {production.error}" if production.error else what,
    ]


def _launch_row(launch: Launch) -> list[str]:
    steps = "all" if launch.steps is None else str(len(launch.steps))
    run = (launch.run_id or "not yet")[:8]
    waits_for = launch.waits_for or launch.error or ""
    return [run, when(launch.planned_at), launch.state, launch.reason, steps, waits_for]


def _use_row(use: MemoryUse) -> list[str]:
    says = " ".join(use.body.split())[:_SHOWN].replace("[", r"\[")
    return [use.step_key.replace("[", r"\["), str(use.memory_id)[-8:], use.kind, says]


def _step_row(step: StepTrace) -> list[str]:
    took_s = step.seconds
    about = step.error or (f"from run {step.reused_from[:8]}" if step.reused_from else step.note)
    tokens = step.input_tokens + step.output_tokens
    return [
        step.step_key.replace("[", r"\["),
        step.kind,
        state(step.state),
        "" if took_s is None else length(took_s),
        f"{tokens:,}" if tokens else "",
        cost(step.cost_usd) if step.cost_usd else "",
        about.replace("[", r"\["),
    ]


def _print_json(body: object) -> None:
    typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
