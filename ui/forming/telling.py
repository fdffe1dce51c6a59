"""Where faults are told: each beside the value that it is about."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui import texts
from ui.forming import words

_t = texts.of("forms")
Place = tuple[int | str, ...]


class Slots:
    """Room beside each value of a form, by its place in the whole."""

    def __init__(self) -> None:
        self._slots: dict[Place, tuple[DeltaGenerator, str]] = {}
        self._faults: list[tuple[Place, str]] = []
        self._own: set[Place] = set()

    def add(self, place: Place, label: str = "") -> None:
        """Room for what is wrong at a place, here; with a label where the value is not seen."""
        self._slots.setdefault(place, (st.empty(), label))

    def aside(self, slot: DeltaGenerator, place: Place, names: Sequence[str]) -> None:
        """Tell in one slot what is wrong with these values, which are folded away."""
        inside = [(*place, name) for name in names]
        for known, (_, label) in list(self._slots.items()):
            if any(known[: len(one)] == one for one in inside):
                self._slots[known] = (slot, label)

    def leave(self, place: Place) -> None:
        """What is inside this value tells its own faults."""
        self._own.add(place)

    def fault(self, place: Place, told: str) -> None:
        """Something that is wrong, found while the form was drawn."""
        self._faults.append((place, told))

    def tell(self, errors: Iterable[Mapping[str, Any]]) -> None:
        """Say all that is wrong: what was found, and a validator's errors."""
        meant = [one for one in errors if not _is_long_enough(one)]
        said = [(tuple(error["loc"]), words.fault(error)) for error in meant]
        outer = [(place, told) for place, told in said if not self._is_inside(place)]
        found: dict[int, tuple[DeltaGenerator, list[str]]] = {}
        for place, fault in [*self._faults, *outer]:
            where, label = self._slots[self._nearest(place)]
            whole = _t("of_field", label=label, fault=fault) if label else fault
            found.setdefault(id(where), (where, []))[1].append(_plain(whole))
        for where, faults in found.values():
            listed = "  \n".join(f":material/error: {one}" for one in dict.fromkeys(faults))
            where.markdown(f":small[:red[{listed}]]")

    def _is_inside(self, place: Place) -> bool:
        return any(place[: len(one)] == one and len(place) > len(one) for one in self._own)

    def _nearest(self, place: Place) -> Place:
        """The known place nearest to one; tags of variants in it are passed over."""
        found: Place = ()
        for part in place:
            if (*found, part) in self._slots:
                found = (*found, part)
        return found


def _is_long_enough(error: Mapping[str, Any]) -> bool:
    """A list that is called too short only because what is in it is wrong, which is told."""
    given, least = error.get("input"), (error.get("ctx") or {}).get("min_length", 0)
    return error["type"] == "too_short" and isinstance(given, list) and len(given) >= least


def _plain(text: str) -> str:
    return re.sub(r"([\\`*_\[\]#$<>~|])", r"\\\1", text)
