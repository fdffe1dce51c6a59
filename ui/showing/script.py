"""Scripts and articles as text; a script's lines with their sources, marks and faults."""

from collections import Counter
from typing import Any
from urllib.parse import quote, urlsplit

import streamlit as st

from ui import texts
from ui.showing.looking import Looking, quiet
from ui.words import plain
from vid_pipeline.acts import citing
from vid_pipeline.acts.citing import Citation, CitedLine, Citing, Remark

_t = texts.of("showing")

_MARKS = {
    "unsupported": ":orange-badge[:material/help: {said}]",
    "contradicted": ":red-badge[:material/error: {said}]",
}
_COLOURS = {"high": "red", "medium": "orange", "low": "gray"}
_KEPT = "/:?&=%#@+,;~!$'*"
_SHOWN_PARAGRAPHS = 12


def draw(looking: Looking, body: dict[str, Any]) -> None:
    """A script: doubts first, then line by line."""
    st.markdown(f"**{plain(str(body.get('title', '')))}**")
    read = {name: looking.beside.get(name) for name in citing.BESIDE}
    seen = citing.citing(body, read)
    if seen is None:
        st.markdown("\n".join(f"{n}. {_said(line)}" for n, line in enumerate(body["lines"], 1)))
    else:
        cited(seen)
    for note in body.get("notes") or ():
        quiet(plain(str(note)))


def article(looking: Looking, body: dict[str, Any]) -> None:
    """An article: its title, where it stood, and its paragraphs."""
    _ = looking
    st.markdown(f"**{plain(body['title'])}**")
    where = [str(body[name]) for name in ("byline", "site", "url") if body.get(name)]
    if where:
        quiet(plain(" · ".join(where)))
    paragraphs = body["paragraphs"]
    _paragraphs(paragraphs[:_SHOWN_PARAGRAPHS])
    if len(paragraphs) > _SHOWN_PARAGRAPHS:
        with st.expander(_t("more_paragraphs", n=len(paragraphs) - _SHOWN_PARAGRAPHS)):
            _paragraphs(paragraphs[_SHOWN_PARAGRAPHS:])


def _paragraphs(found: list[dict[str, Any]]) -> None:
    parts, heading = list[str](), None
    for one in found:
        if one.get("heading") and one["heading"] != heading:
            heading = one["heading"]
            parts.append(f"**{plain(heading)}**")
        parts.append(("- " if one.get("kind") == "item" else "") + plain(one["text"]))
    st.markdown("\n\n".join(parts))


def link(title: str, url: str) -> str:
    """A Markdown link to a page, its words taken as they are; without one if it is no page."""
    if not url.startswith(("http://", "https://")):
        return plain(title)
    return f"[{plain(title)}]({quote(url, safe=_KEPT)})"


def remark(one: Remark) -> str:
    """A fault in one line, coloured by how bad it is."""
    return f":{_COLOURS[one.severity]}[:material/edit_note: {plain(one.what)}]"


def citation(one: Citation) -> str:
    """The quote and where it stands; the claim too, where it says it in other words."""
    claim = "" if one.claim == one.quote else f"{plain(one.claim)} "
    where = _t("read_on", site=plain(urlsplit(one.url).netloc), day=one.read_on)
    return f":small[:gray[{claim}“{plain(one.quote)}”] {link(one.title, one.url)}:gray[, {where}]]"


def _said(line: dict[str, Any]) -> str:
    role = f" :gray-badge[{_t(line['role'])}]" if line.get("role") in {"hook", "closing"} else ""
    return f"{plain(line['text'])}{role}"


def cited(seen: Citing) -> None:
    """A script with its sources: doubts first, then line by line."""
    if doubts := _doubts(seen):
        st.warning(doubts, icon=":material/fact_check:")
    elif seen.checked:
        st.markdown(f":small[:green[:material/fact_check:] {_t('all_borne_out')}]")
    for one in seen.remarks:
        st.markdown(remark(one))
    for number, line in enumerate(seen.lines, start=1):
        _line(number, line)
    if seen.told:
        with st.expander(_t("research_says", count=len(seen.told))):
            for told in seen.told:
                quiet(plain(told))


def _doubts(seen: Citing) -> str:
    """What reviewers must look at: lines that are contradicted or unsupported; "" if none is."""
    counts = Counter(line.support for line in seen.lines)
    said = [
        _t(f"lines_{kind}", n=counts[kind])
        for kind in ("contradicted", "unsupported")
        if counts[kind]
    ]
    return _t("doubts", said=f" {_t('and')} ".join(said)) if said else ""


def _line(number: int, line: CitedLine) -> None:
    support = line.support or ""
    mark = _MARKS[support].format(said=_t(support)) if support in _MARKS else ""
    said = [f"**{number}.** {plain(line.text)} {mark}".rstrip()]
    if mark and line.why:
        said.append(f":gray[{plain(line.why)}]")
    said += [remark(one) for one in line.remarks]
    said += [citation(one) for one in line.citations]
    st.markdown("  \n".join(said))
