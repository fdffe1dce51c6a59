"""Choices in the address: links and the way back set them, and no other visit does."""

import pytest
from streamlit.testing.v1 import AppTest


def _draw() -> None:
    import streamlit as st  # noqa: PLC0415  (AppTest runs this text alone)

    from ui.choices import Choices  # noqa: PLC0415

    choices = Choices("page", {"colour": "page-colour", "size": "page-size"})
    choices.begin_one("colour", ("any", "red", "blue"), "any")
    colour = st.selectbox("Colour", ("any", "red", "blue"), key="page-colour")
    choices.begin_one("size", ("s", "m"), "s")
    size = st.selectbox("Size", ("s", "m"), key="page-size")
    said = {"colour": "" if colour == "any" else colour, "size": "" if size == "s" else size}
    st.text(str(choices.keep(said, drop=["page"])))


@pytest.fixture
def page() -> AppTest:
    return AppTest.from_function(_draw)


def shown(page: AppTest) -> tuple[str, str]:
    found = (page.selectbox(key=f"page-{name}").value for name in ("colour", "size"))
    colour, size = (str(one) for one in found)
    return colour, size


def choose(page: AppTest, name: str, value: str) -> None:
    page.selectbox(key=f"page-{name}").set_value(value).run()


def test_a_link_sets_what_it_names(page: AppTest) -> None:
    page.query_params["colour"] = "red"
    page.run()
    assert shown(page) == ("red", "s")
    page.query_params["colour"] = "blue"
    page.run()
    assert shown(page) == ("blue", "s")


def test_another_choice_is_in_the_address_and_drops_what_it_makes_void(page: AppTest) -> None:
    page.query_params["page"], page.query_params["tab"] = "3", "log"
    page.run()
    assert dict(page.query_params) == {"page": "3", "tab": "log"}
    choose(page, "size", "m")
    assert dict(page.query_params) == {"tab": "log", "size": "m"}
    assert page.text[0].value == "True"
    page.run()
    assert page.text[0].value == "False"


def test_the_way_back_goes_through_what_was_chosen(page: AppTest) -> None:
    page.run()
    choose(page, "colour", "red")
    choose(page, "colour", "blue")
    for said in ({"colour": "red"}, {}):
        page.query_params.clear()
        page.query_params.update(said)
        page.run()
        assert shown(page)[0] == said.get("colour", "any")
        assert dict(page.query_params) == said


def test_a_choice_that_comes_before_the_address_has_followed_undoes_none(page: AppTest) -> None:
    page.run()
    choose(page, "colour", "red")
    page.query_params.clear()  # as a browser sends it that has not yet heard of the new address
    choose(page, "size", "m")
    assert shown(page) == ("red", "m")
    assert dict(page.query_params) == {"colour": "red", "size": "m"}


def test_what_is_no_option_is_as_usual(page: AppTest) -> None:
    page.query_params["colour"], page.query_params["page"] = "plaid", "3"
    page.run()
    assert shown(page) == ("any", "s")
    assert dict(page.query_params) == {"page": "3"}
