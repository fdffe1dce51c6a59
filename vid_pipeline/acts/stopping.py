"""Stopping a production that somebody, or a deadline, has ended, whoever runs it."""

from typing import Any

from psycopg import Connection

from vid_pipeline import worker_process
from vid_pipeline.acts import ending
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.dagster_api import DagsterApi
from vid_pipeline.records import Production
from vid_pipeline.store import launches, productions


def unless_at_work(
    conn: Connection[Any], production: Production, *, reason: str | None = None
) -> Production:
    """Cancel what no run works on; a run at work is left to be asked, by `ask`."""
    at_work = launches.at_work(conn, production.id)
    if at_work is None or at_work.state == "planned":
        return ending.stopped(conn, production, reason=reason)
    return production


def ask(shop: Workshop, production: Production, *, reason: str | None = None) -> Production:
    """Ask the process that runs it to stop, which then says so itself; without one, cancel it."""
    asked = _asked(shop, production)
    with shop.db.acting(production.owner_id) as conn:
        now = productions.locked(conn, production.id)
        return now if asked or now.ended else ending.stopped(conn, now, reason=reason)


def _asked(shop: Workshop, production: Production) -> bool:
    if worker_process.interrupt(production.id):
        return True
    api = DagsterApi.of(shop.settings)
    return production.run_id is not None and api.is_up() and api.terminate(production.run_id)
