"""Drive the workflow `researched-short`: pages read, a script with citations, revised, a video.

    python examples/researched-short/drive.py [--offline]

A local site and a scripted model are started for it, so that it needs no network and no key; what
the model says is written in this file. With `--offline` there is no model at all.
"""

import argparse
import json
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from vid_pipeline.settings import child_environment
from vid_pipeline.testing.messages_server import MessagesServer, Received, Reply, tool

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PAGES = ("harbour.html", "chronicle.html", "blog.html", "gone.html")
WAITS, SECONDS = 3, "15"

NOTES: dict[str, list[tuple[str, str]]] = {
    "harbour.html": [
        (
            "Port Ellery has run electric ferries all night since 2 March 2025.",
            "Port Ellery has run electric ferries across the harbour all night since 2 March 2025.",
        ),
        (
            "In the first year 412,000 people crossed at night.",
            "In the first year 412,000 people crossed at night, twice as many as the harbour "
            "office had planned for.",
        ),
        (
            "The night service cost 3.1 million euros in its first year.",
            "The night service cost 3.1 million euros in its first year, of which tickets brought "
            "in 1.2 million.",
        ),
        ("The ferries made a profit.", "The ferries have earned more than they cost."),
    ],
    "chronicle.html": [
        (
            "The harbour office counted eleven complaints about noise in a year.",
            "A year later the harbour office has counted eleven complaints about noise, nine of "
            "them about the old diesel reserve boat.",
        ),
        (
            "An electric ferry passes the pier at 54 decibels.",
            "An electric ferry passes the pier at 54 decibels, which is about as loud as a "
            "conversation.",
        ),
    ],
    "blog.html": [
        (
            "Most passengers sleep before the boat has left.",
            "Most of the passengers were asleep before the boat had left the pier.",
        ),
    ],
}
"""What the model notes on each page: claim and quote. One quote does not stand there."""

FIRST = [
    ("hook", "Last year 412,000 people crossed Port Ellery’s harbour while the town slept.", "n4"),
    ("body", "An electric ferry passes the pier at 45 decibels, as loud as a conversation.", "n5"),
    ("body", "The first year cost 3.1 million euros, and tickets paid for most of it.", "n6"),
    ("closing", "A harbour can let its people sleep.", ""),
]  # fmt: skip
"""The first script: a figure is wrong, a claim goes beyond its source."""
SECOND = [
    ("hook", "Last year 412,000 people crossed Port Ellery’s harbour while the town slept.", "n4"),
    ("body", "An electric ferry passes the pier at 54 decibels, as loud as a conversation.", "n5"),
    ("body", "The first year cost 3.1 million euros, and tickets brought in 1.2 million.", "n6"),
    ("closing", "Most passengers are asleep before the boat leaves.", "n3"),
]  # fmt: skip
"""The script after feedback."""


class Writer(MessagesServer):
    """The scripted model: knows what it is asked by the words of the request."""

    def take(self, path: str, headers: Mapping[str, str], body: Any) -> tuple[Reply, Received]:
        """Keep a request; what the model says to it."""
        _, received = super().take(path, headers, body)
        return self._reply(json.dumps(body, ensure_ascii=False)), received

    def _reply(self, said: str) -> Reply:
        if "You take notes" in said:
            return self._notes(said)
        if "You check the script" in said:
            return self._facts(said)
        if "You are the editor" in said:
            fault = {"line": "l4", "severity": "medium", "what": "The end rests on no source."}
            return tool(faults=[] if SECOND[-1][1] in said else [fault])
        if "published with" in said:
            return self._metadata()
        lines = SECOND if "It was rejected" in said or "rejected it" in said else FIRST
        return tool(
            title="The town that crosses at night",
            lines=[
                {"role": role, "text": text, "notes": [note] if note else []}
                for role, text, note in lines
            ],
        )

    def _notes(self, said: str) -> Reply:
        page = next(name for name, words in _MARKS.items() if words in said)
        return tool(notes=[{"claim": claim, "quote": quote} for claim, quote in NOTES[page]])

    def _facts(self, said: str) -> Reply:
        lines = SECOND if SECOND[1][1] in said else FIRST
        judged = [
            {
                "line": f"l{number}",
                "support": "supported" if note and "most of it" not in text else "unsupported",
                "passages": [note] if note else [],
                "why": "The quote says less." if "most of it" in text else "The quote says so.",
            }
            for number, (_, text, note) in enumerate(lines, start=1)
        ]
        return tool(lines=judged)

    def _metadata(self) -> Reply:
        return tool(
            title="The town that crosses its harbour at night",
            description="In Port Ellery electric ferries run all night: what a year has shown.",
            tags=["night ferries", "electric boats", "port ellery"],
            chapters=[],
        )


_MARKS = {
    "harbour.html": "The batteries of one boat",
    "chronicle.html": "Residents of Quay Street",
    "blog.html": "I spent a night",
}
REMEMBERED = (
    ("style", "Say numbers in full and name who counted them."),
    ("banned", "Never say that the ferries are silent."),
    ("fact", "Port Ellery is a harbour town of 90,000 people."),
)
"""What the channel knows before: kind and text."""
FEEDBACK = "Line 2 has the wrong figure, and tickets did not pay for most of it. End on a fact."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offline", action="store_true", help="without a model")
    options = parser.parse_args()
    with site() as address, Writer() as model:
        env = {"VIDP_WEB_PRIVATE_HOSTS": "127.0.0.1"}
        if not options.offline:
            env |= {"ANTHROPIC_API_KEY": "scripted", "VIDP_ANTHROPIC_BASE_URL": model.url}
        drive = Driver(env)
        spent(drive("trace", produced(drive, address)), model)


def produced(drive: "Driver", address: str) -> str:
    """The production, from its topic to its video."""
    for kind, text in REMEMBERED:
        drive("memory", "add", kind, text)
    topic = (HERE / "topic.md").read_text(encoding="utf-8")
    text = topic + "".join(f"\n- {address}/{name}" for name in PAGES)
    made = drive(
        "make", "-", "--workflow", "researched-short", "--seconds", SECONDS, "--fresh", text=text
    )
    marks(drive("approvals", only(made)))
    again = drive("reject", only(made), "--to", "script", "--feedback", FEEDBACK, "--wait")
    marks(drive("approvals", only(again)))
    done = drive("approve", only(again), "--wait")
    say(f"The video is {done['video']}")
    manifest = json.loads(Path(done["folder"], "manifest.json").read_text(encoding="utf-8"))
    for line in manifest["sentences"]:
        cites = ", ".join(f"{one['note']} {one['url']}" for one in line["citations"])
        say(f"  {line['support']}: {line['text']} ({cites or 'nothing'})")
    return str(made["production"])


def spent(trace: dict[str, Any], model: Writer) -> None:
    """What the production says that it spent, beside what the model's server counted."""
    steps = trace["steps"]
    ours = [sum(step[name] for step in steps) for name in ("input_tokens", "output_tokens")]
    theirs = [model.counts.input_tokens, model.counts.output_tokens]
    say(f"{len(model.received)} calls of the model")
    used = {use["memory_id"] for use in trace["memories"]}
    steps = ", ".join(sorted({use["step_key"] for use in trace["memories"]}))
    say(f"{len(used)} memories were used, by {steps}")
    told = json.dumps([one.body for one in model.received], ensure_ascii=False)
    say(f"the model was told of {sum(text in told for _, text in REMEMBERED)} of them")
    say(f"tokens by the trace: {ours}; by the server: {theirs}")


class Driver:
    """Runs `vidp` in an environment; what a command gives as JSON."""

    def __init__(self, env: dict[str, str]) -> None:
        self._env = child_environment(env)

    def __call__(self, *arguments: str, text: str = "") -> dict[str, Any]:
        """Done (0) and waiting (3) are both fine."""
        say(f"$ vidp {shlex.join(arguments)}")
        ran = subprocess.run(
            [sys.executable, "-m", "ui.cli", *arguments, "--json"],
            cwd=ROOT,
            env=self._env,
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode not in {0, WAITS}:
            raise SystemExit(f"exit code {ran.returncode}: {ran.stdout}{ran.stderr}")
        told: dict[str, Any] = json.loads(ran.stdout)
        return told


@contextmanager
def site() -> Iterator[str]:
    """The pages of the folder `site` on a port of their own; their address."""
    handler = partial(QuietPages, directory=str(HERE / "site"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class QuietPages(SimpleHTTPRequestHandler):
    """Serves files without a word of it."""

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


def only(waiting: dict[str, Any]) -> str:
    """The one request that it waits for."""
    (request,) = waiting["waits"]
    return str(request["id"])


def marks(review: dict[str, Any]) -> None:
    """What a reviewer sees beside the script."""
    for told in review["beside"]["research"]["remarks"]:
        say(f"  {told}")
    for warning in review["beside"]["facts"]["warnings"]:
        say(f"  {warning}")
    for fault in review["beside"]["critique"]["faults"]:
        say(f"  {fault['severity']} fault in {fault['line_id'] or 'the whole'}: {fault['what']}")


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
