"""A podcast: a folder or bucket with the videos, and the feed that lists them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from resources.targets import feed
from resources.targets.target import Parcel, Place
from vid_pipeline.destinations import Feed
from vid_pipeline.errors import NotDelivered
from vid_pipeline.packages import VIDEO

FEED, _MIME = "feed.xml", "application/rss+xml"


@dataclass(frozen=True)
class PodcastTarget:
    """Fills a place, then writes the video into its feed; `alone` lets one at a time do so."""

    name: str
    place: Place
    feed: Feed
    alone: Callable[[], AbstractContextManager[object]]

    def deliver(self, parcel: Parcel) -> str:
        """Bring the files first, so that nobody reads of a video that is not there."""
        self.place.deliver(parcel)
        item = feed.item_of(self.feed, parcel)
        with self.alone():
            try:
                before = self.place.read(FEED)
                after = feed.merged(before, self.feed, item, name=FEED)
            except feed.NoFeed as fault:
                raise NotDelivered(
                    self.name, f"the {FEED} that is there {fault}", "Mend it or move it away, then "
                    "retry.", retryable=False,
                ) from fault  # fmt: skip
            if after != before:
                self.place.write(FEED, after, _MIME)
        return feed.address(self.feed, f"{parcel.package.production}/{VIDEO}")

    def check(self) -> None:
        """See that the place can be written, and that its feed, if there is one, can be read."""
        self.place.check()
        data = self.place.read(FEED)
        try:
            feed.parsed(data)
        except feed.NoFeed as fault:
            raise NotDelivered(
                self.name, f"the {FEED} that is there {fault}", "Mend it or move it away.",
                retryable=False,
            ) from fault  # fmt: skip
