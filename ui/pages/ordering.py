"""The box that a video is ordered by: anything is pasted into it, and it says what that is."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from ui import look, navigation, once, texts
from ui.once import Once
from ui.pages.words import plain
from ui.state import Studio
from ui.uploads import TEXT_MB
from vid_pipeline.acts import ordering
from vid_pipeline.acts.briefs import LONGEST_S, SHORTEST_S, Upload, Wishes
from vid_pipeline.acts.ordering import Order
from vid_pipeline.brand_records import BrandChannel
from vid_pipeline.dagster_env import PROJECT
from vid_pipeline.errors import UserError
from vid_pipeline.records import Production, WorkflowVersion
from vid_pipeline.store import brand_channels

_t = texts.of("ordering")
_EXAMPLE = PROJECT / "examples" / "sources" / "shipping-container.md"
_TEXT, _WORKFLOW = "home:text", "home:workflow"
_CHANNEL, _FROM_ADDRESS = "home:channel", "home:from_address"
_TYPES = ["md", "txt", "html", "htm", "pdf"]
_ICON = ":material/movie:"
_VOICES = ["en-us", "en-gb", "de", "es", "fr", "it", "pt"]


def fill_with_example() -> None:
    """Put our example into the box when the page is drawn next."""
    st.session_state["home:example"] = True


def render(here: Studio, published: Sequence[WorkflowVersion]) -> None:
    """Draw the box; once the button was pressed, the video's own page opens."""
    if not published:
        with look.empty("account_tree", _t("no_workflow"), _t("no_workflow_said")):
            navigation.link("workflows", _t("workflows"), icon=":material/arrow_forward:")
        return
    if st.session_state.pop("home:example", False):
        st.session_state[_TEXT] = _EXAMPLE.read_text(encoding="utf-8")
    with st.container(border=True):
        order = _given()
        place = st.empty()
        channels = {one.slug: one for one in _channels(here)}
        with st.container(horizontal=True, horizontal_alignment="distribute"):
            chosen = _workflow(published, channels)
            with st.container(horizontal=True, width="content", gap="small"):
                wishes = _wishes(channels)
                work = once.of("home:make")
                make = st.button(_t("make"), key=work.key, type="primary", icon=_ICON)
        said = [hint(here, order, chosen, published)]
        channel = channels.get(st.session_state.get(_CHANNEL) or "")
        if channel is not None:
            said.append(_t("hint_channel", name=channel.name))
        place.markdown(f":gray[{plain(' '.join(said))}]")
        if make:
            slug = channel.slug if channel else None
            _make(
                work,
                lambda: ordering.make(
                    here.shop, here.user, order, wishes, workflow=chosen.slug, channel=slug
                ),
            )


def _given() -> Order:
    words, file = st.columns([5, 2], gap="small")
    text = words.text_area(
        _t("box"),
        key=_TEXT,
        height=128,
        placeholder=_t("placeholder"),
        label_visibility="collapsed",
    )
    dropped = file.file_uploader(
        _t("file"), type=_TYPES, key="home:file", help=_t("file_help"),
        label_visibility="collapsed", max_upload_size=TEXT_MB,
    )  # fmt: skip
    upload = None if dropped is None else Upload(dropped.name, dropped.getvalue())
    return Order(text or "", upload)


def _channels(here: Studio) -> list[BrandChannel]:
    with here.db.acting(here.user) as conn:
        return brand_channels.listed(conn)


def _workflow(
    published: Sequence[WorkflowVersion], channels: Mapping[str, BrandChannel]
) -> WorkflowVersion:
    """The chosen one; the address may name it, or a channel: `/?workflow=<slug>&channel=<slug>`."""
    by_slug = {version.slug: version for version in published}
    named, of = st.query_params.get("workflow"), st.query_params.get("channel")
    if st.session_state.get(_FROM_ADDRESS) != (named, of):
        st.session_state[_FROM_ADDRESS] = (named, of)
        if of is not None and of in channels:
            st.session_state[_CHANNEL] = of
            named = named or channels[of].workflow
        if named in by_slug:
            st.session_state[_WORKFLOW] = named
    if st.session_state.get(_CHANNEL) not in channels:
        st.session_state[_CHANNEL] = None
    if st.session_state.get(_WORKFLOW) not in by_slug:
        st.session_state[_WORKFLOW] = next(iter(by_slug))
    slugs: list[str] = list(by_slug)
    chosen = st.pills(
        _t("workflow"),
        slugs,
        format_func=lambda slug: by_slug[slug].title,
        key=_WORKFLOW,
        required=True,
        label_visibility="collapsed",
        wrap=True,
    )
    return by_slug[str(chosen)]


def hint(
    here: Studio, order: Order, chosen: WorkflowVersion, published: Sequence[WorkflowVersion]
) -> str:
    """What was given, and whether the chosen workflow can begin with it."""
    if order.file is not None:
        return _t("hint_file", name=order.file.name)
    given = ordering.recognised(order.text)
    if given != "idea":
        return _t(f"hint_{given}", n=len(order.text.split()))
    able = [one for one in published if ordering.takes_ideas(one, here.shop.catalog)]
    if not able:
        return _t("hint_idea_none")
    if chosen.slug not in {one.slug for one in able}:
        return _t("hint_idea_other", workflow=able[0].title)
    ready = ordering.has_model(here.shop, here.user)
    return _t("hint_idea_ready" if ready else "hint_idea_key", workflow=chosen.title)


def _wishes(channels: Mapping[str, BrandChannel]) -> Wishes:
    with st.popover(_t("options"), icon=":material/tune:"):
        if channels:
            slugs: list[str] = list(channels)
            st.selectbox(
                _t("channel"),
                slugs,
                format_func=lambda slug: channels[slug].name,
                placeholder=_t("no_channel"),
                help=_t("channel_help"),
                key=_CHANNEL,
            )
        shapes, own = _t.table("shapes"), _t("own_voice")
        names: list[str] = list(shapes)
        aspect = st.selectbox(
            _t("shape"), names, format_func=lambda name: shapes[name], key="home:shape"
        )
        seconds = st.number_input(
            _t("seconds"), SHORTEST_S, LONGEST_S, value=60, step=15, key="home:seconds"
        )
        spoken = st.selectbox(
            _t("voice"),
            [own, *_VOICES],
            accept_new_options=True,
            help=_t("voice_help"),
            key="home:voice",
        )
    return Wishes(
        aspect=str(aspect),
        seconds=int(seconds),
        voice=None if spoken in {None, own} else str(spoken),
    )


def _make(work: Once, ordered: Callable[[], Production]) -> None:
    with st.spinner(_t("starting")):
        try:  # in here nothing is drawn, so no click can break it off
            made = ordered()
            work.spent("run", production=str(made.id))
            refused = ""
        except UserError as refusal:
            refused = str(refusal)
    if refused:  # beside the box that it is about
        st.error(refused, icon=":material/edit:")
    else:
        navigation.go("run", production=str(made.id))
