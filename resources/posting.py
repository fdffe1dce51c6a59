"""Send one e-mail in this process: `python -m resources.posting`, the letter as JSON on stdin.

A root like the code location: here the sender and the settings are joined.
"""

import json
import sys
from datetime import UTC, datetime
from uuid import uuid4

from resources.mail import MailSender
from vid_pipeline.errors import VidPipelineError
from vid_pipeline.letters import Letter
from vid_pipeline.outbox import Address, Message
from vid_pipeline.settings import Settings


def main() -> int:
    """Send what standard input holds."""
    letter = Letter(**json.load(sys.stdin))
    try:
        settings = Settings.read()
        url = settings.smtp_url.get_secret_value() if settings.smtp_url else None
        MailSender(url, settings.smtp_from).send(Address("email", letter.to), _message(letter))
    except VidPipelineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _message(letter: Letter) -> Message:
    return Message(
        id=uuid4(),
        event="account",
        subject=letter.subject,
        lines=tuple(letter.lines),
        title=letter.subject,
        link=letter.link,
        at=datetime.now(UTC),
    )


if __name__ == "__main__":
    sys.exit(main())
