"""What was changed in another window is not changed back by this one."""

from collections.abc import Callable

import numpy as np
from streamlit.testing.v1 import AppTest

from assets.catalog import CATALOG
from vid_pipeline.acts import library, subscribing, uploading
from vid_pipeline.acts.briefs import Upload
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.media import png
from vid_pipeline.settings import Settings
from vid_pipeline.store.database import Database

Drawn = Callable[[str], AppTest]


def test_a_channel_that_was_paused_elsewhere_stays_paused(drawn: Drawn, database: Database) -> None:
    user = database.local_user
    added = subscribing.add(database, user, "webhook", "https://example.org/hook").channel
    page = drawn("notices").run()
    assert page.toggle[0].value
    subscribing.enable(database, user, added.id, enabled=False)
    page.run()
    assert not page.exception
    assert not page.toggle[0].value
    assert not next(one for one in subscribing.listed(database, user) if one.id == added.id).enabled
    page.toggle[0].set_value(True).run()
    assert page.toggle[0].value
    assert next(one for one in subscribing.listed(database, user) if one.id == added.id).enabled


def test_a_tag_that_was_taken_away_elsewhere_stays_away(
    drawn: Drawn, settings: Settings, database: Database
) -> None:
    user, shop = database.local_user, Workshop.of(settings, database, CATALOG)
    picture = png.encode(np.full((8, 8, 4), 90, np.uint8))
    kept = uploading.keep(shop, user, Upload("beach.png", picture))
    uploading.tag(database, user, kept.item.id, ["sea", "sand"])

    def tags() -> tuple[str, ...]:
        with database.acting(user) as conn:
            return library.entry(conn, kept.item.id).tags

    page = drawn("library")
    page.query_params["item"], page.context["url"] = kept.item.id, "http://127.0.0.1"
    page.run()
    uploading.tag(database, user, kept.item.id, ["sand"])
    page.run()
    assert not page.exception
    assert tags() == ("sand",)
    assert page.multiselect[0].value == ["sand"]
    page.multiselect[0].set_value(["sand", "Summer"]).run()
    assert tags() == ("sand", "summer")
    assert page.toast
    page.run()
    assert not page.toast, "it is saved once"
    page.multiselect[0].set_value([]).run()
    assert tags() == ()
