"""The studio's pages, in the order of its menu."""

from collections.abc import Callable

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ui import texts
from ui.pages import (
    administration,
    batches,
    brain,
    budgets,
    calendar,
    channels,
    destinations,
    editor,
    history,
    home,
    inbox,
    keys,
    library,
    notices,
    profile,
    run,
    tokens,
    triggers,
    versions,
    workflows,
)
from vid_pipeline.asking import Role

_t = texts.of("app")


def pages(role: Role) -> dict[str, list[StreamlitPage]]:
    """The menu of somebody with this role; hidden pages have addresses alone."""
    settings = [
        _page("keys", keys.render, "key"),
        _page("budgets", budgets.render, "savings"),
        _page("notices", notices.render, "notifications"),
        _page("profile", profile.render, "person"),
        _page("tokens", tokens.render, "vpn_key"),
    ]
    if role == "administrator":
        settings.append(_page("administration", administration.render, "admin_panel_settings"))
    return {
        "": [
            _page("home", home.render, "home", default=True),
            _page("workflows", workflows.render, "account_tree"),
            _page("inbox", inbox.render, "inbox"),
            _page("history", history.render, "history"),
            _page("editor", editor.render, "edit", hidden=True),
            _page("versions", versions.render, "history", hidden=True),
            _page("run", run.render, "movie", hidden=True),
        ],
        _t("section_automate"): [
            _page("triggers", triggers.render, "sensors"),
            _page("calendar", calendar.render, "calendar_month"),
            _page("batches", batches.render, "dynamic_feed"),
        ],
        _t("section_channel"): [
            _page("channels", channels.render, "podcasts"),
            _page("library", library.render, "video_library"),
            _page("brain", brain.render, "psychology"),
            _page("destinations", destinations.render, "send"),
        ],
        _t("section_settings"): settings,
    }


def _page(
    name: str, render: Callable[[], None], icon: str, *, default: bool = False, hidden: bool = False
) -> StreamlitPage:
    return st.Page(
        render,
        title=_t(name),
        icon=f":material/{icon}:",
        url_path=name,
        default=default,
        visibility="hidden" if hidden else "visible",
    )
