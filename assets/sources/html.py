"""A web page to blocks: its article as trafilatura finds it, without what stands around it."""

import re
from typing import Any

from trafilatura import bare_extraction

from assets.sources.blocks import SKIPPED, Block, BlockKind, Outline, Reading

_DROPPED = {"table", "graphic", "code", "del"}
_SITE_SUFFIX = re.compile(r"\s+[|·–—-]\s+[^|·–—]{2,40}$")


def parse(text: str, url: str | None = None) -> Reading:
    """The article of a page: no navigation, banners, comments, tables or code."""
    found = bare_extraction(
        text,
        url=url,
        include_comments=False,
        include_tables=False,
        include_formatting=False,
        include_links=False,
        with_metadata=True,
        favor_precision=True,
    )
    if found is None:
        return Reading(())
    meta: Any = found
    outline, blocks = Outline(), list[Block]()
    for element in meta.body if meta.body is not None else ():
        _read(element, outline, blocks)
    title = _SITE_SUFFIX.sub("", meta.title) if meta.title else None
    blocks = [b for b in blocks if b.text != title]
    return Reading(tuple(blocks), title, meta.sitename, meta.author, _declared_language(text))


def _read(element: Any, outline: Outline, blocks: list[Block]) -> None:
    tag = element.tag
    if tag == "head":
        level = element.get("rend") or "h2"
        outline.enter(int(level[1]) if level[1:].isdigit() else 2, _text(element))
    elif tag == "list":
        for item in element:
            _add(_text(item), "item", outline, blocks)
    elif tag == "quote":
        _add(_text(element), "quote", outline, blocks)
    elif tag not in _DROPPED:
        _add(_text(element), "prose", outline, blocks)


def _add(text: str, kind: BlockKind, outline: Outline, blocks: list[Block]) -> None:
    if text:
        blocks.append(Block(text, outline.path, kind))


def _text(element: Any) -> str:
    """Text of an element; code inside is marked, so that its sentence goes."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == "code":
            code = "".join(child.itertext()).strip()
            parts.append(code if re.fullmatch(r"[A-Za-z]{2,}", code) else SKIPPED)
        elif child.tag not in _DROPPED:
            parts.append(_text(child))
        parts.append(child.tail or "")
    return re.sub(r"\s+", " ", "".join(parts)).strip()


def _declared_language(text: str) -> str | None:
    match = re.search(r"<html[^>]*\blang=[\"']?([a-zA-Z]{2})\b", text[:5_000])
    return match[1].lower() if match else None
