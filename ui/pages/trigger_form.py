"""The form that a trigger is set by: what to watch, what to make, how much; and a dry run."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

import streamlit as st
from psycopg import Connection
from pydantic import ValidationError

from ui import clock, texts
from ui.pages.words import plain
from ui.state import Studio
from vid_pipeline import rehearsal_process
from vid_pipeline.acts import triggering
from vid_pipeline.acts.rehearsing import Would
from vid_pipeline.errors import NotFound, UserError
from vid_pipeline.store import workflows
from vid_pipeline.trigger_records import NewTrigger, Trigger

_t = texts.of("triggers")
_SHAPES = ["9:16", "16:9", "1:1"]
_WATCHED = "watches"
_LEAST_MINUTES = 0.08  # five seconds are a little more


def render(here: Studio, trigger: Trigger | None, *, done: Callable[[Trigger], None]) -> None:
    """Draw the form, filled with a trigger if there is one; `done` is told what was set."""
    key = f"triggers:form:{trigger.id if trigger else 'new'}"
    before = trigger.model_dump(mode="json") if trigger else {}
    with here.db.acting(here.user) as conn:
        titles = {one.slug: one.title for one in workflows.latest_of_all(conn)}
        titles |= _put_away(conn, before, titles)
    new = _filled(before, titles, key)
    with st.container(horizontal=True):
        tried = st.button(
            _t("find"), key=f"{key}:try", help=_t("find_help"), icon=":material/search:"
        )
        label = _t("save") if trigger else _t("start")
        sent = st.button(label, key=f"{key}:send", type="primary")
    if not (tried or sent):
        return
    try:
        checked = NewTrigger.model_validate(new)
        if tried:
            _would(rehearsal_process.would(here.settings, here.user, checked))
            return
        if trigger is None:
            made = triggering.add(here.shop, here.user, checked)
        else:
            made = triggering.edit(here.shop, here.user, trigger.id, checked)
    except ValidationError as fault:
        st.error(_said(fault), icon=":material/edit:")
        return
    except UserError as refusal:
        st.error(str(refusal), icon=":material/edit:")
        return
    done(made)


def _put_away(
    conn: Connection[Any], before: dict[str, Any], titles: dict[str, str]
) -> dict[str, str]:
    """Workflows that a trigger is set to and that are not on offer any more: they stay chosen."""
    named = [before.get(part, {}).get("workflow") for part in ("making", _WATCHED)]
    found = dict[str, str]()
    for slug in (one for one in named if one is not None and one not in titles):
        try:
            title = workflows.get(conn, slug).title
        except NotFound:
            title = slug
        found[slug] = _t("put_away", title=title)
    return found


def _filled(before: dict[str, Any], titles: dict[str, str], key: str) -> dict[str, Any]:
    """What the form says, as a trigger's JSON."""
    name = st.text_input(
        _t("name"), before.get("name", ""), key=f"{key}:name", placeholder=_t("name_hint")
    )
    kinds = _t.table("kinds")
    old = before.get(_WATCHED, {})
    kind = st.selectbox(
        _t("watch"), list(kinds), _at(list(kinds), old.get("kind")), format_func=kinds.__getitem__,
        key=f"{key}:kind",
    )  # fmt: skip
    same = old if old.get("kind") == kind else {}
    watches = {"kind": kind} | _FIELDS[kind](same, titles, f"{key}:{kind}")
    making = _making(before.get("making", {}), titles, key)
    sieve, rules = _limits(before, key)
    return {"name": name, _WATCHED: watches, "making": making, "sieve": sieve, "rules": rules}


def _making(old: dict[str, Any], titles: dict[str, str], key: str) -> dict[str, Any]:
    left, middle, right = st.columns(3)
    slugs = list(titles)
    return {
        "workflow": left.selectbox(
            _t("workflow"), slugs, _at(slugs, old.get("workflow")), format_func=titles.__getitem__,
            key=f"{key}:workflow",
        ),
        "aspect": middle.selectbox(
            _t("shape"), _SHAPES, _at(_SHAPES, old.get("aspect")), key=f"{key}:aspect"
        ),
        "seconds": right.number_input(
            _t("seconds"), 15, 600, old.get("seconds", 60), key=f"{key}:seconds"
        ),
        "title": st.text_input(
            _t("video_title"), old.get("title", "{title}"), key=f"{key}:title",
            help=_t("video_title_help"),
        ),
        "voice": old.get("voice"),
        "language": old.get("language"),
    }  # fmt: skip


def _limits(before: dict[str, Any], key: str) -> tuple[dict[str, Any], dict[str, Any]]:
    sieve, rules = before.get("sieve", {}), before.get("rules", {})
    catch_ups = _t.table("catch_ups")
    with st.expander(_t("more"), icon=":material/filter_alt:"):
        words = _several(_t("words"), sieve.get("words", []), f"{key}:words")
        without = _several(_t("without"), sieve.get("without", []), f"{key}:without")
        left, middle, right = st.columns(3)
        newer = left.number_input(
            _t("newer"), 0.0, 3650.0, sieve.get("newer_than_days"), key=f"{key}:newer"
        )
        limit = middle.number_input(
            _t("limit"), 1, 1000, rules.get("daily_limit", 10), key=f"{key}:limit"
        )
        every = right.number_input(
            _t("every"), _LEAST_MINUTES, 1440.0, rules.get("every_s", 300) / 60, key=f"{key}:every"
        )
        catch_up = st.radio(
            _t("catch_up"), list(catch_ups), _at(list(catch_ups), rules.get("catch_up", "latest")),
            format_func=catch_ups.__getitem__, key=f"{key}:catch", horizontal=True,
        )  # fmt: skip
    told = {"words": words, "without": without, "newer_than_days": newer}
    return told, {"daily_limit": limit, "every_s": round(every * 60), "catch_up": catch_up}


def _several(label: str, old: Sequence[str], key: str) -> list[str]:
    return list(
        st.multiselect(
            label, list(old), list(old), key=key, accept_new_options=True, help=_t("words_help")
        )
    )


def _schedule(old: dict[str, Any], _: dict[str, str], key: str) -> dict[str, Any]:
    left, right = st.columns(2)
    return {
        "cron": left.text_input(
            _t("cron"), old.get("cron", "0 9 * * 1-5"), key=f"{key}:cron", help=_t("cron_help")
        ),
        "zone": _zone(right, old, key),
        "source": _source(old.get("source", {}), key),
    }


def _zone(place: Any, old: dict[str, Any], key: str) -> str:
    zones = sorted(available_timezones())
    chosen: str = place.selectbox(
        _t("zone"), zones, _at(zones, old.get("zone", "UTC")), key=f"{key}:zone"
    )
    return chosen


def _source(old: dict[str, Any], key: str) -> dict[str, Any]:
    text = st.text_area(_t("text"), old.get("text", ""), key=f"{key}:text", help=_t("text_help"))
    url = st.text_input(_t("url"), old.get("url") or "", key=f"{key}:url")
    return {"text": text, "url": url.strip() or None}


def _address(label: str) -> Callable[[dict[str, Any], dict[str, str], str], dict[str, Any]]:
    def fields(old: dict[str, Any], _: dict[str, str], key: str) -> dict[str, Any]:
        told = st.text_input(
            _t(label), old.get("url", ""), key=f"{key}:url", placeholder="https://"
        )
        return {"url": told.strip()}

    return fields


def _folder(old: dict[str, Any], _: dict[str, str], key: str) -> dict[str, Any]:
    left, right = st.columns(2)
    path = left.text_input(
        _t("path"), old.get("path", "articles"), key=f"{key}:path", help=_t("path_help")
    )
    return {"path": path} | _pattern(right, old, key)


def _bucket(old: dict[str, Any], _: dict[str, str], key: str) -> dict[str, Any]:
    left, right = st.columns(2)
    url = left.text_input(
        _t("bucket"), old.get("url", ""), key=f"{key}:url", placeholder=_t("bucket_hint")
    )
    return {"url": url.strip()} | _pattern(right, old, key)


def _pattern(place: Any, old: dict[str, Any], key: str) -> dict[str, Any]:
    pattern = place.text_input(
        _t("pattern"), old.get("pattern", "*.md"), key=f"{key}:pattern", help=_t("pattern_help")
    )
    return {"pattern": pattern or "*"}


def _calendar(old: dict[str, Any], _: dict[str, str], key: str) -> dict[str, Any]:
    left, middle, right = st.columns(3)
    return {
        "channel": left.text_input(_t("channel"), old.get("channel", ""), key=f"{key}:channel"),
        "at": middle.text_input(_t("at"), old.get("at", "09:00"), key=f"{key}:at"),
        "zone": _zone(right, old, key),
    }


def _webhook(old: dict[str, Any], _: dict[str, str], key: str) -> dict[str, Any]:
    places = zip(("text", "url", "title"), st.columns(3), strict=True)
    return {
        name: place.text_input(
            _t(f"pointer_{name}"), old.get(name, f"/{name}"), key=f"{key}:{name}"
        )
        for name, place in places
    }


def _after(old: dict[str, Any], titles: dict[str, str], key: str) -> dict[str, Any]:
    left, right = st.columns(2)
    slugs, ons = list(titles), _t.table("ons")
    return {
        "workflow": left.selectbox(
            _t("after"), slugs, _at(slugs, old.get("workflow")), format_func=titles.__getitem__,
            key=f"{key}:after",
        ),
        "on": right.selectbox(
            _t("on"), list(ons), _at(list(ons), old.get("on")), format_func=ons.__getitem__,
            key=f"{key}:on",
        ),
    }  # fmt: skip


def _repeat(old: dict[str, Any], _: dict[str, str], key: str) -> dict[str, Any]:
    left, right = st.columns(2)
    return {
        "good": left.number_input(_t("good"), 1, 100, old.get("good", 1), key=f"{key}:good"),
        "most_tries": right.number_input(
            _t("tries"), 1, 500, old.get("most_tries", 3), key=f"{key}:tries"
        ),
        "source": _source(old.get("source", {}), key),
    }


_FIELDS: dict[str, Callable[[dict[str, Any], dict[str, str], str], dict[str, Any]]] = {
    "schedule": _schedule,
    "feed": _address("url_feed"),
    "folder": _folder,
    "bucket": _bucket,
    "calendar": _calendar,
    "page": _address("url_page"),
    "webhook": _webhook,
    "after": _after,
    "repeat": _repeat,
}


def _would(found: Sequence[Would]) -> None:
    """What a dry run told."""
    if not found:
        st.info(_t("would_none"), icon=":material/search_off:")
        return
    count = sum(one.why_not is None for one in found)
    st.markdown(f"**{_t('would', n=count, all=len(found))}**")
    for one in found:
        mark = ":green[:material/check:]" if one.why_not is None else ":gray[:material/block:]"
        when = f" · {clock.minute(datetime.fromisoformat(one.at))}" if one.at else ""
        said = one.why_not or _t("would_yes")
        st.markdown(f"{mark} {plain(one.title)} :gray[{plain(said)}{when}]")


def _said(fault: ValidationError) -> str:
    first = fault.errors()[0]
    return f"{first['msg'].removeprefix('Value error, ')}."


def _at(choices: Sequence[str], chosen: str | None) -> int:
    return list(choices).index(chosen) if chosen is not None and chosen in choices else 0
