"""Editing what is asked about: its texts beside the thing itself, which follows them."""

from collections.abc import Callable

import streamlit as st
from pydantic import JsonValue

from ui import forms, texts
from ui.reviewing import answering
from ui.showing import show
from ui.state import Studio
from vid_pipeline.acts import reviewing
from vid_pipeline.acts.companions import DRAWING
from vid_pipeline.acts.reviewing import Review, Thing
from vid_pipeline.acts.verdicts import Decision
from vid_pipeline.artifacts import Artifact

_t = texts.of("inbox")

_BYTES = {"file", "audio", "image", "background", "snapshot"}


def can_edit(here: Studio, review: Review) -> bool:
    """Whether it is about one thing that is words."""
    return len(review.things) == 1 and model(here, review, review.things[0]) is not None


def model(here: Studio, review: Review, thing: Thing) -> type[Artifact] | None:
    """What a thing is edited by; None if it is gone, or is sound or pictures."""
    if not isinstance(thing.body, dict) or _BYTES & thing.body.keys():
        return None
    return reviewing.model_of(here.shop, review.request, thing.key)


def render(here: Studio, review: Review, decided: Callable[[], None]) -> None:
    """The form beside the thing, and what may be done with it."""
    thing = review.things[0]
    actions = st.container(horizontal=True, gap="small", vertical_alignment="center")
    body = beside(here, review, thing)
    with actions:
        if answering.approves(review, _t("approve_edited")):
            changed = body if body != thing.body else None
            send = Decision(verdict="approve", edit=changed)
            answering.send(here, review, send, decided)
        answering.turn_back(review)


def beside(here: Studio, review: Review, thing: Thing) -> JsonValue:
    """The thing as it is edited now; its texts on one side, how it looks on the other."""
    model_ = model(here, review, thing)
    if model_ is None:
        return thing.body
    key = f"inbox-edit-{review.request.id}-{thing.key}"
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True):
        body = forms.edited(model_, thing.body, key=key)
    with right, st.container(border=True, key=f"{key}-preview"):
        undrawn = {name: one for name, one in review.beside.items() if name != DRAWING}
        show(here, thing.type, body, key=f"{key}-shown", beside=undrawn)
    return body
