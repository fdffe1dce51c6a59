"""What there is: productions with their pictures, and the workflows that make them."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from ui import state
from ui.pages.words import ago, badge, length
from vid_pipeline.acts.results import manifest_of
from vid_pipeline.records import Production, WorkflowVersion

_THUMBNAIL_PX = 54


def productions(recent: Sequence[Production]) -> None:
    """One row a production, newest first."""
    if not recent:
        return
    st.subheader("Made before", anchor=False)
    for production in recent:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            _row(production)


def workflows(published: Sequence[WorkflowVersion]) -> None:
    """One row a workflow."""
    st.subheader("Workflows", anchor=False)
    for version in published:
        with st.container(border=True):
            steps = len(version.document.steps)
            st.markdown(
                f"**{version.title}** :gray[{version.slug} · version {version.version} · "
                f"{steps} steps · published {ago(version.published_at)}]  \n"
                f"{version.document.description}"
            )


def _row(production: Production) -> None:
    manifest = manifest_of(production)
    picture = Path(production.folder or "", "thumbnail.jpg")
    if manifest is not None and picture.exists():
        st.image(str(picture), width=_THUMBNAIL_PX)
    title = manifest.title if manifest else production.brief.title or production.brief.name
    facts = [ago(production.created_at), f"{production.workflow} v{production.version}"]
    if manifest is not None:
        facts.insert(0, length(manifest.duration_s))
    with st.container(gap=None, width="stretch"):
        st.markdown(f"**{title}**  \n:gray[{' · '.join(facts)}]")
    st.markdown(badge(production.state))
    if st.button("Open", key=f"open-{production.id}", type="tertiary"):
        state.choose(production.id)
        st.rerun()
