"""Who calls, and what they may do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from psycopg import Connection

from ui.api.problems import Refusal
from ui.identity import Identity
from vid_pipeline.acts import tokens
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.store.database import Database

_SIGN_IN = "Sign in, or send an access token: `Authorization: Bearer vidp_…`."
_NOT_GOOD = "The access token is unknown, expired or revoked. Make another one in the studio."


@dataclass(frozen=True)
class Caller:
    """Somebody who was let in, and the installation they work on."""

    shop: Workshop
    who: Identity

    @property
    def user(self) -> UUID:
        return self.who.user

    @property
    def db(self) -> Database:
        return self.shop.db

    @contextmanager
    def acting(self) -> Iterator[Connection[Any]]:
        """One transaction as them."""
        with self.shop.db.acting(self.who.user) as conn:
            yield conn


def admitted(shop: Workshop, request: Request, scope: str | None) -> Caller:
    """The caller of a request.

    A token in the request counts for itself: whoever sends one may do what it allows, no more.

    Raises:
        Refusal: nobody, with a token that is no good, or without the scope that is needed.
    """
    who = _identity(shop, request)
    if scope is not None and who.scopes is not None and scope not in who.scopes:
        raise Refusal("scope-missing", f"The access token lacks the scope {scope!r}.", scope=scope)
    return Caller(shop, who)


def _identity(shop: Workshop, request: Request) -> Identity:
    found = request.scope.get("state", {}).get("identity")
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and (found is None or found.scopes is None):
        bearer = tokens.of(shop.db, token.strip())
        if bearer is None:
            raise _nobody(_NOT_GOOD, ', error="invalid_token"')
        return Identity(bearer.user, scopes=bearer.scopes, token=bearer.id)
    if not isinstance(found, Identity):
        raise _nobody(_SIGN_IN)
    return found


def _nobody(detail: str, more: str = "") -> Refusal:
    challenge = f'Bearer realm="vid_pipeline"{more}'
    return Refusal("unauthenticated", detail, headers={"WWW-Authenticate": challenge})


async def _caller(request: Request) -> Caller:
    found: Caller = request.state.caller
    return found


Here = Annotated[Caller, Depends(_caller)]
"""What a route takes to know who calls it."""
