"""Memories in words: badges, where one comes from, and what is shown of a long text."""

from ui import clock, texts
from ui.pages.words import ago, plain
from vid_pipeline.memories import Source
from vid_pipeline.memory_records import MemoryRecord

_t = texts.of("brain")
_SHOWN = 320
_COLOURS = {"banned": "red", "style": "violet", "document": "gray", "correction": "orange"}


def badges(memory: MemoryRecord) -> str:
    """Its kind, and whether it is pinned or replaced."""
    colour = _COLOURS.get(memory.kind, "green")
    marks = [f":{colour}-badge[{_t.table('kind')[memory.kind]}]"]
    if memory.pinned:
        marks.append(f":blue-badge[:material/keep: {_t('pinned_mark')}]")
    if memory.superseded_by:
        marks.append(f":gray-badge[{_t('replaced_mark')}]")
    return " ".join(marks)


def said(memory: MemoryRecord) -> str:
    """Its beginning, as one paragraph that Markdown leaves alone."""
    text = shortened(memory.body)
    return f"**{plain(memory.heading)}** · {text}" if memory.heading else text


def shortened(body: str, most: int = _SHOWN) -> str:
    """The beginning of a text on one line, as it is."""
    line = " ".join(body.split())
    return plain(line if len(line) <= most else f"{line[:most].rstrip()}…")


def meta(memory: MemoryRecord) -> str:
    """From where, since when, and how often it was used."""
    words = _t.table("meta")
    used = {0: words["unused"], 1: words["used_once"]}.get(
        memory.uses, words["used"].format(n=memory.uses)
    )
    facts = [origin(memory.source), ago(memory.created_at), used]
    if memory.slot:
        facts.insert(0, plain(memory.slot))
    if memory.expires_at:
        facts.append(words["expires"].format(day=clock.day(memory.expires_at)))
    return " · ".join(fact for fact in facts if fact)


def origin(source: Source) -> str:
    """Where a memory comes from, in a few words."""
    words = _t.table("meta")
    if source.document:
        return words["document"].format(name=plain(source.document), part=source.part or 1)
    if source.production:
        return words["production"]
    if source.url:
        return plain(source.url)
    if source.who:
        known = source.who == "you"
        return words["who_you"] if known else words["who"].format(who=plain(source.who))
    return ""
