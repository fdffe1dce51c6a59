"""One step of a production: what it was given and gave, said, used, spent, and how often."""

import json
from collections.abc import Iterator
from typing import Any

import streamlit as st
from pydantic import JsonValue

from ui import clock, kinds, showing, texts
from ui.pages.running import again, alone
from ui.pages.running.shown import Shown, dollars, step_name
from ui.pages.words import ago, length, plain
from vid_pipeline.acts import inspecting
from vid_pipeline.acts.inspecting import Piece, StepSeen
from vid_pipeline.records import StepEventRecord

_t = texts.of("run")

_TABS = ("output", "inputs", "talk", "tools", "memories", "cost", "tries")
_STATES = {"waiting": "asking"}
_SPEAKERS = {
    "instructions": "rule",
    "asked": "person",
    "answered": "smart_toy",
    "summed_up": "compress",
}


def render(shown: Shown, key: str, beside: dict[str, JsonValue]) -> None:
    """Draw it."""
    seen = inspecting.inspect(shown.here.shop, shown.version, shown.sight, key)
    with st.container(border=True):
        _head(shown, seen)
        tabs = st.tabs([_t(f"tab_{name}") for name in _TABS])
        with tabs[0]:
            _output(shown, seen, beside)
        with tabs[1]:
            _inputs(shown, seen, beside)
        with tabs[2]:
            _talk(seen)
        with tabs[3]:
            _tools(seen)
        with tabs[4]:
            _memories(seen)
        with tabs[5]:
            _cost(seen)
        with tabs[6]:
            _tries(seen)


def _head(shown: Shown, seen: StepSeen) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(step_name(seen.key), anchor=False, width="stretch")
        if shown.phase == "working" and st.button(
            _t("refresh"), icon=":material/refresh:", key=shown.key("refresh"), type="tertiary"
        ):
            st.rerun()
        again.button(shown, seen.key)
        alone.button(shown, seen)
    st.caption(kinds.of_step(seen.step.id, seen.step.kind, shown.here.shop.catalog).help)
    newest = seen.newest
    if newest is not None and newest.state == "failed" and newest.error:
        st.error(plain(newest.error), icon=":material/error:")


def _output(shown: Shown, seen: StepSeen, beside: dict[str, JsonValue]) -> None:
    if seen.output is None:
        st.caption(_t("no_output"))
    else:
        _piece(shown, seen.output, f"{seen.key}:output", beside)


def _inputs(shown: Shown, seen: StepSeen, beside: dict[str, JsonValue]) -> None:
    if not seen.inputs:
        st.caption(_t("no_inputs"))
    for number, piece in enumerate(seen.inputs):
        name = piece.name.replace("_", " ").capitalize()
        with st.expander(_t("from_step", name=name, step=step_name(piece.step)), expanded=False):
            _piece(shown, piece, f"{seen.key}:input:{number}", beside)


def _piece(shown: Shown, piece: Piece, key: str, beside: dict[str, JsonValue]) -> None:
    if piece.body is None:
        st.caption(_t("gone"))
    else:
        showing.show(shown.here, piece.type, piece.body, key=shown.key(key), beside=beside)


def _talk(seen: StepSeen) -> None:
    said = [line for event in seen.events for line in _said(event)]
    said = said or [line for call in seen.asked for line in _asked(call.request, call.response)]
    if not said:
        st.caption(_t("no_talk"))
    for who, words in said:
        with st.container(border=True, gap="small"):
            st.caption(f":material/{_SPEAKERS[who]}: {_t(who)}")
            st.text(words)


def _said(event: StepEventRecord) -> Iterator[tuple[str, str]]:
    if event.kind == "note" and event.name == "summary":
        yield "summed_up", str(event.detail.get("text", ""))
    message: Any = event.detail.get("message")
    if event.kind == "said" and isinstance(message, dict):
        yield from _message(message)


def _message(message: dict[str, Any]) -> Iterator[tuple[str, str]]:
    who = "asked" if message.get("role") == "user" else "answered"
    for part in message.get("parts") or ():
        match part.get("part"):
            case "text":
                yield who, _pretty(str(part.get("text", "")))
            case "opaque":
                yield who, _t("thinking")
            case "tool_call":
                yield who, f"{_t('uses_tool', name=part.get('name'))} {_json(part.get('input'))}"


def _asked(request: Any, response: Any) -> Iterator[tuple[str, str]]:
    """A call of a step that keeps no conversation of its own, from the journal."""
    if isinstance(request, dict) and isinstance(request.get("messages"), list):
        if request.get("system"):
            yield "instructions", str(request["system"])
        for message in request["messages"]:
            yield from _message(message)
        if isinstance(response, dict) and "parts" in response:
            yield from _message({"role": "assistant", **response})
        elif response is not None:
            yield "answered", _json(response)


def _tools(seen: StepSeen) -> None:
    used = [event for event in seen.events if event.kind == "tool"]
    if not used:
        st.caption(_t("no_tools"))
    for event in used:
        failed = bool(event.detail.get("failed"))
        label = _t("tool_line", name=plain(event.name), ms=event.detail.get("ms", 0))
        mark = ":red[:material/error:]" if failed else ":green[:material/check_circle:]"
        with st.expander(f"{mark} {label} {_t('tool_failed') if failed else ''}"):
            st.caption(_t("tool_input"))
            st.code(_json(event.detail.get("input")), language="json", wrap_lines=True)
            st.caption(_t("tool_result"))
            st.text(_pretty(str(event.detail.get("content", ""))))


def _memories(seen: StepSeen) -> None:
    if not seen.memories:
        st.caption(_t("no_memories"))
    for use in seen.memories:
        st.markdown(
            f":material/psychology: {plain(use.body)}  \n"
            f":small[:gray[{_t('memory_used', ago=ago(use.used_at))}]]"
        )


def _cost(seen: StepSeen) -> None:
    if not seen.calls:
        st.caption(_t("no_cost"))
        return
    states = _t.table("states")
    st.dataframe(
        [
            {
                _t("column_model"): f"{call.provider}/{call.model}",
                _t("column_state"): states[call.state],
                _t("column_time"): "" if call.seconds is None else length(call.seconds),
                _t("column_input"): call.input_tokens + call.cache_tokens,
                _t("column_output"): call.output_tokens,
                _t("column_cost"): dollars(call.cost_usd),
                _t("column_note"): call.error or call.instead_of,
            }
            for call in seen.calls
        ],
        hide_index=True,
        width="stretch",
    )


def _tries(seen: StepSeen) -> None:
    if not seen.tries:
        st.caption(_t("no_tries"))
        return
    states = _t.table("states")
    st.dataframe(
        [
            {
                _t("column_try"): number,
                _t("column_begun"): clock.local(trace.started_at),
                _t("column_state"): states[_STATES.get(trace.state, trace.state)],
                _t("column_time"): "" if trace.seconds is None else length(trace.seconds),
                _t("column_input"): trace.input_tokens,
                _t("column_output"): trace.output_tokens,
                _t("column_cost"): dollars(trace.cost_usd),
                _t("column_note"): trace.error or "",
            }
            for number, trace in enumerate(seen.tries, start=1)
        ],
        hide_index=True,
        width="stretch",
    )


def _json(value: JsonValue) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _pretty(text: str) -> str:
    """JSON with its lines, anything else as it is."""
    try:
        return _json(json.loads(text)) if text.lstrip().startswith(("{", "[")) else text
    except ValueError:
        return text
