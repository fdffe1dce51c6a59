"""What a dialog or another fragment lets through is told there, in our words."""

from streamlit.testing.v1 import AppTest

from ui import refusals
from ui.server.app import build


def _script() -> None:
    import streamlit as st  # noqa: PLC0415  AppTest runs this function's source by itself
    from streamlit.runtime.scriptrunner import get_script_run_ctx  # noqa: PLC0415

    from ui import refusals  # noqa: PLC0415
    from vid_pipeline.errors import BadRequest  # noqa: PLC0415

    ctx = get_script_run_ctx()
    assert ctx is not None
    ctx.on_script_error = refusals.told  # as the server has it

    @st.fragment
    def part() -> None:
        raise BadRequest("Title", "", "Give it at least one letter.")

    part()


def test_a_refusal_in_a_fragment_says_what_to_do() -> None:
    page = AppTest.from_function(_script).run()
    assert not page.exception
    assert "Give it at least one letter." in page.error[0].value


def test_what_is_not_ours_is_left_to_streamlit() -> None:
    assert refusals.told(ValueError("secret")) is False


def test_the_studio_tells_what_nobody_caught() -> None:
    assert vars(build())["_on_script_error"] is refusals.told
