"""Markdown to blocks, line by line: prose, list items and quotes; all else is left out."""

import re
from collections.abc import Iterator

from assets.sources.blocks import SKIPPED, Block, BlockKind, Outline, Reading

_ATX = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?(.*)$")
_RULE = re.compile(r"^ {0,3}([-*_])(?:\s*\1){2,}\s*$")
_TABLE = re.compile(r"^\s*\|.*|^[\s|:-]*\|[\s|:-]*$")
_REFERENCE = re.compile(r"^ {0,3}\[[^\]]+\]:\s")
_FRONT = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\s*\n", re.DOTALL)
_FRONT_FIELD = re.compile(
    r"^(title|author|lang|language)\s*:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE
)
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])")
_LINK = re.compile(r"\[([^\]]+)\](?:\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\])")
_CODE_SPAN = re.compile(r"(`+)(.+?)\1")
_TAG = re.compile(r"</?[A-Za-z][^>]*>|<!--.*?-->", re.DOTALL)
_AUTOLINK = re.compile(r"<(?:https?|mailto):[^>]+>")
_MARKS = re.compile(r"(?<!\\)(\*{1,3}|_{1,3}|~~)(?=\S)(.+?)(?<=\S)\1")


def parse(text: str) -> Reading:
    """A Markdown document's prose. The title is the front matter's, or the first `#` heading."""
    front, body = _front_matter(text)
    body = re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL)
    outline, title, blocks = Outline(), front.get("title"), list[Block]()
    for kind, content in _pieces(body.split("\n")):
        if kind.startswith("h"):
            level, heading = int(kind[1]), plain(content)
            if level == 1 and title is None and not blocks:
                title = heading
            else:
                outline.enter(level, heading)
        elif words := plain(content):
            blocks.append(Block(words, outline.path, _kind(kind)))
    language = front.get("lang") or front.get("language")
    return Reading(
        tuple(blocks),
        title,
        byline=front.get("author"),
        language=language[:2] if language else None,
    )


def plain(text: str) -> str:
    """Inline Markdown as plain text; a span of code that is more than a word is marked SKIPPED."""
    text = _AUTOLINK.sub(SKIPPED, _IMAGE.sub("", text))
    text = _CODE_SPAN.sub(lambda m: m[2] if re.fullmatch(r"[A-Za-z]{2,}", m[2]) else SKIPPED, text)
    text = _TAG.sub("", _LINK.sub(r"\1", _LINK.sub(r"\1", text)))
    text = _MARKS.sub(r"\2", _MARKS.sub(r"\2", text))
    text = re.sub(r"\[\^[^\]]+\]", "", text)
    return re.sub(r"\\([\\`*_{}\[\]()#+.!|>-])", r"\1", text).strip()


def looks_like(text: str) -> bool:
    """Whether a plain text file is written in Markdown."""
    return bool(re.search(r"^#{1,4} \S|^```|\]\(https?://|^- \[", text[:20_000], re.MULTILINE))


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    match = _FRONT.match(text)
    if match is None:
        return {}, text
    return dict(_FRONT_FIELD.findall(match[1])), text[match.end() :]


def _kind(kind: str) -> BlockKind:
    return "item" if kind == "item" else "quote" if kind == "quote" else "prose"


def _pieces(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Pairs of kind (`h1`…`h6`, `prose`, `item`, `quote`) and text, in order."""
    kind, held, fence = "prose", list[str](), ""
    for line in [*lines, ""]:
        if fence:
            fence = "" if line.strip().startswith(fence) else fence
            continue
        starts = _starts(line, kind, held)
        if starts is None:
            held.append(_unmarked(line))
            continue
        if held and starts != "underline":
            yield kind, " ".join(held)
        if starts == "underline":
            yield ("h1" if line.strip().startswith("=") else "h2"), " ".join(held)
        kind, held = "prose", []
        if starts == "fence" and (opened := _FENCE.match(line)):
            fence = opened[1]
        elif starts == "heading" and (heading := _ATX.match(line)):
            yield f"h{len(heading[1])}", heading[2]
        elif starts in {"item", "quote", "prose"}:
            kind, held = starts, [_unmarked(line)]


def _starts(line: str, kind: str, held: list[str]) -> str | None:
    """What a line begins; None when it goes on with the block before it."""
    bare = line.strip()
    if held and kind == "prose" and re.fullmatch(r"=+|-{2,}", bare):
        return "underline"
    if not bare or _RULE.match(line) or _TABLE.match(line) or _REFERENCE.match(line):
        return "nothing"
    if _FENCE.match(line):
        return "fence"
    if _ATX.match(line):
        return "heading"
    if _ITEM.match(line):
        return "item"
    if bare.startswith(">"):
        return None if held and kind == "quote" and bare != ">" else "quote"
    if not held:
        return "nothing" if line.startswith(("    ", "\t")) else "prose"
    return None


def _unmarked(line: str) -> str:
    item = _ITEM.match(line)
    return item[1].strip() if item else re.sub(r"^(?:>\s?)+", "", line.strip())
