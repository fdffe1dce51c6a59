"""The process that sends notices, for those who may not load senders: command line and studio."""

import json
import subprocess
import sys
from dataclasses import dataclass
from uuid import UUID

from vid_pipeline.dagster_env import PROJECT
from vid_pipeline.errors import ToolFailed
from vid_pipeline.settings import Settings, child_environment

MODULE = "resources.telling"

_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Tested:
    """Whether a test got through, and why not."""

    sent: bool
    reason: str | None


def send_test(settings: Settings, user: UUID, channel_id: UUID) -> Tested:
    """Send a test through a user's channel now.

    Raises:
        ToolFailed: the process that sends ended without an answer.
    """
    command = [sys.executable, "-m", MODULE, str(user), str(channel_id)]
    environment = child_environment({"VIDP_HOME": str(settings.home.absolute())})
    try:
        done = subprocess.run(
            command, cwd=PROJECT, env=environment, capture_output=True, timeout=_TIMEOUT_S
        )
        return Tested(**json.loads(done.stdout))
    except subprocess.TimeoutExpired as error:
        raise ToolFailed("The process that sends", 1, "it did not end in time") from error
    except ValueError as error:
        log = done.stderr.decode(errors="replace")
        raise ToolFailed("The process that sends", done.returncode, log) from error
