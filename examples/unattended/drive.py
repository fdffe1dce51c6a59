"""Videos with nobody watching: a folder, a feed and a signed post, and a daemon that is killed.

    python examples/unattended/drive.py [--seconds 15] [--home FOLDER]

Starts everything (`vidp up`) in a folder of its own, sets three triggers, then drops an article,
adds an item to a local feed and posts a signed webhook, and kills Dagster's daemon in between.
Three videos come about; the same events again make none.
"""

import argparse
import hashlib
import hmac
import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from vid_pipeline.settings import child_environment

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "examples" / "sources"
PATIENCE_S = 600.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=15, help="length of each video")
    parser.add_argument("--workflow", default="article-to-short")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="vidp-unattended-") as folder, Feed() as feed:
        home = Home(Path(folder))
        up = home.start()
        try:
            told = play(home, feed, options.workflow, options.seconds)
        finally:
            up.send_signal(signal.SIGINT)
            up.wait(60)
    sys.stdout.write(json.dumps(told) + "\n")


def play(home: "Home", feed: "Feed", workflow: str, seconds: int) -> dict[str, Any]:
    """The whole story; what it came to."""
    feed.publish("shipping-container")
    making = {"workflow": workflow, "seconds": seconds}
    inbox = home.trigger("Inbox", {"kind": "folder", "path": "articles", "pattern": "*.md"}, making)
    news = home.trigger("News", {"kind": "feed", "url": feed.url}, making, catch_up="none")
    posts = home.trigger("Posts", {"kind": "webhook"}, making)
    home.until(lambda: home.looked("News"), "the feed was looked at")

    article = SOURCES / "shipping-container.md"
    (Path(inbox["folder"]) / "container.md").write_bytes(article.read_bytes())
    feed.publish("ferry", "shipping-container")
    first = post(posts, "delivery-1")
    home.kill_daemon()
    home.until(lambda: len(home.finds()) == 3, "three finds")
    say(f"found: {', '.join(sorted(one['title'] for one in home.finds()))}")

    feed.publish("ferry", "shipping-container")
    (Path(inbox["folder"]) / "the same again.md").write_bytes(article.read_bytes())
    again = post(posts, "delivery-1")
    home.kill_daemon()
    home.until(lambda: len(home.ended()) >= 3, "three videos")
    looks = home.looked("Inbox")
    home.until(lambda: home.looked("Inbox") > looks, "another look at the folder")
    runs = home.vidp("runs")
    states = sorted(one["state"] for one in runs)
    say(f"videos: {', '.join(states)}; posted again: {again['taken']}")
    if states != ["done"] * 3 or again["taken"] or not first["taken"]:
        raise SystemExit(f"expected three videos, and nothing of the second post: {runs}")
    del news
    return {"videos": len(states), "posted_again": again["taken"]}


class Home:
    """An installation of its own, on ports of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        studio, dagster = free_port(), free_port()
        self.environment = child_environment(
            {
                "VIDP_HOME": str(folder),
                "VIDP_STUDIO_PORT": str(studio),
                "VIDP_DAGSTER_PORT": str(dagster),
                "VIDP_WEB_PRIVATE_HOSTS": "127.0.0.1",
                "VIDP_WEB_ROBOTS_IGNORED": "127.0.0.1",
            }
        )

    def start(self) -> "subprocess.Popen[bytes]":
        """Start everything, and return when the studio answers."""
        self._up = subprocess.Popen(
            [sys.executable, "-m", "ui.cli", "up"], cwd=ROOT, env=self.environment
        )
        address = f"http://127.0.0.1:{self.environment['VIDP_STUDIO_PORT']}/readyz"
        self.until(lambda: answers(address), "the studio")
        dagster = f"http://127.0.0.1:{self.environment['VIDP_DAGSTER_PORT']}/server_info"
        self.until(lambda: answers(dagster), "Dagster")
        return self._up

    def vidp(self, *arguments: str, given: str | None = None) -> Any:
        """What a command gives as JSON."""
        command = [sys.executable, "-m", "ui.cli", *arguments, "--json"]
        ran = subprocess.run(
            command, cwd=ROOT, env=self.environment, input=given, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        if ran.returncode:
            raise SystemExit(f"exit code {ran.returncode}: {ran.stdout}{ran.stderr}")
        return json.loads(ran.stdout)

    def trigger(
        self, name: str, watches: dict[str, Any], making: dict[str, Any], *, catch_up: str = "all"
    ) -> dict[str, Any]:
        """Set a trigger."""
        rules = {"every_s": 5, "catch_up": catch_up}
        new = {"name": name, "watches": watches, "making": making, "rules": rules}
        say(f"$ vidp trigger add: {name}, {watches['kind']}")
        told: dict[str, Any] = self.vidp("trigger", "add", "-", given=json.dumps(new))
        return told

    def looked(self, name: str) -> str:
        """When a trigger looked last; "" if it did not yet."""
        return str(self.vidp("trigger", "show", name)["looked_at"] or "")

    def finds(self) -> list[dict[str, Any]]:
        """What all triggers found and did not pass over."""
        shown = [self.vidp("trigger", "show", name) for name in ("Inbox", "News", "Posts")]
        return [one for each in shown for one in each["finds"] if one["state"] != "passed"]

    def ended(self) -> list[dict[str, Any]]:
        """The finds whose videos have ended, well or not."""
        over = {"done", "failed", "cancelled"}
        return [one for one in self.finds() if one["production_state"] in over]

    def kill_daemon(self) -> None:
        """SIGKILL for Dagster's daemon; it is started again by `vidp up`."""
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                command = (entry / "cmdline").read_bytes().split(b"\0")
                place = (entry / "environ").read_bytes()
            except OSError:
                continue
            if b"dagster._daemon" in command and f"VIDP_HOME={self._folder}".encode() in place:
                os.kill(int(entry.name), signal.SIGKILL)
                say(f"killed Dagster's daemon, process {entry.name}")
                return
        raise SystemExit("there is no daemon to kill")

    def until(self, holds: Any, what: str) -> None:
        """Wait for something."""
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            if self._up.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"waited in vain for {what}")
            time.sleep(1)


class Feed:
    """A feed and its pages on this machine."""

    def __init__(self) -> None:
        self._slugs: tuple[str, ...] = ()
        self._texts = {
            "shipping-container": (SOURCES / "shipping-container.md").read_text(encoding="utf-8"),
            "ferry": (SOURCES / "ferry-news.txt").read_text(encoding="utf-8"),
        }
        feed = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body, mime = feed.answer(self.path)
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", mime)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: Any) -> None:
                return

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/feed.xml"

    def __enter__(self) -> "Feed":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def publish(self, *slugs: str) -> None:
        """The feed's items from now on, newest first; their ids are new each time."""
        self._slugs = slugs

    def answer(self, path: str) -> tuple[str, str]:
        """What an address gives, and its type."""
        root = self.url.rpartition("/")[0]
        if path == "/feed.xml":
            items = "".join(
                f"<item><title>{one}</title><link>{root}/{one}</link>"
                f'<guid isPermaLink="false">{time.time_ns()}</guid></item>'
                for one in self._slugs
            )
            return f'<rss version="2.0"><channel>{items}</channel></rss>', "application/rss+xml"
        text = self._texts.get(path.strip("/"), "")
        paragraphs = "".join(f"<p>{one}</p>" for one in text.lstrip("# ").split("\n\n"))
        return (f"<html><article>{paragraphs}</article></html>" if text else ""), "text/html"


def post(trigger: dict[str, Any], delivery: str) -> dict[str, Any]:
    """Post an article to a trigger, signed."""
    text = (SOURCES / "ferry-news.txt").read_text(encoding="utf-8")
    body = json.dumps({"title": "Posted", "text": text}).encode()
    at = int(time.time())
    digest = hmac.new(bytes.fromhex(trigger["key"]), f"{at}.".encode() + body, hashlib.sha256)
    headers = {
        "Content-Type": "application/json",
        "X-Vidp-Signature": f"t={at},v1={digest.hexdigest()}",
        "X-Vidp-Delivery": delivery,
    }
    answer = httpx.post(
        trigger["address"], content=body, headers=headers, timeout=60, trust_env=False
    )
    told: dict[str, Any] = answer.raise_for_status().json()
    say(f"posted {delivery}: {told}")
    return told


def answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
