"""A conversation for tests: the turns it was given."""

from vid_pipeline.ports import Turn


class FakeConversation:
    """Fills the port `Conversation` with `said`, one feedback after the other."""

    def __init__(self, *said: str) -> None:
        self.turns = tuple(Turn(gave=None, feedback=one, by="Reviewer") for one in said)
