"""Variants as they are typed."""

import pytest

from ui.cli.batches import ways_of
from vid_pipeline.batch_records import Variant
from vid_pipeline.errors import BadRequest


def test_an_opening_line_may_have_commas() -> None:
    assert ways_of(["label=bold,hook=Cheap, fast, gone.,aspect=1:1", "hook=One = two"]) == [
        Variant(label="bold", hook="Cheap, fast, gone.", aspect="1:1"),
        Variant(hook="One = two"),
    ]
    assert ways_of([]) == [Variant()]


@pytest.mark.parametrize("told", ["lable=x", "wide", "label=a,vioce=de", f"hook={'x' * 161}"])
def test_what_is_no_variant_is_refused(told: str) -> None:
    with pytest.raises(BadRequest, match="variant"):
        ways_of([told])
