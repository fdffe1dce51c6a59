"""Entity tags: who changes something says which state of it they have seen."""

import hashlib
from typing import Annotated

from fastapi import Header
from pydantic import BaseModel

from ui.api.problems import Refusal

IfMatch = Annotated[
    str | None,
    Header(description="The `ETag` that was seen; if it is another now, nothing is changed: 412."),
]
_CHANGED = "Somebody has changed it since you read it. Read it again, then decide."


def tag_of(seen: BaseModel) -> str:
    """The tag of a thing as it is shown."""
    digest = hashlib.sha256(seen.model_dump_json().encode()).hexdigest()
    return f'"{digest[:32]}"'


def refuse_changed(if_match: str | None, tag: str) -> None:
    """Return if a thing is as the caller has seen it, or if they do not mind.

    Raises:
        Refusal: it is not.
    """
    if if_match is None or if_match.strip() == "*":
        return
    if tag not in {one.strip() for one in if_match.split(",")}:
        raise Refusal("changed", _CHANGED, headers={"ETag": tag})
