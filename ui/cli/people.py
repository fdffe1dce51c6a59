"""`vidp users`: the people who may be asked to decide."""

import json
import re
from typing import get_args
from urllib.parse import urlencode

import typer

from ui.cli.installation import entered
from ui.cli.tables import console, table
from vid_pipeline.acts import joining, resetting
from vid_pipeline.acts.door import Door
from vid_pipeline.acts.notice_links import studio_url
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
    known = _role(role)
    with entered() as here, here.db.service() as conn:
        users.add(conn, handle, display_name=name, email=email, role=known)
    typer.echo(f"{handle} is added as {role}.")


def invite(email: str, role: str) -> None:
    """Print an invitation's link.

    Raises:
        BadRequest: there is no such role.
        AccountError: the address is none.
    """
    known = _role(role)
    with entered() as here:
        _, token = joining.invite(
            Door(here.settings, here.db), here.db.local_user, email=email, role=known
        )
        url = f"{studio_url(here.settings)}/signup?" + urlencode({"invitation": token})
    typer.echo(f"{url}\nIt works once, for {joining.INVITATION.days} days.")


def reset(handle: str) -> None:
    """Print a link with which a user chooses a new password.

    Raises:
        BadRequest: there is no such user.
    """
    with entered() as here:
        with here.db.service() as conn:
            found = users.by_handle(conn, [handle])
        if handle not in found:
            raise BadRequest("User", handle, "See vidp users list.")
        token = resetting.make_link(here.db, here.db.local_user, found[handle])
        url = f"{studio_url(here.settings)}/reset?" + urlencode({"token": token})
    typer.echo(f"{url}\nIt works once, for 24 hours. Until then the old password works too.")


def _role(told: str) -> Role:
    known: dict[str, Role] = {one: one for one in get_args(Role)}
    if told not in known:
        raise BadRequest("Role", told, f"Choose one of: {', '.join(known)}.")
    return known[told]
