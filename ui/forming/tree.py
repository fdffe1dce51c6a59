"""Forms for whole values: objects, lists, mappings and variants, down to single widgets."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st
from pydantic import JsonValue
from streamlit.delta_generator import DeltaGenerator

from ui import texts
from ui.forming import rows, scalars, words
from ui.forming.scalars import Asked
from ui.forming.shapes import Shape, empty_of, fits, says_nothing
from ui.forming.telling import Place, Slots

_t = texts.of("forms")
_WIDGETS: Mapping[str, Callable[[Asked, JsonValue], JsonValue]] = {
    "text": scalars.text,
    "long": scalars.prose,
    "number": scalars.number,
    "integer": scalars.number,
    "share": scalars.share,
    "boolean": scalars.boolean,
    "choice": scalars.choice,
    "choices": scalars.choices,
    "texts": scalars.lines,
    "media": scalars.media,
}


@dataclass
class Form:
    """One form while it is drawn.

    `trim` leaves out what says no more than its default; `hidden` names are kept but not shown,
    `main` ones stand first, all others of their object folded away; `offers` by name are what may
    be chosen or filled in; `answer` draws the form of an agent's answer. Faults are told in
    `slots`, each beside its place.
    """

    answer: Callable[..., JsonValue]
    kind: str = ""
    trim: bool = True
    hidden: frozenset[str] = frozenset()
    main: Callable[[Shape, Place], Iterable[str]] | None = None
    offers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    slots: Slots = field(default_factory=Slots)

    def draw(
        self, shape: Shape, value: JsonValue, key: str, place: Place, *, bare: bool = False
    ) -> JsonValue:
        """A value's widgets, and what they say."""
        asked = Asked(shape, key, self.kind, self.offers.get(shape.name, ()), bare)
        if shape.sort == "const":
            return value if value is not None else shape.default
        if shape.sort == "json" or not fits(shape, value):
            given, fault = scalars.raw(asked, value)
            if fault:
                self.slots.fault(place, fault)
            return given
        if value is None and not shape.optional and shape.sort not in {"number", "integer"}:
            value = empty_of(shape)
        match shape.sort:
            case "object":
                return self._optional(asked, value, place)
            case "list":
                return self._list(asked, value, place)
            case "mapping":
                return self._mapping(asked, value, place)
            case "variants":
                return self._variants(asked, value, place)
            case "drawn":
                return self._drawn(asked, value, place)
        return _WIDGETS[shape.sort](asked, value)

    def members(
        self,
        shape: Shape,
        value: JsonValue,
        key: str,
        place: Place,
        *,
        fold: DeltaGenerator | None = None,
    ) -> JsonValue:
        """An object's values: the main ones, then the others folded away, in `fold` if given."""
        held = value if isinstance(value, dict) else {}
        first, rest = self._parted(shape, place)
        bare = fold is not None
        given = {name: self._member(shape, name, held, key, place, bare=bare) for name in first}
        if rest:
            slot = st.empty()
            label = _t("more" if self.trim and not place else "more_here")
            with fold or st.expander(label, key=f"{key}:more", type="compact"):
                for name in rest:
                    given[name] = self._member(shape, name, held, key, place, aside=True)
            self.slots.aside(slot, place, rest)
        return self._joined(shape, held, given)

    def _parted(self, shape: Shape, place: Place) -> tuple[list[str], list[str]]:
        """The names of the values that stand first, and of the others that are shown."""
        shown = [n for n, one in shape.fields.items() if self._is_shown(n, one)]
        first = [name for name in (self.main(shape, place) if self.main else ()) if name in shown]
        first = first or shown
        return first, [name for name in shown if name not in first]

    def _is_shown(self, name: str, shape: Shape) -> bool:
        return name not in self.hidden and shape.sort != "const"

    def _member(
        self,
        shape: Shape,
        name: str,
        held: Mapping[str, JsonValue],
        key: str,
        place: Place,
        *,
        aside: bool = False,
        bare: bool = False,
    ) -> JsonValue:
        one, where = shape.fields[name], (*place, name)
        value = held.get(name, empty_of(one))
        given = self.draw(one, value, f"{key}:{name}", where, bare=bare)
        label = words.label(one, self.kind) if aside else ""
        self.slots.add(where, label)
        return given

    def _joined(
        self, shape: Shape, held: Mapping[str, JsonValue], given: Mapping[str, JsonValue]
    ) -> JsonValue:
        """What was held and is not shown, and what was given; defaults left out."""
        whole: dict[str, JsonValue] = {}
        for name in [*shape.fields, *(name for name in held if name not in shape.fields)]:
            if name not in given:
                if name in held:
                    whole[name] = held[name]
                continue
            one, value = shape.fields[name], given[name]
            if self._is_said(one, value, was_held=name in held):
                whole[name] = value
        return {name: whole[name] for name in (*(n for n in held if n in whole), *whole)}

    def _is_said(self, shape: Shape, value: JsonValue, *, was_held: bool) -> bool:
        if value is None and not shape.optional:
            return False
        if self.trim and not shape.required:
            return not says_nothing(shape, value)
        return was_held or not (value in ("", [], {}) or says_nothing(shape, value))

    def _optional(self, asked: Asked, value: JsonValue, place: Place) -> JsonValue:
        """An object in a frame of its own; one that may be missing is switched on first."""
        label = words.section(asked.shape, self.kind)
        if asked.shape.optional:
            is_on = scalars.begin(f"{asked.key}:on", value is not None)
            if not st.toggle(label, bool(is_on), key=f"{asked.key}:on"):
                return None
        if len(place) == 1 and not asked.bare:
            with st.expander(label, key=f"{asked.key}:fold", expanded=asked.shape.required):
                return self.members(asked.shape, value, asked.key, place)
        if asked.bare:
            return self.members(asked.shape, value, asked.key, place)
        with st.container(border=True):
            st.markdown(f"**{label}**")
            return self.members(asked.shape, value, asked.key, place)

    def _list(self, asked: Asked, value: JsonValue, place: Place) -> JsonValue:
        item = asked.shape.item
        assert item is not None, "a list has items"
        values = value if isinstance(value, list) else []
        held = rows.rows_of(asked.key, [("", one) for one in values])
        st.markdown(f"**{asked.label}**", help=words.aid(asked.shape, self.kind))
        for number, row in enumerate(held.rows):
            row.value = self._row(held, row, item, f"{asked.key}:{row.uid}", (*place, number))
        most = asked.shape.most
        if most is None or len(held.rows) < most:
            st.button(
                words.add(asked.shape),
                icon=":material/add:",
                key=f"{asked.key}:add",
                type="tertiary",
                on_click=lambda: held.add(self._new(item, [row.value for row in held.rows])),
            )
        return [row.value for row in held.rows]

    def _row(
        self, held: rows.Rows, row: rows.Row, item: Shape, key: str, place: Place
    ) -> JsonValue:
        """One item under its number; one of a single text has all else behind a button."""
        first, rest = self._parted(item, place)
        slim = item.sort == "object" and len(first) == 1
        with st.container(border=True, gap="small"):
            fold = None
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                st.markdown(f":gray[{int(place[-1]) + 1}]", width="stretch")
                if slim and rest:
                    fold = st.popover(
                        "", icon=":material/tune:", help=_t("more_here"), key=f"{key}:more"
                    )
                rows.buttons(held, row, key)
            if slim:
                given = self.members(item, row.value, key, place, fold=fold or st.container())
            else:
                given = self.draw(item, row.value, key, place, bare=True)
            self.slots.add(place)
        return given

    def _new(self, item: Shape, others: Sequence[JsonValue]) -> JsonValue:
        """A new item; one that is told apart by an `id` gets one that is free."""
        value = empty_of(item)
        if isinstance(value, dict) and "id" in item.fields and "id" in self.hidden:
            value["id"] = _free_id([one.get("id") for one in others if isinstance(one, dict)])
        return value

    def _mapping(self, asked: Asked, value: JsonValue, place: Place) -> JsonValue:
        item = asked.shape.item
        assert item is not None, "a mapping has items"
        values = value if isinstance(value, dict) else {}
        held = rows.rows_of(asked.key, list(values.items()))
        st.markdown(f"**{asked.label}**", help=words.aid(asked.shape, self.kind))
        for row in held.rows:
            key = f"{asked.key}:{row.uid}"
            with st.container(border=True):
                with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
                    called = scalars.begin(f"{key}:name", row.name)
                    row.name = st.text_input(
                        _t("name"), called or "", key=f"{key}:name", help=_t("name_help")
                    )
                    rows.buttons(held, row, key)
                row.value = self.draw(item, row.value, f"{key}:is", (*place, row.name), bare=True)
                self.slots.add((*place, row.name))
        st.button(
            words.add(asked.shape),
            icon=":material/add:",
            key=f"{asked.key}:add",
            type="tertiary",
            on_click=lambda: held.add(empty_of(item)),
        )
        return {row.name: row.value for row in held.rows}

    def _variants(self, asked: Asked, value: JsonValue, place: Place) -> JsonValue:
        """One of several objects, told apart by a tag that is chosen first."""
        shape, held = asked.shape, dict(value) if isinstance(value, dict) else {}
        tag = Shape("choice", shape.tag, choices=tuple(shape.variants))
        before = held.get(shape.tag)
        with st.container(border=True):
            key = f"{asked.key}:{shape.tag}"
            chosen = str(self.draw(tag, before, key, (*place, shape.tag)))
            inner = shape.variants[chosen]
            if chosen != before:  # what both have is taken along
                kept = {n: one for n, one in held.items() if n in inner.fields and n != shape.tag}
                held = {shape.tag: chosen, **kept}
            return self.members(inner, held, f"{asked.key}:{chosen}", place)

    def _drawn(self, asked: Asked, value: JsonValue, place: Place) -> JsonValue:
        self.slots.leave(place)
        if not asked.bare:
            st.markdown(f"**{asked.label}**", help=words.aid(asked.shape, self.kind))
        return self.answer(value if isinstance(value, dict) else {}, key=asked.key)


def _free_id(known: Sequence[JsonValue]) -> str:
    ids = [one for one in known if isinstance(one, str)]
    stem = re.sub(r"\d+$", "", ids[-1]) if ids else "n"
    number = len(ids) + 1
    while f"{stem}{number}" in ids:
        number += 1
    return f"{stem}{number}"
