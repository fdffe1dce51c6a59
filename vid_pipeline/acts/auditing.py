"""The audit log: who did what to whose account, from where. Never passwords or tokens."""

from typing import Any
from uuid import UUID

from psycopg import Connection
from pydantic import JsonValue

from vid_pipeline.account_records import Caller
from vid_pipeline.store import audit

ACTS = (
    "account_made",
    "address_changed",
    "deactivated",
    "invitation_made",
    "invitation_withdrawn",
    "login_connected",
    "login_disconnected",
    "password_changed",
    "password_reset",
    "reactivated",
    "reset_asked",
    "reset_link_made",
    "role_changed",
    "session_ended",
    "sign_in_refused",
    "signed_in",
    "signed_out",
    "signed_out_everywhere",
    "token_made",
    "token_revoked",
    "tokens_revoked",
)


def record(
    conn: Connection[Any],
    act: str,
    *,
    actor: UUID | None,
    owner: UUID | None = None,
    caller: Caller | None = None,
    **detail: JsonValue,
) -> None:
    """Write a line in the caller's transaction (service).

    `actor` did it; it concerns `owner`, or else the actor. `detail` holds no secret: an
    administrator reads it.
    """
    whose = owner or actor
    client = caller.client if caller else ""
    audit.add(conn, act, actor=actor, owner=whose, client=client, detail=detail)
