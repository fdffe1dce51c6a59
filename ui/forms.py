"""Forms made from schemas: the settings of a step, and the artifacts that people edit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import streamlit as st
from pydantic import BaseModel, JsonValue, ValidationError

from ui import schema_rows, texts
from ui.forming import rows
from ui.forming.shapes import Shape, shape_of
from ui.forming.telling import Place
from ui.forming.tree import Form
from vid_pipeline.kinds import StepKind

_t = texts.of("forms")
_KEPT = frozenset({
    "id", "origin", "cites", "canvas", "author", "model", "language", "look", "sha256", "kind",
    "url", "site", "font",
})  # fmt: skip
"""Values of an artifact that are not words of anybody: they are kept and not shown."""
_MAIN: Mapping[str, Sequence[str]] = {
    "agent": ("role", "instructions", "tools", "model", "output"),
    "approve": ("title", "rule"),
    "approve_each": ("title", "rule"),
    "ask_person": ("title", "form", "rule"),
    "recall": ("query", "kinds", "most"),
    "remember": ("kind", "importance"),
    "resize": ("aspect", "how"),
    "overlay": ("across", "down", "width"),
    "mix": ("at_s", "gain_db", "duck"),
    "silence_cut": ("longer_than_s", "keep_s"),
    "check_video": ("loudness_lufs",),
    "Rule": ("assignees", "role", "deadline_hours", "at_deadline", "escalate_to"),
    "FormField": ("label", "name", "type", "choices"),
    "Script": ("title", "lines"),
    "Line": ("text",),
    "Item": ("text",),
    "Scene": ("lines", "card"),
    "Paragraph": ("text", "heading"),
}
"""What stands first; all the rest is folded away. Without an entry everything stands first."""
Check = Callable[[JsonValue], Iterable[Mapping[str, Any]]]


def settings(
    kind: StepKind,
    params: Mapping[str, JsonValue],
    *,
    key: str,
    offers: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, JsonValue]:
    """A widget for each setting of a kind; what is set now, defaults left out.

    `key` begins the key of every widget, as `<key>:<setting>`. Other `params` than those given or
    returned last begin the whole form anew. `offers` by setting are what may be chosen (the steps
    that feedback goes back to), or filled into a text (the names of the step's inputs).
    """
    shape = shape_of(kind.params.model_json_schema())
    form = Form(schema_rows.draw, kind.name, main=_main(kind.name), offers=offers or {})
    given = _drawn(form, shape, dict(params), key, _errors(kind.params))
    assert isinstance(given, dict), "settings are an object"
    return given


def edited(model: type[BaseModel], body: JsonValue, *, key: str) -> JsonValue:
    """An artifact's JSON as a form to edit it in; what it says now, valid or not.

    Ids, sizes, files and where things come from are kept as they are, and not shown.
    """
    return artifact_form(model.model_json_schema(), body, key=key, check=_errors(model))


def artifact_form(
    schema: Mapping[str, Any], value: JsonValue, *, key: str, check: Check | None = None
) -> JsonValue:
    """A value as a form, by its JSON Schema; `check` finds what is told beside the fields."""
    shape = shape_of(schema)
    if any(one.sort == "media" for one in shape.fields.values()):  # measured, not written
        st.caption(_t("nothing_to_edit"))
        return value
    form = Form(schema_rows.draw, trim=False, hidden=_KEPT, main=_main(shape.title))
    return _drawn(form, shape, value, key, check)


def forget(key: str) -> None:
    """Begin a form anew from what it is given next."""
    rows.forget(key)


def _drawn(form: Form, shape: Shape, given: JsonValue, key: str, check: Check | None) -> JsonValue:
    shown = rows.current(key, given)
    if shape.sort == "object" and not shape.fields:
        st.caption(_t("nothing"))
    strange = _strange(form, shape, shown, key)
    form.slots.add(())
    made = form.draw(shape, shown, key, (), bare=True)
    if isinstance(made, dict):
        made = {name: value for name, value in made.items() if name not in strange}
    rows.keep(key, made)
    form.slots.tell(check(made) if check else ())
    return made


def _strange(form: Form, shape: Shape, shown: JsonValue, key: str) -> set[str]:
    """Settings that a kind does not have (any more): told, and taken away on demand."""
    away = set[str]()
    known = shown if isinstance(shown, dict) and form.trim else {}
    for name in known.keys() - shape.fields.keys():
        st.markdown(f":red[:material/error: {_t('strange', name=_plain(name))}]")
        if st.button(_t("strange_remove", name=name), key=f"{key}:{name}:strange"):
            away.add(name)
    return away


def _main(root: str) -> Callable[[Shape, Place], Iterable[str]]:
    def main(shape: Shape, place: Place) -> Iterable[str]:
        return _MAIN.get(shape.title if place else root, ())

    return main


def _errors(model: type[BaseModel]) -> Check:
    def errors(value: JsonValue) -> Iterable[Mapping[str, Any]]:
        try:
            model.model_validate(value)
        except ValidationError as refused:
            return refused.errors()
        return ()

    return errors


def _plain(text: str) -> str:
    return "".join(f"\\{sign}" if not sign.isalnum() else sign for sign in text)
