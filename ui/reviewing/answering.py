"""Answering a request: the buttons, the form it asks for, and what is said when it was too late."""

from collections.abc import Callable

import streamlit as st
from pydantic import JsonValue

from ui import look, texts
from ui.reviewing import places
from ui.showing.looking import quiet
from ui.state import Studio
from ui.words import plain
from vid_pipeline.acts import deciding, reviewing
from vid_pipeline.acts.reviewing import Review
from vid_pipeline.acts.verdicts import FIELDS, Decision
from vid_pipeline.errors import UserError

_t = texts.of("inbox")


def may_answer(review: Review) -> bool:
    """Whether this user may answer it now."""
    return review.request.state == "open" and not review.refusal and not review.voted


def approves(review: Review, label: str, *, icon: str = ":material/check:") -> bool:
    """The button that approves this request and no other; the key `a` presses it.

    A second press that comes while the first one is at work breaks that run off, and begins one
    that may show the next request: it must not find a button of the same name there.
    """
    with st.container(key="inbox-approve", width="content"):
        key = f"inbox-approve-{review.request.id}"
        return st.button(label, type="primary", icon=icon, key=key)


def one(here: Studio, review: Review, decided: Callable[[], None], *, editable: bool) -> None:
    """The answers to a request about one thing, or about none."""
    request = review.request
    form = _form(review)
    with st.container(horizontal=True, gap="small", key="inbox-actions"):
        label = _t("send") if request.form and not request.shown else _t("approve")
        if approves(review, label):
            send(here, review, Decision(verdict="approve", form=form), decided)
        if review.back_to and st.button(
            _t("ask_changes"), icon=":material/undo:", key="inbox-changes"
        ):
            _turn(review, "changes")
        if editable and st.button(_t("edit"), icon=":material/edit:", key="inbox-edit"):
            _turn(review, "edit")
        stop(here, review, decided)
    quiet(_t("goes_on"))


def budget(here: Studio, review: Review, decided: Callable[[], None]) -> None:
    """A budget that is spent: its new cap, or the end."""
    to_usd = float(str(review.request.facts.get("to_usd", 0)))
    scope = str(review.request.facts.get("scope", "production"))
    st.markdown(_t(f"budget_{scope}", usd=f"\\${to_usd:.2f}"))
    if not may_answer(review):
        return
    limit = st.number_input(
        _t("new_cap"),
        min_value=to_usd,
        value=to_usd,
        step=1.0,
        format="%.2f",
        key=f"inbox-cap-{review.request.id}",
        width=220,
    )
    with st.container(horizontal=True, gap="small"):
        if approves(review, _t("raise"), icon=":material/savings:"):
            send(here, review, Decision(verdict="approve", limit_usd=limit), decided)
        stop(here, review, decided)


def send(here: Studio, review: Review, decision: Decision, decided: Callable[[], None]) -> None:
    """Decide, and go on to the next request; a refusal is said beside this one."""
    request = review.request
    decision = decision.model_copy(update={"seen": places.kept("seen", request.id)})
    try:
        answer = deciding.decide(here.shop, here.user, request.id, decision)
    except UserError as refusal:
        if reviewing.review(here.shop, here.user, request.id).request.state != "open":
            st.rerun()  # it is said there that somebody was quicker
        st.error(plain(str(refusal)), icon=":material/edit:")
        return
    said = "vote" if answer.approvals_missing else answer.request.state
    look.flash(_t(f"told_{said}", title=plain(request.title)))
    places.forget(request.id)
    decided()
    st.rerun()


def turn_back(review: Review) -> None:
    """A way out of answering otherwise than by a press on a button of `one`."""
    if st.button(_t("back"), key="inbox-back", type="tertiary", icon=":material/arrow_back:"):
        _turn(review, "")


def _turn(review: Review, mode: str) -> None:
    places.keep("mode", review.request.id, mode)
    st.rerun()


def stop(here: Studio, review: Review, decided: Callable[[], None]) -> None:
    """The end of the production, with why; asked for twice, as there is no way back."""
    with st.popover(_t("stop"), icon=":material/stop_circle:", key="inbox-stop"):
        st.markdown(_t("stop_said"))
        reason = st.text_input(_t("why"), key=f"inbox-reason-{review.request.id}")
        if st.button(_t("stop_now"), type="primary", key=f"inbox-stop-{review.request.id}"):
            send(here, review, Decision(verdict="stop", feedback=reason), decided)


def _form(review: Review) -> dict[str, JsonValue]:
    """A widget a field; what is filled in so far."""
    filled: dict[str, JsonValue] = {}
    for field in FIELDS.validate_python(review.request.form or []):
        label, key = field.label or field.name, f"inbox-form-{review.request.id}-{field.name}"
        label = label if field.required else _t("optional", label=label)
        if field.type == "yes_no":
            filled[field.name] = st.checkbox(label, key=key)
        elif field.type == "choice":
            filled[field.name] = st.selectbox(label, field.choices, key=key, index=None)
        elif field.type == "number":
            filled[field.name] = st.number_input(label, key=key, value=None)
        else:
            filled[field.name] = st.text_input(label, key=key) or None
    return {name: value for name, value in filled.items() if value is not None}
