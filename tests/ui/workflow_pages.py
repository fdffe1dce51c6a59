"""The pages about workflows alone; whatever they lead to says only where it was led."""

import streamlit as st

from ui import look
from ui.pages import versions, workflows


def elsewhere() -> None:
    st.title("Elsewhere")
    st.json(st.query_params.to_dict())


def asked() -> None:
    page = versions if st.session_state.get("page") == "versions" else workflows
    page.render()


pages = {
    "workflows": st.Page(asked, url_path="workflows", default=True),
    "versions": st.Page(versions.render, url_path="versions"),
    "editor": st.Page(elsewhere, title="Editor", url_path="editor"),
    "home": st.Page(elsewhere, title="Home", url_path="begin"),
}
st.session_state["navigation:pages"] = pages
opened = st.navigation(list(pages.values()))
look.flashes()
opened.run()
