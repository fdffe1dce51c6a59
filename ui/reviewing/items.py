"""Several things, each decided by itself: approved, edited, or sent back with what is wrong."""

from collections.abc import Callable

import streamlit as st

from ui import texts
from ui.reviewing import answering, editing, places
from ui.showing import boards, show
from ui.showing.looking import quiet
from ui.state import Studio
from ui.words import plain
from vid_pipeline.acts.reviewing import Review, Thing
from vid_pipeline.acts.verdicts import Decision, ItemDecision

_t = texts.of("inbox")

_APPROVE, _CHANGE = "approve", "change"


def render(here: Studio, review: Review, decided: Callable[[], None], *, answerable: bool) -> None:
    """Draw each with its answer, and send them together."""
    actions = st.container()
    answers = {
        thing.key: answer
        for number, thing in enumerate(review.things, start=1)
        if (answer := _thing(here, review, thing, number, answerable=answerable)) is not None
    }
    if answerable:
        with actions:
            _send(here, review, answers, decided)


def _send(
    here: Studio, review: Review, answers: dict[str, ItemDecision], decided: Callable[[], None]
) -> None:
    left = [thing.key for thing in review.things if not thing.settled]
    rejected = [key for key in left if key in answers and answers[key].verdict == "reject"]
    unsaid = [key for key in rejected if not answers[key].note]
    count = len(left) - len(rejected)
    label = _t("approve_all", n=count)
    if rejected:
        label = _t("send_items", approved=count, rejected=len(rejected))
    with st.container(horizontal=True, gap="small", key="inbox-actions"):
        if answering.approves(review, label):
            if unsaid:
                st.error(_t("say_what", n=len(unsaid)), icon=":material/edit:")
            else:
                answer = Decision(verdict="approve", items=answers)
                answering.send(here, review, answer, decided)
        answering.stop(here, review, decided)
    quiet(_t("items_go_on"))


def _thing(
    here: Studio, review: Review, thing: Thing, number: int, *, answerable: bool
) -> ItemDecision | None:
    key = f"inbox-{review.request.id}-{thing.key}"
    with st.container(border=True, key=f"inbox-item-{number}-{review.request.id}"):
        _title(thing, number)
        if places.kept(f"editing-{thing.key}", review.request.id) and answerable:
            body = editing.beside(here, review, thing)
        else:
            body = thing.body
            show(here, thing.type, body, key=key, beside=review.beside)
        if not answerable or thing.settled:
            return None
        verdict = _verdict(here, review, thing, key)
        if verdict == _CHANGE:
            note = st.text_input(_t("different"), key=f"{key}-note").strip()
            return ItemDecision(verdict="reject", note=note)
    return ItemDecision(edit=body) if body != thing.body else None


def _title(thing: Thing, number: int) -> None:
    body = thing.body if isinstance(thing.body, dict) else {}
    card = body.get("card")
    said = boards.headline(card) if isinstance(card, dict) else thing.key
    badge = f" :green-badge[{_t('approved')}]" if thing.settled else ""
    new = f" :orange-badge[{_t('changed')}]" if thing.changes and not thing.settled else ""
    st.markdown(f"**{number}. {plain(said)}**{badge}{new}")


def _verdict(here: Studio, review: Review, thing: Thing, key: str) -> str:
    words = {_APPROVE: _t("approve"), _CHANGE: _t("ask_changes")}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        verdict = st.segmented_control(
            _t("verdict"),
            [_APPROVE, _CHANGE],
            key=f"{key}-verdict",
            default=_APPROVE,
            required=True,
            format_func=words.__getitem__,
            label_visibility="collapsed",
        )
        name = f"editing-{thing.key}"
        edits = places.kept(name, review.request.id)
        if editing.model(here, review, thing) is not None and st.button(
            _t("edit_end" if edits else "edit"), key=f"{key}-edit", type="tertiary"
        ):
            places.keep(name, review.request.id, not edits)
            st.rerun()
    return str(verdict)
