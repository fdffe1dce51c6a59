"""A widget for each single value. Its state begins as the value; it gives the value as it is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from pydantic import JsonValue

from assets.tools.catalog import TOOLS
from ui import state, texts
from ui.forming import words
from ui.forming.shapes import Shape
from ui.uploads import TEXT_MB
from vid_pipeline.artifacts import MediaRef
from vid_pipeline.media.cards.palettes import PALETTES

_t = texts.of("forms")
_FEW, _SHORT = 4, 28
_LINE_PX, _LEAST_PX, _MOST_PX = 24, 80, 420
_FILES = {"import_media": ["mp4", "mov", "webm"], "import_sound": ["wav", "mp3", "m4a", "ogg"],
          "import_picture": ["png", "jpg", "jpeg", "webp"]}  # fmt: skip
_MIB = 1024 * 1024


@dataclass(frozen=True)
class Asked:
    """One value to draw: its shape and state key, whose setting it is, and what is on offer.

    `bare` ones have their label elsewhere; `holder` stands in an empty field.
    """

    shape: Shape
    key: str
    kind: str = ""
    offers: Sequence[str] = ()
    bare: bool = False
    holder: str = ""

    @property
    def label(self) -> str:
        return words.label(self.shape, self.kind) or self.shape.title or _t("name")

    @property
    def told(self) -> dict[str, Any]:
        """What every widget is told: its label, help and key."""
        hidden = "collapsed" if self.bare else "visible"
        aid = None if self.bare else words.aid(self.shape, self.kind)
        return {"label": self.label, "key": self.key, "help": aid, "label_visibility": hidden}


def begin(key: str, value: Any) -> Any:
    """Give a widget its first value, which it then has of its own; what it has later.

    Tell the widget what is given here as its default: a browser that is slow to draw it has never
    heard of the first value, would draw it empty, and would send that back as if somebody had
    emptied it.
    """
    if key in st.session_state:
        return st.session_state[key]
    st.session_state[key] = value
    return None


def text(asked: Asked, value: JsonValue) -> JsonValue:
    """A line of text, or one of those on offer; empty is none, if there may be none."""
    name = asked.shape.name
    if name == "palette" or (name == "voice" and asked.shape.optional):
        known = list(PALETTES) if name == "palette" else list(_t.table("voices"))
        return one_of(asked, value, known, free=name == "voice")
    held = begin(asked.key, value or "")
    holder = _t("model_holder") if name == "model" else None
    given = st.text_input(**asked.told, value=held or "", placeholder=holder)
    return given or (None if asked.shape.optional else "")


def prose(asked: Asked, value: JsonValue) -> JsonValue:
    """Text of several lines; below it the names that are filled in."""
    held = begin(asked.key, value or "")
    lines = sum(1 + len(line) // 70 for line in str(value or "").split("\n"))
    height = min(_MOST_PX, max(_LEAST_PX, _LINE_PX * (lines + 1)))
    given = st.text_area(**asked.told, value=held or "", height=height)
    if asked.offers:
        names = " ".join(f"`{{{{{name}}}}}`" for name in asked.offers)
        st.caption(_t("fill_ins", names=names))
    return given or (None if asked.shape.optional else "")


def number(asked: Asked, value: JsonValue) -> JsonValue:
    """A number; an empty field is none."""
    shape, whole = asked.shape, asked.shape.sort == "integer"
    kind: Any = int if whole else float
    empty: Any = None if shape.optional or value is None else "min"
    by: Any = kind(shape.step or 1) if whole else _step(shape, value)
    held = isinstance(value, int | float) and _within(shape, value)
    open_ended = not held and value is not None  # a widget refuses what is out of its range
    least: Any = None if open_ended or shape.least is None else kind(shape.least)
    most: Any = None if open_ended or shape.most is None else kind(shape.most)
    now = begin(asked.key, kind(value) if isinstance(value, int | float) else None)
    given = st.number_input(
        **asked.told,
        min_value=least,
        max_value=most,
        value=empty if now is None else now,
        step=by,
        format=None if whole else f"%.{_decimals(shape, value)}f",
        placeholder=asked.holder or (None if shape.required else _t("unset")),
    )
    return _as_given(given, value)


def share(asked: Asked, value: JsonValue) -> JsonValue:
    """A number from 0 to 1, in per cent."""
    if not isinstance(value, int | float) or not 0 <= value <= 1:
        return number(asked, value)
    held = begin(asked.key, float(value))
    told = {name: one for name, one in asked.told.items() if name != "label"}
    given = st.slider(asked.label, 0.0, 1.0, held, 0.01, format="percent", **told)
    return _as_given(given, value)


def _as_given(given: float | None, value: JsonValue) -> JsonValue:
    """A number as it was written, if it is the same one."""
    same = isinstance(value, int | float) and given == value
    if same or given is None:
        return value if same else None
    return int(given) if float(given).is_integer() and isinstance(value, int) else given


def _within(shape: Shape, value: float) -> bool:
    low, high = shape.least, shape.most
    return (low is None or value >= low) and (high is None or value <= high)


def _decimals(shape: Shape, value: JsonValue) -> int:
    known = (value, shape.default, shape.least, shape.most, shape.step)
    found = [len(f"{one:g}".partition(".")[2]) for one in known if isinstance(one, float)]
    return min(6, max([2, *found]))


def _step(shape: Shape, value: JsonValue) -> float:
    if shape.step is not None:
        return float(shape.step)
    if shape.most is not None and shape.most - (shape.least or 0) <= 1:
        return float(10 ** -_decimals(shape, value))
    return 0.1 if shape.most is not None and shape.most - (shape.least or 0) <= 10 else 1.0


def boolean(asked: Asked, value: JsonValue) -> JsonValue:
    """Yes or no; or neither, if there may be none."""
    if asked.shape.optional:
        held = begin(asked.key, value)
        chosen: bool | None = st.selectbox(
            **asked.told,
            options=[True, False],
            index=None if held is None else int(not held),
            format_func=lambda one: _t("yes" if one else "no"),
            placeholder=_t("unset"),
        )
        return chosen
    return st.toggle(**asked.told, value=bool(begin(asked.key, bool(value))))


def choice(asked: Asked, value: JsonValue) -> JsonValue:
    """One of a closed set."""
    return one_of(asked, value, asked.shape.choices)


def one_of(
    asked: Asked, value: JsonValue, options: Sequence[Any], *, free: bool = False
) -> JsonValue:
    """One of these, or another if people may write their own; none, if there may be none."""
    known = [*options, *([value] if value and value not in options else [])]
    held = begin(asked.key, value)
    few = len(known) <= _FEW and sum(len(words.choice(one)) for one in known) <= _SHORT
    if few and not asked.shape.optional and value is not None and not free:
        picked = st.segmented_control(
            **asked.told, options=known, default=held, format_func=words.choice, required=True
        )
        return picked if picked is not None else value
    named = _t.table("voices")
    none = None if asked.shape.optional or value is None else 0
    given = st.selectbox(
        **asked.told,
        options=known,
        index=known.index(held) if held in known else none,
        format_func=lambda one: named.get(str(one)) or words.choice(one),
        placeholder=_t("prompt" if asked.shape.required else "unset"),
        accept_new_options=free,
    )
    if asked.shape.name == "palette" and given in PALETTES:
        _swatches(str(given))
    return given


def _swatches(name: str) -> None:
    palette = PALETTES[name]
    tones = (palette.bold, palette.tint, palette.calm, palette.deep)
    spans = "".join(
        f'<span style="flex:1;background:{tone.ground};display:flex;align-items:center;'
        f'justify-content:center;color:{tone.text};font-size:12px">Aa</span>'
        for tone in tones
    )
    st.html(
        f'<div style="display:flex;height:28px;border-radius:6px;overflow:hidden">{spans}</div>'
    )


def choices(asked: Asked, value: JsonValue) -> JsonValue:
    """Some of a closed set."""
    held = begin(asked.key, list(value) if isinstance(value, list) else [])
    return st.multiselect(
        **asked.told,
        default=held,
        options=asked.shape.choices,
        format_func=words.choice,
        placeholder=_t("prompt"),
    )


def lines(asked: Asked, value: JsonValue) -> JsonValue:
    """Several texts, one a line; or some of those on offer."""
    given = [str(one) for one in value] if isinstance(value, list) else []
    offered = list(TOOLS) if asked.shape.name == "tools" else list(asked.offers)
    if offered and len(set(given)) == len(given):
        held = begin(asked.key, given)
        options = [*offered, *(one for one in given if one not in offered)]
        picked = st.multiselect(
            **asked.told,
            options=options,
            default=held,
            format_func=words.choice,
            placeholder=_t("prompt"),
        )
        return list(picked)
    held = begin(asked.key, "\n".join(given))
    height = min(_MOST_PX, max(_LEAST_PX, _LINE_PX * (len(given) + 2)))
    written = st.text_area(
        **asked.told, value=held or "", height=height, placeholder=_t("one_per_line")
    )
    return [line.strip() for line in written.split("\n") if line.strip()]


def raw(asked: Asked, value: JsonValue) -> tuple[JsonValue, str | None]:
    """Any JSON, written as it is; the value before and a fault while it is not JSON."""
    held = begin(
        asked.key, "" if value is None else json.dumps(value, indent=2, ensure_ascii=False)
    )
    written = st.text_area(**asked.told, value=held or "", height=120, placeholder=_t("json_help"))
    try:
        return (json.loads(written) if written.strip() else None), None
    except ValueError as error:
        return value, _t("not_json", reason=str(error).partition(":")[0].lower())


def media(asked: Asked, value: JsonValue) -> JsonValue:
    """A file of the artifact store; another one is put there."""
    st.markdown(f"**{asked.label}**" if not asked.bare else "")
    known = MediaRef.model_validate(value) if isinstance(value, dict) and value else None
    if known is None:
        st.caption(_t("file_none"))
    else:
        size = f"{known.size_bytes / _MIB:.1f} MB"
        st.caption(_t("file_kept", mime=known.mime, size=size))
    chosen = st.file_uploader(
        _t("file_new" if known is None else "file_replace"),
        type=_FILES.get(asked.kind),
        key=asked.key,
        max_upload_size=TEXT_MB,
        label_visibility="collapsed",
    )
    if chosen is None:
        return value
    kept = state.studio().store.put_bytes(chosen.getvalue(), chosen.type)
    return kept.model_dump(mode="json")
