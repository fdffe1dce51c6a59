"""Lines as the manifest lists them: their notes, and what a fact check said of their words."""

from collections.abc import Iterator, Mapping

from assets.manifest import ManifestCitation, ManifestSentence
from vid_pipeline.artifacts import Line, Narration, Script
from vid_pipeline.research import FactCheck, LineCheck, Note, Research


def sentences(
    script: Script, narration: Narration, research: Research | None, facts: FactCheck | None
) -> Iterator[ManifestSentence]:
    """The script's lines in the order they are spoken, with their times and sources."""
    lines = {line.id: line for line in script.lines}
    notes = research.by_id() if research else {}
    checks = {check.line_id: check for check in facts.lines} if facts else {}
    for timing in narration.lines:
        line = lines[timing.line_id]
        check = _still(checks.get(line.id), line)
        yield ManifestSentence(
            id=line.id,
            scene=timing.scene_id,
            role=line.role,
            text=line.text,
            start_s=timing.start_s,
            end_s=timing.end_s,
            words=timing.words,
            paragraph=line.origin.paragraph if line.origin else None,
            source_sentence=line.origin.sentence if line.origin else None,
            citations=tuple(_citations(line, notes)),
            support=check.support if check else None,
            support_why=check.why if check else None,
        )


def warnings(script: Script, facts: FactCheck | None) -> tuple[str, ...]:
    """What the fact check warned of, and the lines that were changed after it."""
    if facts is None:
        return ()
    checks = {check.line_id: check for check in facts.lines}
    changed = [line for line in script.lines if _still(checks.get(line.id), line) is None]
    unchecked = (f"Not checked, written since: “{line.text}”" for line in changed)
    stale = {checks[line.id].text for line in changed if line.id in checks}
    kept = (one for one in facts.warnings if not any(f"“{text}”" in one for text in stale))
    return (*kept, *unchecked)


def _citations(line: Line, notes: Mapping[str, Note]) -> Iterator[ManifestCitation]:
    for note in (notes[one] for one in line.cites if one in notes):
        yield ManifestCitation(
            note=note.id,
            claim=note.claim,
            quote=note.quote,
            url=note.url,
            title=note.title,
            retrieved_at=note.retrieved_at,
            snapshot_sha256=note.snapshot.sha256,
        )


def _still(check: LineCheck | None, line: Line) -> LineCheck | None:
    """A check, if the line's words are still those that were checked."""
    return check if check is not None and check.text == line.text else None
