"""Asking for changes: what shall be different, as a whole and at its scenes, lines and moments."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from ui import texts
from ui.reviewing import answering, places
from ui.showing import boards
from ui.showing.looking import clock, quiet
from ui.state import Studio
from ui.words import plain
from vid_pipeline.acts.reviewing import Review, Thing
from vid_pipeline.acts.verdicts import Decision
from vid_pipeline.pins import Pin, Places, places_of

_t = texts.of("inbox")

_MOMENT = "time"
_SHOWN = 60


def render(here: Studio, review: Review, decided: Callable[[], None]) -> None:
    """Draw what is asked for so far, and send it."""
    request = review.request.id
    with st.container(border=True, key="inbox-asking"):
        st.markdown(f"**{_t('ask_changes')}**")
        feedback = st.text_area(
            _t("different"), key=f"inbox-feedback-{request}", placeholder=_t("different_example")
        )
        thing = review.things[0] if review.things else None
        pins = collected(review, thing) if thing else []
        to = _back_to(review)
        with st.container(horizontal=True, gap="small"):
            key = f"inbox-send-{request}"
            if st.button(_t("send_back"), type="primary", icon=":material/send:", key=key):
                answer = Decision(verdict="reject", feedback=feedback, to=to, pins=tuple(pins))
                answering.send(here, review, answer, decided)
            answering.turn_back(review)


def collected(review: Review, thing: Thing) -> list[Pin]:
    """The pins on a thing, with that which is being written, and widgets to add and drop them."""
    where = places_of(thing.body)
    options = _options(thing, where)
    if not options:
        return []
    name, request = f"pins-{thing.key}", review.request.id
    pins: list[Pin] = places.kept(name, request, [])
    for number, pin in enumerate(pins):
        _shown(review, name, pins, number, pin)
    draft = _draft(review, thing, where, options)
    if st.button(
        _t("add_pin"), icon=":material/add_comment:", key=f"inbox-pin-{request}-{thing.key}"
    ):
        if draft is not None:
            places.keep(name, request, [*pins, draft])
            _clear(review, thing)
            st.rerun()
        quiet(_t("pin_empty"))
    return [*pins, draft] if draft else list(pins)


def place(pin: Pin) -> str:
    """Where it is, in the studio's words."""
    if pin.time_s is not None:
        return _t("at", time=clock(pin.time_s))
    return _t("in_scene", id=pin.scene) if pin.scene else _t("in_line", id=pin.line)


def _shown(review: Review, name: str, pins: list[Pin], number: int, pin: Pin) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":violet-badge[{place(pin)}] {plain(pin.note)}", width="stretch")
        key = f"inbox-unpin-{review.request.id}-{name}-{number}"
        if st.button(_t("drop_pin"), icon=":material/close:", key=key, type="tertiary"):
            places.keep(name, review.request.id, pins[:number] + pins[number + 1 :])
            st.rerun()


def _draft(review: Review, thing: Thing, where: Places, options: dict[str, str]) -> Pin | None:
    """The pin that is being written; None while it says nothing."""
    request = review.request.id
    count = places.kept(f"count-{thing.key}", request, 0)
    moment = places.kept("moment", request, 0.0)
    key = f"inbox-pin-{request}-{thing.key}-{count}"
    chosen = next(iter(options))
    if len(options) > 1:
        chosen = st.selectbox(
            _t("where"), options, key=f"{key}-where", format_func=options.__getitem__
        )
    at: dict[str, Any] = {}
    if chosen == _MOMENT:
        at["time_s"] = st.number_input(
            _t("second"),
            min_value=0.0,
            max_value=where.length_s,
            value=min(moment, where.length_s or moment),
            step=1.0,
            format="%.1f",
            key=f"{key}-{moment}",
        )
    else:
        kind, _, name = chosen.partition(":")
        at[kind] = name
    note = st.text_input(_t("pin_note"), key=f"{key}-note", placeholder=_t("pin_example"))
    return Pin(note=note.strip(), item=thing.key, **at) if note.strip() else None


def _clear(review: Review, thing: Thing) -> None:
    name = f"count-{thing.key}"
    places.keep(name, review.request.id, places.kept(name, review.request.id, 0) + 1)


def _options(thing: Thing, where: Places) -> dict[str, str]:
    """Each place there is, with its words."""
    body: Any = thing.body if isinstance(thing.body, dict) else {}
    if where.length_s is not None:
        return {_MOMENT: _t("moment")}
    found: dict[str, str] = {}
    scenes = [body] if "card" in body else body.get("scenes") or []
    for number, scene in enumerate(scenes, start=1):
        said = boards.headline(scene["card"]) if "card" in scene else ""
        found[f"scene:{scene['id']}"] = _t("scene_named", n=number, said=said[:_SHOWN])
    for number, line in enumerate(body.get("lines") or [], start=1):
        found[f"line:{line['id']}"] = _t("line_named", n=number, said=line["text"][:_SHOWN])
    return {key: words for key, words in found.items() if key.partition(":")[2] in _known(where)}


def _known(where: Places) -> set[str]:
    return {*where.scenes, *where.lines}


def _back_to(review: Review) -> str | None:
    if len(review.back_to) < 2:
        return None
    return st.selectbox(
        _t("who_again"),
        review.back_to,
        key=f"inbox-to-{review.request.id}",
        format_func=lambda step: step.replace("_", " ").capitalize(),
    )
