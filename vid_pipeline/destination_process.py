"""The process that tests destinations, for those who may not load targets: commands and studio."""

import json
import subprocess
import sys
from uuid import UUID

from vid_pipeline.dagster_env import PROJECT
from vid_pipeline.errors import ToolFailed
from vid_pipeline.settings import Settings, child_environment

MODULE = "resources.dispatch"

_TIMEOUT_S = 90.0


def fault_of(settings: Settings, user: UUID, destination_id: UUID) -> str | None:
    """Why a destination cannot be sent to; None if a test got through.

    Raises:
        ToolFailed: the process that tests ended without an answer.
    """
    command = [sys.executable, "-m", MODULE, str(user), str(destination_id)]
    environment = child_environment({"VIDP_HOME": str(settings.home.absolute())})
    try:
        done = subprocess.run(
            command, cwd=PROJECT, env=environment, capture_output=True, timeout=_TIMEOUT_S
        )
        told = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise ToolFailed("The process that tests", 1, "it did not end in time") from error
    except ValueError as error:
        log = done.stderr.decode(errors="replace")
        raise ToolFailed("The process that tests", done.returncode, log) from error
    return None if told["good"] else str(told["reason"])
