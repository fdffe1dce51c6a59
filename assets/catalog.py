"""Every step kind of this installation. To add one: write its module, add a line here."""

from assets.briefing import TAKE_BRIEF
from assets.delivery import DELIVER
from assets.quality import CHECK_VIDEO
from assets.reading import READ_SOURCE
from assets.storyboarding import STORYBOARD
from assets.voice import NARRATE
from vid_pipeline.kinds import Catalog

CATALOG = Catalog(
    [
        TAKE_BRIEF,
        READ_SOURCE,
        STORYBOARD,
        NARRATE,
        CHECK_VIDEO,
        DELIVER,
    ]
)
