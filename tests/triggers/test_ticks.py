"""What an engineer reads in Dagster's ticks of the sensor `triggers`."""

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from assets.sensors import sensors
from tests.triggers.test_triggering import FEED, World, new, shop, soon, started, world
from vid_pipeline.acts import batching, triggering
from vid_pipeline.acts.triggers.ticked import Begun, Looked, Ticked
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.records import User
from vid_pipeline.store import batches, productions, triggers
from vid_pipeline.watched import OnFeed

__all__ = ["shop", "started", "world"]
GONE = "https://example.org/gone"


def test_a_tick_of_the_sensor_names_the_triggers_that_looked_and_says_of_one_why_it_could_not(
    shop: Workshop, world: World, user: User, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_others_rest(shop)
    world.feed("Ferries")
    triggering.add(shop, user.id, new(OnFeed(url=FEED), catch_up="none"))
    gone = new(OnFeed(url=GONE)).model_copy(update={"name": "Gone"})
    triggering.add(shop, user.id, gone)
    monkeypatch.setenv("VIDP_HOME", str(home))
    said = tick(world)
    assert said.startswith(
        "Looked: Mine, Gone (failed: 'https://example.org/gone': the server answ"
    )
    assert said.endswith("…). Begun: nothing. Batches seen to: 0.")
    assert tick(world) == "Looked: nothing. Begun: nothing. Batches seen to: 0."


def tick(world: World) -> str:
    """Why the sensor asks Dagster for no run of its own: what was done instead."""
    (sensor,) = (
        one for one in sensors(lambda _: {}, lambda _: world.outside) if one.name == "triggers"
    )
    with dg.DagsterInstance.ephemeral() as instance:
        done = sensor.evaluate_tick(dg.build_sensor_context(instance))
    assert not done.run_requests
    return str(done.skip_message)


def let_others_rest(shop: Workshop) -> None:
    """A sensor sees to everybody's triggers and batches, those of other tests, too."""
    with shop.db.service() as conn:
        due = triggers.due(conn, now=datetime.now(UTC), limit=10_000)
        waiting = triggers.waiting(conn, now=datetime.now(UTC), limit=10_000)
        running = batches.running(conn, limit=10_000)
    resting = {(one.owner_id, one.id) for one in due}
    resting |= {(one.owner_id, one.trigger_id) for one in waiting if one.trigger_id}
    for owner, trigger in resting:
        triggering.pause(shop, owner, trigger)
    for one in running:
        batching.pause(shop, one.owner_id, one.id)


def test_what_was_begun_is_told_with_its_trigger_and_its_production(
    shop: Workshop, world: World, user: User
) -> None:
    world.feed("Ferries")
    trigger = triggering.add(shop, user.id, new(OnFeed(url=FEED)))
    told = triggering.tick(shop, world.outside, now=soon(trigger), only=user.id)
    with shop.db.acting(user.id) as conn:
        (made,) = productions.recent(conn, 10)
    assert told.said == (
        f"Looked: Mine. Begun: Mine: “Ferries” is production {made.short_id}, "
        "no run of Dagster's yet."
    )


def test_a_tick_that_did_very_much_stays_short() -> None:
    looked = tuple(Looked(f"T{number}") for number in range(40))
    begun = Begun("T0", "Word " * 80, "01234567", run_id="89ab")
    said = Ticked(looked, (begun,)).said
    assert "T11, and 28 more. Begun: T0: “Word " in said
    assert said.endswith("Word…” is production 01234567, run 89ab.")
    assert len(said) < 300
