"""What the browser hears of the studio's streams, by one connection to each, whoever listens."""

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.bidi_component.state import ComponentResult
from streamlit.components.v2.types import ComponentRenderer

from ui import texts
from ui.flow import bundle_files
from ui.live import mine
from ui.live.routes import MINE
from ui.state import Studio
from vid_pipeline.store import inbox

_t = texts.of("app")
_LISTEN = """
const streams = import(new URL("{address}", location.origin).href)
function listen(address, hears) {{
  let leave = null, left = false
  streams.then((loaded) => {{ if (!left) leave = loaded.listen(address, hears) }})
  return () => {{ left = true; if (leave) leave() }}
}}
"""
_OWN_STREAM = {"run"}
"""Pages that listen to another stream: a page has one connection."""
_FILES = Path(__file__).with_suffix("")
_KEY = "listening"
STYLE = """<style>
[data-testid=stLayoutWrapper]:has(> [class*="st-key-listening-"]) {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
}
[data-testid=stTopNavLink][href$="/inbox"]::after,
[data-testid=stSidebarNavLink][href$="/inbox"]::after {
  content: var(--inbox-waiting, none);
  min-width: 1.25rem; box-sizing: border-box; padding: 0 .35rem; border-radius: 1rem;
  background: light-dark(#1B7A6C, #5CCBB9); color: light-dark(#FFFFFF, #10201D);
  font-size: .75rem; font-weight: 600; line-height: 1.25rem; text-align: center;
}
</style>"""
"""The number at the inbox, wherever its link is drawn; what listens takes no place."""


@cache
def component(name: str, files: Path, html: str) -> ComponentRenderer:
    """A small component of `<files>.js` and `.css`; its script has `listen(address, hears)`."""
    js, css = files.with_suffix(".js"), files.with_suffix(".css")
    listen = _LISTEN.format(address=bundle_files.address("stream"))
    return st.components.v2.component(
        name,
        html=html,
        css=css.read_text(encoding="utf-8") if css.exists() else None,
        js=listen + js.read_text(encoding="utf-8"),
    )


def badge(here: Studio, page: str) -> None:
    """Keep the number at the inbox up to date; on a page with a stream of its own, as drawn."""
    waiting = None
    if page in _OWN_STREAM:
        with here.db.acting(here.user) as conn:
            waiting = inbox.waiting(conn).count
    events = "" if page in _OWN_STREAM else MINE
    _listen("badge", {"events": events, "waiting": waiting, "badge": _t.table("waiting")})


def fresh(here: Studio) -> None:
    """Let the page be drawn anew as soon as something begins, asks, or has ended.

    To be called before the page reads what it shows.
    """
    with here.db.acting(here.user) as conn:
        _fresh(mine.mark(*mine.standing(conn)))


@st.fragment
def _fresh(drawn: str) -> None:
    """A fragment, as it waits for a run of the page to end: what was pressed is done first."""
    if _listen("fresh", {"events": MINE, "drawn": drawn}).get("changed"):
        st.rerun()


def _listen(name: str, data: dict[str, object]) -> ComponentResult:
    listener = component("vidp_listening", _FILES, "<i hidden></i>")
    with st.container(key=f"{_KEY}-{name}"):
        return listener(key=f"{_KEY}:{name}", data=data, on_changed_change=nothing)


def nothing() -> None:
    """A trigger needs somebody who listens."""
