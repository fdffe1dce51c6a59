"""The process that looks at the world for those who may not load the web: commands and studio."""

import json
import subprocess
import sys
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ValidationError

from vid_pipeline.acts.batch_inputs import Input
from vid_pipeline.acts.briefs import Upload
from vid_pipeline.acts.rehearsing import Would
from vid_pipeline.dagster_env import PROJECT
from vid_pipeline.errors import BadSource, ToolFailed
from vid_pipeline.settings import Settings, child_environment
from vid_pipeline.trigger_records import NewTrigger
from vid_pipeline.watched import OnFeed

MODULE = "resources.watching"

_TIMEOUT_S = 60.0


def would(settings: Settings, user: UUID, new: NewTrigger) -> list[Would]:
    """What a trigger would make, if it were set now.

    Raises:
        BadSource: it cannot look, and why.
        ToolFailed: the process that looks ended without an answer.
    """
    told = _looked(settings, str(user), asked=new)
    if told["fault"] is not None:
        raise BadSource(f"The trigger {new.name}", "it cannot look", told["fault"])
    return [Would(**one) for one in told["finds"]]


def feed(settings: Settings, url: str) -> list[Input]:
    """The items of a feed, as a batch takes them.

    Raises:
        BadSource: it is no address, it cannot be read, or nothing is in it.
        ToolFailed: the process that looks ended without an answer.
    """
    try:
        asked = OnFeed(url=url)
    except ValidationError as error:
        raise BadSource(url, "it is no address of a feed", "Give one of http(s)://.") from error
    told = _looked(settings, asked=asked)
    if told["fault"] is not None:
        raise BadSource(url, "it cannot be read", told["fault"])
    if not told["finds"]:
        raise BadSource(url, "there is nothing in it", "Give a feed that has items.")
    return [
        Input(one["title"], one["url"] or Upload(one["name"], one["text"].encode()))
        for one in told["finds"]
    ]


def _looked(settings: Settings, *arguments: str, asked: BaseModel) -> dict[str, Any]:
    environment = child_environment({"VIDP_HOME": str(settings.home.absolute())})
    try:
        done = subprocess.run(
            [sys.executable, "-m", MODULE, *arguments], input=asked.model_dump_json().encode(),
            cwd=PROJECT, env=environment, capture_output=True, timeout=_TIMEOUT_S,
        )  # fmt: skip
        told: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise ToolFailed("The process that looks", 1, "it did not end in time") from error
    except ValueError as error:
        log = done.stderr.decode(errors="replace")
        raise ToolFailed("The process that looks", done.returncode, log) from error
    return told
