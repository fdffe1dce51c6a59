"""One request at full size: what it is about, what has changed, what happened to it."""

from collections.abc import Callable

import streamlit as st

from ui import clock, navigation, texts
from ui.reviewing import answering, differences, editing, items, pinning, places
from ui.showing import film, looking, show
from ui.showing.looking import quiet
from ui.state import Studio
from ui.words import ago, plain
from vid_pipeline.acts.reviewing import Happened, Review, Thing

_t = texts.of("inbox")

_STATES = {
    "approved": ("success", ":material/check:"),
    "rejected": ("info", ":material/undo:"),
    "stopped": ("info", ":material/stop_circle:"),
    "expired": ("info", ":material/timer_off:"),
    "withdrawn": ("info", ":material/remove_circle_outline:"),
}
Decided = Callable[[], None]


def render(here: Studio, review: Review, decided: Decided) -> None:
    """Draw it; `decided` is called once it was answered."""
    _head(here, review)
    open_ = answering.may_answer(review)
    if open_:
        places.keep("open", review.request.id, True)
    if review.request.kind == "budget":
        answering.budget(here, review, decided)
        _happened(review)
        return
    mode = places.kept("mode", review.request.id, "") if open_ else ""
    if review.request.kind == "items":
        items.render(here, review, decided, answerable=open_)
    elif mode == "edit":
        editing.render(here, review, decided)
        return
    elif mode == "changes":
        left, right = st.columns([3, 2], gap="medium")
        with right:
            pinning.render(here, review, decided)
        with left:
            _things(here, review, pinned=True)
        return
    elif open_:
        editable = editing.can_edit(here, review)
        answering.one(here, review, decided, editable=editable)
    _tabs(here, review, pinned=open_)


def _head(here: Studio, review: Review) -> None:
    request = review.request
    st.subheader(plain(request.title), anchor=False)
    facts = [
        plain(review.production.title),
        _t("round", n=request.round),
        _t("asked", ago=ago(request.asked_at)),
    ]
    if request.deadline_at is not None and request.state == "open":
        facts.append(_t("until", when=clock.minute(request.deadline_at)))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":gray[{' · '.join(facts)}]", width="content")
        if request.owner_id == here.user:
            navigation.link(
                "run",
                _t("open_video"),
                icon=":material/movie:",
                production=str(request.production_id),
            )
    _standing(review)


def _standing(review: Review) -> None:
    """Why it cannot be answered, if so; what was said before, if it can."""
    request = review.request
    if request.state != "open":
        _closed(review)
    elif review.refusal:
        st.info(_t("others"), icon=":material/group:")
    elif review.voted:
        left = request.needed - len(review.approvals)
        st.info(_t("you_approved", n=left), icon=":material/how_to_vote:")
    elif review.approvals:
        names = ", ".join(plain(name) for name in review.approvals)
        st.info(
            _t("some_approved", names=names, needed=request.needed), icon=":material/how_to_vote:"
        )
    if request.state == "open":
        for said in review.history[-1:]:
            if said.feedback:
                with st.container(border=True, gap="small"):
                    st.markdown(f":gray[{_t('asked_before')}]")
                    st.markdown(plain(said.feedback).replace("\n", "  \n"))


def _closed(review: Review) -> None:
    last = next((one for one in reversed(review.audit) if one.what != "asked"), None)
    state = review.request.state
    kind, icon = _STATES[state]
    by = plain(last.by) if last and last.by else _t("nobody")
    when = ago(last.at) if last else ""
    said = _t(f"was_{state}", by=by, when=when)
    if places.kept("open", review.request.id):
        said = f"{_t('too_late')} {said}"
    st.success(said, icon=icon) if kind == "success" else st.info(said, icon=icon)


def _tabs(here: Studio, review: Review, *, pinned: bool) -> None:
    changed = any(thing.changes for thing in review.things)
    names = [_t("preview")]
    names += [_t("changes_since", n=review.request.round - 1)] if changed else []
    tabs = st.tabs([*names, _t("history")])
    if review.request.kind != "items":
        with tabs[0]:
            _things(here, review, pinned=pinned)
    if changed:
        with tabs[len(names) - 1]:
            _differences(review)
    with tabs[-1]:
        _happened(review)


def _things(here: Studio, review: Review, *, pinned: bool) -> None:
    if not review.things:
        quiet(_t("nothing_shown"))
    for thing in review.things:
        _thing(here, review, thing, pinned=pinned)


def _thing(here: Studio, review: Review, thing: Thing, *, pinned: bool) -> None:
    key = f"inbox-{review.request.id}-{thing.key}"
    if thing.type != "Video" or not isinstance(thing.body, dict) or not pinned:
        show(here, thing.type, thing.body, key=key, beside=review.beside)
        return
    look = looking.Looking(here, key, review.beside)
    last = places.kept("moment", review.request.id, 0.0)
    moment = film.watch(look, thing.body, pinned=bool(review.back_to), at=last)
    if moment is not None:
        places.keep("moment", review.request.id, moment)
        places.keep("mode", review.request.id, "changes")
        st.rerun()


def _differences(review: Review) -> None:
    for thing in review.things:
        found = differences.rows(thing)
        if not found:
            continue
        if thing.key:
            st.markdown(f"**{plain(thing.key)}**")
        st.html(differences.html(found))
    quiet(_t("legend"))


def _happened(review: Review) -> None:
    for one in review.audit:
        st.markdown(_line(one))


def _line(one: Happened) -> str:
    when = clock.minute(one.at)
    what = _t(f"happened_{one.what}", by=plain(one.by) or _t("nobody"), n=one.round)
    said = [f"{what} :gray[· {when}]"]
    said += [f":gray[{_t('edited')}]"] if one.edited else []
    said += [plain(line) for line in one.said.splitlines() if line.strip()]
    said += [f":violet-badge[{pinning.place(pin)}] {plain(pin.note)}" for pin in one.pins]
    return "  \n".join(said)
