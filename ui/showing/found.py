"""What was found out, checked and delivered."""

from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from ui import texts
from ui.showing import rows
from ui.showing.looking import Looking, clock, quiet
from ui.showing.script import link, remark
from ui.words import plain, size
from vid_pipeline.acts.citing import Remark

_t = texts.of("showing")

_MARKS = {True: ":green[:material/check_circle:]", False: ":red[:material/error:]"}
_SUPPORT = {
    "supported": ":green-badge",
    "unsupported": ":orange-badge",
    "contradicted": ":red-badge",
}


def research(looking: Looking, body: dict[str, Any]) -> None:
    """Notes with their quotes and pages, then what people should know."""
    _ = looking
    st.markdown(f"**{plain(body['topic'])}** :gray[{_t('notes', n=len(body['notes']))}]")
    for note in body["notes"]:
        site = plain(urlsplit(note["url"]).netloc)
        where = _t("read_on", site=site, day=str(note["retrieved_at"])[:10])
        said = [plain(note["claim"])] if note["claim"] != note["quote"] else []
        said.append(f":gray[“{plain(note['quote'])}”]")
        said.append(f":small[{link(note['title'], note['url'])}:gray[, {where}]]")
        st.markdown("\n\n".join(said))
    for one in body.get("remarks") or ():
        quiet(plain(one))


def facts(looking: Looking, body: dict[str, Any]) -> None:
    """Each line, and whether its sources bear it out."""
    _ = looking
    for line in body["lines"]:
        mark = f"{_SUPPORT[line['support']]}[{_t(line['support'])}]"
        st.markdown(f"{mark} {plain(line['text'])}  \n:gray[{plain(line['why'])}]")
    for warning in body.get("warnings") or ():
        quiet(plain(warning))


def critique(looking: Looking, body: dict[str, Any]) -> None:
    """A script's faults."""
    _ = looking
    if not body["faults"]:
        quiet(_t("no_faults"))
    for fault in body["faults"]:
        one = Remark(severity=fault["severity"], what=fault["what"])
        where = f" :gray[{_t('line', id=plain(fault['line_id']))}]" if fault.get("line_id") else ""
        st.markdown(remark(one) + where)


def memories(looking: Looking, body: dict[str, Any]) -> None:
    """What was remembered, the rules first."""
    _ = looking
    if not body["items"]:
        quiet(_t("no_memories"))
    for one in body["items"]:
        pinned = ":material/keep: " if one.get("pinned") else ""
        st.markdown(f"{pinned}{plain(one['text'])} :gray-badge[{plain(one['kind'])}]")


def metadata(looking: Looking, body: dict[str, Any]) -> None:
    """What a video is published with."""
    _ = looking
    st.markdown(f"**{plain(body['title'])}**")
    st.markdown(plain(body["description"]).replace("\n", "  \n"))
    if body["tags"]:
        st.markdown(" ".join(f":gray-badge[{plain(tag)}]" for tag in body["tags"]))
    chapters = body.get("chapters") or ()
    if chapters:
        said = [f":gray[{clock(one['start_s'])}] {plain(one['title'])}" for one in chapters]
        st.markdown("  \n".join(said))


def checks(looking: Looking, body: dict[str, Any]) -> None:
    """What was measured, what failed first."""
    _ = looking
    for check in sorted(body["checks"], key=lambda one: one["passed"]):
        name = plain(rows.label(check["name"]))
        said = _t("measured", measured=plain(check["measured"]), expected=plain(check["expected"]))
        result = _t("passed" if check["passed"] else "failed")
        st.markdown(f"{_MARKS[check['passed']]} **{name}** {result}  \n:gray[{said}]")


def delivery(looking: Looking, body: dict[str, Any]) -> None:
    """The files, each to be saved."""
    with st.container(horizontal=True, gap="small"):
        for one in body["files"]:
            url = looking.url(one["file"], name=one["name"])
            label = f"{one['name']} ({size(one['file']['size_bytes'])})"
            st.link_button(plain(label), url, icon=":material/download:")


def brief(looking: Looking, body: dict[str, Any]) -> None:
    """What somebody asked for."""
    _ = looking
    name = str(body.get("title") or body["name"])
    st.markdown(f"**{link(name, str(body.get('url') or ''))}**")
    facts = [str(body["aspect"]), _t("wanted_seconds", n=body["seconds"])]
    facts += [_t("voice", name=body["voice"])] if body.get("voice") else []
    quiet(plain(" · ".join(facts)))
