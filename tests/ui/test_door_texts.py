"""Every text of the door is used, and every used one is there."""

import re
from pathlib import Path

import pytest

from ui import texts
from ui.pages.devices import device, icon
from vid_pipeline.acts.auditing import ACTS

_MADE = re.compile(r"(error_oidc|first_|signup_).*|error_oidc")
_UI = Path(__file__).parents[2] / "ui"
_CODE = {
    "door": [*(_UI / "server").glob("*.py")],
    "profile": [_UI / "pages" / "profile.py", _UI / "pages" / "devices.py"],
    "administration": [
        _UI / "pages" / "administration.py",
        *(_UI / "pages" / "administering").glob("*.py"),
    ],
}


@pytest.mark.parametrize("page", _CODE)
def test_texts_and_code_name_the_same_keys(page: str) -> None:
    code = "\n".join(file.read_text(encoding="utf-8") for file in _CODE[page])
    strings = set(re.findall(r"""["']([a-z][a-z_]*)["']""", code))
    keys = texts.of(page).keys()
    made = {key for key in keys if _MADE.match(key)}  # of a beginning and an end
    assert keys - made - strings == set()
    used = set(re.findall(r"""\b_t(?:\.table)?\(["']([a-z_]+)["']""", code))
    assert used - keys == set()


def test_every_act_of_the_audit_log_has_words() -> None:
    assert set(texts.of("administration").table("acts")) == set(ACTS)


@pytest.mark.parametrize(
    ("agent", "words", "sign"),
    [
        ("Mozilla/5.0 (X11; Linux) Chrome/140.0 Safari/537", "Chrome on Linux", "computer"),
        ("Mozilla/5.0 (Windows NT) Chrome/1 Safari/5 Edg/140", "Edge on Windows", "computer"),
        ("Mozilla/5.0 (iPhone; like Mac OS X) Safari/604", "Safari on iPhone", "smartphone"),
        ("Mozilla/5.0 (Android 15; Mobile) Firefox/140.0", "Firefox on Android", "smartphone"),
        ("curl/8", "Another program", "computer"),
        ("", "Another program", "computer"),
    ],
)  # fmt: skip
def test_a_browser_is_named_as_people_know_it(agent: str, words: str, sign: str) -> None:
    assert (device(agent), icon(agent)) == (words, sign)
