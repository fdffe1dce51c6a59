"""Attacks on the network that we stand in: each works against a plain client, and not against ours.

The trap site listens on loopback. Ours may read it as `localhost`, which is named as private, so
that attacking pages load; every other way to it is what the attacks try.
"""

import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import httpcore
import httpx
import pytest
from playwright.sync_api import Page, sync_playwright

from resources.browsing import BrowsingResource
from resources.proxy import Proxy
from resources.public_addresses import NotPublic, PublicOnly, Reach, is_public
from resources.web import WebResource
from vid_pipeline.errors import BadSource, ToolFailed
from vid_pipeline.media import chromium, ffmpeg
from vid_pipeline.testing.trap_site import TrapSite

LOOPBACK = {
    "plain": "127.0.0.1",
    "decimal": "2130706433",
    "hex": "0x7f000001",
    "hex by parts": "0x7f.0.0.0x1",
    "short": "127.1",
    "nothing": "0.0.0.0",
    "IPv6": "[::1]",
    "IPv6 at length": "[0:0:0:0:0:0:0:1]",
    "IPv4 in IPv6": "[::ffff:127.0.0.1]",
    "IPv4 in IPv6, hex": "[::ffff:7f00:1]",
    "a user before it": "example.org@127.0.0.1",
}
"""Notations of this machine that plain clients follow."""

OF_BROWSERS = {
    "octal": "0177.0.0.1",
    "trailing dot": "127.0.0.1.",
    "digits of another script": "①②⑦.⓪.⓪.①",
    "a dot of another script": "127。0。0。1",
    "a name below localhost": "a.localhost",
    "escaped": "%31%32%37.0.0.1",
}
"""Notations that browsers follow as well."""

ELSEWHERE = {
    "another of loopback's": "127.8.9.10",
    "metadata of clouds": "169.254.169.254",
    "private": "10.0.0.1",
    "private too": "192.168.0.1",
    "a carrier's": "100.64.0.1",
    "6to4 of loopback": "[2002:7f00:1::1]",
    "Teredo": "[2001:0:7f00:1::]",
    "NAT64 of loopback": "[64:ff9b::7f00:1]",
    "NAT64 of one's own": "[64:ff9b:1::7f00:1]",
    "IPv4-compatible": "[::127.0.0.1]",
    "unique local": "[fd00::1]",
    "site local": "[fec0::1]",
    "link local": "[fe80::1]",
    "multicast": "224.0.0.1",
    "reserved": "240.0.0.1",
}
"""Addresses that no machine of a test leads to; they are refused before one is asked for."""

NOBODY = "192.88.99.1"
"""Public by its number, and nobody's since RFC 7526."""


@pytest.fixture(scope="module")
def site() -> Iterator[TrapSite]:
    with TrapSite() as site:
        yield site


@pytest.fixture(autouse=True)
def _nothing_reached_yet(site: TrapSite) -> None:
    site.reached.clear()


def ours(site: TrapSite) -> WebResource:
    """At the trap's port too, so that the address alone can be what is refused."""
    return WebResource(private_hosts=["localhost"], ports=[80, 443, site.port], timeout_s=5)


# --- httpx -----------------------------------------------------------------------------------


@pytest.mark.parametrize("host", LOOPBACK.values(), ids=LOOPBACK)
def test_a_plain_client_follows_the_notation_and_ours_does_not(site: TrapSite, host: str) -> None:
    url = site.url("/secret/key", host=host)
    assert "4711" in httpx.get(url, trust_env=False).text
    assert site.secrets() == {"key"}
    site.reached.clear()
    with pytest.raises(BadSource, match="is not a public address"):
        ours(site).fetch(url)
    assert site.reached == []


@pytest.mark.parametrize("host", [*ELSEWHERE.values(), *OF_BROWSERS.values()])
def test_other_ways_are_refused_before_a_connection(site: TrapSite, host: str) -> None:
    with pytest.raises(BadSource, match=r"is not a public address|valid address|no such host"):
        ours(site).fetch(f"http://{host}:{site.port}/secret/key")
    assert site.reached == []


def test_a_plain_client_follows_a_redirect_and_ours_does_not(site: TrapSite) -> None:
    url = site.url(f"/to?http://127.0.0.1:{site.port}/secret/key")
    assert "4711" in httpx.get(url, follow_redirects=True, trust_env=False).text
    site.reached.clear()
    with pytest.raises(BadSource, match="is not a public address"):
        ours(site).fetch(url)
    with pytest.raises(BadSource, match="only http and https"):
        ours(site).fetch(site.url("/to?file:///etc/passwd"))
    assert site.reached == []


def test_ports_that_are_not_the_webs_are_refused_but_for_named_hosts(site: TrapSite) -> None:
    reach = Reach.of(["localhost"], ports=[80, 443], resolve=lambda *_: [NOBODY])
    assert reach.address("localhost.", 22) == NOBODY
    assert reach.address("example.org", 443) == NOBODY
    with pytest.raises(NotPublic, match="port 22 is not one of the web's"):
        reach.address("example.org", 22)


class _Rebinding:
    """A name server whose first answer is public, and every later one is loopback."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked += 1
        return [NOBODY] if self.asked == 1 else ["127.0.0.1"]


def test_a_second_answer_of_the_name_server_changes_nothing(site: TrapSite) -> None:
    naive, sockets = _Rebinding(), httpcore.SyncBackend()
    assert all(map(is_public, naive("rebind.example", site.port)))  # checked first …
    line = sockets.connect_tcp(naive("rebind.example", site.port)[0], site.port)  # … then asked
    line.write(b"GET /secret/key HTTP/1.0\r\n\r\n")
    assert b"200" in line.read(100)
    line.close()
    assert site.secrets() == {"key"}
    site.reached.clear()
    resolve = _Rebinding()
    with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
        backend = PublicOnly(Reach.of(resolve=resolve))
        backend.connect_tcp("rebind.example", site.port, timeout=0.3).close()
    assert resolve.asked == 1
    with pytest.raises(NotPublic):
        PublicOnly(Reach.of(resolve=resolve)).connect_tcp("rebind.example", site.port)
    assert site.reached == []


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    reach = Reach.of(resolve=lambda *_: [NOBODY, "10.0.0.1"])
    with pytest.raises(NotPublic, match=r"10\.0\.0\.1"):
        reach.address("both.example", 443)


# --- the proxy -------------------------------------------------------------------------------


def _through(proxy: Proxy, request: str) -> bytes:
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as line:
        line.sendall(request.encode())
        return b"".join(iter(lambda: line.recv(65_536), b""))


def _authorized(proxy: Proxy, target: str, method: str = "CONNECT", more: str = "") -> str:
    said = httpx.BasicAuth(proxy.user, proxy.password)._auth_header
    return f"{method} {target} HTTP/1.1\r\nHost: x\r\nProxy-Authorization: {said}\r\n{more}\r\n"


def test_the_proxy_serves_nobody_without_its_password(site: TrapSite) -> None:
    with Proxy(Reach.of(["localhost"])) as proxy:
        for request in (
            f"CONNECT localhost:{site.port} HTTP/1.1\r\nHost: x\r\n\r\n",
            f"GET {site.url('/secret/key')} HTTP/1.1\r\nHost: x\r\n\r\n",
            _authorized(proxy, f"localhost:{site.port}").replace("Basic ", "Basic AAAA"),
        ):
            assert _through(proxy, request).startswith(b"HTTP/1.1 407 ")
    assert site.reached == []


@pytest.mark.parametrize("host", [*LOOPBACK.values(), *ELSEWHERE.values()])
def test_the_proxy_refuses_what_is_not_public_in_both_its_forms(site: TrapSite, host: str) -> None:
    with Proxy(Reach.of(["localhost"])) as proxy:
        target = f"{host.rpartition('@')[2]}:{site.port}"
        assert _through(proxy, _authorized(proxy, target)).startswith(b"HTTP/1.1 403 ")
        url = f"http://{host}:{site.port}/secret/key"
        assert _through(proxy, _authorized(proxy, url, "GET")).startswith(b"HTTP/1.1 403 ")
        assert len(proxy.refused) == 2
    assert site.reached == []


def test_the_proxy_passes_both_forms_to_what_is_named(site: TrapSite) -> None:
    with Proxy(Reach.of(["localhost"])) as proxy:
        said = _through(proxy, _authorized(proxy, site.url("/secret/key"), "GET"))
        assert said.startswith(b"HTTP/1.1 200 ")
        assert b"4711" in said
        tunnel = _authorized(proxy, f"localhost:{site.port}")
        said = _through(proxy, f"{tunnel}GET /secret/key HTTP/1.0\r\n\r\n")
        assert said.startswith(b"HTTP/1.1 200 Connection established")
        assert b"4711" in said
        assert proxy.passed_bytes > len(said)


def test_the_proxy_passes_one_request_a_connection(site: TrapSite) -> None:
    with Proxy(Reach.of(["localhost"])) as proxy:
        first = _authorized(proxy, site.url("/"), "GET", "Content-Length: 0\r\n")
        smuggled = _authorized(proxy, site.url("/secret/key", host="127.0.0.1"), "GET")
        assert _through(proxy, first + smuggled).count(b"HTTP/1.1") == 1
        both = "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"
        said = _through(proxy, _authorized(proxy, site.url("/"), "POST", both) + "0\r\n\r\n")
        assert b"Secret" not in said
    assert site.reached == []


def test_the_proxy_ends_what_passes_its_limit_of_bytes(site: TrapSite) -> None:
    with Proxy(Reach.of(["localhost"])) as proxy:
        proxy.allow(1_000_000)
        said = _through(proxy, _authorized(proxy, site.url("/huge"), "GET"))
        assert len(said) < 1_100_000
        assert proxy.is_spent
        assert _through(proxy, _authorized(proxy, site.url("/"), "GET")) == b""


# --- Chromium --------------------------------------------------------------------------------


@contextmanager
def naive_page() -> Iterator[Page]:
    """A page of a Chromium as Playwright starts it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium.find()))
        try:
            yield browser.new_page()
        finally:
            browser.close()


class _Datagrams:
    """What comes by UDP to the port that the trap has by TCP."""

    def __init__(self, port: int) -> None:
        self.came = threading.Event()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", port))
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with suppress(OSError):
            while self._socket.recv(2048):
                self.came.set()

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


WAYS = {
    "css", "link", "img", "script", "background", "iframe", "srcdoc", "object", "embed", "fetch",
    "xhr", "worker", "socket", "worker-socket", "events", "beacon", "refresh",
    "redirected-iframe", "redirected-img",
}  # fmt: skip


@pytest.mark.browser
def test_chromium_reaches_loopback_in_every_way_and_ours_in_none(site: TrapSite) -> None:
    hosts = [*LOOPBACK.values(), *OF_BROWSERS.values()]
    notations, attacks = site.url(f"/notations?{quote(','.join(hosts))}"), site.url("/attacks")
    heard = _Datagrams(site.port)
    with naive_page() as page:
        page.goto(attacks)
        _until(page, lambda: site.secrets() >= WAYS and heard.came.is_set())
        assert site.secrets() >= WAYS
        assert heard.came.is_set()
        site.reached.clear()
        page.goto(notations)
        page.wait_for_timeout(300)
        naive = site.secrets()
    assert naive >= set(OF_BROWSERS.values()) | {"127.0.0.1", "2130706433", "127.1", "[::1]"}
    site.reached.clear()
    heard.came.clear()
    _ours_reaches_nothing(site, [attacks, notations])
    assert not heard.came.wait(0.5)
    heard.close()


def _until(page: Page, done: Callable[[], bool], *, most_s: float = 10) -> None:
    for _ in range(int(most_s * 10)):
        if done():
            return
        page.wait_for_timeout(100)


def _ours_reaches_nothing(site: TrapSite, urls: list[str]) -> None:
    browsing = BrowsingResource(search_url=site.search_url, private_hosts=["localhost"])
    try:
        for url in urls:
            browsing.open(url)
            browsing.read()
        for way in ("to", "refresh"):
            with pytest.raises(BadSource, match="is not a public address"):
                browsing.open(site.url(f"/{way}?http://127.0.0.1:{site.port}/secret/{way}"))
    finally:
        browsing.close()
    assert site.reached == []


@pytest.mark.browser
def test_a_page_on_disk_reads_files_and_ours_opens_none(site: TrapSite, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("4711")
    page_file = tmp_path / "page.html"
    page_file.write_text(f'<iframe src="{(tmp_path / "secret.txt").as_uri()}"></iframe>')
    with naive_page() as page:
        page.goto(page_file.as_uri())
        assert "4711" in page.frames[1].content()
    browsing = BrowsingResource(search_url=site.search_url, private_hosts=["localhost"])
    with pytest.raises(BadSource, match="only http and https"):
        browsing.open(page_file.as_uri())


# --- ffmpeg ----------------------------------------------------------------------------------


def _naive_ffmpeg(*arguments: str) -> None:
    subprocess.run(
        [ffmpeg.binary(), "-nostdin", "-loglevel", "quiet", *arguments, "-f", "null", "-"],
        check=False,
        timeout=20,
    )


def _playlists(site: TrapSite, folder: Path) -> dict[str, tuple[Path, list[str]]]:
    """Files that name a secret, and how a plain call opens each."""
    url = site.url("/secret/key.ts", host="127.0.0.1")
    texts = {
        "list.ffconcat": f"ffconcat version 1.0\nfile '{url}'\n",
        "list.m3u8": f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{url}\n#EXT-X-ENDLIST\n",
        "video.mp4": f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{url}\n#EXT-X-ENDLIST\n",
        "list.sdp": f"v=0\nm=video {site.port} RTP/AVP 96\n",
    }
    files = {name: folder / name for name in texts}
    for name, text in texts.items():
        files[name].write_text(text)
    web = ["-protocol_whitelist", "file,http,tcp,crypto,data"]
    return {
        "list.ffconcat": (files["list.ffconcat"], [*web, "-f", "concat", "-safe", "0"]),
        "list.m3u8": (files["list.m3u8"], [*web, "-allowed_extensions", "ALL"]),
        "video.mp4": (files["video.mp4"], [*web, "-f", "hls", "-allowed_extensions", "ALL"]),
    }


def test_a_plain_ffmpeg_asks_the_network_and_ours_cannot(site: TrapSite, tmp_path: Path) -> None:
    url = site.url("/secret/key", host="127.0.0.1")
    _naive_ffmpeg("-i", url)
    assert site.secrets() == {"key"}
    site.reached.clear()
    with pytest.raises(FileNotFoundError):
        ffmpeg.source(Path(url))
    for name, (file, opening) in _playlists(site, tmp_path).items():
        _naive_ffmpeg(*opening, "-i", str(file))
        assert site.secrets() == {"key.ts"}, name
        site.reached.clear()
        with pytest.raises(ToolFailed):
            ffmpeg.run([*ffmpeg.source(file), "-f", "null", "-"])
        assert site.reached == [], name
