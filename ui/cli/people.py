"""`vidp users`: the people who may be asked to decide."""

import json
import re
from typing import get_args

import typer

from ui.cli.installation import entered
from ui.cli.tables import console, table
from vid_pipeline.asking import Role
from vid_pipeline.errors import BadRequest
from vid_pipeline.store import users

_HANDLE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def listed(*, as_json: bool) -> None:
    """Print them, in the order they came."""
    with entered() as here, here.db.service() as conn:
        found = users.everybody(conn)
    if as_json:
        body = [user.model_dump(mode="json") for user in found]
        typer.echo(json.dumps(body, indent=2, ensure_ascii=False))
        return
    rows = [[one.handle, one.display_name, one.role, one.email or ""] for one in found]
    console().print(table("handle", "name", "role", "e-mail", rows=rows))


def add(handle: str, name: str, email: str | None, role: str) -> None:
    """Add one.

    Raises:
        BadRequest: the handle is taken or no handle, or there is no such role.
    """
    if not _HANDLE.fullmatch(handle):
        raise BadRequest("Handle", handle, "Use lower case letters, digits and _, a letter first.")
    known = {one: one for one in get_args(Role)}
    if role not in known:
        raise BadRequest("Role", role, f"Choose one of: {', '.join(known)}.")
    with entered() as here, here.db.service() as conn:
        users.add(conn, handle, display_name=name, email=email, role=known[role])
    typer.echo(f"{handle} is added as {role}.")
