"""A request in the studio: what it is about, and the answers there are."""

from typing import Any

import streamlit as st
from pydantic import JsonValue

from ui.pages import citing
from ui.pages.words import ago, plain
from ui.state import Studio
from vid_pipeline.acts import citing as cited
from vid_pipeline.acts import deciding, reviewing
from vid_pipeline.acts.reviewing import Review, Thing
from vid_pipeline.acts.verdicts import FIELDS, Decision, ItemDecision
from vid_pipeline.artifacts import MediaRef
from vid_pipeline.errors import UserError, VidPipelineError
from vid_pipeline.records import Production
from vid_pipeline.store import requests

_TOLD = "told"
_HEADLINES = ("title", "heading", "text", "value", "label")


def render(here: Studio, production: Production) -> None:
    """Draw every request of a production that waits."""
    with here.db.acting(here.user) as conn:
        asked = requests.of_production(conn, production.id)
    if told := st.session_state.pop(_TOLD, None):
        st.success(told, icon=":material/check:")
    for request in asked:
        if request.state == "open":
            _request(here, reviewing.review(here.shop, here.user, request.id))


def _request(here: Studio, review: Review) -> None:
    request = review.request
    st.subheader(request.title, anchor=False)
    st.markdown(f":gray[Round {request.round} · asked {ago(request.asked_at)}]")
    for said in review.history:
        if said.feedback:
            st.markdown(f":violet[Round {said.round}, {said.state}:] {plain(said.feedback)}")
    notes = {thing.key: _thing(here, thing, review) for thing in review.things}
    if request.kind == "budget":
        _budget(here, review)
        return
    rejected = {key: note for key, note in notes.items() if key and note}
    if request.kind == "items":
        _answer_items(here, review, rejected)
    else:
        _answer_one(here, review)


def _thing(here: Studio, thing: Thing, review: Review) -> str:
    """Draw one thing; what somebody wants different in it, "" if nothing."""
    body: Any = thing.body
    with st.container(border=True):
        if thing.type == "Video" and isinstance(body, dict):
            _video(here, body)
        elif isinstance(body, dict) and isinstance(body.get("lines"), list) and not thing.key:
            _script(body, review)
        elif isinstance(body, dict) and isinstance(body.get("card"), dict):
            _scene(thing, body)
        else:
            st.json(body, expanded=1)
        if not thing.key or thing.settled:
            return ""
        label = "What shall be different? Leave it empty to approve."
        return st.text_input(label, key=f"note-{review.request.id}-{thing.key}").strip()


def _script(body: dict[str, Any], review: Review) -> None:
    st.markdown(f"**{plain(str(body.get('title', '')))}**")
    seen = cited.citing(body, review.beside)
    if seen is None:
        st.markdown("\n".join(f"1. {plain(line['text'])}" for line in body["lines"]))
    else:
        citing.render(seen)
    for note in body.get("notes") or ():
        st.caption(plain(note))


def _video(here: Studio, body: dict[str, Any]) -> None:
    try:
        st.video(str(here.store.path(MediaRef.model_validate(body["file"]))))
    except VidPipelineError as gone:
        st.warning(str(gone))


def _scene(thing: Thing, body: dict[str, Any]) -> None:
    card = body["card"]
    shown = next((str(card[name]) for name in _HEADLINES if card.get(name)), "")
    badge = " :green-badge[Approved]" if thing.settled else ""
    new = " :orange-badge[Changed]" if thing.changes and not thing.settled else ""
    layout = str(card.get("layout", ""))
    st.markdown(f"**{plain(shown)}** :gray[{thing.key} · {layout}]{badge}{new}")
    said = " ".join(line["text"] for line in body.get("lines") or ())
    st.caption(f"Spoken: {plain(said)}")


def _answer_one(here: Studio, review: Review) -> None:
    request = str(review.request.id)
    form = _form(review)
    feedback = st.text_area(
        "What shall be different?",
        key=f"feedback-{request}",
        placeholder="Leave out the part about the tickets, and say more about the noise.",
        disabled=not review.back_to,
    )
    approve, reject, stop = st.columns(3)
    if approve.button("Approve", type="primary", key=f"approve-{request}", width="stretch"):
        _send(here, review, Decision(verdict="approve", form=form))
    if reject.button("Ask for changes", key=f"reject-{request}", width="stretch"):
        _send(here, review, Decision(verdict="reject", feedback=feedback))
    if stop.button("Stop here", key=f"stop-{request}", width="stretch"):
        _send(here, review, Decision(verdict="stop", feedback=feedback))


def _form(review: Review) -> dict[str, JsonValue]:
    """A widget a field; what is filled in so far."""
    filled: dict[str, JsonValue] = {}
    for field in FIELDS.validate_python(review.request.form or []):
        label, key = field.label or field.name, f"form-{review.request.id}-{field.name}"
        if field.type == "yes_no":
            filled[field.name] = st.checkbox(label, key=key)
        elif field.type == "choice":
            filled[field.name] = st.selectbox(label, field.choices, key=key, index=None)
        elif field.type == "number":
            filled[field.name] = st.number_input(label, key=key, value=None)
        else:
            filled[field.name] = st.text_input(label, key=key) or None
    return {name: value for name, value in filled.items() if value is not None}


def _answer_items(here: Studio, review: Review, rejected: dict[str, str]) -> None:
    request = str(review.request.id)
    left = [thing.key for thing in review.things if not thing.settled]
    count = len(left) - len(rejected)
    label = f"Approve {count}, ask for changes in {len(rejected)}" if rejected else "Approve all"
    if st.button(label, type="primary", key=f"approve-{request}", width="stretch"):
        items = {k: ItemDecision(verdict="reject", note=note) for k, note in rejected.items()}
        _send(here, review, Decision(verdict="approve", items=items))


def _budget(here: Studio, review: Review) -> None:
    to_usd = float(str(review.request.facts["to_usd"]))
    limit = st.number_input("New budget in US dollars", min_value=to_usd, value=to_usd, step=1.0)
    if st.button("Raise it and go on", type="primary", key=f"approve-{review.request.id}"):
        _send(here, review, Decision(verdict="approve", limit_usd=limit))


def _send(here: Studio, review: Review, decision: Decision) -> None:
    """Decide, and draw the page anew; a refusal is said beside the request."""
    try:
        decided = deciding.decide(here.shop, here.user, review.request.id, decision)
    except UserError as refusal:
        st.error(str(refusal), icon=":material/edit:")
        return
    told = f"{decided.request.state.capitalize()}. The video goes on."
    if decided.approvals_missing:
        told = "Approved. It waits for the others."
    st.session_state[_TOLD] = "Stopped." if decided.request.state == "stopped" else told
    st.rerun()
