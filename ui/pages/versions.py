"""The page `versions`: what a workflow was, who made it so and why, and what has changed."""

import json
from collections.abc import Mapping, Sequence

import streamlit as st
from pydantic import JsonValue

from ui import kinds as looks
from ui import look, navigation, state, texts
from ui.choices import Choices
from ui.forming.words import setting
from ui.graph_picture import Mark, picture
from ui.pages.words import ago, plain
from ui.state import Studio
from vid_pipeline.acts import drafting
from vid_pipeline.acts.drafting_diff import Change, Difference, difference, merged
from vid_pipeline.records import WorkflowVersion
from vid_pipeline.store import users, workflows

_t = texts.of("versions")
_WORKFLOW, _FROM, _TO = "workflow", "from", "to"
_KEYS = {name: f"versions:{name}" for name in (_FROM, _TO)}


def render() -> None:
    """Draw the page."""
    here = state.studio()
    navigation.link("workflows", _t("back"), icon=":material/arrow_back:")
    with here.db.acting(here.user) as conn:
        found = workflows.history(conn, st.query_params.get(_WORKFLOW, ""))
        who = users.get(conn, here.user).display_name
    if not found:
        look.heading(_t("missing_title"))
        with look.empty("history", _t("missing_none"), _t("missing")):
            return
    with st.container(gap=None):
        look.heading(_t("title", title=plain(found[0].title)), _t("said"))
    past, compared = st.columns([2, 3], gap="large")
    with past:
        for version in found:
            _version(here, version, who, newest=version is found[0])
    with compared:
        st.subheader(_t("compare"), anchor=False)
        _compare(found)


def _version(here: Studio, version: WorkflowVersion, who: str, *, newest: bool) -> None:
    badge = f" :green-badge[{_t('newest')}]" if newest else ""
    with st.container(border=True, gap="small"):
        st.markdown(
            f"**{_t('version', version=version.version)}**{badge}  \n"
            f":gray[{_t('by', who=plain(who), when=ago(version.published_at))}]"
        )
        st.markdown(plain(version.note) if version.note else f":gray[{_t('no_note')}]")
        key = f"versions:{version.version}"
        if newest:
            if st.button(_t("open"), key=key, icon=":material/edit:"):
                draft = drafting.open_for(here.db, here.user, version.slug)
                navigation.go("editor", draft=str(draft.id))
        elif st.button(_t("restore"), key=key, icon=":material/settings_backup_restore:"):
            _restore(here, version)


def _restore(here: Studio, version: WorkflowVersion) -> None:
    before = drafting.open_for(here.db, here.user, version.slug)
    draft = drafting.restore(here.db, here.user, version.slug, version.version)

    def undo() -> None:
        drafting.save(here.db, here.user, draft.id, before.document, draft.revision)

    look.flash(_t("restored", version=version.version), undo=undo)
    navigation.go("editor", draft=str(draft.id))


def _compare(found: Sequence[WorkflowVersion]) -> None:
    if len(found) == 1:
        st.markdown(f":gray[{_t('only_one')}]")
        return
    choices = Choices("versions", _KEYS)
    numbers = [str(version.version) for version in found]
    with st.container(horizontal=True):
        first = _pick(choices, _FROM, numbers, numbers[1])
        second = _pick(choices, _TO, numbers, numbers[0])
    choices.keep({_FROM: first, _TO: second})
    documents = {version.version: version.document.document() for version in found}
    shown(documents[int(first)], documents[int(second)])


def _pick(choices: Choices, name: str, numbers: Sequence[str], usual: str) -> str:
    """A version, by the address or the usual one."""
    choices.begin_one(name, numbers, usual)
    return str(
        st.selectbox(
            _t(name), numbers, key=_KEYS[name], format_func=lambda one: _t("version", version=one)
        )
    )


def shown(before: Mapping[str, JsonValue], after: Mapping[str, JsonValue]) -> None:
    """What is different, as a picture of both and in words."""
    found = difference(before, after)
    if found.nothing:
        st.markdown(f":gray[{_t('same_looks' if found.looks else 'same')}]")
        return
    whole = merged(before, after)
    if marks := marked(found):
        drawing = picture(whole, label=_t("picture"), marks=marks)
        st.markdown(drawing, unsafe_allow_html=True)  # `st.html` takes SVG away; ours is escaped
        st.caption(_t("legend"))
    kinds = {str(one["id"]): str(one.get("kind", "")) for one in _bodies(whole)}
    for line in told(found, kinds):
        st.markdown(line)


def marked(found: Difference) -> dict[str, Mark]:
    """How steps are framed in the picture of both."""
    marks: dict[str, Mark] = dict.fromkeys(found.added, "added")
    return marks | dict.fromkeys(found.removed, "removed") | dict.fromkeys(found.changed, "changed")


def told(found: Difference, kinds: Mapping[str, str]) -> list[str]:
    """The difference in words: steps that are new, gone and changed, each with what it is."""
    lines = [
        _t(f"word_{name}", before=_quoted(before), after=_quoted(after))
        for name, (before, after) in found.words.items()
    ]
    for word, colour, ids in (("added", "green", found.added), ("removed", "red", found.removed)):
        lines += [f":{colour}-badge[{_t(word)}] {_name(one, kinds)}" for one in ids]
    for step_id, changes in found.changed.items():
        whats = "".join(f"\n- {_change(one, kinds[step_id])}" for one in changes)
        lines.append(f":orange-badge[{_t('changed')}] {_name(step_id, kinds)}\n{whats}")
    return lines


def _name(step_id: str, kinds: Mapping[str, str]) -> str:
    named = looks.of_step(step_id, kinds[step_id])
    kind = looks.shown(kinds[step_id]).title
    behind = "" if kind == named.title else f" :gray[{plain(kind)}]"
    return f"**{plain(named.title)}**{behind}"


def _change(change: Change, kind: str) -> str:
    name = setting(kind, change.name) if change.part == "setting" else change.name
    none = "by_default" if change.part == "setting" else "nothing_set"
    return _t.table("changes")[change.part].format(
        name=plain(name),
        before=_t(none) if change.before is None else _quoted(change.before),
        after=_t(none) if change.after is None else _quoted(change.after),
    )


def _quoted(value: JsonValue) -> str:
    """A value on one line, not too long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    short = text if len(text) <= 120 else f"{text[:120]}…"
    return f"“{plain(' '.join(short.split()))}”"


def _bodies(document: Mapping[str, JsonValue]) -> list[dict[str, JsonValue]]:
    listed = document.get("steps")
    return [one for one in (listed if isinstance(listed, list) else ()) if isinstance(one, dict)]
