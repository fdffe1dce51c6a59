"""One step alone: begun beside a step, and said above a production that is about one."""

import streamlit as st

from ui import look, navigation, texts
from ui.alone import why
from ui.pages.running import again
from ui.pages.running.shown import Shown, step_name
from ui.pages.words import plain
from vid_pipeline.acts import retrying, running_alone
from vid_pipeline.acts.inspecting import StepSeen
from vid_pipeline.errors import NotAlone, UserError

_t = texts.of("run")


def button(shown: Shown, seen: StepSeen) -> None:
    """The way to do a step alone, in a production of its own; none for an item, nor for a gate."""
    kind = shown.here.shop.catalog.get(seen.step.kind)
    if seen.key != seen.step.id or kind is None or kind.gate:
        return
    if st.button(
        _t("alone"),
        icon=":material/play_arrow:",
        key=shown.key("alone", seen.key),
        help=_t("alone_help"),
    ):
        _ask(shown, seen.key)


@st.dialog(_t("alone"))
def _ask(shown: Shown, step: str) -> None:
    """Show what it would take; do it when that is wanted."""
    shop, user, production = shown.here.shop, shown.here.user, shown.production
    try:
        expected = running_alone.forecast(shop, user, production.id, step)
    except NotAlone as reason:
        st.warning(why(reason), icon=":material/block:")
        return
    except UserError as reason:
        st.warning(str(reason))
        return
    st.write(again.outlook(shown, expected))
    st.markdown(f":gray[{_t('alone_said')}]")
    if st.button(_t("alone"), type="primary", key=shown.key("alone-now"), width="stretch"):
        made = running_alone.run(shop, user, production.id, step)
        look.flash(_t("alone_begun"))
        navigation.go("run", production=str(made.id), step=step)


def banner(shown: Shown) -> None:
    """That a production is about one step alone, and the way to the whole video."""
    step = shown.production.only_step
    if step is None:
        return
    done = shown.production.state == "done"
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        said = _t("only_done" if done else "only", step=plain(step_name(step)))
        st.markdown(f":blue[:material/filter_1:] {said}", width="stretch")
        if done and st.button(
            _t("the_rest"), icon=":material/fast_forward:", key=shown.key("rest"), type="primary"
        ):
            shop, user = shown.here.shop, shown.here.user
            retrying.retry(shop, user, shown.production.id)
            look.flash(_t("begun_again"))
            st.rerun()
