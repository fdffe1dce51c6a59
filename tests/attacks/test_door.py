"""The studio's door, from outside, on the real server: what nobody, or another site, gets."""

import json
import re
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests import served
from tests.served import ADMINISTRATOR, PASSWORD, Served
from ui import files
from ui.identity import COOKIE
from vid_pipeline.account_records import Caller
from vid_pipeline.acts import accounts, resetting, throttling, triggering
from vid_pipeline.acts.administering import Administration
from vid_pipeline.acts.door import Door
from vid_pipeline.artifacts import MediaRef
from vid_pipeline.trigger_records import NewTrigger
from vid_pipeline.watched import Making, OnWebhook

PAGES = [
    "/",
    "/inbox",
    "/oidc/connect",
    "/run?production=1f",
    "/administration",
    "/anything/else",
    "/signinx",
]
CLOSED = [
    "/_stcore/health", "/_stcore/host-config", "/_stcore/bidi-components/a/b.js", "/component/a/b",
    "/static/js/index.js", "/index.html", "/manifest.json", "/files/" + "a" * 64, "/api/v1/me",
    "/api/v1/productions/1/events", "/api/openapi.json", "/events/1", "/_stcore/upload_file/a/b",
    "/favicon.png", "/signin.html", "/a/_stcore/stream.js",
]  # fmt: skip
GONE = [
    "/media/abc.png",
    "/_stcore/metrics",
    "/_stcore/agent/mcp",
    "/auth/login",
    "/oauth2callback",
]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("door")
    with served.studio(
        home, VIDP_SIGN_UP="open", VIDP_TRUSTED_PROXIES="192.0.2.0/24", VIDP_SMTP_URL="smtp://x"
    ) as running:
        yield running


@pytest.fixture
def nobody(studio: Served) -> Iterator[httpx.Client]:
    """A browser without a cookie, as one of our pages asks."""
    with client(studio) as opened:
        yield opened


def client(studio: Served, **cookies: str) -> httpx.Client:
    return httpx.Client(
        base_url=studio.url, cookies=cookies, trust_env=False, headers={"Origin": studio.url}
    )


def filled(browser: httpx.Client, path: str, **values: str) -> httpx.Response:
    """A form of ours, opened and sent as a browser would."""
    page = browser.get(path)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    return browser.post(path.partition("?")[0], data={**hidden, **values})


def signed_in(
    browser: httpx.Client, email: str = ADMINISTRATOR, password: str = PASSWORD, **more: str
) -> httpx.Response:
    return filled(browser, "/signin", email=email, password=password, **more)


def door(studio: Served) -> Door:
    return Door(studio.shop.settings, studio.shop.db)


# --- nobody ---------------------------------------------------------------------------------


def test_nobody_gets_a_page_a_file_a_bundle_or_an_answer(nobody: httpx.Client) -> None:
    for path in PAGES:
        answer = nobody.get(path)
        assert (path, answer.status_code) == (path, 303)
        assert answer.headers["location"].startswith("/signin")
        assert "streamlit" not in answer.text.lower()
    for path in CLOSED:
        assert (path, nobody.get(path).status_code) == (path, 401)
    for path in ["/", "/inbox", *CLOSED]:
        assert (path, nobody.post(path).status_code) == (path, 401)
    for path in GONE:
        assert (path, nobody.get(path).status_code) == (path, 404)


def test_what_was_asked_for_is_opened_after_the_sign_in(nobody: httpx.Client) -> None:
    there = nobody.get("/run?production=1f&tab=log").headers["location"]
    hidden = re.findall(r'name="next" value="([^"]*)"', nobody.get(there).text)
    assert hidden == ["/run?production=1f&amp;tab=log"]
    answer = signed_in(nobody, next="/run?production=1f&tab=log")
    assert answer.headers["location"] == "/run?production=1f&tab=log"


@pytest.mark.parametrize("path", GONE)
def test_streamlits_own_files_and_sign_in_are_closed_to_users_too(
    studio: Served, path: str
) -> None:
    with client(studio, **studio.person(workflows=False).cookies) as browser:
        assert browser.get(path).status_code == 404


def test_the_api_says_401_as_a_problem(nobody: httpx.Client) -> None:
    answer = nobody.get("/api/v1/me")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 401
    forged = nobody.get("/api/v1/me", headers={"Authorization": "Bearer vidp_forged"})
    assert (forged.status_code, forged.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("token", ["", "x", "é" * 43, "A" * 4000, "a" * 43])
def test_a_made_up_cookie_is_nobody(studio: Served, token: str) -> None:
    header = f"{COOKIE}={token}".encode()
    answer = httpx.get(f"{studio.url}/inbox", headers={b"Cookie": header}, trust_env=False)
    assert answer.status_code == 303


def test_two_cookies_of_one_name_are_nobody(studio: Served) -> None:
    mine, other = (studio.person(workflows=False).token for _ in range(2))
    header = {"Cookie": f"{COOKIE}={mine}; {COOKIE}={other}"}
    assert httpx.get(f"{studio.url}/", headers=header, trust_env=False).status_code == 303


def test_health_is_told_to_everybody_and_tells_nothing_else(nobody: httpx.Client) -> None:
    assert nobody.get("/healthz").json() == {"status": "alive"}
    assert nobody.get("/readyz").json() == {"status": "ready"}


# --- sockets --------------------------------------------------------------------------------


def socket(studio: Served, *, token: str | None, origin: str | None) -> ClientConnection:
    headers = {"Cookie": f"{COOKIE}={token}"} if token else {}
    return connect(
        studio.url.replace("http", "ws") + "/_stcore/stream",
        origin=Origin(origin) if origin else None,
        additional_headers=headers,
        subprotocols=[Subprotocol("streamlit")],
        proxy=None,
    )


def test_a_socket_needs_a_session_and_our_own_page(studio: Served) -> None:
    token = studio.person(workflows=False).token
    for who, origin in (
        (None, studio.url),
        ("made-up", studio.url),
        (token, "https://evil.example"),
        (token, "null"),
        (token, None),
        (token, studio.url + ".evil.example"),
        (token, "http://127.0.0.1:1"),
    ):
        with (
            pytest.raises(InvalidStatus) as refused,
            socket(studio, token=who, origin=origin),
        ):
            pass
        assert refused.value.response.status_code == 403
    with socket(studio, token=token, origin=studio.url) as live:
        assert live.subprotocol == "streamlit"


def test_a_live_socket_is_led_away_when_its_session_ends(studio: Served) -> None:
    person = studio.person(workflows=False)
    with socket(studio, token=person.token, origin=studio.url) as live:
        accounts.sign_out_everywhere(studio.shop.db, person.id)
        _wait_until_forgotten(studio, person.token)
        live.send(b"anything")
        with pytest.raises(ConnectionClosed) as closed:
            read_all(live)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401


def test_a_stream_of_events_ends_with_its_session_and_no_other_does(studio: Served) -> None:
    leaving, staying = studio.person(workflows=False), studio.person(workflows=False)
    with (
        client(studio, **{COOKIE: leaving.token}) as gone,
        client(studio, **{COOKIE: staying.token}) as kept,
        gone.stream("GET", "/events/me", timeout=30) as one,
        kept.stream("GET", "/events/me", timeout=30) as other,
    ):
        begun, heard = one.iter_raw(), other.iter_raw()
        assert next(begun)
        assert next(heard)
        accounts.sign_out_everywhere(studio.shop.db, leaving.id)
        while next(begun, None) is not None:
            pass
        assert next(heard), "it goes on"


def read_all(live: ClientConnection) -> None:
    """Read until it ends; the last that comes leads away."""
    told = b""
    try:
        while True:
            told = live.recv(timeout=10, decode=False)
    except ConnectionClosed:
        assert b"/signin" in told
        raise


def _wait_until_forgotten(studio: Served, token: str) -> None:
    with client(studio, **{COOKIE: token}) as browser:
        while browser.get("/_stcore/health").status_code != 401:
            pass


# --- another site ---------------------------------------------------------------------------


def test_what_changes_something_must_come_from_our_own_page(studio: Served) -> None:
    cookies = studio.person(workflows=False).cookies
    for headers in (
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": studio.url.replace("127.0.0.1", "localhost")},
        {"Sec-Fetch-Site": "same-site"},
        {"Referer": studio.url},
    ):
        with httpx.Client(base_url=studio.url, cookies=cookies, trust_env=False) as browser:
            for method, path in (
                ("POST", "/signout"),
                ("POST", "/signin"),
                ("PUT", "/_stcore/upload_file/a/b"),
                ("DELETE", "/api/v1/tokens/1"),
                ("POST", "/api/v1/productions"),
            ):
                answer = browser.request(method, path, headers=headers)
                assert (headers, path, answer.status_code) == (headers, path, 403)
            assert browser.get("/_stcore/health").status_code == 200


def test_a_form_needs_the_token_of_its_own_browser(studio: Served, nobody: httpx.Client) -> None:
    bare = nobody.post("/signin", data={"email": ADMINISTRATOR, "password": PASSWORD})
    assert (bare.status_code, COOKIE in bare.cookies) == (400, False)
    page = nobody.get("/signin")
    token = re.findall(r'name="form" value="([^"]*)"', page.text)[0]
    with client(studio) as victim:
        victim.get("/signin")
        told = {"email": ADMINISTRATOR, "password": PASSWORD, "form": token}
        answer = victim.post("/signin", data=told)
    assert (answer.status_code, COOKIE in answer.cookies) == (400, False)


@pytest.mark.parametrize(
    "where",
    [
        "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "",
        "javascript:alert(1)", "/\t/evil.example", "http:evil.example", "///evil.example",
        "/%0d%0aSet-Cookie:a=b\r\nX: y", "evil.example", "/" + "a" * 3000,
    ],
)  # fmt: skip
def test_the_way_on_never_leads_elsewhere(studio: Served, where: str) -> None:
    with client(studio) as browser:
        answer = signed_in(browser, next=where)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "a@127.0.0.1", "[::ffff:1.2.3.4]", "x/y"]
)
def test_another_name_for_us_is_refused(studio: Served, host: str) -> None:
    cookies = studio.person(workflows=False).cookies
    for path in ("/signin", "/inbox", "/_stcore/health"):
        answer = httpx.get(
            studio.url + path, headers={"Host": host}, cookies=cookies, trust_env=False
        )
        assert (path, answer.status_code) == (path, 400)


def test_another_name_is_refused_to_programs_as_a_problem(nobody: httpx.Client) -> None:
    for path in ("/api/v1/me", f"/hooks/{uuid4()}"):
        answer = nobody.get(path, headers={"Host": "evil.example"})
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["instance"] == path
        assert answer.json()["status"] == answer.status_code == 400


def test_a_fault_of_ours_is_told_to_whoever_posts_as_a_problem(
    studio: Served, nobody: httpx.Client
) -> None:
    owner = studio.person()
    new = NewTrigger(name="Posts", watches=OnWebhook(), making=Making(workflow="article-to-short"))
    trigger = triggering.add(studio.shop, owner.id, new)
    with studio.shop.db.acting(owner.id) as conn:
        conn.execute("update vidp.triggers set rules = '[]' where id = %s", [trigger.id])
    answer = nobody.post(f"/hooks/{trigger.id}", content=b"{}")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code == 500
    assert "rules" not in answer.text


def test_every_answer_says_what_a_browser_may_do_with_it(studio: Served) -> None:
    person = studio.person(workflows=False)
    with client(studio, **person.cookies) as browser:
        assert browser.get("/").headers["cache-control"] == "no-store"
        for path in ("/", "/signin", "/_stcore/health", "/healthz", "/nothing.js", "/media/x"):
            headers = browser.get(path).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert headers["cross-origin-resource-policy"] == "same-origin"
            assert "access-control-allow-origin" not in headers
            assert "server" not in headers
    with client(studio) as visitor:
        plain = visitor.get("/signin")
    assert "script-src" not in plain.headers["content-security-policy"]
    assert plain.headers["content-security-policy"].startswith("default-src 'none'")
    assert plain.headers["cache-control"] == "no-store"
    assert "<script" not in plain.text


# --- sessions -------------------------------------------------------------------------------


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(nobody: httpx.Client) -> None:
    told = signed_in(nobody).headers.get_list("set-cookie")
    (session,) = [one for one in told if one.startswith(COOKIE)]
    parts = {part.strip().lower() for part in session.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= parts
    assert not {"secure"} & parts
    assert not any(part.startswith("domain") for part in parts)


def test_behind_https_the_cookie_is_secure(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    home = tmp_path_factory.mktemp("https")
    with (
        served.studio(home, VIDP_STUDIO_URL="https://studio.example") as running,
        httpx.Client(base_url=running.url, trust_env=False) as browser,
    ):
        browser.headers.update({"Host": "studio.example", "Origin": "https://studio.example"})
        page = browser.get("/signin")
        assert page.headers["strict-transport-security"].startswith("max-age")
        cookie = page.headers["set-cookie"]
        assert "Secure" in cookie
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        browser.headers["Cookie"] = cookie.partition(";")[0]
        told = {**hidden, "email": ADMINISTRATOR, "password": PASSWORD}
        answer = browser.post("/signin", data=told)
        assert answer.status_code == 303
        assert "Secure" in answer.headers["set-cookie"]
        plain = browser.post("/signin", data=told, headers={"Origin": "http://studio.example"})
        assert plain.status_code == 403


def test_a_session_that_was_planted_is_never_signed_in(studio: Served) -> None:
    planted = studio.person(workflows=False)
    with client(studio) as victim:
        victim.cookies.set(COOKIE, planted.token, domain="127.0.0.1")
        hidden = _form_token(studio, victim)
        answer = victim.post(
            "/signin", data={"form": hidden, "email": ADMINISTRATOR, "password": PASSWORD}
        )
        assert answer.cookies[COOKIE] != planted.token
    with client(studio, **planted.cookies) as attacker:
        assert attacker.get("/_stcore/health").status_code == 401


def _form_token(studio: Served, browser: httpx.Client) -> str:
    with client(studio) as fresh:
        page = fresh.get("/signin")
        browser.cookies.set("vidp_form", fresh.cookies["vidp_form"], domain="127.0.0.1")
    return str(re.findall(r'name="form" value="([^"]*)"', page.text)[0])


def test_signing_out_ends_the_session_and_not_only_the_cookie(studio: Served) -> None:
    person = studio.person(workflows=False)
    with client(studio, **person.cookies) as browser:
        assert browser.get("/_stcore/health").status_code == 200
        assert browser.get("/signout").headers["location"] == "/profile"
        assert browser.get("/_stcore/health").status_code == 200
        assert browser.post("/signout").headers["location"].startswith("/signin")
    with client(studio, **person.cookies) as thief:
        assert thief.get("/_stcore/health").status_code == 401


def test_whoever_is_deactivated_is_out_at_once_and_stays_out(studio: Served) -> None:
    with client(studio) as browser:
        email = f"{uuid4().hex}@studio.test"
        told = {"name": "Eve", "email": email, "password": "seven green kettles"}
        assert filled(browser, "/signup", **told).headers["location"] == "/"
        assert browser.get("/_stcore/health").status_code == 200
        user = studio.named(email)
        Administration(door(studio), studio.user).set_active(user.id, active=False)
        _wait_until_forgotten(studio, browser.cookies[COOKIE])
        again = signed_in(browser, email, "seven green kettles")
        assert (again.status_code, "belong together" in again.text) == (400, True)


# --- guessing -------------------------------------------------------------------------------


def test_guessing_is_slowed_and_locks_nobody_else_out(studio: Served) -> None:
    victim = f"{uuid4().hex}@studio.test"
    with client(studio) as browser:
        told = {"name": "Vic", "email": victim, "password": "nine yellow ladders"}
        filled(browser, "/signup", **told)
        home = dict(browser.cookies)
    attacker = Caller(client="198.51.100.9")
    for _ in range(throttling.OF_CLIENT_AT_ADDRESS):
        with pytest.raises(Exception, match="belong together"):
            accounts.sign_in(door(studio), victim, "wrong wrong", caller=attacker)
    with pytest.raises(Exception, match="too often"):
        accounts.sign_in(door(studio), victim, "nine yellow ladders", caller=attacker)
    with client(studio) as browser:
        assert signed_in(browser, victim, "nine yellow ladders").status_code == 303
    with client(studio, vidp_session=home[COOKIE]) as live:
        assert live.get("/_stcore/health").status_code == 200


def test_too_many_tries_are_answered_429_for_known_and_unknown_alike(studio: Served) -> None:
    told = []
    for email in (ADMINISTRATOR, f"{uuid4().hex}@nowhere.test"):
        person = f"{uuid4().hex}@studio.test" if email != ADMINISTRATOR else None
        with client(studio) as browser:
            address = person or _made(studio)
            answers = [
                signed_in(browser, address, "wrong wrong wrong")
                for _ in range(throttling.OF_CLIENT_AT_ADDRESS + 1)
            ]
        told.append([(one.status_code, _problem(one)) for one in answers])
    assert told[0] == told[1]
    assert [status for status, _ in told[0]] == [400] * 5 + [429]


def _made(studio: Served) -> str:
    email = f"{uuid4().hex}@studio.test"
    with client(studio) as browser:
        filled(browser, "/signup", name="A", email=email, password="two purple rivers")
    return email


def _problem(answer: httpx.Response) -> str:
    return str(re.findall(r'class="problem" role="alert">([^<]*)', answer.text)[0])


def test_a_forwarded_address_of_a_stranger_is_not_believed(studio: Served) -> None:
    address = f"{uuid4().hex}@nowhere.test"
    with client(studio) as browser:
        statuses = []
        for number in range(throttling.OF_CLIENT_AT_ADDRESS + 1):
            browser.headers["X-Forwarded-For"] = f"203.0.113.{number}"
            statuses.append(signed_in(browser, address, "wrong wrong wrong").status_code)
    assert statuses[-1] == 429
    log = (studio.shop.settings.home / "studio.log").read_text()
    assert log.count("VIDP_TRUSTED_PROXIES") == 1, "whoever has forgotten a proxy is told once"


def test_asking_for_a_reset_tells_nobody_who_is_here(studio: Served) -> None:
    answers = []
    for email in (ADMINISTRATOR, f"{uuid4().hex}@nowhere.test"):
        with client(studio) as browser:
            answer = filled(browser, "/forgotten", email=email)
            answers.append((answer.status_code, answer.text))
    assert answers[0] == answers[1]


def test_a_reset_works_once_and_ends_every_session(studio: Served) -> None:
    person = studio.person(workflows=False)
    old = resetting.make_link(studio.shop.db, studio.user, person.id)
    token = resetting.make_link(studio.shop.db, studio.user, person.id)
    with client(studio) as browser:
        assert browser.get(f"/reset?token={old}").status_code == 410
        weak = filled(browser, f"/reset?token={token}", password="short")
        assert (weak.status_code, "10 characters" in weak.text) == (400, True)
        done = filled(browser, f"/reset?token={token}", password="eleven brown foxes")
        assert (done.status_code, done.headers["location"]) == (303, "/")
        assert browser.get(f"/reset?token={token}").status_code == 410
    with client(studio, **person.cookies) as before:
        assert before.get("/_stcore/health").status_code == 401


def test_what_is_typed_is_shown_as_text(studio: Served) -> None:
    with client(studio) as browser:
        answer = signed_in(browser, '"><script>alert(1)</script>@x.y', "wrong wrong")
        assert "<script" not in answer.text
        again = browser.get("/signin?said=<script>&next=/%22%3E%3Cscript%3E")
        assert "<script" not in again.text


def test_a_form_that_is_too_large_is_refused(nobody: httpx.Client) -> None:
    assert nobody.post("/signin", content=b"a=" + b"b" * 100_000).status_code == 400
    assert nobody.post("/signin", content=b"&".join([b"a=b"] * 500)).status_code == 400
    assert nobody.post("/signin", content=b"\xff\xfe=1").status_code == 400


# --- files ----------------------------------------------------------------------------------


def test_a_file_is_sent_to_whom_its_address_was_made_for(studio: Served) -> None:
    keys, store = studio.shop.db.keys, studio.shop.store
    mine, other = studio.person(workflows=False), studio.person(workflows=False)
    ref = store.put_bytes(b"0123456789" * 100, "video/mp4")
    address = files.address(keys, mine.id, ref)
    with client(studio, **mine.cookies) as browser:
        whole = browser.get(address)
        assert (whole.status_code, len(whole.content)) == (200, 1000)
        assert whole.headers["content-type"] == "video/mp4"
        assert whole.headers["content-security-policy"] == "default-src 'none'; sandbox"
        part = browser.get(address, headers={"Range": "bytes=10-14"})
        assert (part.status_code, part.content) == (206, b"01234")
        beyond = browser.get(address, headers={"Range": "bytes=5000-"})
        assert beyond.status_code == 416
        for forged in (
            f"/files/{ref.sha256}",
            address.replace("for=", "for=0"),
            address[:-1],
            address.replace("video%2Fmp4", "text%2Fhtml"),
            address.replace("size=1000", "size=999"),
            address.replace("name=", "name=a.html"),
            address.partition("for=")[0] + "for=%C3%A9",
            files.address(keys, other.id, ref),
        ):
            assert (forged, browser.get(forged).status_code) == (forged, 404)
        for path in ("..%2f..%2fsecrets%2fkey", "%2fetc%2fpasswd", "%2e%2e"):
            climbing = browser.get(f"/files/{path}?mime=video%2Fmp4&size=1&name=&for=x")
            assert (path, climbing.status_code in {400, 404}) == (path, True)
    with client(studio, **other.cookies) as thief:
        assert thief.get(address).status_code == 404
    with client(studio) as nobody:
        assert nobody.get(address).status_code == 401


@pytest.mark.parametrize(
    "mime", ["image/svg+xml", "text/html", "application/xhtml+xml", "text/xml", "audio/../html"]
)
def test_what_could_run_is_saved_and_never_shown(studio: Served, mime: str) -> None:
    person = studio.person(workflows=False)
    kept = studio.shop.store.put_bytes(b"<svg onload='alert(1)'/>", "text/plain")
    ref = MediaRef.model_construct(sha256=kept.sha256, mime=mime, size_bytes=kept.size_bytes)
    with client(studio, **person.cookies) as browser:
        answer = browser.get(files.address(studio.shop.db.keys, person.id, ref))
    assert answer.status_code in {200, 404}
    if answer.status_code == 200:
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_nothing_secret_is_in_the_log(studio: Served) -> None:
    person = studio.person(workflows=False)
    token = resetting.make_link(studio.shop.db, studio.user, person.id)
    with client(studio, **person.cookies) as browser:
        browser.get(f"/reset?token={token}")
    log = (studio.shop.settings.home / "studio.log").read_text()
    assert token not in log
    assert person.token not in log
    entries = Administration(door(studio), studio.user).log()
    told = json.dumps([one.model_dump(mode="json") for one in entries])
    assert not {token, person.token, PASSWORD} & set(re.findall(r"[\w -]+", told))
