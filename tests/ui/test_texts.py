"""Every text of the studio is in one place, and nothing there is left over."""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

_UI = Path(__file__).parents[2] / "ui"
_TEXTS = _UI / "texts" / "en"
_DRAWN = [
    *(
        path
        for room in ("pages", "showing", "reviewing", "editing")
        for path in (_UI / room).rglob("*.py")
    ),
    *_UI.glob("*.py"),
]
_KINDS = "kinds"  # named by kinds and tools; tests/ui/test_editing.py holds it to the catalogue
_PAGES = sorted({path.stem for path in _TEXTS.glob("*.toml")} - {_KINDS})
_CLASS_NAME = re.compile(r"\b[A-Z][a-z]+[A-Z]\w+|\bNone\b|Error\b|Exception\b")
_NAMES = {"YouTube", "OpenAI", "GitHub", "LinkedIn", "TikTok", "WebP", "JavaScript", "PostgreSQL"}
_CODE = {
    "key", "icon", "type", "format", "width", "gap", "language", "color", "colour", "height",
    "vertical_alignment", "horizontal_alignment", "label_visibility", "selection_mode", "mime",
    "file_name", "bind", "body_css",
}  # fmt: skip


@dataclass
class _Used:
    """What modules ask of one page's texts.

    `keys` are asked for word by word; `built` may be: a key is put together there, of a beginning
    or an end and some other word of the module.
    """

    keys: set[str] = field(default_factory=set)
    built: set[str] = field(default_factory=set)
    beginnings: set[str] = field(default_factory=set)

    def has(self, key: str) -> bool:
        begun = any(key.startswith(one) for one in self.beginnings)
        return key in self.keys or key in self.built or begun


@pytest.mark.parametrize("page", _PAGES)
def test_every_text_that_is_asked_for_exists(page: str) -> None:
    missing = _used().get(page, _Used()).keys - _texts(page).keys()
    assert not missing, f"{page}.toml lacks {sorted(missing)}"


@pytest.mark.parametrize("page", _PAGES)
def test_every_text_is_asked_for(page: str) -> None:
    used = _used().get(page, _Used())
    drawn = _in_the_browser() if page == "flow" else frozenset[str]()
    left = {key for key in _texts(page) if not used.has(key) and key not in drawn}
    assert not left, f"nothing shows {sorted(left)} of {page}.toml"


def test_every_page_that_texts_are_asked_of_has_some() -> None:
    assert _used().keys() <= {*_PAGES, _KINDS}


@pytest.mark.parametrize("page", _PAGES)
def test_texts_are_whole_and_for_people(page: str) -> None:
    for key, text in _texts(page).items():
        told = text.values() if isinstance(text, dict) else [text]
        if isinstance(text, dict) and "one" in text:
            assert text.keys() == {"one", "other"}, key
        for one in told:
            assert one.strip(), key
            list(Formatter().parse(one))
            named = {word for word in _CLASS_NAME.findall(one) if word not in _NAMES}
            assert not named, f"{key} of {page}.toml names {named}"


@pytest.mark.parametrize("path", _DRAWN, ids=lambda path: path.name)
def test_pages_hold_no_texts_of_their_own(path: Path) -> None:
    found = set(_words(ast.parse(path.read_text(encoding="utf-8"))))
    assert not found, f"{path.name} shows {sorted(found)}: these belong into ui/texts"


def _words(tree: ast.AST) -> Iterator[str]:
    """Texts of two and more words that are given to Streamlit."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and _is_streamlit(call.func):
            named = [one.value for one in call.keywords if one.arg not in _CODE]
            for given in [*call.args, *named]:
                yield from _literals(given)


def _is_streamlit(function: ast.expr) -> bool:
    """`st.write`, and `column.write`, whatever the column is called."""
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.attr in _shown_by()
    )


@cache
def _shown_by() -> frozenset[str]:
    return frozenset({
        "audio", "button", "caption", "checkbox", "download_button", "error", "expander", "header",
        "info", "link_button", "markdown", "metric", "multiselect", "number_input", "pills",
        "popover", "progress", "radio", "segmented_control", "selectbox", "spinner", "subheader",
        "success", "tabs", "text", "text_area", "text_input", "title", "toast", "toggle",
        "warning", "write",
    })  # fmt: skip


def _literals(given: ast.expr) -> Iterator[str]:
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        yield from _if_words(given.value)
    elif isinstance(given, ast.JoinedStr):
        for part in given.values:
            if isinstance(part, ast.Constant):
                yield from _if_words(str(part.value))
    elif isinstance(given, ast.IfExp):
        yield from _literals(given.body)
        yield from _literals(given.orelse)


def _if_words(text: str) -> Iterator[str]:
    plain = re.sub(r":material/\w+:|:[a-z]+(-badge)?\[|https?://\S*", " ", text)
    if len(re.findall(r"[^\W\d_]{2,}", plain)) > 1:
        yield text


@cache
def _texts(page: str) -> dict[str, str | dict[str, str]]:
    return tomllib.loads((_TEXTS / f"{page}.toml").read_text(encoding="utf-8"))


@cache
def _used() -> dict[str, _Used]:
    found: dict[str, _Used] = {}
    for path in sorted(_UI.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        words = _constants(tree)
        for name, page in _bound(tree):
            told = found.setdefault(page, _Used())
            for call in ast.walk(tree):
                if isinstance(call, ast.Call) and _asks(call.func, name) and call.args:
                    _note(call.args[0], told, words)
                elif isinstance(call, ast.Call) and _hands_on(call.func, name):
                    _note_all(tree, told, words)
    return found


@cache
def _in_the_browser() -> frozenset[str]:
    """All names in the editor's own source, which is handed its texts whole."""
    sources = (_UI / "flow" / "frontend" / "src").rglob("*.ts*")
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    begun = tuple(re.findall(r"(\w+_)\$\{", text))
    return frozenset(re.findall(r"\w+", text)) | {
        key for key in _texts("flow") if key.startswith(begun)
    }


def _hands_on(function: ast.expr, name: str) -> bool:
    """`_t.plain()`: texts that are chosen by their names and filled in by the browser."""
    match function:
        case ast.Attribute(value=ast.Name(id=found), attr="plain"):
            return found == name
    return False


def _note_all(tree: ast.AST, told: _Used, words: set[str]) -> None:
    told.built |= words
    for joined in ast.walk(tree):
        match joined:
            case ast.JoinedStr(values=[ast.Constant(value=str(beginning)), *_]):
                told.beginnings.add(beginning)


def _bound(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """`_t = texts.of("home")`: the name, and the page."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(
                    func=ast.Attribute(value=ast.Name(id="texts"), attr="of"),
                    args=[ast.Constant(value=str(page))],
                ),
            ):
                yield name, page


def _asks(function: ast.expr, name: str) -> bool:
    match function:
        case ast.Name(id=found) | ast.Attribute(value=ast.Name(id=found), attr="table"):
            return found == name
    return False


def _constants(tree: ast.AST) -> set[str]:
    return {
        one.value
        for one in ast.walk(tree)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }


def _note(key: ast.expr, told: _Used, words: set[str]) -> None:
    match key:
        case ast.Constant(value=str(text)):
            told.keys.add(text)
        case ast.JoinedStr(values=[ast.Constant(value=str(beginning)), *_]):
            told.beginnings.add(beginning)
        case ast.JoinedStr(values=[_, ast.Constant(value=str(end))]):
            told.built |= {word + end for word in words}
        case ast.IfExp(body=body, orelse=orelse):
            _note(body, told, words)
            _note(orelse, told, words)
        case _:  # it is named elsewhere in the module
            told.built |= words
