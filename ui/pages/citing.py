"""A script's lines with their sources, marks and faults, as a reviewer reads them."""

from collections import Counter
from urllib.parse import quote, urlsplit

import streamlit as st

from ui.pages.words import plain
from vid_pipeline.acts.citing import Citation, CitedLine, Citing, Remark

_MARKS = {
    "unsupported": ":orange-badge[:material/help: No support]",
    "contradicted": ":red-badge[:material/error: Contradicted]",
}
_COLOURS = {"high": "red", "medium": "orange", "low": "gray"}
_KEPT = "/:?&=%#@+,;~!$'*"


def render(seen: Citing) -> None:
    """Draw them: doubts first, then line by line."""
    if doubts := _doubts(seen):
        st.warning(doubts, icon=":material/fact_check:")
    elif seen.checked:
        st.caption(":green[:material/fact_check:] Every line is borne out by its sources.")
    for remark in seen.remarks:
        st.markdown(_remark(remark))
    for number, line in enumerate(seen.lines, start=1):
        _line(number, line)
    if seen.told:
        with st.expander(f"What the research says ({len(seen.told)})"):
            for told in seen.told:
                st.caption(plain(told))


def _doubts(seen: Citing) -> str:
    """What reviewers must look at: lines that are contradicted or unsupported; "" if none is."""
    counts = Counter(line.support for line in seen.lines)
    against, alone = counts["contradicted"], counts["unsupported"]
    said = list[str]()
    if against:
        said.append(f"{_lines(against)} {'is' if against == 1 else 'are'} contradicted")
    if alone:
        said.append(f"{_lines(alone)} {'has' if alone == 1 else 'have'} no support")
    return f"By the sources, {' and '.join(said)}." if said else ""


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"


def _line(number: int, line: CitedLine) -> None:
    mark = _MARKS.get(line.support or "", "")
    said = [f"**{number}.** {plain(line.text)} {mark}".rstrip()]
    if line.support in _MARKS and line.why:
        said.append(f":gray[{plain(line.why)}]")
    said += [_remark(one) for one in line.remarks]
    said += [_citation(one) for one in line.citations]
    st.markdown("  \n".join(said))


def _citation(one: Citation) -> str:
    """The quote and where it stands; the claim too, where it says it in other words."""
    claim = "" if one.claim == one.quote else f"{plain(one.claim)} "
    link = f"[{plain(one.title)}]({quote(one.url, safe=_KEPT)})"
    where = f"{plain(urlsplit(one.url).netloc)}, read {one.read_on}"
    return f":small[:gray[{claim}“{plain(one.quote)}”] {link}:gray[, {where}]]"


def _remark(one: Remark) -> str:
    return f":{_COLOURS[one.severity]}[:material/edit_note: {plain(one.what)}]"
