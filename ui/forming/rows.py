"""The rows of a list as a form keeps them: each with an id of its own, however they are moved."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import streamlit as st
from pydantic import JsonValue

from ui import texts

_t = texts.of("forms")
_PREFIX = "forms/"


@dataclass
class Row:
    """One item: `uid` is in the keys of its widgets, `value` what they last gave."""

    uid: int
    value: Any
    name: str = ""


@dataclass
class Rows:
    """All items, in order."""

    rows: list[Row] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def add(self, value: JsonValue, name: str = "") -> None:
        """One more at the end."""
        self.rows.append(Row(next(self.numbers), value, name))

    def remove(self, uid: int) -> None:
        """Leave one out."""
        self.rows = [row for row in self.rows if row.uid != uid]

    def move(self, uid: int, by: int) -> None:
        """Take one some places further."""
        at = next(place for place, row in enumerate(self.rows) if row.uid == uid)
        to = min(max(0, at + by), len(self.rows) - 1)
        self.rows.insert(to, self.rows.pop(at))


def rows_of(key: str, values: list[tuple[str, JsonValue]]) -> Rows:
    """The rows kept under a key; from the values, by name, when there are none yet."""
    held: Rows | None = st.session_state.get(_PREFIX + key)
    if held is None:
        held = Rows()
        for name, value in values:
            held.add(value, name)
        st.session_state[_PREFIX + key] = held
    return held


def current(key: str, given: Any) -> Any:
    """What a form shows: what it gave last, unless it is given something else by now."""
    kept = st.session_state.get(f"{_PREFIX}{key}")
    if kept is not None and given == kept[1]:
        st.session_state[f"{_PREFIX}{key}"] = (given, given)
        return given
    if kept is not None and given == kept[0]:
        return kept[1]
    forget(key)
    st.session_state[f"{_PREFIX}{key}"] = (given, given)
    return given


def keep(key: str, value: Any) -> None:
    """Remember what a form gives."""
    first, _ = st.session_state[f"{_PREFIX}{key}"]
    st.session_state[f"{_PREFIX}{key}"] = (first, value)


def replace(key: str, given: Any, value: Any) -> None:
    """Show another value in a form from its next run on, though it is given the same."""
    forget(key)
    st.session_state[f"{_PREFIX}{key}"] = (given, value)


def forget(key: str) -> None:
    """Let every widget of a form begin anew."""
    for known in list(st.session_state):
        plain = str(known).removeprefix(_PREFIX)
        if plain == key or plain.startswith(f"{key}:"):
            del st.session_state[known]


def buttons(rows: Rows, row: Row, key: str) -> None:
    """Move a row, or take it away: nothing that can fail, so that no second run is needed."""
    first, last = rows.rows[0].uid == row.uid, rows.rows[-1].uid == row.uid
    for name, icon, by, idle in (
        ("up", "arrow_upward", -1, first),
        ("down", "arrow_downward", 1, last),
    ):
        if len(rows.rows) > 1:
            st.button(
                "",
                icon=f":material/{icon}:",
                key=f"{key}:{name}",
                help=_t(name),
                type="tertiary",
                disabled=idle,
                on_click=rows.move,
                args=(row.uid, by),
            )
    st.button(
        "",
        icon=":material/close:",
        key=f"{key}:remove",
        help=_t("remove"),
        type="tertiary",
        on_click=rows.remove,
        args=(row.uid,),
    )
