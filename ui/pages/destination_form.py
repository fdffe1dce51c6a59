"""The form that a destination is set by, one for each kind. Secrets go in, and never come back."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from pydantic import SecretStr

from ui import refusals, texts
from ui.state import Studio
from vid_pipeline.acts import destinations
from vid_pipeline.acts.destinations import Added
from vid_pipeline.destination_records import Destination
from vid_pipeline.destinations import NewDestination

_t = texts.of("destinations")
ICONS = {
    "folder": "folder",
    "bucket": "cloud_upload",
    "podcast": "podcasts",
    "webhook": "webhook",
}
_PLACES = ("folder", "bucket")
_WHOSE = ("own", "operator")

Keep = Callable[[NewDestination, SecretStr | None], None]
Typed = tuple[str, ...]
"""What was typed of a secret: a bucket's two keys or a webhook's address, empty where nothing."""


def add(here: Studio, done: Callable[[Added], None]) -> None:
    """Draw the form of a new one; `done` is told what was added."""
    names = _t.table("kinds")
    kind = st.segmented_control(
        _t("kind"),
        list(ICONS),
        default="folder",
        required=True,
        format_func=lambda one: f":material/{ICONS[one]}: {names[one]}",
        key="destinations:kind",
    )
    st.markdown(f":gray[{_t.table('kind_said')[kind]}]")

    def keep(new: NewDestination, secret: SecretStr | None) -> None:
        done(destinations.add(here.db, here.user, new, secret))

    _form(here, kind, None, keep)


def change(here: Studio, found: Destination, done: Callable[[Destination], None]) -> None:
    """Draw the form of one that is there; `done` is told what it is now."""

    def keep(new: NewDestination, secret: SecretStr | None) -> None:
        done(destinations.edit(here.db, here.user, str(found.id), new.goes, secret))

    if found.kind == "webhook":
        st.markdown(f":gray[{_t('address_new')}]")
    _form(here, found.kind, found, keep)


def _form(here: Studio, kind: str, found: Destination | None, keep: Keep) -> None:
    key = f"destinations:{found.id if found else 'new'}:{kind}"
    old = found.goes.model_dump() if found else {}
    lies = old.get("place", {}) if kind == "podcast" else old
    place = _place_kind(lies, key) if kind == "podcast" else kind
    own = place != "bucket" or _own_keys(here, lies, key)
    with st.form(f"{key}:form", border=False):
        name = found.name if found else _named(key)
        goes, typed = _fields(kind, place, own, old, key)
        if found is not None and found.sealed and len(typed) > 1:
            st.markdown(f":gray[:small[{_t('key_keep')}]]")
        if st.form_submit_button(_t("save") if found else _t("add"), type="primary"):
            with refusals.shown():
                keep(*_read(name, kind, goes, typed))


def _read(
    name: str, kind: str, goes: dict[str, object], typed: Typed
) -> tuple[NewDestination, SecretStr | None]:
    """What the form says, its secret apart.

    Raises:
        BadRequest: something in it cannot be used.
    """
    if kind == "webhook":
        url = SecretStr(typed[0])
        return destinations.webhook(name, url), url
    new = destinations.checked({"name": name, "goes": goes})
    return new, destinations.bucket_keys(typed[0], typed[1]) if any(typed) else None


def _place_kind(lies: dict[str, Any], key: str) -> str:
    """Whether a podcast lies in a folder or in a bucket."""
    names = _t.table("kinds")
    chosen: str = st.segmented_control(
        _t("place"),
        _PLACES,
        default=lies.get("kind", "folder"),
        required=True,
        format_func=names.__getitem__,
        key=f"{key}:place",
    )
    return chosen


def _own_keys(here: Studio, lies: dict[str, Any], key: str) -> bool:
    """Whether a bucket is opened with its owner's keys; the only way where no other is allowed."""
    operators = lies.get("own_keys") is False
    if not (here.settings.publish_buckets or operators):
        return True
    names = _t.table("keys_of")
    chosen = st.segmented_control(
        _t("whose"),
        _WHOSE,
        default="operator" if operators else "own",
        required=True,
        format_func=names.__getitem__,
        key=f"{key}:whose",
    )
    return chosen == "own"


def _named(key: str) -> str:
    return st.text_input(
        _t("name"), placeholder=_t("name_hint"), help=_t("name_help"), key=f"{key}:name"
    ).strip()


def _fields(
    kind: str, place: str, own: bool, old: dict[str, Any], key: str
) -> tuple[dict[str, object], Typed]:
    """The settings as JSON, and what was typed of its secret."""
    if kind == "webhook":
        url = st.text_input(
            _t("address"),
            placeholder="https://",
            help=_t("address_help"),
            key=f"{key}:url",
            autocomplete="off",
        )
        return {}, (url.strip(),)
    if kind != "podcast":
        return _PLACE[place](old, own, key)
    before = old.get("place", {})
    same = before if before.get("kind") == place else {}
    feed = _feed(old.get("feed", {}), key)
    goes, typed = _PLACE[place](same, own, f"{key}:{place}")
    return {"kind": "podcast", "place": goes, "feed": feed | _more(old.get("feed", {}), key)}, typed


def _folder(old: dict[str, Any], own: bool, key: str) -> tuple[dict[str, object], Typed]:
    del own
    path = _text("path", old.get("path"), key, placeholder=_t("path_hint"), help=_t("path_help"))
    return {"kind": "folder", "path": path}, ()


def _bucket(old: dict[str, Any], own: bool, key: str) -> tuple[dict[str, object], Typed]:
    goes: dict[str, object] = {
        "kind": "bucket",
        "url": _text("bucket", old.get("url"), key, placeholder=_t("bucket_hint")),
    }
    left, right = st.columns(2)
    with left:
        endpoint = _text(
            "endpoint", old.get("endpoint"), key, placeholder="https://", help=_t("endpoint_help")
        )
    with right:
        region = _text("region", old.get("region", "us-east-1"), key)
    goes |= {"endpoint": endpoint or None, "region": region, "own_keys": own}
    return goes, _keys(key) if own else ()


def _keys(key: str) -> Typed:
    """A bucket's two keys, as they were typed now."""
    left, right = st.columns(2)
    with left:
        key_id = _text("key_id", "", key, type="password", autocomplete="off")
    with right:
        secret = _text(
            "key_secret", "", key, type="password", autocomplete="off", help=_t("key_help")
        )
    return key_id, secret


def _feed(old: dict[str, Any], key: str) -> dict[str, object]:
    return {
        "title": _text("feed_title", old.get("title"), key),
        "base_url": _text(
            "base_url",
            old.get("base_url"),
            key,
            placeholder="https://",
            help=_t("base_url_help"),
        ),
    }


def _more(old: dict[str, Any], key: str) -> dict[str, object]:
    """What a feed says besides."""
    with st.expander(_t("more")):
        found: dict[str, object] = {
            "site": _text("site", old.get("site"), key, placeholder="https://") or None,
            "description": st.text_area(
                _t("description"), old.get("description", ""), key=f"{key}:description"
            ).strip(),
            "author": _text("author", old.get("author"), key),
            "language": _text("language", old.get("language", "en"), key),
            "image": _text(
                "image", old.get("image"), key, placeholder="https://", help=_t("image_help")
            )
            or None,
            "category": _text("category", old.get("category"), key, help=_t("category_help")),
        }
        found["explicit"] = st.checkbox(
            _t("explicit"), old.get("explicit", False), key=f"{key}:explicit"
        )
    return found


def _text(label: str, old: str | None, key: str, **more: Any) -> str:
    """A field of one line, without what stands around its words."""
    typed: str = st.text_input(_t(label), old or "", key=f"{key}:{label}", **more)
    return typed.strip()


_PLACE = {"folder": _folder, "bucket": _bucket}
