"""What everybody who comes in or goes out passes: settings, database, passwords."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from vid_pipeline.acts.passwords import Hasher, Passwords
from vid_pipeline.settings import Settings
from vid_pipeline.store.database import Database


@dataclass(frozen=True)
class Door:
    """The door of an open installation."""

    settings: Settings
    db: Database
    hasher: Hasher | None = None
    """argon2id, as it is recommended, unless another one is given."""

    @cached_property
    def passwords(self) -> Passwords:
        """What hashes and compares passwords."""
        return Passwords(self.hasher)

    @property
    def idle(self) -> timedelta:
        """A session ends when it was not used for so long."""
        return timedelta(hours=self.settings.session_idle_hours)

    @property
    def life(self) -> timedelta:
        """A session ends so long after it began."""
        return timedelta(days=self.settings.session_days)
