"""The page of access tokens, without a browser."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from streamlit.testing.v1 import AppTest

from tests.ui.conftest import SCRIPT
from ui import texts
from ui.pages.tokens import allowed, scopes_of, standing_of
from vid_pipeline.acts import tokens
from vid_pipeline.scopes import SCOPES
from vid_pipeline.store.database import Database
from vid_pipeline.store.tokens import AccessToken

_SOURCE = SCRIPT.parents[1] / "pages" / "tokens.py"


def _draw() -> None:
    from ui.pages import tokens as page  # noqa: PLC0415  (AppTest runs this text alone)

    page.render()


def drawn() -> AppTest:
    return AppTest.from_function(_draw, default_timeout=60).run()


def test_a_token_is_made_shown_once_and_revoked(page: AppTest, database: Database) -> None:
    at = drawn()
    assert not at.exception
    at.text_input(key="tokens:name").set_value("Newsletter *script*")
    at.selectbox(key="tokens:area:memories").set_value("read")
    at.button(key="tokens:make").click().run()
    assert not at.exception
    secret = next(one.value for one in at.code if tokens.is_whole(one.value))
    made = tokens.of(database, secret)
    assert made is not None
    assert made.scopes == {
        "productions:read", "productions:write", "approvals:read", "workflows:read",
        "memories:read",
    }  # fmt: skip
    at.button(key="tokens:done").click().run()
    assert secret not in [one.value for one in at.code]
    assert any(r"Newsletter \*script\*" in one.value for one in at.markdown)
    (kept,) = tokens.listed(database, database.local_user)
    at.button(key=f"tokens:revoke:{kept.id}").click().run()
    assert not at.exception
    assert tokens.of(database, secret) is None
    assert "1 that has ended" in at.expander[0].label


def test_a_token_without_a_name_is_refused_beside_the_form(page: AppTest) -> None:
    at = drawn()
    at.button(key="tokens:make").click().run()
    assert "Give 1 to 60 characters" in at.error[0].value


def test_who_may_change_may_see() -> None:
    assert scopes_of({"productions": "write", "tokens": "none", "memories": None}) == [
        "productions:read",
        "productions:write",
    ]
    areas = {one.partition(":")[0] for one in SCOPES}
    assert len(scopes_of(dict.fromkeys(areas, "write"))) == len(SCOPES)
    assert allowed(["productions:read", "productions:write", "memories:read"]) == (
        "Videos: see and change · Memory: see"
    )


def test_a_token_that_stops_within_a_week_says_so() -> None:
    now = datetime.now(UTC)
    token = AccessToken(
        id=uuid4(),
        owner_id=uuid4(),
        name="a",
        last4="abcd",
        scopes=("tokens:read",),
        created_at=now,
        expires_at=now + timedelta(days=6),
    )
    assert standing_of(token, now) == "soon"
    later = token.model_copy(update={"expires_at": now + timedelta(days=8)})
    assert standing_of(later, now) == "good"
    assert standing_of(later, now + timedelta(days=8)) == "expired"
    assert standing_of(later.model_copy(update={"revoked_at": now}), now) == "revoked"


def test_every_text_is_used_and_every_used_text_is_there() -> None:
    source = Path(_SOURCE).read_text(encoding="utf-8")
    used = set(re.findall(r"""_t(?:\.table)?\(\s*["'](\w+)["']""", source))
    used |= set(re.findall(r'_t\("(\w+)" if .*? else "(\w+)"', source)[0])
    assert used == texts.of("tokens").keys()
