"""`vidp resume`, `retry`, `cancel`, `estimate`; and watching a production that goes on."""

import json
import time
from uuid import UUID

import typer

from ui.cli import summary, waiting
from ui.cli.failing import Failed
from ui.cli.installation import Installation, entered
from ui.cli.progress import reporter
from ui.cli.tables import console, cost, length, table
from vid_pipeline import worker_process
from vid_pipeline.acts import launching, making, retrying
from vid_pipeline.acts.results import result_of
from vid_pipeline.acts.retrying import Forecast, Wish
from vid_pipeline.acts.watching import Sight, Watch
from vid_pipeline.errors import BadRequest
from vid_pipeline.records import Production
from vid_pipeline.store import productions, requests

_POLL_S = 0.25
_WHY = {
    "new": "has not run yet",
    "failed": "failed",
    "waiting": "waits for people",
    "asked": "is asked for anew",
    "changed": "what it depends on has changed",
    "gone": "what it gave is gone",
    "unsure": "its process was killed",
    "after": "comes after one that runs",
}


def resume(key: str, *, wait: bool, as_json: bool) -> None:
    """Go on with what is left."""
    with entered() as here:
        with here.db.acting(here.user) as conn:
            production = productions.get(conn, key)
        launch = launching.advance(here.shop, here.user, production.id)
        if launch is None:
            launch, _ = retrying.retry(here.shop, here.user, production.id)
        tell_or_follow(here, production.id, wait=wait, as_json=as_json)


def retry(key: str, wish: Wish, *, yes: bool, wait: bool, as_json: bool) -> None:
    """Say what would run again and what is kept, ask, and do it."""
    with entered() as here:
        expected = retrying.forecast(here.shop, here.user, key, wish)
        if not as_json:
            tell(expected)
        confirm(yes=yes or as_json)
        retrying.retry(here.shop, here.user, expected.production.id, wish)
        tell_or_follow(here, expected.production.id, wait=wait, as_json=as_json)


def confirm(*, yes: bool) -> None:
    """Ask whether to go on, unless that was said.

    Raises:
        Abort: no.
    """
    if not yes and not typer.confirm("Go on?", default=True, err=True):
        raise typer.Abort()


def estimate(key: str, wish: Wish, *, as_json: bool) -> None:
    """Say what going on would run, keep, cost and take; change nothing."""
    with entered() as here:
        expected = retrying.forecast(here.shop, here.user, key, wish)
    tell_estimate(expected, as_json=as_json)


def tell_estimate(expected: Forecast, *, as_json: bool) -> None:
    """Print a forecast as one JSON object, or for people."""
    if as_json:
        body = {
            "production": str(expected.production.id),
            "version": expected.version,
            "runs": expected.runs,
            "keeps": expected.keeps,
            "cost_usd": expected.cost_usd,
            "seconds": expected.seconds,
        }
        typer.echo(json.dumps(body, indent=2))
    else:
        tell(expected)


def cancel(key: str, *, as_json: bool) -> None:
    """Stop a production; what was finished is kept."""
    with entered() as here:
        stopped = making.cancel(here.shop, here.user, key)
        while not stopped.ended and stopped.state != "draft":
            time.sleep(_POLL_S)
            with here.db.acting(here.user) as conn:
                stopped = productions.get(conn, stopped.id)
            if stopped.state == "waiting":  # its run ended at a gate before it heard
                stopped = making.cancel(here.shop, here.user, stopped.id)
    if as_json:
        typer.echo(stopped.model_dump_json())
    else:
        typer.echo(f"Production {stopped.short_id} is {stopped.state}. `vidp resume` goes on.")


def tell(expected: Forecast) -> None:
    """Print a forecast."""
    out = console(stderr=True)
    rows = [[key.replace("[", r"\["), _WHY[why]] for key, why in expected.runs.items()]
    if rows:
        out.print(table("runs", "because", rows=rows))
    kept = sorted(set(expected.keeps.values()))
    runs = ", ".join(run[:8] for run in kept)
    out.print(f"{len(expected.keeps)} steps are kept{f', from run {runs}' if runs else ''}.")
    out.print(f"{headline(expected)}.")


def headline(expected: Forecast) -> str:
    """A line as `3 steps to run, $0.42, 40 s`."""
    count = len(expected.runs)
    if count == 0:
        return "Nothing is left to run"
    parts = [f"{count} step{'' if count == 1 else 's'} to run"]
    if expected.cost_usd is not None:
        parts.append(cost(expected.cost_usd))
    if expected.seconds is not None:
        parts.append(f"about {length(expected.seconds)}")
    return ", ".join(parts)


def follow(here: Installation, production_id: UUID, *, as_json: bool) -> None:
    """Watch a production until it ends or waits, and tell what came of it.

    Raises:
        Failed: it failed.
        KeyboardInterrupt: it was cancelled.
    """
    watch = Watch(here.db, here.user, production_id, here.store)
    with reporter(quiet=as_json) as show:
        while True:
            sight = watch.look()
            show.update(sight)
            if _settled(here, sight):
                break
            time.sleep(_POLL_S)
    state = sight.production.state
    if state == "waiting":
        waiting.tell(here, sight.production, as_json=as_json)
    if state == "cancelled":
        raise KeyboardInterrupt
    if state != "done":
        raise failed(here, sight)
    if sight.production.only_step is not None:
        _tell_alone(sight.production, as_json=as_json)
    else:
        summary.tell(result_of(sight, here.store), here.settings, as_json=as_json)


def _tell_alone(production: Production, *, as_json: bool) -> None:
    """Say that one step has run, and that nothing after it has."""
    step, key = production.only_step, production.short_id
    if as_json:
        facts = {"production": str(production.id), "state": production.state, "only_step": step}
        typer.echo(json.dumps({"ok": True} | facts))
        return
    typer.echo(f"Step {step!r} has run alone, in production {key}. Nothing after it has run.")
    typer.echo(f"See what it took: vidp trace {key}. Run the rest too: vidp resume {key}")


def failed(here: Installation, sight: Sight, code: int = 1) -> Failed:
    """What to raise for a production that has failed."""
    production = sight.production
    log = str(worker_process.log_of(here.settings, production.id))
    step = f"Step {production.failed_step!r} failed: " if production.failed_step else ""
    return Failed(
        f"{step}{production.error} (production {production.short_id}, log {log})",
        exit_code=code,
        production=str(production.id),
        step=production.failed_step,
        log=log,
    )


def _settled(here: Installation, sight: Sight) -> bool:
    production = sight.production
    if production.state != "waiting":
        return production.ended
    with here.db.acting(here.user) as conn:
        return not requests.has_untaken(conn, production.id)


def tell_or_follow(here: Installation, production_id: UUID, *, wait: bool, as_json: bool) -> None:
    """Watch a production that was set going, or only say that it goes on."""
    if wait:
        follow(here, production_id, as_json=as_json)
        return
    with here.db.acting(here.user) as conn:
        production = productions.get(conn, production_id)
    if as_json:
        typer.echo(production.model_dump_json())
    else:
        typer.echo(f"Production {production.short_id} goes on. Watch it: vidp runs")


def number(text: str) -> float:
    """A sum of money that somebody typed.

    Raises:
        BadRequest: it is none.
    """
    try:
        return float(text.lstrip("$"))
    except ValueError:
        raise BadRequest("Sum", text, "Write it as 2.50.") from None
