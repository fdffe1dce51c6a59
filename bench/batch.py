"""`python -m bench.batch`: briefs in three shapes as a batch, beside `vidp make` for each.

Starts what `vidp up` starts, gives it a batch of articles in three shapes, three of whose inputs
fail at first, and lets the failed be retried. A sample of other such articles is made one by one.
"""

import argparse
import http.server
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from statistics import mean
from typing import Any

from bench.served import environment, free_port, served
from vid_pipeline.settings import Settings

SHAPES = ("label=tall,aspect=9:16", "label=wide,aspect=16:9", "label=square,aspect=1:1")
FAULTY = 3
_PATIENCE_S = 3600.0
_LOCAL = {"VIDP_WEB_PRIVATE_HOSTS": "127.0.0.1", "VIDP_WEB_ROBOTS_IGNORED": "127.0.0.1"}
_TEXT = """# {title}

{title} is older than the harbour it stands in. Its first wall was built in {year} by forty workers.
It took them {months} months, because the tide gave them only three hours a day. The stones came by
ship from a quarry eleven kilometres away. Each of them weighs about two tonnes. A storm broke the
wall in its second winter, and it was built again twice as thick. Since then it has held. Today
{visitors} people a year walk along it, most of them in August. The lamp at its end can be seen from
twenty kilometres. It turns once in ten seconds, day and night.
"""


class Site:
    """Articles on this machine, `others` for the sample; some answer an error at first."""

    def __init__(self, count: int, others: int) -> None:
        self._asked = Counter[str]()
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = site.answer(self.path)
                self.send_response(status)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: Any) -> None:
                return

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        addresses = [f"{self.url}/{number}" for number in range(count + others)]
        self.addresses, self.others = addresses[:count], addresses[count:]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, path: str) -> tuple[int, str]:
        """Status and page of an address."""
        number = int(path.strip("/"))
        self._asked[path] += 1
        if number < FAULTY and self._asked[path] == 1:
            return 500, "not now"
        text = _TEXT.format(
            title=f"The pier number {number + 1}", year=1800 + number, months=number + 7,
            visitors=40_000 + 1000 * number,
        )  # fmt: skip
        parts = "".join(f"<p>{one}</p>" for one in text.partition("\n\n")[2].split("\n\n"))
        return 200, f"<html><h1>The pier number {number + 1}</h1><article>{parts}</article></html>"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Commands:
    """`vidp` on the bench's installation."""

    def __init__(self, settings: Settings) -> None:
        self.environment = environment(settings, _LOCAL)

    def __call__(self, *arguments: str) -> Any:
        command = [sys.executable, "-m", "ui.cli", *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, check=True)
        return json.loads(done.stdout) if "--json" in arguments else done.stdout.decode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--briefs", type=int, default=20)
    parser.add_argument("--sample", type=int, default=4, help="videos made one by one")
    parser.add_argument("--seconds", type=int, default=15, help="length of each video")
    chosen = parser.parse_args()
    site = Site(chosen.briefs, chosen.sample)
    with tempfile.TemporaryDirectory(prefix="bench-batch-") as folder:
        settings = Settings(
            home=Path(folder, "home"), studio_port=free_port(), dagster_port=free_port()
        )
        vidp = Commands(settings)
        apart_s = _apart(vidp, site, chosen.sample, chosen.seconds)
        with served(settings, Path(folder, "log"), extra=_LOCAL):
            told = _batch(vidp, site, Path(folder), chosen.seconds)
    site.close()
    figures = _figures(told, apart_s)
    for name, one in figures.items():
        print(f"{name:<28} {one}")
    print(json.dumps(figures))


def _apart(vidp: Commands, site: Site, sample: int, seconds: int) -> float:
    """Seconds of `vidp make` for one video, the mean of some in turn through the shapes."""
    took = list[float]()
    for number in range(sample):
        address = site.others[number // len(SHAPES)]
        aspect = SHAPES[number % len(SHAPES)].rpartition("=")[2]
        began_s = time.perf_counter()
        vidp("make", address, "--aspect", aspect, "--seconds", str(seconds), "--fresh", "--json")
        took.append(time.perf_counter() - began_s)
    return mean(took)


def _batch(vidp: Commands, site: Site, folder: Path, seconds: int) -> dict[str, Any]:
    """The whole batch: until it ends, and again after a retry of what failed."""
    table = folder / "inputs.csv"
    rows = "".join(f"{address},{seconds}\n" for address in site.addresses)
    table.write_text(f"url,seconds\n{rows}", encoding="utf-8")
    variants = [part for shape in SHAPES for part in ("--variant", shape)]
    began_s = time.perf_counter()
    batch = vidp("batch", "begin", str(table), *variants, "--at-once", "2", "--json")["id"]
    first = _ended(vidp, batch)
    took_s = time.perf_counter() - began_s
    vidp("batch", "resume", batch, "--failed")
    last = _ended(vidp, batch)
    traced = [vidp("trace", item["production_id"], "--json") for item in last["items"]]
    scripts = Counter(
        step["state"] for one in traced for step in one["steps"] if step["step_id"] == "script"
    )
    return {"first": first["counts"], "last": last["counts"], "took_s": took_s, "scripts": scripts}


def _ended(vidp: Commands, batch: str) -> dict[str, Any]:
    deadline_s = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline_s:
        told: dict[str, Any] = vidp("batch", "show", batch, "--json")
        if told["state"] != "running":
            return told
        time.sleep(5)
    raise TimeoutError("the batch did not end")


def _figures(told: dict[str, Any], apart_s: float) -> dict[str, Any]:
    made = told["first"].get("done", 0)
    hourly, apart = made / told["took_s"] * 3600, 3600 / apart_s
    return {
        "videos_per_hour": {"value": round(hourly, 1), "unit": "1/h", "peer": round(apart, 1)},
        "failed_at_first": {"value": told["first"].get("failed", 0), "target": FAULTY},
        "failed_after_retry": {"value": told["last"].get("failed", 0), "target": 0},
        "scripts_written": {
            "value": told["scripts"]["done"],
            "peer": sum(told["scripts"].values()),
        },
    }


if __name__ == "__main__":
    main()
