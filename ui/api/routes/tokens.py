"""Access tokens: made, listed without themselves, revoked."""

from uuid import UUID

from ui.api import shown
from ui.api.callers import Here
from ui.api.problems import Refusal
from ui.api.routing import needs, router
from vid_pipeline.acts import tokens
from vid_pipeline.wire.base import Page
from vid_pipeline.wire.people import MadeToken, NewToken, Token

api = router("tokens")


@api.get("/tokens", summary="Your access tokens", **needs("tokens:read"))
def listed(here: Here) -> Page[Token]:
    """All of them, newest first, revoked and expired ones too; never the tokens themselves."""
    found = tokens.listed(here.db, here.user)
    return Page(items=tuple(shown.token(one) for one in found))


@api.post("/tokens", status_code=201, summary="Make an access token", **needs("tokens:write"))
def create(here: Here, new: NewToken) -> MadeToken:
    """The token itself is in the answer, this once.

    A token makes none that may do more or lasts longer: it ends with the one that made it.
    """
    if here.who.scopes is not None and (more := sorted(set(new.scopes) - here.who.scopes)):
        detail = f"A token without the scope {more[0]!r} cannot make one that has it."
        raise Refusal("scope-missing", detail, scope=more[0])
    made = tokens.make(
        here.db, here.user, new.name, new.scopes, expires_at=new.expires_at, by=here.who.token
    )
    return MadeToken(token=shown.token(made.token), secret=made.secret.get_secret_value())


@api.get("/tokens/{token_id}", summary="One access token", **needs("tokens:read", 404))
def get(here: Here, token_id: UUID) -> Token:
    """What there is to know of a token but the token."""
    return shown.token(tokens.get(here.db, here.user, token_id))


@api.delete("/tokens/{token_id}", summary="Revoke an access token", **needs("tokens:write", 404))
def revoke(here: Here, token_id: UUID) -> Token:
    """Nothing takes it from now on, nor those that it made. Revoking twice is revoking once."""
    return shown.token(tokens.revoke(here.db, here.user, token_id))
