"""What has to be true of a production in the end, however often its processes were killed."""

from collections import Counter
from pathlib import Path

import psycopg
from pydantic import TypeAdapter

from tests.crashes import story
from tests.crashes.theatre import House, Told
from vid_pipeline import tags
from vid_pipeline.artifacts import Delivery, MediaRef
from vid_pipeline.records import Launch, Production, Request
from vid_pipeline.store import launches, requests, traces, turns

_JOURNAL = """
select state, count(*) from vidp.journal where production_id = %(id)s group by state"""
_RUNS = """
select value, count(distinct run_id) from run_tags where key = %(key)s and value = any(%(ids)s)
group by value"""


def faults(house: House, told: Told) -> list[str]:
    """Everything that is not as it has to be, in words; empty if all is well."""
    production = told.production
    with house.shop.db.acting(production.owner_id) as conn:
        launched = launches.of_production(conn, production.id)
        asked = requests.of_production(conn, production.id)
        said = turns.of_production(conn, production.id)
        journal = dict(conn.execute(_JOURNAL, {"id": production.id}).fetchall())
    found = [] if production.state == "done" else [f"it is {production.state}: {production.error}"]
    found += _of_requests(asked, launched)
    if len(said) != 1:
        found.append(f"{len(said)} turns for one rejection")
    if journal != {"done": story.PAID_CALLS} or told.charges != story.PAID_CALLS:
        found.append(f"calls {journal}, charged {told.charges}, wanted {story.PAID_CALLS}")
    found += _of_launches(launched) + _of_runs(house, launched)
    if production.state == "done":
        found += _of_folder(house, production)
    return found


def decisions(house: House, told: Told) -> tuple[int, int]:
    """How many decisions were lost, and how many were made or acted on twice."""
    with house.shop.db.acting(told.production.owner_id) as conn:
        asked = requests.of_production(conn, told.production.id)
        launched = launches.of_production(conn, told.production.id)
    taken = [one for one in asked if one.launch_id]
    made = Counter[tuple[str, int, str]]((one.step_id, one.round, one.state) for one in taken)
    lost = sum(made[wanted] == 0 for wanted in story.EXPECTED)
    by_decision = sum(one.reason == "decision" for one in launched)
    doubled = sum(made.values()) - len(story.EXPECTED) + lost
    return lost, max(0, doubled) + max(0, by_decision - len(story.EXPECTED))


def _of_requests(asked: list[Request], launched: list[Launch]) -> list[str]:
    found = []
    states = tuple((one.step_id, one.round, one.state) for one in asked)
    if states != story.EXPECTED:
        found.append(f"requests are {states}")
    takers = Counter(one.launch_id for one in asked)
    known = {one.id for one in launched if one.reason in {"decision", "resume", "retry"}}
    for launch_id, count in takers.items():
        if launch_id not in known or count != 1:
            found.append(f"{count} decisions were taken up by launch {launch_id}")
    return found


def _of_launches(launched: list[Launch]) -> list[str]:
    found = [f"launch {one.number} is still {one.state}" for one in launched if _is_open(one)]
    if sum(one.reason == "start" for one in launched) != 1:
        found.append("it was started more than once, or never")
    if sum(one.reason == "decision" for one in launched) > len(story.EXPECTED):
        found.append("more runs for decisions than decisions")
    if [one.number for one in launched] != list(range(1, len(launched) + 1)):
        found.append("launches are not numbered in order")
    return found


def _is_open(launch: Launch) -> bool:
    return launch.state in {"planned", "running"}


def _of_runs(house: House, launched: list[Launch]) -> list[str]:
    """Every launch is at most one run of Dagster's."""
    url = house.shop.db.dagster_url.replace("postgresql+psycopg2://", "postgresql://")
    values = {"key": tags.LAUNCH, "ids": [str(one.id) for one in launched]}
    with psycopg.connect(url) as conn:
        counts = conn.execute(_RUNS, values).fetchall()
    return [f"launch {key} is {count} runs" for key, count in counts if count != 1]


def _of_folder(house: House, production: Production) -> list[str]:
    with house.shop.db.acting(production.owner_id) as conn:
        given = [
            one
            for one in traces.of_production(conn, production.id)
            if one.step_id == "deliver" and one.state == "done"
        ]
    ref = TypeAdapter(MediaRef).validate_python(given[-1].output)
    delivery = Delivery.model_validate_json(house.shop.store.path(ref).read_bytes())
    folder = Path(production.folder or "")
    names = {file.name for file in folder.iterdir()} if folder.is_dir() else set()
    if names != {one.name for one in delivery.files}:
        return [f"{folder} holds {sorted(names)}"]
    return [
        f"{one.name} is not as it was made"
        for one in delivery.files
        if (folder / one.name).read_bytes() != house.shop.store.path(one.file).read_bytes()
    ]
