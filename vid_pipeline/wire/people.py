"""Who asks, and the access tokens by which programs ask for them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from vid_pipeline.asking import Role
from vid_pipeline.wire.base import Answered, Asked


class About(Answered):
    """The installation that answers."""

    name: str
    version: str
    api: Literal["v1"] = "v1"
    openapi: str = Field(description="The path of the description of this API.")


class Me(Answered):
    """Whoever asks."""

    id: UUID
    handle: str
    display_name: str
    email: str | None
    role: Role
    scopes: tuple[str, ...] | None = Field(
        description="What the access token may do; null for somebody who signed in."
    )


class NewToken(Asked):
    """An access token to be made."""

    name: str = Field(min_length=1, max_length=60, description="What it is for.")
    scopes: tuple[str, ...] = Field(min_length=1, max_length=50)
    expires_at: AwareDatetime | None = Field(
        default=None, description="Never if null; with the token that makes it, at the latest."
    )


class Token(Answered):
    """An access token without the token."""

    id: UUID
    name: str
    last4: str
    scopes: tuple[str, ...]
    made_by: UUID | None = Field(
        default=None, description="The token by which it was made; it ends with it."
    )
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="To the minute.")
    revoked_at: datetime | None
    usable: bool = Field(description="Neither revoked nor expired.")


class MadeToken(Answered):
    """A new access token; `secret` is shown this once."""

    token: Token
    secret: str
