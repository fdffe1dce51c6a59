"""Where a new workflow begins: a template, a file, or nothing."""

import streamlit as st

from ui import navigation, once, texts
from ui.once import Once
from ui.pages.words import plain
from ui.pages.workflow_cards import drawn
from ui.state import Studio
from ui.uploads import TEXT_MB
from vid_pipeline.acts import cataloguing, drafting
from vid_pipeline.acts.cataloguing import Needs
from vid_pipeline.records import Draft
from vid_pipeline.workflow import Workflow

_t = texts.of("workflows")
_CARD_PX = 340


def gallery(here: Studio) -> None:
    """A card for each template, one for an empty workflow, one for a file."""
    with st.grid(min_column_width=_CARD_PX):
        for template in cataloguing.templates():
            with st.container(border=True, height="stretch", gap="small"):
                _template(here, template)
        with st.container(border=True, height="stretch", gap="small"):
            _blank(here)
        with st.container(border=True, height="stretch", gap="small"):
            _import(here)


def badges(needs: Needs) -> list[str]:
    """What a workflow needs, as badges: decisions, the web, a key."""
    count = needs.decisions
    asks = _t("need_decisions", n=count) if count else _t("need_none")
    told = [f":violet-badge[:material/how_to_reg: {asks}]" if count else f":green-badge[{asks}]"]
    if needs.web:
        told.append(f":blue-badge[:material/travel_explore: {_t('need_web')}]")
    key = {"must": "need_model", "may": "may_model"}.get(needs.model, "no_key")
    colour = "orange" if needs.model == "must" else "gray"
    return [*told, f":{colour}-badge[:material/key: {_t(key)}]"]


def _template(here: Studio, template: Workflow) -> None:
    said = _t.table("for").get(template.slug, template.description)
    st.markdown(f"**{plain(template.title)}**  \n:gray[{plain(said)}]")
    drawn(template.document(), template.title)
    with st.container(height="stretch"):
        st.markdown(" ".join(badges(cataloguing.needs(template, here.shop.catalog))))
    work = once.of(f"workflows:use:{template.slug}")
    if st.button(_t("use"), key=work.key, type="primary"):
        body = template.document()
        _open(work, drafting.create(here.db, here.user, template.title, body))


def _blank(here: Studio) -> None:
    with st.container(height="stretch"):
        st.markdown(f"**{_t('blank')}**  \n:gray[{_t('blank_said')}]")
    work = once.of("workflows:blank")
    if st.button(_t("blank_go"), key=work.key, icon=":material/add:"):
        _open(work, drafting.create(here.db, here.user, _t("blank_title")))


def _import(here: Studio) -> None:
    st.markdown(f"**{_t('import')}**  \n:gray[{_t('import_said')}]")
    file = st.file_uploader(
        _t("import"),
        type=["json"],
        key="workflows:file",
        label_visibility="collapsed",
        max_upload_size=TEXT_MB,
    )
    work = once.of("workflows:import")
    if file is not None and st.button(_t("import_go"), key=work.key, type="primary"):
        _open(work, drafting.imported(here.db, here.user, file.getvalue(), file.name))


def _open(work: Once, draft: Draft) -> None:
    work.spent("editor", draft=str(draft.id))
    navigation.go("editor", draft=str(draft.id))
