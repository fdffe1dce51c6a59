"""Contract of `Web`, and what the real form refuses."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from resources.public_addresses import is_public
from resources.robots import Robots
from resources.web import WebResource
from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import BadSource, Cancelled
from vid_pipeline.ports import Page, Web
from vid_pipeline.testing.web import FakeWeb

BODY = b"<html><p>Hello</p></html>"


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/to?"):
            self.send_response(302)
            self.send_header("location", self.path[4:])
            self.end_headers()
            return
        if self.path == "/robots.txt":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"User-agent: *\nDisallow: /closed\n")
            return
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"x" * 300_000 if self.path == "/big" else BODY)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    served = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    served.server_close()
    thread.join()


@pytest.fixture(params=["fake", "http"])
def web(request: pytest.FixtureRequest, server: str) -> Web:
    if request.param == "fake":
        pages = {f"{server}/page": Page(f"{server}/page", "text/html", BODY)}
        return FakeWeb(pages, closed={f"{server}/closed"})
    return WebResource(private_hosts=["127.0.0.1"], max_bytes=200_000, timeout_s=5)


def test_a_page_comes_with_its_address_and_type(web: Web, server: str) -> None:
    assert web.fetch(f"{server}/page") == Page(f"{server}/page", "text/html", BODY)


def test_a_missing_page_is_a_bad_source(web: Web, server: str) -> None:
    with pytest.raises(BadSource, match="answered 404"):
        web.fetch(f"{server}/missing")


def test_robots_txt_says_what_may_be_read(web: Web, server: str) -> None:
    assert web.allows(f"{server}/page")
    assert not web.allows(f"{server}/closed")


def test_robots_txt_of_hosts_that_are_named_is_not_asked(server: str) -> None:
    web = WebResource(private_hosts=["127.0.0.1"], robots_ignored=["127.0.0.1"], timeout_s=5)
    assert web.allows(f"{server}/closed")
    assert not WebResource(private_hosts=["127.0.0.1"]).allows(f"{server}/closed")


def test_a_site_that_fails_to_give_its_robots_txt_lets_nobody_read() -> None:
    def answers(status: int) -> Callable[[str], Page]:
        def fetch(url: str) -> Page:
            raise BadSource(url, "no", "no", status=status)

        return fetch

    assert Robots().allow("https://a.example/x", answers(404))
    assert not Robots().allow("https://a.example/x", answers(503))


def test_other_schemes_are_refused(web: Web) -> None:
    for url in ("file:///etc/hostname", "ftp://example.org/a", "gopher://example.org"):
        with pytest.raises(BadSource, match="only http and https"):
            web.fetch(url)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "0x7f000001", "2130706433", "127.1", "0.0.0.0", "[::1]",
     "[::ffff:127.0.0.1]", "169.254.169.254", "10.0.0.1", "100.64.0.1", "[64:ff9b::7f00:1]"],
)  # fmt: skip
def test_private_addresses_are_refused_however_they_are_written(server: str, host: str) -> None:
    port = server.rpartition(":")[2]
    with pytest.raises(BadSource, match=r"not a public address|cannot be reached"):
        WebResource(timeout_s=5).fetch(f"http://{host}:{port}/page")


def test_a_redirect_is_followed_and_checked_again(server: str) -> None:
    web = WebResource(private_hosts=["127.0.0.1"], timeout_s=5)
    assert web.fetch(f"{server}/to?/page").url == f"{server}/page"
    port = server.rpartition(":")[2]
    with pytest.raises(BadSource, match="not a public address"):
        web.fetch(f"{server}/to?http://localhost:{port}/page")


def test_a_redirect_without_end_is_given_up(server: str) -> None:
    web = WebResource(private_hosts=["127.0.0.1"], timeout_s=5)
    with pytest.raises(BadSource, match="redirects more than 5 times"):
        web.fetch(f"{server}/to?/to?/to?/to?/to?/to?/to?/page")


def test_a_body_past_the_limit_is_refused(server: str) -> None:
    web = WebResource(private_hosts=["127.0.0.1"], max_bytes=200_000, timeout_s=5)
    with pytest.raises(BadSource, match="larger than"):
        web.fetch(f"{server}/big")


def test_an_unknown_host_says_so() -> None:
    with pytest.raises(BadSource, match="cannot be reached"):
        WebResource(timeout_s=5).fetch("http://no-such-host.invalid/")


def test_public_and_private_addresses() -> None:
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1:248:1893:25c8:1946")
    for address in (
        "192.168.1.1",
        "::1",
        "fe80::1%eth0",
        "224.0.0.1",
        "2002:7f00:1::",
        "::",
        "fec0::1",
    ):
        assert not is_public(address)


def test_a_stop_ends_the_wait_for_a_page_and_the_connection() -> None:
    stop = CancelToken()
    web = WebResource(private_hosts=["127.0.0.1"]).stopped_by(stop)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        threading.Timer(0.2, stop.request).start()
        began_s = time.monotonic()
        with pytest.raises(Cancelled):
            web.fetch(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        assert time.monotonic() - began_s < 1.5
        line, _ = silent.accept()
        with line:
            line.settimeout(5)
            while line.recv(4096):  # the request, then the end
                pass
