"""Batches on a real database: what is shared is done once, what fails is told apart."""

import io
import zipfile
from pathlib import Path

import pytest

from assets.catalog import CATALOG
from tests.triggers.test_triggering import WORKFLOW
from vid_pipeline.acts import (
    batch_archive,
    batch_inputs,
    batch_results,
    batching,
    ending,
    launching,
    making,
    publishing,
)
from vid_pipeline.acts.batch_inputs import Input
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.batch_records import Batch, BatchItem, BatchRules, Variant
from vid_pipeline.errors import BadRequest, BadSource, NotFound
from vid_pipeline.records import Launch, User
from vid_pipeline.settings import Settings
from vid_pipeline.store import batches, productions, traces
from vid_pipeline.store.database import Database

SHAPES = [Variant(label="tall", aspect="9:16"), Variant(label="wide", aspect="16:9")]
VOICES = [Variant(voice="en-us"), Variant(voice="de")]


@pytest.fixture
def shop(settings: Settings, database: Database, user: User) -> Workshop:
    """An installation with the user's workflow, whose workers do nothing."""

    def nothing(_: Settings, __: Database, ___: Launch) -> None:
        return

    near = settings.model_copy(update={"dagster_port": 1})
    store = Workshop.of(near, database, CATALOG).store
    publishing.publish(database, user.id, WORKFLOW, CATALOG)
    return Workshop(near, database, store, CATALOG, start_worker=nothing)


def inputs(count: int) -> list[Input]:
    return [Input(f"T{n}", f"https://example.org/{n}") for n in range(count)]


def begun(
    shop: Workshop, user: User, count: int, variants: list[Variant], **rules: object
) -> Batch:
    return batching.begin(
        shop, user.id, WORKFLOW.slug, inputs(count), name="B", variants=variants,
        rules=BatchRules.model_validate({"at_once": 2, **rules}),
    )  # fmt: skip


def items(shop: Workshop, user: User, batch: Batch) -> list[BatchItem]:
    return list(batching.progress(shop, user.id, batch.id).items)


def at_work(shop: Workshop, user: User, batch: Batch) -> list[tuple[int, int]]:
    found = items(shop, user, batch)
    return [(one.input, one.variant) for one in found if one.state == "running"]


def end(shop: Workshop, user: User, item: BatchItem, *, well: bool = True) -> None:
    assert item.production_id is not None
    with shop.db.acting(user.id) as conn:
        productions.running(conn, item.production_id)
        if well:
            productions.done(conn, item.production_id)
        else:
            productions.failed(conn, item.production_id, error="The page is gone.")
        ending.close(conn, item.production_id)


def do_shared(shop: Workshop, user: User, batch: Batch, item: BatchItem) -> None:
    """Trace what the variants share as done, and nothing else."""
    assert item.production_id is not None
    with shop.db.acting(user.id) as conn:
        productions.attach_run(conn, item.production_id, "r")
        for step in batch.shared:
            trace = traces.start(
                conn, item.production_id, run_id="r", step_key=step, step_id=step, kind=step
            )
            traces.finish(conn, trace.id, output={})


@pytest.mark.parametrize(
    ("variants", "shared"),
    [
        pytest.param(SHAPES, {"article", "script"}, id="shapes share article and script"),
        pytest.param(
            VOICES, {"article", "script", "storyboard", "draw"}, id="voices share the pictures too"
        ),
        pytest.param(
            [Variant(title="A"), Variant(title="B")], set[str](), id="titles change all of it"
        ),
    ],
)
def test_what_variants_share_follows_from_what_each_kind_needs(
    variants: list[Variant], shared: set[str]
) -> None:
    fields = batching.varied_fields(variants)
    assert set(batching.shared_steps(WORKFLOW, CATALOG, fields)) == shared


def test_other_variants_begin_when_the_first_has_done_what_they_share(
    shop: Workshop, user: User
) -> None:
    batch = begun(shop, user, 2, SHAPES, at_once=4)
    assert at_work(shop, user, batch) == [(1, 0), (2, 0)]
    do_shared(shop, user, batch, items(shop, user, batch)[0])
    batching.advance(shop, user.id, batch.id)
    assert at_work(shop, user, batch) == [(1, 0), (1, 1), (2, 0)]


def test_no_more_are_made_at_once_than_allowed_and_the_end_is_said(
    shop: Workshop, user: User
) -> None:
    batch = begun(shop, user, 3, SHAPES)
    most = 0
    for _ in range(6):
        running = [one for one in items(shop, user, batch) if one.state == "running"]
        most = max(most, len(running))
        for one in running:
            end(shop, user, one)
        batching.tick(shop, only=user.id)
    told = batching.progress(shop, user.id, batch.id)
    assert (most, told.counts, told.batch.state) == (2, {"done": 6}, "done")


def test_failures_are_told_apart_and_a_retry_finishes_them(shop: Workshop, user: User) -> None:
    batch = begun(shop, user, 3, [Variant()], at_once=3)
    first, *others = items(shop, user, batch)
    end(shop, user, first, well=False)
    for one in others:
        end(shop, user, one)
    batching.tick(shop, only=user.id)
    told = batching.progress(shop, user.id, batch.id)
    assert (told.batch.state, told.counts) == ("done", {"failed": 1, "done": 2})
    assert told.items[0].why == "The page is gone."
    batching.resume(shop, user.id, batch.id, failed=True)
    assert at_work(shop, user, batch) == [(1, 0)]
    end(shop, user, first)
    batching.tick(shop, only=user.id)
    assert batching.progress(shop, user.id, batch.id).counts == {"done": 3}


def test_it_stops_at_too_many_failures_and_goes_on_when_told(shop: Workshop, user: User) -> None:
    batch = begun(shop, user, 4, [Variant()], at_once=2, stop_after_failures=2)
    for one in items(shop, user, batch)[:2]:
        end(shop, user, one, well=False)
    batching.tick(shop, only=user.id)
    told = batching.progress(shop, user.id, batch.id)
    assert told.batch.state == "stopped"
    assert "limit is 2" in str(told.batch.reason)
    assert told.counts == {"failed": 2, "waiting": 2}
    batching.resume(shop, user.id, batch.id)
    assert at_work(shop, user, batch) == [(3, 0), (4, 0)]


def test_an_input_that_cannot_be_read_is_a_dead_letter_from_the_start(
    shop: Workshop, user: User
) -> None:
    table = b"url,title\nhttps://example.org/1,One\n,Two\n"
    found = batch_inputs.from_csv(table, "t.csv")
    batch = batching.begin(shop, user.id, WORKFLOW.slug, found, name="B")
    told = items(shop, user, batch)
    assert [one.state for one in told] == ["running", "failed"]
    assert "line 3" in told[1].why


def test_tables_and_json_lines_are_read_alike() -> None:
    table = b"text,title,seconds,aspect\nWords,Tides,30,16:9\n"
    lines = b'{"text": "Words", "title": "Tides", "seconds": 30, "aspect": "16:9"}\n\n'
    assert batch_inputs.from_csv(table, "t") == batch_inputs.from_json_lines(lines, "l")
    (faulty,) = batch_inputs.from_json_lines(b"no json", "l")
    assert "line 1" in str(faulty.fault)
    for data in (b"", b"title\nx\n", b"\xff\xfe\x00"):
        with pytest.raises(BadSource):
            batch_inputs.from_csv(data, "t")


def test_a_pause_starts_no_more_and_a_stop_ends_what_runs(shop: Workshop, user: User) -> None:
    batch = begun(shop, user, 3, [Variant()], at_once=1)
    batching.pause(shop, user.id, batch.id)
    end(shop, user, items(shop, user, batch)[0])
    batching.tick(shop, only=user.id)
    assert at_work(shop, user, batch) == []
    batching.resume(shop, user.id, batch.id)
    assert at_work(shop, user, batch) == [(2, 0)]
    batching.stop(shop, user.id, batch.id)
    assert [one.state for one in items(shop, user, batch)] == ["done", "cancelled", "waiting"]


def test_an_estimate_counts_what_is_shared_once(shop: Workshop, user: User) -> None:
    told = batching.estimate(shop, user.id, WORKFLOW.slug, 20, SHAPES)
    assert told.videos == 40
    assert set(told.shared) == {"article", "script"}


def test_nobody_sees_anothers_batch(shop: Workshop, user: User, database: Database) -> None:
    batch = begun(shop, user, 1, [Variant()])
    with pytest.raises(NotFound):
        batching.progress(shop, database.local_user, batch.id)
    with pytest.raises(BadRequest):
        batching.begin(shop, user.id, WORKFLOW.slug, [], name="B")


def test_retries_keep_to_how_many_at_once(shop: Workshop, user: User) -> None:
    batch = begun(shop, user, 4, [Variant()], at_once=4, stop_after_failures=None)
    for one in items(shop, user, batch):
        end(shop, user, one, well=False)
    batching.tick(shop, only=user.id)
    few = BatchRules(at_once=1, stop_after_failures=None)
    batching.resume(shop, user.id, batch.id, failed=True, rules=few)
    for done in range(4):
        running = [one for one in items(shop, user, batch) if one.state == "running"]
        assert [one.input for one in running] == [done + 1]
        end(shop, user, running[0])
        batching.tick(shop, only=user.id)
    assert batching.progress(shop, user.id, batch.id).counts == {"done": 4}


def test_one_retry_that_cannot_be_leaves_the_others_retried(shop: Workshop, user: User) -> None:
    """Somebody has taken the first up already; a run of it is at work."""
    batch = begun(shop, user, 3, [Variant()], at_once=3)
    found = items(shop, user, batch)
    for one in found:
        end(shop, user, one, well=False)
    first = found[0].production_id
    assert first is not None
    batching.tick(shop, only=user.id)
    with shop.db.acting(user.id) as conn:
        held = productions.locked(conn, first)
        launching.plan(shop, conn, held, reason="retry")
        conn.execute("update vidp.productions set state = 'failed' where id = %s", [first])
    batching.resume(shop, user.id, batch.id, failed=True)
    assert at_work(shop, user, batch) == [(2, 0), (3, 0)]
    batching.tick(shop, only=user.id)
    assert items(shop, user, batch)[0].state == "failed"


def test_what_was_stopped_or_unreadable_does_not_count_as_excused_twice(
    shop: Workshop, user: User
) -> None:
    table = b"url\nhttps://example.org/1\nnonsense\nhttps://example.org/2\n"
    batch = batching.begin(
        shop, user.id, WORKFLOW.slug, batch_inputs.from_csv(table, "t"), name="B",
        rules=BatchRules(at_once=1, stop_after_failures=2),
    )  # fmt: skip
    batching.stop(shop, user.id, batch.id)
    batching.resume(shop, user.id, batch.id, failed=True)
    told = batching.progress(shop, user.id, batch.id)
    assert told.batch.excused == 1
    end(shop, user, told.items[0], well=False)
    assert batching.advance(shop, user.id, batch.id).state == "running"


def test_near_its_cap_a_batch_begins_no_more_than_it_can_pay_for(
    shop: Workshop, user: User
) -> None:
    batch = begun(shop, user, 5, [Variant()], at_once=1, cap_usd=2.5)
    one = items(shop, user, batch)[0]
    assert one.production_id is not None
    with shop.db.acting(user.id) as conn:
        productions.attach_run(conn, one.production_id, "r")
        trace = traces.start(
            conn, one.production_id, run_id="r", step_key="a", step_id="a", kind="a"
        )
        traces.finish(conn, trace.id, output={})
        conn.execute("update vidp.step_traces set cost_usd = 1 where id = %s", [trace.id])
        batches.set_rules(conn, batch.id, BatchRules(at_once=4, cap_usd=2.5))
    end(shop, user, one)
    batching.advance(shop, user.id, batch.id)
    assert len(at_work(shop, user, batch)) == 2


def test_a_batch_that_is_done_is_not_stopped_and_too_large_a_one_is_refused(
    shop: Workshop, user: User
) -> None:
    batch = begun(shop, user, 1, [Variant()])
    end(shop, user, items(shop, user, batch)[0])
    batching.tick(shop, only=user.id)
    with pytest.raises(BadRequest, match="done already"):
        batching.stop(shop, user.id, batch.id)
    with pytest.raises(BadRequest, match="at most"):
        begun(shop, user, 20_001, [Variant()])


def test_all_videos_of_a_batch_are_one_archive(shop: Workshop, user: User, tmp_path: Path) -> None:
    batch = begun(shop, user, 1, SHAPES, at_once=2)
    with pytest.raises(BadRequest, match="No video of it is done yet"):
        next(batch_archive.pieces(batching.progress(shop, user.id, batch.id)))
    (first, _) = items(shop, user, batch)
    film = bytes(range(256)) * 8200  # more than two pieces
    (tmp_path / "video.mp4").write_bytes(film)
    end(shop, user, first)
    with shop.db.acting(user.id) as conn:
        conn.execute(
            "update vidp.productions set folder = %s where id = %s",
            [str(tmp_path), first.production_id],
        )
    pieces = list(batch_archive.pieces(batching.progress(shop, user.id, batch.id)))
    assert max(map(len, pieces)) < 2 * 1024 * 1024, "it is never held whole"
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["results.csv", "001-tall/video.mp4"]
        assert archive.read("001-tall/video.mp4") == film


def test_an_item_whose_video_somebody_stopped_ends_and_holds_nothing_up(
    shop: Workshop, user: User
) -> None:
    batch = begun(shop, user, 1, SHAPES, at_once=1)
    leader = items(shop, user, batch)[0]
    assert leader.production_id is not None
    making.cancel(shop, user.id, leader.production_id)
    batching.tick(shop, only=user.id)
    assert at_work(shop, user, batch) == [(1, 1)]
    assert batch_results.table(batching.progress(shop, user.id, batch.id)).count("cancelled") == 1
