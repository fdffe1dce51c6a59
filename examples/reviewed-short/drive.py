"""Drive the workflow `reviewed-short` by the command line: reject, edit, approve in part, approve.

    python examples/reviewed-short/drive.py [--seconds 20]

Prints each command and what it came to; at the end how often each step ran, over all runs.
"""

import argparse
import json
import shlex
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "examples" / "sources" / "ferry-news.txt"
WAITS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", default="20", help="length of the video")
    seconds: str = parser.parse_args().seconds
    made = vidp(
        "make", str(SOURCE), "--workflow", "reviewed-short", "--seconds", seconds, "--fresh"
    )
    production = made["production"]

    feedback = "Leave out the part about the tickets, and more about the noise"
    second = vidp("reject", only(made), "--to", "script", "--feedback", feedback, "--wait")
    opening = f"lines.{first_line(second)}.text={EDITED}"
    scenes = vidp("edit", only(second), "--set", opening, "--wait")
    some = ("--item", "s3", "--set", card_of(scenes), "--reject", "s2=use the ocean palette")
    again = vidp("edit", only(scenes), *some, "--wait")
    video = vidp("approve", only(again), "--wait")
    done = vidp("approve", only(video), "--wait")
    say(f"The video is {done['video']}")
    table(vidp("trace", production))


EDITED = "From 2 March, electric ferries will cross Port Ellery all night."


def vidp(*arguments: str) -> dict[str, Any]:
    """What a command gives as JSON; done (0) and waiting (3) are both fine."""
    say(f"$ vidp {shlex.join(arguments)}")
    command = [sys.executable, "-m", "ui.cli", *arguments, "--json"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if ran.returncode not in {0, WAITS}:
        raise SystemExit(f"exit code {ran.returncode}: {ran.stdout}{ran.stderr}")
    told: dict[str, Any] = json.loads(ran.stdout)
    for request in told.get("waits", []):
        say(f"  waits: {request['title']} ({request['id'][-8:]})")
    return told


def only(waiting: dict[str, Any]) -> str:
    """The one request that it waits for."""
    (request,) = waiting["waits"]
    return str(request["id"])


def first_line(waiting: dict[str, Any]) -> str:
    shown = vidp("approvals", only(waiting))
    return str(shown["things"][0]["body"]["lines"][0]["id"])


def card_of(waiting: dict[str, Any]) -> str:
    """A change of the third scene's card."""
    shown = vidp("approvals", only(waiting))
    card = next(one for one in shown["things"] if one["key"] == "s3")["body"]["card"]
    name = next(name for name in ("text", "heading", "title", "label") if name in card)
    return f"card.{name}=It may cost more"


def table(trace: dict[str, Any]) -> None:
    """How often each step ran, and in which runs."""
    ran = Counter(step["step_key"] for step in trace["steps"] if step["state"] != "waiting")
    for step, count in ran.items():
        say(f"  {step:<14} ran {count}×")
    say("runs, all of one group:")
    for launch in trace["launches"]:
        say(f"  {launch['run_id']}  root {launch['root_run_id']}  {launch['reason']}")


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
