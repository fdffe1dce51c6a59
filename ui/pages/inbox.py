"""The inbox: what waits for somebody's decision, and the decision."""

import streamlit as st

from ui import listening, look, navigation, state, texts
from ui.reviewing import awaiting, choosing, detail, keyboard, places
from ui.state import Studio
from vid_pipeline.acts import reviewing
from vid_pipeline.acts.inbox import Inbox
from vid_pipeline.errors import NotFound

_t = texts.of("inbox")

_CSS = """
<style>
.st-key-inbox-list [class*=st-key-inbox-item] button > div { justify-content: flex-start; }
.st-key-inbox-list [class*=st-key-inbox-item] button p { text-align: left; line-height: 1.45; }
.st-key-inbox-row-chosen button {
  border-color: #1B7A6C; box-shadow: inset 3px 0 0 #1B7A6C;
}
.st-key-inbox-keys {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
}
@media (max-width: 640px) {
  [data-testid=stColumn]:has(.st-key-inbox-asking) { order: -1; }
  .st-key-inbox-step { display: none; }
  HIDDEN { display: none; }
}
@media (min-width: 641px) { .st-key-inbox-all { display: none; } }
</style>"""
_LIST_ALONE = ".st-key-inbox-detail"
_DETAIL_ALONE = ".st-key-inbox-list"


def render() -> None:
    """Draw the page."""
    here = state.studio()
    chosen = places.chosen()
    keyboard.listen()
    st.html(_CSS.replace("HIDDEN", _DETAIL_ALONE if chosen else _LIST_ALONE))
    head = st.container(horizontal=True, vertical_alignment="bottom")
    with head:
        look.heading(_t("title"))
    left, right = st.columns([1, 2.6], gap="medium")
    with left, st.container(key="inbox-list"):
        found = choosing.found(here)
        shown = chosen or next((str(one.id) for one in found.requests), "")
        choosing.shown(found, shown)
    with head:
        _step(found, shown)
    with right, st.container(key="inbox-detail"):
        if shown:
            _back(chosen)
            _detail(here, found, shown)
        else:
            _nothing(here)


def following(found: Inbox, shown: str, by: int = 1) -> str:
    """The request after the shown one, or that before it at the end; empty if there is no other."""
    ids = [str(one.id) for one in found.requests]
    if shown not in ids:
        return ids[0] if ids else ""
    others = [n for n in (ids.index(shown) + by, ids.index(shown) - by) if 0 <= n < len(ids)]
    return ids[others[0]] if others else ""


def _detail(here: Studio, found: Inbox, shown: str) -> None:
    try:
        review = reviewing.review(here.shop, here.user, shown)
    except NotFound:
        with look.empty("search_off", _t("gone"), _t("gone_said")):
            return

    def decided() -> None:
        places.choose(following(found, shown))

    with places.looking_at(review.request):
        detail.render(here, review, decided)


def _back(chosen: str) -> None:
    """On a phone: from a request to the list."""
    with st.container(key="inbox-all"):
        if chosen and st.button(
            _t("all_requests"),
            icon=":material/arrow_back:",
            key="inbox-list-again",
            type="tertiary",
        ):
            places.choose("")
            st.rerun()


def _step(found: Inbox, shown: str) -> None:
    """Ways to the other requests; the keys press them."""
    ids = [str(one.id) for one in found.requests]
    place = ids.index(shown) if shown in ids else -1
    with st.container(horizontal=True, horizontal_alignment="right", gap="small", key="inbox-step"):
        for name, icon, to in (
            ("previous", "keyboard_arrow_up", place - 1),
            ("next", "keyboard_arrow_down", place + 1),
        ):
            there = 0 <= to < len(ids) and to != place
            if st.button(
                _t(name), icon=f":material/{icon}:", key=f"inbox-{name}", type="tertiary",
                disabled=not there,
            ):  # fmt: skip
                places.choose(ids[to])
                st.rerun()
        if st.button(_t("keys"), icon=":material/keyboard:", key="inbox-help", type="tertiary"):
            _help()


@st.dialog(_t("keys"), icon=":material/keyboard:")
def _help() -> None:
    rows = "\n".join(f"| `{key}` | {said} |" for key, said in _t.table("shortcuts").items())
    st.markdown(f"| {_t('key')} | {_t('does')} |\n| --- | --- |\n{rows}")


def _nothing(here: Studio) -> None:
    filtered = any(st.query_params.get(name) for name in ("kind", "age", "workflow", "state"))
    if filtered:
        with look.empty("filter_list_off", _t("none_fit"), _t("none_fit_said")):
            return
    listening.fresh(here)
    at_work = awaiting.at_work(here)
    if at_work:
        awaiting.render(at_work)
        return
    with look.empty("inbox", _t("empty"), _t("empty_said")):
        navigation.link("workflows", _t("see_workflows"), icon=":material/account_tree:")
