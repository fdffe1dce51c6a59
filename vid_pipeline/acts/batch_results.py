"""What came of a batch, as a table."""

import csv
import io

from vid_pipeline.acts.batching import Progress
from vid_pipeline.acts.triggers.calendars import inert
from vid_pipeline.batch_records import BatchItem

_COLUMNS = (
    "input", "variant", "title", "label", "state", "seconds", "cost_usd", "video", "production",
    "why",
)  # fmt: skip


def slot(one: BatchItem) -> str:
    """`003-wide`, an item's name in tables and archives."""
    label = one.label if one.label.isalnum() else str(one.variant)
    return f"{one.input:03d}-{label}"


def table(told: Progress) -> str:
    """Every item and how it stands, as CSV; no cell is read as a formula."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(_COLUMNS)
    for one in told.items:
        video = f"{slot(one)}/video.mp4" if one.state == "done" else ""
        lines.writerow(
            [one.input, one.variant, inert(one.title), inert(one.label), one.state,
             one.seconds or "", one.cost_usd, inert(video), one.production_id or "", inert(one.why)]
        )  # fmt: skip
    return out.getvalue()
