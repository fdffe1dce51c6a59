"""The first account of an installation that others can reach: by an address in the log.

Whoever can read what the installation prints may make the administrator's account; the address is
good for nothing once somebody has one.
"""

import base64
import hmac

from ui.calling import starts_open
from vid_pipeline.acts import accounts
from vid_pipeline.acts.notice_links import studio_url
from vid_pipeline.settings import Settings
from vid_pipeline.store.database import Database
from vid_pipeline.store.keys import Keys

_PURPOSE = "first account"


def token(keys: Keys) -> str:
    """What the address carries."""
    return base64.urlsafe_b64encode(keys.derived(_PURPOSE)[:24]).decode()


def is_token(keys: Keys, told: str) -> bool:
    """Whether it is the one."""
    return hmac.compare_digest(token(keys).encode(), told.encode())


def notice(settings: Settings, db: Database) -> str | None:
    """A line for whoever starts the installation; None once there is an account."""
    if accounts.is_claimed(db):
        return None
    if starts_open(settings):
        return (
            "accounts  none yet: on this machine the studio opens without signing in "
            f"({studio_url(settings)}/signup makes the administrator's)"
        )
    return f"set-up    {studio_url(settings)}/signup?setup={token(db.keys)}"
