"""What the client reads of live events is what the studio streams."""

import pytest
from pydantic import BaseModel

from ui.live import events as streamed
from vid_pipeline.wire import events as read


@pytest.mark.parametrize("name", ["LiveStep", "Steps", "LogLine", "Said", "Ended"])
def test_the_clients_events_are_the_streams(name: str) -> None:
    theirs, ours = _fields(getattr(streamed, name)), _fields(getattr(read, name))
    assert ours == theirs


def test_the_clients_items_are_the_streams() -> None:
    assert _fields(read.LiveItem) == _fields(streamed.Item)


def _fields(model: type[BaseModel]) -> dict[str, bool]:
    """Whether each must be there, by name."""
    return {name: field.is_required() for name, field in model.model_fields.items()}
