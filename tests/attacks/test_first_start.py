"""The first start: open to this machine alone, or by an address in the log; then to nobody."""

import re
from collections.abc import Iterator

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests import served
from tests.attacks.test_door import filled, read_all, socket
from tests.served import Served
from ui.calling import Call, host_allowed, starts_open
from ui.server import first
from vid_pipeline.settings import Settings
from vid_pipeline.testing.mail_server import MailServer

SECRET = "seven green kettles"


@pytest.fixture(scope="module")
def post() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, post: MailServer) -> Iterator[Served]:
    with served.studio(
        tmp_path_factory.mktemp("open"),
        claimed=False,
        VIDP_SMTP_URL=f"smtp://{post.place}",
        VIDP_SMTP_FROM="Studio <studio@example.org>",
    ) as running:
        yield running


def browser(studio: Served) -> httpx.Client:
    return httpx.Client(base_url=studio.url, trust_env=False, headers={"Origin": studio.url})


def test_the_first_account_ends_the_open_start(studio: Served, post: MailServer) -> None:
    """One story, in order: each step needs the one before."""
    url = studio.url
    with browser(studio) as here:
        assert here.get("/inbox").status_code == 200
        for headers in (
            {"X-Forwarded-For": "203.0.113.9"},
            {"Forwarded": "for=203.0.113.9"},
            {"X-Real-IP": "203.0.113.9"},
        ):
            assert here.get("/inbox", headers=headers).status_code == 303
            assert here.get("/signup", headers=headers).status_code == 403
        assert here.get("/inbox", headers={"Host": "rebound.evil.example"}).status_code == 400
        other = {"Origin": "https://evil.example"}
        assert here.put("/_stcore/upload_file/a/b", headers=other).status_code == 403
        assert here.post("/signup", headers=other).status_code == 403
        with socket(studio, token=None, origin=url) as live:
            weak = filled(here, "/signup", name="Ada", email="ada@example.org", password="short")
            assert (weak.status_code, "10 characters" in weak.text) == (400, True)
            made = filled(here, "/signup", name="Ada", email="ada@example.org", password=SECRET)
            assert (made.status_code, made.headers["location"]) == (303, "/")
            live.send(b"anything")
            with pytest.raises(ConnectionClosed):
                read_all(live)
        assert here.get("/inbox").status_code == 200
    user = studio.named("ada@example.org")
    assert (user.id, user.role, user.local) == (studio.user, "administrator", True)
    with browser(studio) as later:
        assert later.get("/inbox").status_code == 303
        refused = later.get("/signup")
        assert (refused.status_code, "invitation" in refused.text) == (403, True)
        _reset_by_mail(later, post)
    log = (studio.shop.settings.home / "studio.log").read_text()
    assert "none yet" in log


def _reset_by_mail(visitor: httpx.Client, post: MailServer) -> None:
    assert "on its way" in filled(visitor, "/forgotten", email="nobody@example.org").text
    assert "on its way" in filled(visitor, "/forgotten", email="Ada@Example.org").text
    while not post.received:
        visitor.get("/healthz")
    (mail,) = post.received
    body = mail.get_body(("plain",))
    assert body is not None
    assert str(mail["To"]) == "ada@example.org"
    link = re.findall(r"http://\S+/reset\?token=\S+", body.get_content())[0]
    done = filled(
        visitor, link.partition("/reset")[1] + link.partition("/reset")[2], password=SECRET
    )
    assert (done.status_code, done.headers["location"]) == (303, "/")


def test_from_elsewhere_the_first_account_needs_the_address_in_the_log(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    home = tmp_path_factory.mktemp("elsewhere")
    with served.studio(home, claimed=False, VIDP_STUDIO_HOST="0.0.0.0") as running:
        log = (home / "studio.log").read_text()
        link = re.findall(r"http://\S+/signup\?setup=\S+", log)[0]
        with browser(running) as visitor:
            assert visitor.get("/inbox").status_code == 303
            for path in ("/signup", "/signup?setup=", "/signup?setup=x", "/signup?setup=%C3%A9"):
                waits = visitor.get(path)
                assert (path, waits.status_code, "<form" in waits.text) == (path, 403, False)
            assert visitor.get("/signin").headers["location"] == "/signup"
            told = {"name": "Eve", "email": "eve@example.org", "password": SECRET}
            assert visitor.post("/signup", data=told).status_code == 403
            path = link[link.index("/signup") :]
            assert filled(visitor, path, **told).headers["location"] == "/"
            assert visitor.get("/inbox").status_code == 200
        with browser(running) as second:
            assert second.get(path).status_code == 403


@pytest.mark.parametrize(
    ("told", "opens"),
    [
        ({}, True),
        ({"studio_host": "::1"}, True),
        ({"studio_host": "localhost"}, True),
        ({"studio_url": "http://localhost:8501"}, True),
        ({"studio_host": "0.0.0.0"}, False),
        ({"studio_host": "192.0.2.1"}, False),
        ({"studio_url": "https://studio.example"}, False),
        ({"trusted_proxies": "127.0.0.1"}, False),
    ],
)
def test_the_start_is_open_only_where_nobody_else_can_come(
    told: dict[str, str], opens: bool
) -> None:
    assert starts_open(Settings(**told)) is opens  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("host", "bound", "ours"),
    [
        ("127.0.0.1:8501", "127.0.0.1", True),
        ("LOCALHOST", "127.0.0.1", True),
        ("[::1]:8501", "127.0.0.1", True),
        ("studio.example", "127.0.0.1", True),
        ("extra.example:80", "127.0.0.1", True),
        ("192.0.2.1", "127.0.0.1", False),
        ("192.0.2.1", "0.0.0.0", True),
        ("any.example", "0.0.0.0", False),
        ("studio.example.evil.example", "127.0.0.1", False),
        ("studio.example:x", "127.0.0.1", False),
    ],
)
def test_the_studio_answers_to_its_names_alone(host: str, bound: str, ours: bool) -> None:
    settings = Settings(
        studio_host=bound, studio_url="https://studio.example", allowed_hosts="extra.example"
    )
    assert host_allowed(settings, host) is ours


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("198.51.100.1", "203.0.113.9", "198.51.100.1"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "not an address", "not an address"),
    ],
)
def test_an_address_is_believed_of_our_proxies_alone(
    peer: str, forwarded: str, client: str
) -> None:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    scope = {"type": "http", "client": (peer, 1), "headers": headers, "path": "/"}
    assert Call(Settings(trusted_proxies="10.0.0.0/8"), scope).client == client


def test_the_address_of_the_first_account_is_this_installations_own(studio: Served) -> None:
    keys = studio.shop.db.keys
    assert first.is_token(keys, first.token(keys))
    assert not first.is_token(keys, "")
