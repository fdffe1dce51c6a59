"""Sign-in by a provider, on the real server against a real one: what is believed, and what not."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import get_args
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest

from tests import served
from tests.served import ADMINISTRATOR, PASSWORD, Person, Served
from tests.store.test_supervision import until
from ui.identity import COOKIE
from vid_pipeline.acts import accounts, connecting, joining
from vid_pipeline.acts.administering import Administration
from vid_pipeline.acts.door import Door
from vid_pipeline.errors import AccountError
from vid_pipeline.openid import Person as Named
from vid_pipeline.openid import Provider
from vid_pipeline.store import accounts as kept
from vid_pipeline.store import users
from vid_pipeline.testing.mail_server import MailServer
from vid_pipeline.testing.openid_provider import CLIENT, SECRET, Manner, OpenIdProvider


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenIdProvider]:
    with OpenIdProvider() as running:
        yield running


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@pytest.fixture(scope="module")
def studio(
    tmp_path_factory: pytest.TempPathFactory, provider: OpenIdProvider, mail: MailServer
) -> Iterator[Served]:
    with served.studio(
        tmp_path_factory.mktemp("provider"),
        VIDP_SIGN_UP="open",
        VIDP_OIDC_ISSUER=provider.issuer,
        VIDP_OIDC_CLIENT_ID=CLIENT,
        VIDP_OIDC_CLIENT_SECRET=SECRET,
        VIDP_OIDC_NAME="Provider",
        VIDP_SMTP_URL=f"smtp://{mail.place}",
        VIDP_SMTP_FROM="Videos <videos@studio.test>",
    ) as running:
        yield running


@pytest.fixture
def somebody(provider: OpenIdProvider) -> Iterator[dict[str, object]]:
    """Whom the provider signs in: new in each test, with a confirmed address."""
    name = uuid4().hex
    provider.manner, provider.claims_by_userinfo = "kind", False
    provider.who = {
        "sub": name,
        "name": "Ada",
        "email": f"{name}@provider.test",
        "email_verified": True,
    }
    yield provider.who
    provider.manner = "kind"


@pytest.fixture
def browser(studio: Served) -> Iterator[httpx.Client]:
    own = {"Origin": studio.url}
    with httpx.Client(base_url=studio.url, trust_env=False, headers=own) as opened:
        yield opened


def there_and_back(browser: httpx.Client, path: str = "/oidc/start?next=/inbox") -> str:
    """The address with which the provider sends the browser back."""
    there = browser.get(path).headers["location"]
    return httpx.get(there, trust_env=False).headers["location"]


def test_somebody_new_gets_the_same_session_as_by_a_password(
    studio: Served, browser: httpx.Client, somebody: dict[str, object]
) -> None:
    assert "Continue with Provider" in browser.get("/signin").text
    back = there_and_back(browser)
    answer = browser.get(back)
    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox")
    assert "HttpOnly" in answer.headers["set-cookie"]
    user = studio.named(str(somebody["email"]))
    found = accounts.present(Door(studio.shop.settings, studio.shop.db), browser.cookies[COOKIE])
    assert found is not None
    assert (found.user, found.role) == (user.id, "creator")
    again = browser.get(back)
    assert again.headers["location"] == "/signin?said=oidc_stale"
    with httpx.Client(base_url=studio.url, trust_env=False) as second:
        assert second.get(there_and_back(second)).headers["location"] == "/inbox"
    Administration(Door(studio.shop.settings, studio.shop.db), studio.user).set_active(
        user.id, active=False
    )
    with httpx.Client(base_url=studio.url, trust_env=False) as third:
        answer = third.get(there_and_back(third))
    assert answer.headers["location"] == "/signin?said=oidc_closed"


def test_an_answer_that_was_begun_in_another_browser_is_refused(
    studio: Served, browser: httpx.Client, somebody: dict[str, object]
) -> None:
    with httpx.Client(base_url=studio.url, trust_env=False) as attacker:
        planted = there_and_back(attacker)
    assert browser.get(planted).headers["location"] == "/signin?said=oidc_stale"
    browser.get("/oidc/start")
    assert browser.get(planted).headers["location"] == "/signin?said=oidc_stale"
    assert COOKIE not in browser.cookies


def test_what_the_browser_keeps_cannot_be_read_or_made_up(
    browser: httpx.Client, somebody: dict[str, object]
) -> None:
    there = browser.get("/oidc/start").headers["location"]
    asked = parse_qs(urlsplit(there).query)
    assert asked["code_challenge_method"] == ["S256"]
    kept = browser.cookies["vidp_provider"]
    assert asked["state"][0] not in kept
    assert asked["nonce"][0] not in kept
    back = httpx.get(there, trust_env=False).headers["location"]
    for forged in ("", "x", kept[:-8] + "AAAAAAA="):
        browser.cookies.clear()
        browser.cookies.set("vidp_provider", forged, domain="127.0.0.1")
        assert browser.get(back).headers["location"] == "/signin?said=oidc_stale"


@pytest.mark.parametrize("manner", [one for one in get_args(Manner) if one != "kind"])
def test_what_does_not_prove_who_it_is_lets_nobody_in(
    provider: OpenIdProvider, browser: httpx.Client, somebody: dict[str, object], manner: Manner
) -> None:
    provider.manner = manner
    answer = browser.get(there_and_back(browser))
    assert answer.headers["location"] == "/signin?said=oidc"
    assert COOKIE not in browser.cookies
    assert "did not work" in browser.get("/signin?said=oidc").text


def test_a_code_of_somebody_else_is_worth_nothing(
    provider: OpenIdProvider, browser: httpx.Client, somebody: dict[str, object]
) -> None:
    stolen = parse_qs(urlsplit(there_and_back(browser)).query)["code"][0]
    there = browser.get("/oidc/start").headers["location"]
    state = parse_qs(urlsplit(there).query)["state"][0]
    answer = browser.get("/oidc/callback", params={"code": stolen, "state": state})
    assert answer.headers["location"] == "/signin?said=oidc"
    assert provider.refused[-1] == "verifier"


def test_an_issuer_that_names_another_is_refused(
    browser: httpx.Client, somebody: dict[str, object]
) -> None:
    back = there_and_back(browser)
    mixed = back.partition("&iss=")[0] + "&iss=https%3A%2F%2Fother.test"
    assert browser.get(mixed).headers["location"] == "/signin?said=oidc"


def test_an_address_alone_opens_no_account_that_is_there(
    provider: OpenIdProvider, browser: httpx.Client, somebody: dict[str, object]
) -> None:
    provider.who["email"] = ADMINISTRATOR
    answer = browser.get(there_and_back(browser))
    assert answer.headers["location"] == "/signin?said=oidc_taken"
    provider.who["email_verified"] = False
    answer = browser.get(there_and_back(browser))
    assert answer.headers["location"] == "/signin?said=oidc_email"


def test_an_address_may_be_told_apart_from_the_token(
    provider: OpenIdProvider, browser: httpx.Client, somebody: dict[str, object]
) -> None:
    provider.claims_by_userinfo = True
    assert browser.get(there_and_back(browser)).headers["location"] == "/inbox"


def test_a_user_connects_the_provider_only_they_do_and_they_are_told(
    studio: Served, browser: httpx.Client, somebody: dict[str, object], mail: MailServer
) -> None:
    person, other = with_password(studio), studio.person(workflows=False)
    as_user(browser, person)
    back = asked_by_form(browser)
    as_user(browser, other)
    assert "begun elsewhere" in browser.get(back).text
    as_user(browser, person)
    asked = browser.get(asked_by_form(browser))
    assert str(somebody["email"]) in asked.text
    assert connecting.connected(studio.shop.db, person.id) == []
    with httpx.Client(base_url=studio.url, trust_env=False, headers=browser.headers) as thief:
        as_user(thief, other)
        mine = hidden(thief.get("/oidc/connect"))
        answer = thief.post("/oidc/confirm", data={**hidden(asked), **mine})
        assert (answer.status_code, "Not connected" in answer.text) == (400, True)
    answer = browser.post("/oidc/confirm", data=hidden(asked))
    assert (answer.status_code, answer.headers["location"]) == (303, "/profile")
    with httpx.Client(base_url=studio.url, trust_env=False) as later:
        later.get(there_and_back(later))
        found = accounts.present(Door(studio.shop.settings, studio.shop.db), later.cookies[COOKIE])
    assert found is not None
    assert found.user == person.id
    until(lambda: bool(mail.received))
    (told,) = mail.received
    with studio.shop.db.service() as conn:
        assert told["To"] == users.get(conn, person.id).email
    text = told.get_body(("plain",))
    assert text is not None
    assert f"Provider as {somebody['email']}" in " ".join(text.get_content().split())


def test_no_link_and_nobody_without_the_password_begins_to_connect(
    studio: Served, browser: httpx.Client, somebody: dict[str, object]
) -> None:
    person = with_password(studio)
    as_user(browser, person)
    for link in ("/oidc/start?connect=1", "/oidc/start?next=/"):
        answer = browser.get(link)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
    page = browser.get("/oidc/connect")
    for told, said in (
        ({"password": PASSWORD}, "open for too long"),
        ({**hidden(page), "password": "wrong wrong wrong"}, "not your password"),
        ({**hidden(page)}, "not your password"),
    ):
        answer = browser.post("/oidc/connect", data=told)
        assert (answer.status_code, said in answer.text) == (400, True)
        assert "refresh" not in answer.headers
    bare = browser.post("/oidc/connect", data=hidden(page), headers={"Origin": "https://evil.test"})
    assert bare.status_code == 403
    assert "vidp_provider" not in browser.cookies


@pytest.mark.parametrize("lost", ["asked", "form"])
def test_without_the_answer_of_its_own_page_nothing_is_connected(
    studio: Served, browser: httpx.Client, somebody: dict[str, object], lost: str
) -> None:
    person = with_password(studio)
    as_user(browser, person)
    told = hidden(browser.get(asked_by_form(browser)))
    answer = browser.post("/oidc/confirm", data={**told, lost: told[lost][:-4] + "AAA="})
    assert (answer.status_code, "Not connected" in answer.text) == (400, True)
    assert connecting.connected(studio.shop.db, person.id) == []


def with_password(studio: Served) -> Person:
    """A user who is signed in, and has the administrator's password."""
    made = studio.person(workflows=False)
    with studio.shop.db.service() as conn:
        hashed = Door(studio.shop.settings, studio.shop.db).passwords.hashed(PASSWORD)
        kept.set_password(conn, made.id, hashed)
    return made


def as_user(browser: httpx.Client, person: Person) -> None:
    if COOKIE in browser.cookies:
        browser.cookies.delete(COOKIE)
    browser.cookies.set(COOKIE, person.token, domain="127.0.0.1")


def hidden(page: httpx.Response) -> dict[str, str]:
    """What a form of ours carries."""
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))


def asked_by_form(browser: httpx.Client) -> str:
    """The address with which the provider sends a browser back that began to connect."""
    told = {**hidden(browser.get("/oidc/connect")), "password": PASSWORD}
    there = browser.post("/oidc/connect", data=told).headers["refresh"].partition("url=")[2]
    return httpx.get(there, trust_env=False).headers["location"]


def test_sign_up_by_invitation_holds_for_a_provider_too(studio: Served) -> None:
    settings = studio.shop.settings.model_copy(update={"sign_up": "invitation"})
    door = Door(settings, studio.shop.db)
    name = uuid4().hex
    person = Named(issuer="i", subject=name, name="Ada", email=f"{name}@provider.test")
    with pytest.raises(AccountError):
        connecting.enter(door, person)
    joining.invite(door, studio.user, email=f"{name}@provider.test", role="reviewer")
    found = accounts.present(door, connecting.enter(door, person))
    assert found is not None
    assert found.role == "reviewer"
    closed = replace(door, settings=settings.model_copy(update={"sign_up": "closed"}))
    assert connecting.enter(closed, person)
    with pytest.raises(AccountError):
        connecting.enter(closed, person.model_copy(update={"subject": "another"}))


def test_a_provider_is_asked_by_https_alone_unless_it_is_on_this_machine() -> None:
    plain = Provider("http://provider.test", CLIENT, SECRET, "openid")
    with pytest.raises(AccountError, match="https"):
        plain.begin("http://127.0.0.1/oidc/callback")
