"""The form that a batch is begun by; the estimate comes first."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from pydantic import ValidationError
from streamlit.runtime.uploaded_file_manager import UploadedFile

from ui import once, texts
from ui.pages.words import plain
from ui.state import Studio
from ui.uploads import TEXT_MB
from vid_pipeline import rehearsal_process
from vid_pipeline.acts import batch_inputs, batching
from vid_pipeline.acts.batch_inputs import Input
from vid_pipeline.artifacts import LONGEST_HOOK
from vid_pipeline.batch_records import Batch, BatchRules, Variant
from vid_pipeline.errors import UserError
from vid_pipeline.store import workflows

_t = texts.of("batches")
_SHAPES = ["9:16", "16:9", "1:1"]
_COUNT, _READ = "batches:variants", "batches:read"


def render(here: Studio, *, done: Callable[[Batch], None]) -> None:
    """Draw the form; `done` is told what was begun."""
    with here.db.acting(here.user) as conn:
        titles = {one.slug: one.title for one in workflows.latest_of_all(conn)}
    work = once.of("batches:begin")
    name = st.text_input(_t("name"), key="batches:name")
    files = st.file_uploader(
        _t("inputs"), ["csv", "jsonl", "md", "txt", "html", "pdf"], accept_multiple_files=True,
        key=f"{work.key}:inputs", help=_t("inputs_help"), max_upload_size=TEXT_MB,
    )  # fmt: skip
    feed = st.text_input(_t("feed"), key=f"{work.key}:feed", help=_t("feed_help")).strip()
    workflow = st.selectbox(
        _t("workflow"), list(titles), format_func=titles.__getitem__, key="batches:workflow"
    )
    variants = _variants()
    rules = _rules()
    try:
        found = _inputs(files) or _items(here, feed)
        if found and variants:
            _estimate(here, str(workflow), len(found), variants)
        ready = found and variants
        if st.button(_t("begin"), type="primary", disabled=not ready, key=work.key):
            label = name.strip() or (files[0].name if files else urlsplit(feed).netloc)
            begun = batching.begin(
                here.shop, here.user, str(workflow), found, name=label[:80], variants=variants,
                rules=rules,
            )  # fmt: skip
            work.spent()
            done(begun)
    except UserError as refusal:
        st.error(str(refusal), icon=":material/edit:")


def _variants() -> list[Variant]:
    """Those of the form; none while one of them cannot be."""
    st.markdown(f"**{_t('variants')}**", help=_t("variants_help"))
    count = st.session_state.setdefault(_COUNT, 1)
    made = [_variant(number) for number in range(count)]
    if st.button(_t("add_variant"), icon=":material/add:", type="tertiary", key="batches:add"):
        st.session_state[_COUNT] = count + 1
        st.rerun()
    good = [one for one in made if one is not None]
    return good if len(good) == count else []


def _variant(number: int) -> Variant | None:
    key = f"batches:variant:{number}"
    place = st.container(border=True, gap="small")
    label, shape, seconds, voice, language = place.columns([3, 2, 2, 3, 2])
    told: dict[str, Any] = {
        "label": label.text_input(_t("label"), key=f"{key}:label", max_chars=40),
        "aspect": shape.selectbox(_t("shape"), _SHAPES, number % len(_SHAPES), key=f"{key}:aspect"),
        "seconds": seconds.number_input(_t("seconds"), 15, 600, None, key=f"{key}:seconds"),
        "voice": voice.text_input(_t("voice"), key=f"{key}:voice", max_chars=120) or None,
        "hook": place.text_input(
            _t("hook"),
            key=f"{key}:hook",
            max_chars=LONGEST_HOOK,
            placeholder=_t("hook_hint"),
            help=_t("hook_help"),
        ).strip()
        or None,
    }
    spoken = language.text_input(_t("language"), key=f"{key}:language", max_chars=2)
    try:
        return Variant(**told, language=spoken.strip().lower() or None)
    except ValidationError:  # the other fields take nothing else
        st.error(_t("no_language", given=plain(spoken)), icon=":material/edit:")
        return None


def _rules() -> BatchRules:
    left, middle, right = st.columns(3)
    return BatchRules(
        at_once=left.number_input(_t("at_once"), 1, 50, 2, key="batches:at_once"),
        stop_after_failures=middle.number_input(
            _t("stop_after"), 1, 10_000, 10, key="batches:stop_after"
        ),
        cap_usd=right.number_input(_t("cap"), 0.01, None, None, key="batches:cap"),
    )  # fmt: skip


def _inputs(files: Sequence[UploadedFile]) -> list[Input]:
    """From one table, or from so many texts."""
    return [one for file in files for one in batch_inputs.from_upload(file.name, file.getvalue())]


def _items(here: Studio, feed: str) -> list[Input]:
    """Those of a feed, which is asked once for as long as its address stays."""
    if not feed:
        return []
    known: tuple[str, list[Input]] | None = st.session_state.get(_READ)
    if known is None or known[0] != feed:
        with st.spinner(_t("reading")):
            known = feed, rehearsal_process.feed(here.shop.settings, feed)
        st.session_state[_READ] = known
    return known[1]


def _estimate(here: Studio, workflow: str, inputs: int, variants: Sequence[Variant]) -> None:
    told = batching.estimate(here.shop, here.user, workflow, inputs, variants)
    said = [_t("estimate", n=told.videos)]
    if told.seconds is None:
        said.append(_t("estimate_unknown"))
    else:
        said.append(_t("estimate_time", minutes=max(1, round(told.seconds / 60))))
        said.append(_t("estimate_cost", cost=f"{told.cost_usd or 0:.2f}"))
    st.info(", ".join(said))
    if len(variants) > 1 and told.shared:
        st.caption(_t("estimate_shared", steps=", ".join(told.shared)))
