"""Choices that are kept in the address, so that links and the browser's way back set them.

A widget keeps its choice from run to run. Where the address is another one than the page left
there, and no widget was touched, somebody has gone to that address: then its choices are shown.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import streamlit as st

Said = str | Sequence[str]


class Choices:
    """One run of a page: its widgets' keys by the names that their choices have in the address."""

    def __init__(self, page: str, keys: Mapping[str, str]) -> None:
        self._keys = keys
        self._left: dict[str, tuple[list[str], Any]]
        self._left = st.session_state.setdefault(f"{page}:choices", {})
        self._touched = any(
            st.session_state.get(keys[name], chosen) != chosen
            for name, (_, chosen) in self._left.items()
            if name in keys
        )
        gone = any(st.query_params.get_all(name) != said for name, (said, _) in self._left.items())
        self._led = gone and not self._touched

    def begin(self, name: str, value: Any) -> None:
        """Before a widget is drawn: give it what the address says, where that leads here."""
        if self._led or self._keys[name] not in st.session_state:
            st.session_state[self._keys[name]] = value

    def begin_one(self, name: str, options: Collection[str], usual: str) -> None:
        """The same for one of these options; another one is as good as none."""
        asked = st.query_params.get(name, usual)
        self.begin(name, asked if asked in options else usual)
        if st.session_state[self._keys[name]] not in options:
            st.session_state[self._keys[name]] = usual

    def keep(self, chosen: Mapping[str, Said], *, drop: Collection[str] = ()) -> bool:
        """Write choices into the address, empty ones not; whether it is another one now.

        `drop` are names that mean nothing once somebody has chosen otherwise: the page's number.
        """
        said = {name: [one] if isinstance(one, str) else list(one) for name, one in chosen.items()}
        said = {name: [one for one in values if one] for name, values in said.items()}
        other = any(st.query_params.get_all(name) != values for name, values in said.items())
        if other:  # in one go: each message is a place to go back to
            kept = {name: st.query_params.get_all(name) for name in st.query_params}
            void = {*said, *(drop if self._touched else ())}
            left = {name: values for name, values in kept.items() if name not in void}
            st.query_params.from_dict(left | {name: one for name, one in said.items() if one})
        for name, values in said.items():
            key = self._keys.get(name)
            self._left[name] = (values, st.session_state.get(key) if key else None)
        return other
