"""Send notices in this process: `python -m resources.telling [USER CHANNEL]`.

Without arguments everything that is due is sent once; with them a test goes through a channel of a
user. Prints one JSON object. A root like the code location: here senders and settings are joined.
"""

import argparse
import json
import sys
from dataclasses import asdict
from uuid import UUID

from resources.notices import senders
from vid_pipeline.acts import notifying, sending
from vid_pipeline.errors import NotSent
from vid_pipeline.settings import Settings
from vid_pipeline.store.database import opened


def main(arguments: list[str] | None = None) -> int:
    """Send what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m resources.telling")
    parser.add_argument("user", nargs="?", type=UUID)
    parser.add_argument("channel", nargs="?")
    options = parser.parse_args(arguments)
    settings = Settings.read()
    with opened(settings) as db:
        if options.channel is None:
            done = notifying.deliver(settings, db, senders(settings))
            told: dict[str, object] = asdict(done)
        else:
            told = {"sent": True, "reason": None}
            try:
                sending.send_test(settings, db, senders(settings), options.user, options.channel)
            except NotSent as error:
                told = {"sent": False, "reason": error.reason}
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
