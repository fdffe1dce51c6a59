"""The first page: make a video; what needs somebody, what is at work, what was made, the cost."""

from contextlib import suppress

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui import listening, look, navigation, state, texts
from ui.pages import ordering, pictures, running_now
from ui.pages.running.shown import step_name
from ui.pages.words import ago, badge, length, plain
from ui.state import Studio
from vid_pipeline.acts import dashboard, retrying
from vid_pipeline.acts.dashboard import Asked, Dashboard, Made, Maker
from vid_pipeline.errors import ToolError, UserError
from vid_pipeline.records import Production
from vid_pipeline.store.budgets import Standing

_t = texts.of("home")
_COLUMNS = 4
_ICONS = {"approval": "rate_review", "items": "view_carousel", "budget": "savings"}


def render() -> None:
    """Draw the page."""
    here = state.studio()
    listening.fresh(here)
    seen = dashboard.dashboard(here.shop, here.user)
    pictures.style()
    st.title(_t("title"), anchor=False)
    ordering.render(here, [maker.version for maker in seen.makers])
    main, side = st.columns([7, 3], gap="large")
    with main:
        _needs_you(here, seen)
        running_now.render(here, [production.id for production in seen.running])
        _latest(here, seen)
    with side:
        _month(seen.month)
        if seen.makers:
            _workflows(seen.makers)


def _needs_you(here: Studio, seen: Dashboard) -> None:
    if not seen.asked and not seen.failed:
        return
    st.subheader(_t("needs_you"), anchor=False)
    for asked in seen.asked:
        with _row():
            _request(here, asked)
    if seen.asked_in_all > len(seen.asked):
        navigation.link("inbox", _t("all_requests", n=seen.asked_in_all))
    for production in seen.failed:
        with _row():
            _failure(here, production)


def _row() -> DeltaGenerator:
    return st.container(border=True, horizontal=True, vertical_alignment="center", wrap=False)


def _request(here: Studio, asked: Asked) -> None:
    request = asked.request
    glimpse = dashboard.glimpse(request, here.store)
    if glimpse.picture is not None:
        with st.container(width=64):
            pictures.tile(here.url(glimpse.picture), _t("picture", name=asked.name or ""))
    else:
        st.markdown(f":violet[:material/{_ICONS[request.kind]}:]", width="content")
    facts = [_t("asked", ago=ago(request.asked_at))]
    if asked.name:
        facts.insert(0, plain(asked.name))
    if request.round > 1:
        facts.append(_t("round", n=request.round))
    line = f"  \n{plain(glimpse.line)}" if glimpse.line else ""
    with st.container(width="stretch"):
        st.markdown(f"**{plain(request.title)}**{line}  \n:gray[{' · '.join(facts)}]")
    if st.button(_t("review"), key=f"home:review:{request.id}", type="primary"):
        navigation.go("inbox", request=str(request.id))


def _failure(here: Studio, production: Production) -> None:
    name = production.brief.title or production.brief.name
    st.markdown(":red[:material/error:]", width="content")
    step = production.failed_step
    where = f" :gray[{_t('failed_at', step=plain(step_name(step)))}]" if step else ""
    why = plain(production.error or _t("failed_somewhere"))
    with st.container(width="stretch", gap="small"):
        st.markdown(f"**{plain(name)}**{where}  \n{why}")
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            key = f"home:again:{production.id}"
            if st.button(_t("try_again"), key=key, icon=":material/refresh:"):
                _again(here, production, name)
            navigation.link("run", _t("look"), production=str(production.id))
            if st.button(_t("let_be"), key=f"home:let_be:{production.id}", type="tertiary"):
                dashboard.let_be(here.shop, here.user, production.id)
                look.flash(_t("dismissed", name=name))
                st.rerun()


def _again(here: Studio, production: Production, name: str) -> None:
    try:
        with suppress(ToolError):  # it is planned, and a sweep starts it
            retrying.retry(here.shop, here.user, production.id)
    except UserError as refusal:
        st.error(str(refusal))
        return
    look.flash(_t("tried_again", name=name))
    st.rerun()


def _latest(here: Studio, seen: Dashboard) -> None:
    if seen.is_new and seen.makers:
        with look.empty("movie", _t("empty_title"), _t("empty_said")):
            if st.button(_t("example"), key="home:put_example", icon=":material/auto_awesome:"):
                ordering.fill_with_example()
                st.rerun()
        return
    if not seen.made:
        return
    st.subheader(_t("latest"), anchor=False)
    with st.grid(_COLUMNS, min_column_width=140, gap="medium"):
        for made in seen.made:
            with st.container(gap=None, key=f"home-tile-{made.production.id}"):
                _video(here, made)
    navigation.link("history", _t("all_videos"), icon=":material/arrow_forward:")


def _video(here: Studio, made: Made) -> None:
    if made.picture is not None:
        pictures.tile(here.url(made.picture), _t("picture", name=made.title))
    else:
        pictures.blank(_t("no_picture", name=made.title), "movie")
    navigation.link("run", plain(made.title), production=str(made.production.id))
    facts = [ago(made.production.created_at)]
    if made.duration_s is not None:
        facts.insert(0, length(made.duration_s))
    st.caption(" · ".join(facts))


def _month(month: Standing) -> None:
    with st.container(border=True, gap="small", key="home-month"):
        st.metric(_t("month"), f"${month.spent_usd:,.2f}")
        if month.limit_usd is None:
            st.caption(_t("month_no_cap"))
        else:
            share = month.spent_usd / month.limit_usd if month.limit_usd else 1.0
            st.progress(min(1.0, share), text=_t("month_of", limit=f"${month.limit_usd:,.2f}"))
            if share >= 1:
                st.caption(f":red[{_t('month_full')}]")
        if month.reserved_usd:
            st.caption(_t("month_reserved", usd=f"${month.reserved_usd:,.2f}"))
        navigation.link("budgets", _t("budgets"), icon=":material/savings:")


def _workflows(makers: tuple[Maker, ...]) -> None:
    st.subheader(_t("workflows"), anchor=False)
    with st.container(border=True, gap="medium", key="home-workflows"):
        for maker in makers:
            with st.container(gap=None):
                _maker(maker)
    navigation.link("workflows", _t("all_workflows"), icon=":material/arrow_forward:")


def _maker(maker: Maker) -> None:
    version, last = maker.version, maker.last
    said = f":gray[{_t('never_run')}]"
    if last is not None and last.state is not None and last.created_at is not None:
        said = _t("last_run", badge=badge(last.state), ago=f":gray[{ago(last.created_at)}]")
    st.markdown(f"**{plain(version.title)}**  \n{said}")
    with st.container(horizontal=True, gap="small"):
        navigation.link("editor", _t("edit"), icon=":material/edit:", workflow=version.slug)
        if last is not None and last.id is not None:
            navigation.link("run", _t("result"), icon=":material/movie:", production=str(last.id))
