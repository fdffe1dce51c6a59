"""The page of one production, run without a browser: at work, waiting, failed, done, not there."""

import json
import re
from pathlib import Path
from uuid import uuid4

import pytest
from streamlit.testing.v1 import AppTest

from assets.catalog import CATALOG
from tests.ui.made import Made, said
from ui import texts
from vid_pipeline.acts import ending, publishing, running_alone
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import Brief, Line, MediaRef, Script
from vid_pipeline.settings import Settings
from vid_pipeline.step_events import StepEvent
from vid_pipeline.store import productions, users, workflows
from vid_pipeline.store.database import Database

_t = texts.of("run")
SCRIPT = Script(
    title="Why tides turn",
    language="en",
    author="extractive",
    lines=(Line(id="l1", text="It rises.", spoken="It rises."),),
).model_dump_json()


def _script() -> None:
    """The page alone, behind the studio's menu."""
    import streamlit as st  # noqa: PLC0415  AppTest runs this function's source by itself

    from ui import look, menu, navigation  # noqa: PLC0415
    from ui.pages import run  # noqa: PLC0415

    pages = menu.pages("administrator")
    navigation.remember(pages)
    st.navigation(pages)
    look.flashes()
    run.render()


@pytest.fixture
def run_page(page: AppTest) -> AppTest:
    """`page` has prepared the installation that the script opens."""
    return AppTest.from_function(_script, default_timeout=60)


@pytest.fixture
def made(settings: Settings, database: Database) -> Made:
    publishing.first_start(database)
    return Made(Workshop.of(settings, database, CATALOG))


def opened(page: AppTest, production: object, step: str = "") -> AppTest:
    page.query_params["production"] = str(production)
    if step:
        page.query_params["step"] = step
    page.run()
    assert not page.exception
    return page


def words(page: AppTest) -> str:
    shown = [*page.markdown, *page.caption, *page.text, *page.error, *page.info, *page.subheader]
    return "\n".join(str(one.value) for one in shown)


def buttons(page: AppTest) -> dict[str, bool]:
    """Labels of the buttons there are, and whether they can be pressed."""
    return {button.label: not button.disabled for button in page.button}


def test_a_video_that_is_not_there_or_not_yours_is_said_kindly(
    run_page: AppTest, made: Made, database: Database
) -> None:
    with database.service() as conn:
        stranger = users.add(conn, f"s{uuid4().hex}").id
    with database.acting(made.user) as conn:
        flow = workflows.get(conn, "article-to-short").document
    with database.acting(stranger) as conn:
        workflows.publish(conn, flow)
    theirs = Made(made.shop, stranger).id
    for production in ("", "00000000", uuid4(), theirs):
        assert _t("nothing_title") in words(opened(run_page, production))


def test_a_video_at_work_shows_a_steps_conversation_tools_and_cost(
    run_page: AppTest, made: Made
) -> None:
    script = made.begins("script", "write_script")
    made.tells(script, said("user", "Write about tides."))
    detail = {"input": {"url": "https://example.org"}, "content": "Gone", "failed": True, "ms": 7}
    made.tells(script, StepEvent(kind="tool", name="fetch", detail=detail))
    made.tells(script, said("assistant", '{"title": "Tides"}'))
    made.gives(script, SCRIPT)
    made.begins("storyboard", "storyboard")
    for item in ("s10", "s2"):
        made.gives(made.begins(f"draw[{item}]", "draw_scene"), json.dumps({"scene_id": item}))
    page = opened(run_page, made.id, "storyboard")
    assert page.title[0].value == "Why tides turn"
    assert buttons(page)[_t("stop")]
    assert not buttons(page)[_t("from_here")], "not while it is at work"
    assert "Script · from Script" in [one.label for one in page.expander]
    page.selectbox[0].select("script").run()
    seen = words(page)
    assert "Write about tides." in seen
    assert '"title": "Tides"' in seen
    assert any("fetch" in one.label and _t("tool_failed") in one.label for one in page.expander)
    assert page.query_params["step"] == "script"
    page.selectbox[0].select("draw").run()
    assert "Draw · s10" in page.selectbox[0].options
    shown = [json.loads(one.value) for one in page.json[-2:]]
    assert shown == [{"scene_id": "s2"}, {"scene_id": "s10"}]


@pytest.mark.usefixtures("failing_dagster")
def test_a_retry_that_cannot_be_started_at_once_is_on_its_way(
    run_page: AppTest, made: Made, database: Database
) -> None:
    made.gives(made.begins("brief", "take_brief"), "{}")
    made.fails(made.begins("article", "read_source"), "Nothing there.")
    page = opened(run_page, made.id)
    page.button(key=f"run:{made.id}:again").click().run()
    assert not page.exception
    assert not page.error
    with database.acting(made.user) as conn:
        assert productions.get(conn, made.id).state == "queued"


def test_a_failed_video_says_why_and_what_a_retry_takes_and_can_be_done_from_a_step(
    run_page: AppTest, made: Made
) -> None:
    made.gives(made.begins("brief", "take_brief"), "{}")
    made.fails(made.begins("article", "read_source"), "The page `x` does not *answer*.")
    page = opened(run_page, made.id, "article")
    assert "**Article** did not work. The page \\`x\\` does not \\*answer\\*." in words(page)
    assert buttons(page)[_t("try_again")]
    assert "to do" in words(page)
    next(button for button in page.button if button.label == _t("from_here")).click().run()
    assert not page.exception
    seen = words(page)
    assert "11 steps are to do" in seen, "and none that nobody has drawn"
    assert "- Draw :gray[it comes after one of these]" in seen


def test_a_video_that_waits_leads_to_what_it_asks(run_page: AppTest, made: Made) -> None:
    ref = made.gives(made.begins("script", "write_script"), SCRIPT)
    made.asks("script", "Approve the *script*", ref)
    page = opened(run_page, made.id)
    assert "Approve the \\*script\\*" in words(page)
    assert buttons(page)[_t("stop")]


def test_a_finished_video_is_shown_with_its_files_and_its_cost(
    run_page: AppTest, made: Made, tmp_path: Path
) -> None:
    film = made.shop.store.put_bytes(b"film", "video/mp4")
    made.gives(made.begins("script", "write_script"), SCRIPT)
    video = {
        "file": film.model_dump(mode="json"),
        "canvas": {"width_px": 1080, "height_px": 1920, "fps": 30},
        "frames": 450,
        "scenes_rendered": 1,
        "scenes_reused": 0,
    }
    made.gives(made.begins("video", "render"), json.dumps(video), cost_usd=0)
    files = [{"name": "video.mp4", "file": film.model_dump(mode="json")}]
    made.gives(
        made.begins("deliver", "deliver"), json.dumps({"folder": str(tmp_path), "files": files})
    )
    (tmp_path / "manifest.json").write_text(json.dumps(_MANIFEST), encoding="utf-8")
    made.is_done(str(tmp_path))
    page = opened(run_page, made.id)
    assert page.title[0].value == "Why tides turn"
    assert "Voice en, extractive draft" in words(page)
    assert "$0.50" in words(page)
    costs = page.dataframe[0].value
    assert list(costs[_t("column_step")]) == ["Script", "Video", "Deliver"]
    links = [one.proto for one in page.get("link_button")]
    download = next(one for one in links if one.label == "Video")
    assert f"/files/{film.sha256}?" in download.url
    assert "name=video.mp4" in download.url
    assert MediaRef.model_validate(files[0]["file"]) == film


def test_a_step_is_run_alone_where_it_can_be(run_page: AppTest, made: Made) -> None:
    brief = Brief(name="tides.md", url="https://example.org/tides").model_dump_json()
    made.gives(made.begins("brief", "take_brief"), brief)
    page = opened(run_page, made.id, "article")
    next(one for one in page.button if one.label == _t("alone")).click().run()
    assert not page.exception
    assert "1 step is to do, 1 finished step is kept" in words(page)
    assert [one.label for one in page.button].count(_t("alone")) == 2, "the second one does it"
    page.selectbox[0].select("captions").run()
    next(one for one in page.button if one.label == _t("alone")).click().run()
    assert "“Article” has to run first: “Captions” works" in page.warning[0].value


def test_what_is_about_one_step_alone_says_so_and_leads_to_the_rest(
    run_page: AppTest, made: Made
) -> None:
    _, alone = running_alone.planned(made.shop, made.user, made.id, "brief")
    page = opened(run_page, alone.id)
    assert "Only **Brief** is run here" in words(page)
    assert _t("the_rest") not in buttons(page)
    with made.shop.db.acting(made.user) as conn:
        productions.running(conn, alone.id)
        productions.done(conn, alone.id)
        ending.close(conn, alone.id)
    page = opened(run_page, alone.id, "brief")
    assert "Only **Brief** was run here" in words(page)
    assert not page.warning, "that there is no video is no fault"
    assert buttons(page)[_t("the_rest")]


def test_every_text_of_the_page_is_used() -> None:
    sources = Path(texts.__file__).parents[1]
    used = "".join(
        file.read_text(encoding="utf-8")
        for folder in ("pages/running", "live")
        for file in (sources / folder).glob("*.py")
    ) + (sources / "pages" / "run.py").read_text(encoding="utf-8")
    quoted = set(re.findall(r"""["'][a-z_]+["']""", used))
    unused = [
        key for key in _t.keys() | texts.of("live").keys() if not {f'"{key}"', f"'{key}'"} & quoted
    ]
    spelled = {"done", "reused", "skipped", "cancelled"}  # by the states of traces
    assert [k for k in unused if not k.startswith(("state_", "tab_")) and k not in spelled] == []


_MANIFEST = {
    "title": "Why tides turn",
    "language": "en",
    "author": "extractive draft",
    "duration_s": 15.0,
    "width_px": 1080,
    "height_px": 1920,
    "voice": "en",
    "source": {"name": "tides.md"},
    "scenes": [{"layout": "title"}, {"layout": "closing"}],
    "checks_passed": True,
    "checks": [],
}
