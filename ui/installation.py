"""An open installation, as commands and pages use it: as one of its users."""

from dataclasses import dataclass
from uuid import UUID

from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.settings import Settings
from vid_pipeline.store.database import Database
from vid_pipeline.store.objects import ObjectStore


@dataclass(frozen=True)
class Installation:
    """An open installation, used as `who`; as its local user where nobody signed in."""

    shop: Workshop
    who: UUID | None = None

    @property
    def settings(self) -> Settings:
        return self.shop.settings

    @property
    def db(self) -> Database:
        return self.shop.db

    @property
    def store(self) -> ObjectStore:
        return self.shop.store

    @property
    def user(self) -> UUID:
        return self.who or self.db.local_user
