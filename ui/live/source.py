"""What a reader reads: something that is looked at in a thread and told in frames."""

from typing import Protocol

from ui.live.frames import Frame


class Source(Protocol):
    """One thing that people watch, as one user sees it."""

    @property
    def ticks(self) -> bool:
        """Whether it changes by time alone, such as the seconds of a step at work."""
        ...

    def look(self) -> None:
        """Read it anew; blocks."""
        ...

    def news(self) -> list[Frame]:
        """What has changed since this was last asked."""
        ...

    def whole(self, after: int | None) -> Frame:
        """All of it for somebody new, or who comes back with the number of their last line."""
        ...

    def end(self, drawn: str) -> Frame | None:
        """What ends the stream of a viewer whose page was drawn in this phase; None: it goes on."""
        ...
