"""The process that looks for a dry run, for those who may not load the web: commands and studio."""

import json
import subprocess
import sys
from uuid import UUID

from vid_pipeline.acts.rehearsing import Would
from vid_pipeline.dagster_env import PROJECT
from vid_pipeline.errors import BadSource, ToolFailed
from vid_pipeline.settings import Settings, child_environment
from vid_pipeline.trigger_records import NewTrigger

MODULE = "resources.watching"

_TIMEOUT_S = 60.0


def would(settings: Settings, user: UUID, new: NewTrigger) -> list[Would]:
    """What a trigger would make, if it were set now.

    Raises:
        BadSource: it cannot look, and why.
        ToolFailed: the process that looks ended without an answer.
    """
    environment = child_environment({"VIDP_HOME": str(settings.home.absolute())})
    command = [sys.executable, "-m", MODULE, str(user)]
    asked = new.model_dump_json().encode()
    try:
        done = subprocess.run(
            command, input=asked, cwd=PROJECT, env=environment, capture_output=True,
            timeout=_TIMEOUT_S,
        )  # fmt: skip
        told = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise ToolFailed("The process that looks", 1, "it did not end in time") from error
    except ValueError as error:
        log = done.stderr.decode(errors="replace")
        raise ToolFailed("The process that looks", done.returncode, log) from error
    if told["fault"] is not None:
        raise BadSource(f"The trigger {new.name}", "it cannot look", told["fault"])
    return [Would(**one) for one in told["finds"]]
