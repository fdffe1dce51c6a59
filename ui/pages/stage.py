"""One production at full size: its steps while it is made, then the video, or what went wrong."""

from pathlib import Path
from uuid import UUID

import streamlit as st

from ui import navigation
from ui.pages.words import MARKS, ago, length, size
from ui.state import Studio
from vid_pipeline.acts import making, retrying
from vid_pipeline.acts.following import StepView, View
from vid_pipeline.acts.results import Result, result_of
from vid_pipeline.acts.watching import Sight
from vid_pipeline.dagster_api import DagsterApi
from vid_pipeline.records import Production
from vid_pipeline.store import requests

_EVERY_S = 1.5
_DOWNLOADS = {
    "video.mp4": ("Download", ":material/download:"),
    "captions.srt": ("SRT", ":material/subtitles:"),
    "captions.vtt": ("VTT", ":material/subtitles:"),
    "thumbnail.jpg": ("Thumbnail", ":material/image:"),
    "manifest.json": ("Manifest", ":material/data_object:"),
}


def render(here: Studio, production_id: UUID | None) -> None:
    """Draw a production, or what there is to see when there is none."""
    with st.container(border=True):
        if production_id is None:
            st.subheader("Your video appears here", anchor=False)
            st.write(
                "Paste an article on the left, then make a video of it. Nothing leaves this "
                "machine, and no key is needed."
            )
            return
        sight = here.watch(production_id).look()
        if sight.production.state == "waiting":
            _asked(here, sight.production)
            _details(here, sight)
        elif not sight.production.ended:
            _live(here, production_id)
        elif sight.production.state == "done":
            _finished(here, sight)
        else:
            _ended_badly(here, sight)


def _asked(here: Studio, production: Production) -> None:
    """What it waits for, and the way there."""
    with here.db.acting(here.user) as conn:
        asked = requests.of_production(conn, production.id)
    for request in asked:
        if request.state == "open":
            navigation.link(
                "inbox", request.title, icon=":material/inbox:", request=str(request.id)
            )


@st.fragment(run_every=_EVERY_S)
def _live(here: Studio, production_id: UUID) -> None:
    """The steps as they go; the whole page is drawn again when the last one has ended."""
    sight = here.watch(production_id).look()
    if sight.production.ended or sight.production.state == "waiting":
        st.rerun()
    st.subheader(_name(sight.production), anchor=False)
    st.progress(sight.share, text=_outlook(sight))
    _steps(sight.view)
    if st.button("Stop", icon=":material/stop_circle:", key="stop"):
        making.cancel(here.shop, here.user, production_id)
        st.toast("Stopping. What was finished is kept.")


def _finished(here: Studio, sight: Sight) -> None:
    result = result_of(sight, here.store)
    st.subheader(result.title, anchor=False)
    if result.width_px > result.height_px:
        st.video(str(result.video))
        _about(here, result, sight)
        return
    picture, words = st.columns([5, 6], gap="medium")
    with picture:
        st.video(str(result.video))
    with words:
        _about(here, result, sight)


def _about(here: Studio, result: Result, sight: Sight) -> None:
    layouts = ", ".join(result.scenes.layouts)
    reused = f"{result.steps.reused} of {result.steps.total} steps reused"
    st.markdown(
        f"**{length(result.duration_s)}** · {result.width_px}×{result.height_px} · "
        f"{size(result.size_bytes)}\n\n"
        f"{result.scenes.total} scenes: {layouts}\n\n"
        f"{result.author.capitalize()}, voice {result.voice}\n\n"
        f"Made in {length(result.wall_s)}, {ago(sight.production.created_at)}, {reused}"
    )
    if not result.checks_passed:
        failed = ", ".join(name.replace("_", " ") for name in result.checks_failed)
        st.warning(f"Please look at it closely, a check failed: {failed}.")
    with st.container(horizontal=True, gap="small"):
        for name, (label, icon) in _DOWNLOADS.items():
            _download(result.folder / name, label, icon)
    _details(here, sight)


def _download(file: Path, label: str, icon: str) -> None:
    if file.exists():
        st.download_button(
            label,
            file.read_bytes,
            file_name=file.name,
            icon=icon,
            type="primary" if file.suffix == ".mp4" else "secondary",
            on_click="ignore",
            key=f"download-{file.name}",
        )


def _ended_badly(here: Studio, sight: Sight) -> None:
    production = sight.production
    st.subheader(_name(production), anchor=False)
    if production.state == "cancelled":
        why = production.error or "This video was stopped."
        st.info(f"{why} What was finished is kept.", icon=":material/stop_circle:")
    else:
        st.error(_why(sight), icon=":material/error:")
    _steps(sight.view)
    if st.button("Try again", icon=":material/refresh:", key="again"):
        retrying.retry(here.shop, here.user, production.id)
        st.rerun()
    _details(here, sight)


def _details(here: Studio, sight: Sight) -> None:
    """For those who want to look closer."""
    with st.expander("Steps and run"):
        _steps(sight.view)
        if sight.production.run_id is not None:
            url = DagsterApi.of(here.settings).run_url(sight.production.run_id)
            st.markdown(
                f"Workflow {sight.production.workflow} v{sight.production.version} · "
                f"[the run in Dagster]({url})"
            )


def _steps(view: View) -> None:
    st.markdown("  \n".join(_line(step) for step in view.steps))


def _line(step: StepView) -> str:
    words = [f"{MARKS[step.state]} {step.title}"]
    if step.items is not None:
        words.append(f":gray[{step.items_done} of {step.items}]")
    if step.state == "running" and step.items is None and step.progress > 0:
        words.append(f":gray[{step.progress:.0%}]")
    if step.state == "reused":
        words.append(":gray[reused]")
    elif step.state not in {"waiting", "skipped"}:
        words.append(f":gray[{length(step.seconds)}]")
    return " ".join(words)


def _outlook(sight: Sight) -> str:
    if sight.production.state in {"draft", "queued"}:
        return "Starting…"
    done = f"{sight.view.ended} of {len(sight.view.steps)} steps"
    at_work = ", ".join(step.title for step in sight.view.at_work) or "Next step"
    left_s = sight.view.left_s
    left = f", about {length(left_s)} left" if left_s else ""
    return f"{at_work} · {done}{left}"


def _why(sight: Sight) -> str:
    failed = next((step.title for step in sight.view.steps if step.state == "failed"), None)
    where = f"**{failed}** did not work. " if failed else ""
    return where + (sight.production.error or "It ended before it was finished.")


def _name(production: Production) -> str:
    return production.brief.title or production.brief.name
