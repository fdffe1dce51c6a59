"""What is at work at this moment, drawn again while it is."""

from collections.abc import Sequence
from uuid import UUID

import streamlit as st

from ui import look, navigation, texts
from ui.pages.words import length, plain
from ui.state import Studio
from vid_pipeline.acts import making
from vid_pipeline.acts.watching import Sight
from vid_pipeline.errors import UserError

_t = texts.of("running_now")
_EVERY = "3s"


def render(here: Studio, productions: Sequence[UUID]) -> None:
    """Draw them; the whole page is drawn again as soon as one of them rests."""
    if productions:
        st.subheader(_t("title"), anchor=False)
        _list(here, tuple(productions))


@st.fragment(run_every=_EVERY)
def _list(here: Studio, productions: tuple[UUID, ...]) -> None:
    for production in productions:
        sight = here.watch(production).look()
        if sight.production.ended or sight.production.state == "waiting":
            st.rerun()
        with st.container(border=True, gap="small"):
            _row(here, sight)


def _row(here: Studio, sight: Sight) -> None:
    production = sight.production
    name = production.brief.title or production.brief.name
    st.progress(min(1.0, sight.share), text=f"**{plain(name)}**  \n{outlook(sight)}")
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        navigation.link(
            "run", _t("open"), icon=":material/visibility:", production=str(production.id)
        )
        key = f"home:stop:{production.id}"
        if st.button(_t("stop"), key=key, icon=":material/stop_circle:", type="tertiary"):
            _stop(here, production.id)


def _stop(here: Studio, production: UUID) -> None:
    try:
        making.cancel(here.shop, here.user, production)
    except UserError as over:  # it ended in the meantime
        st.toast(str(over))
    else:
        look.flash(_t("stopping"))
        st.rerun()


def outlook(sight: Sight) -> str:
    """What it is at, how far it is, and what that may take."""
    if sight.production.state in {"draft", "queued"}:
        return _t("starting")
    at_work = ", ".join(step.title for step in sight.view.at_work) or _t("next_step")
    said = [at_work, _t("steps", ended=sight.view.ended, n=len(sight.view.steps))]
    if sight.view.left_s:
        said.append(_t("left", time=length(sight.view.left_s)))
    return " · ".join(said)
