"""Buckets that are watched: nothing outside of what the operator allows."""

from pathlib import Path

import pytest

from vid_pipeline.acts.triggers import buckets
from vid_pipeline.errors import BadRequest


@pytest.mark.parametrize("way", ["/../secret", "/./../secret", "/%2e%2e/secret", "er"])
def test_no_address_leads_out_of_what_is_allowed(tmp_path: Path, way: str) -> None:
    for name in ("in", "secret"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "words.md").write_text("Words.", encoding="utf-8")
    allowed = (tmp_path / "in").as_uri()
    assert [one.title for one in buckets.look(allowed, "*", {}, allowed=[allowed]).found]
    with pytest.raises(BadRequest, match="VIDP_WATCHED_BUCKETS"):
        buckets.look(allowed + way, "*", {}, allowed=[allowed])
