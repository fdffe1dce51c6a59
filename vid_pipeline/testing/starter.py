"""A starter of workers for tests: no process, a list of what would have been started."""

from vid_pipeline.errors import ToolFailed
from vid_pipeline.records import Launch
from vid_pipeline.settings import Settings
from vid_pipeline.store.database import Database


class FakeStarter:
    """Keeps the launches it was asked for in `started`; fails as a system does while `broken`."""

    def __init__(self) -> None:
        self.started: list[Launch] = []
        self.broken = False

    def __call__(self, settings: Settings, db: Database, launch: Launch) -> None:
        del settings, db
        if self.broken:
            raise ToolFailed("The worker process", 11, "Resource temporarily unavailable")
        self.started.append(launch)
