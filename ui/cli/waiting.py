"""Saying that a production waits for people, which is neither done nor failed."""

import json

import typer

from ui.cli.installation import Installation
from vid_pipeline.records import Production
from vid_pipeline.store import requests

WAITS = 3
"""Exit code of a production that waits for somebody."""


def tell(here: Installation, production: Production, *, as_json: bool) -> None:
    """Say what a production waits for, and end with the exit code of that."""
    with here.db.acting(here.user) as conn:
        asked = requests.of_production(conn, production.id)
    found = [request for request in asked if request.state == "open"]
    if as_json:
        waits = [{"id": str(r.id), "step": r.step_id, "title": r.title} for r in found]
        body = {"ok": True, "state": "waiting", "production": str(production.id), "waits": waits}
        typer.echo(json.dumps(body, ensure_ascii=False))
    else:
        typer.echo(f"Production {production.short_id} waits for a decision:")
        for request in found:
            typer.echo(f"  {request.short_id}  {request.title}")
        typer.echo(f"Look at it:  vidp approvals {found[0].short_id}" if found else "")
    raise typer.Exit(WAITS)
