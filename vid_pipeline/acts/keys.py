"""People's own keys for providers: added, tried, replaced, revoked; shown by their last four."""

import re
from dataclasses import dataclass
from uuid import UUID

import httpx
from pydantic import SecretStr

from vid_pipeline.errors import BadRequest, NotFound, ToolFailed
from vid_pipeline.settings import Settings
from vid_pipeline.store import api_keys
from vid_pipeline.store.api_keys import ApiKey
from vid_pipeline.store.database import Database

_PROVIDER = re.compile(r"[a-z0-9_-]{1,40}")
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,60}")
_SHORTEST, _LONGEST = 12, 512
_TIMEOUT_S = 20.0
_VERSION = "2026-10-21"  # of Anthropic's API, as its SDK 2.12 says it
_REFUSED = frozenset({401, 403})


@dataclass(frozen=True)
class Added:
    """A key that is kept now; `replaced`: it took the place of one of that name."""

    key: ApiKey
    replaced: bool


@dataclass(frozen=True)
class Tried:
    """What a provider said of a key."""

    key: ApiKey
    good: bool
    said: str


def add(db: Database, user: UUID, provider: str, key: SecretStr, *, name: str = "default") -> Added:
    """Keep a key; the runs of its owner use their newest one for a provider from now on.

    A key of the same name is revoked: adding again is rotating.

    Raises:
        BadRequest: no such provider, no name, or nothing that can be a key.
    """
    if not _PROVIDER.fullmatch(provider):
        raise BadRequest("Provider", provider, "Give one like anthropic or openai.")
    if not _NAME.fullmatch(name):
        raise BadRequest("Name", name, "Give 1 to 60 characters.")
    with db.acting(user) as conn:
        return Added(*api_keys.add(conn, db.keys, provider, _checked(key), name=name))


def listed(db: Database, user: UUID) -> list[ApiKey]:
    """A user's keys without the keys, revoked ones too."""
    with db.acting(user) as conn:
        return api_keys.of_user(conn)


def revoke(db: Database, user: UUID, key: str) -> ApiKey:
    """Delete what was kept of a key, so that nothing can use it again.

    Raises:
        NotFound: the user has no such key.
        BadRequest: several fit.
    """
    with db.acting(user) as conn:
        found = api_keys.get(conn, key)
        api_keys.revoke(conn, found.id)
    return found


def test(db: Database, user: UUID, settings: Settings, key: str) -> Tried:
    """Ask the provider whether it takes a key: for its list of models, which costs nothing.

    Raises:
        NotFound: the user has no such key, or it is revoked.
        BadRequest: several fit, or a provider that we cannot ask.
        ToolFailed: the provider cannot be reached, or said something else.
    """
    with db.acting(user) as conn:
        found = api_keys.get(conn, key)
        opened = api_keys.opened(conn, db.keys, found.id)
    if opened is None:
        raise NotFound("key in use", found.short_id, "It is revoked: add another.")
    url, headers = _question(settings, found.provider, opened.get_secret_value())
    try:
        status = httpx.get(url, headers=headers, timeout=_TIMEOUT_S).status_code
    except httpx.HTTPError as error:
        raise ToolFailed(found.provider, 1, "it cannot be reached") from error
    if status != httpx.codes.OK and status not in _REFUSED:
        raise ToolFailed(found.provider, status, "it said neither yes nor no; try again later")
    good = status not in _REFUSED
    return Tried(found, good, "takes it" if good else f"refuses it (HTTP {status})")


def _question(settings: Settings, provider: str, key: str) -> tuple[str, dict[str, str]]:
    bearer = {"authorization": f"Bearer {key}"}
    if provider == "anthropic":
        base = settings.anthropic_base_url or "https://api.anthropic.com"
        return f"{base.rstrip('/')}/v1/models", bearer | {"anthropic-version": _VERSION}
    if provider == "openai":
        base = settings.openai_base_url or "https://api.openai.com/v1"
        return f"{base.rstrip('/')}/models", bearer
    raise BadRequest("Provider", provider, "Only keys of anthropic and openai can be tried.")


def _checked(key: SecretStr) -> SecretStr:
    """A key as it may go into a header.

    Raises:
        BadRequest: it may not; it is not shown.
    """
    text = key.get_secret_value().strip()
    plain = text.isascii() and text.isprintable() and " " not in text
    if not plain or not _SHORTEST <= len(text) <= _LONGEST:
        remedy = f"Give one line of {_SHORTEST} to {_LONGEST} plain characters."
        raise BadRequest("Key", "(hidden)", remedy)
    return SecretStr(text)
