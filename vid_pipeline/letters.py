"""E-mails about an account, sent by a process that may load senders: the studio may not."""

import json
import logging
import subprocess
import sys
from dataclasses import asdict, dataclass

from vid_pipeline.dagster_env import PROJECT
from vid_pipeline.settings import Settings, child_environment

MODULE = "resources.posting"

_TIMEOUT_S = 60.0
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Letter:
    """What is sent. The link may be a secret: it goes by standard input."""

    to: str
    subject: str
    lines: tuple[str, ...]
    link: str


def send(settings: Settings, letter: Letter) -> bool:
    """Send it now; whether a mail server took it. Why not is in the log, without the address."""
    command = [sys.executable, "-m", MODULE]
    environment = child_environment({"VIDP_HOME": str(settings.home.absolute())})
    try:
        done = subprocess.run(
            command,
            cwd=PROJECT,
            env=environment,
            input=json.dumps(asdict(letter)).encode(),
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        _LOG.warning("An e-mail about an account was not sent: it took too long.")
        return False
    if done.returncode != 0:
        reason = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        _LOG.warning("An e-mail about an account was not sent: %s", reason)
    return done.returncode == 0
