"""What a step does on its way, kept in memory."""

from vid_pipeline.step_events import EventKind, StepEvent


class FakeTrace:
    """Fills the port `Trace` for one step; `rejected` says that its try has ended, and was."""

    def __init__(self) -> None:
        self.tries: list[list[StepEvent]] = [[]]
        self.words = ""
        self._rejected: list[StepEvent] = []

    @property
    def events(self) -> list[StepEvent]:
        """Those of this try."""
        return self.tries[-1]

    def tools(self) -> list[tuple[str, bool]]:
        """The tools used in this try, and whether they failed."""
        used = [event for event in self.events if event.kind == "tool"]
        return [(event.name, bool(event.detail["failed"])) for event in used]

    def tell(self, event: StepEvent) -> None:
        self.events.append(event)
        if event.kind == "said":
            self.words = ""

    def saying(self, words: str) -> None:
        self.words = words

    def kept(self, kind: EventKind, key: str) -> StepEvent | None:
        known = (event for one in self.tries for event in one)
        return next((e for e in known if key and (e.kind, e.key) == (kind, key)), None)

    def earlier(self) -> tuple[StepEvent, ...]:
        return tuple(self._rejected)

    def again(self) -> None:
        """Another try begins: the last one failed or waited."""
        self.tries.append([])

    def rejected(self) -> None:
        """Another try begins: what the last one gave was rejected."""
        self._rejected = self.events
        self.again()
