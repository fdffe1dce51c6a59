"""The form that a video is ordered by."""

from collections.abc import Sequence

import streamlit as st

from ui.state import Studio
from vid_pipeline.acts import making
from vid_pipeline.acts.briefs import (
    LONGEST_S,
    SHORTEST_S,
    Upload,
    Wishes,
    brief_from,
    is_url,
    pasted,
)
from vid_pipeline.errors import BadSource, UserError
from vid_pipeline.records import Production, WorkflowVersion

_SHAPES = {"9:16": "Portrait 9:16", "16:9": "Landscape 16:9", "1:1": "Square 1:1"}
_OWN_VOICE = "The language's own"
_VOICES = [_OWN_VOICE, "en-us", "en-gb", "de", "es", "fr", "it", "pt"]
_SOURCES = ["Text", "File", "Web page"]


def render(here: Studio, published: Sequence[WorkflowVersion]) -> Production | None:
    """Draw the form; the production that was begun, once the button was pressed."""
    with st.container(border=True):
        st.subheader("New video", anchor=False)
        source = _source()
        titles = {version.slug: version.title for version in published}
        slugs: list[str] = list(titles)
        workflow = st.selectbox("Workflow", slugs, format_func=lambda slug: titles[slug])
        wishes = _wishes()
        if not st.button("Make video", type="primary", width="stretch", icon=":material/movie:"):
            return None
        try:
            return _begin(here, source, str(workflow), wishes)
        except UserError as refusal:  # beside the form that it is about
            st.error(str(refusal), icon=":material/edit:")
            return None


def _source() -> str | Upload | None:
    kind = st.radio("Made from", _SOURCES, horizontal=True)
    if kind == "File":
        file = st.file_uploader("Document", type=["md", "txt", "html", "htm", "pdf"])
        return None if file is None else Upload(file.name, file.getvalue())
    if kind == "Web page":
        return st.text_input("Address", placeholder="https://…").strip() or None
    text = st.text_area(
        "Article", height=200, placeholder="Paste an article, at least 40 words of prose."
    )
    return Upload("", text.encode()) if text.strip() else None


def _wishes() -> Wishes:
    shape, length = st.columns(2)
    shapes: list[str] = list(_SHAPES)
    aspect = shape.selectbox("Shape", shapes, format_func=lambda shape: _SHAPES[shape])
    seconds = length.number_input("Length in seconds", SHORTEST_S, LONGEST_S, value=60, step=15)
    voice = st.selectbox("Voice", _VOICES, accept_new_options=True)
    return Wishes(
        aspect=str(aspect),
        seconds=int(seconds),
        voice=None if voice in {None, _OWN_VOICE} else str(voice),
    )


def _begin(here: Studio, source: str | Upload | None, workflow: str, wishes: Wishes) -> Production:
    """Begin the production and start it in the background."""
    if source is None:
        raise BadSource("New video", "nothing was given", "Paste a text, or choose a file or page.")
    if isinstance(source, str) and not is_url(source):
        raise BadSource(source, "it is no web address", "Begin it with https://.")
    if isinstance(source, Upload) and not source.name:
        source = pasted(source.data.decode())
    brief = brief_from(source, wishes, here.store)
    production = making.begin(here.db, here.user, brief, workflow=workflow)
    with st.spinner("Starting…"):
        making.launch(here.shop, production)
    return production
