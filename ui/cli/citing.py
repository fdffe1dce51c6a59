"""A script's sources, marks and faults in a terminal."""

from rich.text import Text

from ui.cli.tables import console
from vid_pipeline.acts.citing import CitedLine, Citing, Remark

_MARKS = {
    "supported": ("borne out", "green"),
    "unsupported": ("NO SUPPORT", "yellow"),
    "contradicted": ("CONTRADICTED", "bold red"),
}
_STYLES = {"high": "red", "medium": "yellow", "low": "dim"}


def tell(line: CitedLine) -> None:
    """Print what there is to know of a line, below it."""
    if line.support is not None:
        word, style = _MARKS[line.support]
        _print(f"{word}: {line.why}", style)
    for one in line.citations:
        if one.claim != one.quote:
            _print(f"[{one.note}] {one.claim}", "dim")
        _print(f"[{one.note}] “{one.quote}”", "dim")
        _print(f"     {one.title} {one.url} read {one.read_on}", "dim")
    for remark in line.remarks:
        _remark(remark)


def tell_whole(seen: Citing) -> None:
    """Print what concerns the script as a whole."""
    for remark in seen.remarks:
        _remark(remark)
    for told in seen.told:
        _print(told, "dim")


def _remark(remark: Remark) -> None:
    _print(f"{remark.severity} fault: {remark.what}", _STYLES[remark.severity])


def _print(words: str, style: str) -> None:
    console().print(Text(f"      {words}", style=style), soft_wrap=True)
