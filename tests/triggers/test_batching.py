"""Batches on a real database: what is shared is done once, what fails is told apart."""

import csv
import io
from pathlib import Path
from zipfile import ZipFile

import pytest
from pydantic import ValidationError

from assets.catalog import CATALOG
from tests.triggers.test_triggering import WORKFLOW
from vid_pipeline.acts import (
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
from vid_pipeline.errors import BadRequest, BadSource, NotFound, StoreError
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


def traced(shop: Workshop, user: User, item: BatchItem, *keys: str, output: object = None) -> None:
    """Trace steps as done; `draw[s1]` is an item of the mapped step `draw`."""
    assert item.production_id is not None
    with shop.db.acting(user.id) as conn:
        for key in keys:
            step = key.partition("[")[0]
            trace = traces.start(
                conn, item.production_id, run_id="r", step_key=key, step_id=step, kind=step
            )
            traces.finish(conn, trace.id, output=output)  # type: ignore[arg-type]


def do_shared(shop: Workshop, user: User, batch: Batch, item: BatchItem) -> None:
    """Trace what the variants share as done, and nothing else."""
    assert item.production_id is not None
    with shop.db.acting(user.id) as conn:
        productions.attach_run(conn, item.production_id, "r")
    traced(shop, user, item, *batch.shared, output={})


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
        pytest.param(
            [Variant(hook="Cheap."), Variant(hook="Fast.")],
            {"article"},
            id="hooks share the article",
        ),
    ],
)
def test_what_variants_share_follows_from_what_each_kind_needs(
    variants: list[Variant], shared: set[str]
) -> None:
    fields = batching.varied_fields(variants)
    assert set(batching.shared_steps(WORKFLOW, CATALOG, fields)) == shared


def test_what_was_found_out_is_shared_by_hooks(shop: Workshop) -> None:
    research = publishing.read(publishing.EXAMPLES / "researched-short.json")
    shared = batching.shared_steps(research, CATALOG, frozenset({"hook"}))
    kinds = {one.kind for one in research.steps if one.id in shared}
    assert kinds == {"recall", "research"}


def test_an_opening_line_of_a_variant_goes_before_that_of_its_input(
    shop: Workshop, user: User
) -> None:
    table = b"url,hook\nhttps://example.org/1,Of the input.\n"
    batch = batching.begin(
        shop, user.id, WORKFLOW.slug, batch_inputs.from_csv(table, "t"), name="B",
        variants=[Variant(), Variant(hook="Cheap, fast, gone.")],
    )  # fmt: skip
    briefs = [one.brief for one in items(shop, user, batch)]
    assert [one.hook for one in briefs if one] == ["Of the input.", "Cheap, fast, gone."]


def test_items_are_paged_counted_and_filtered_as_they_stand(shop: Workshop, user: User) -> None:
    """In SQL, as the rows say of themselves."""
    table = b"url\n" + b"".join(b"https://example.org/%d\n" % n for n in range(7)) + b"no\n"
    batch = batching.begin(
        shop, user.id, WORKFLOW.slug, batch_inputs.from_csv(table, "t"), name="B",
        rules=BatchRules(at_once=6),
    )  # fmt: skip
    found = items(shop, user, batch)
    end(shop, user, found[0])
    end(shop, user, found[1], well=False)
    end(shop, user, found[2], well=False)
    with shop.db.acting(user.id) as conn:
        batches.again(conn, [found[2].id])
        for one, state in ((found[3], "waiting"), (found[4], "cancelled"), (found[5], "running")):
            conn.execute(
                "update vidp.productions set state = %s where id = %s", [state, one.production_id]
            )
    found = items(shop, user, batch)
    assert {one.state for one in found} == {
        "waiting", "running", "asking", "done", "failed", "cancelled",
    }  # fmt: skip
    told = batching.overview(shop, user.id, batch.id)
    assert told.counts == batching.progress(shop, user.id, batch.id).counts
    assert (told.videos, told.failed_begun) == (8, 1)
    for state in told.counts:
        alike = batching.page(shop, user.id, batch.id, limit=50, states=[state])
        assert alike == [one for one in found if one.state == state]
    assert batching.page(shop, user.id, batch.id, limit=3, after=(2, 0)) == found[2:5]
    assert batching.page(shop, user.id, batch.id, limit=3, offset=6) == found[6:]


def test_other_variants_begin_when_the_first_has_done_what_they_share(
    shop: Workshop, user: User
) -> None:
    batch = begun(shop, user, 2, SHAPES, at_once=4)
    assert at_work(shop, user, batch) == [(1, 0), (2, 0)]
    do_shared(shop, user, batch, items(shop, user, batch)[0])
    batching.advance(shop, user.id, batch.id)
    assert at_work(shop, user, batch) == [(1, 0), (1, 1), (2, 0)]


def test_a_mapped_step_is_shared_only_when_every_item_of_it_is_done(
    shop: Workshop, user: User
) -> None:
    batch = begun(shop, user, 1, VOICES, at_once=2)
    (first, _) = items(shop, user, batch)
    assert first.production_id is not None
    with shop.db.acting(user.id) as conn:
        productions.attach_run(conn, first.production_id, "r")
    board = shop.store.put_bytes(b'{"scenes": [{}, {}]}', "application/json")
    traced(shop, user, first, "article", "script", output={})
    traced(shop, user, first, "storyboard", output=board.model_dump(mode="json"))
    for key, begin_now in (("draw[s1]", [(1, 0)]), ("draw[s2]", [(1, 0), (1, 1)])):
        traced(shop, user, first, key, output={})
        batching.advance(shop, user.id, batch.id)
        assert at_work(shop, user, batch) == begin_now


def test_after_a_leader_that_failed_early_another_one_goes_ahead_alone(
    shop: Workshop, user: User
) -> None:
    three = [*SHAPES, Variant(label="square", aspect="1:1")]
    batch = begun(shop, user, 1, three, at_once=3)
    end(shop, user, items(shop, user, batch)[0], well=False)
    batching.advance(shop, user.id, batch.id)
    assert at_work(shop, user, batch) == [(1, 1)]
    traced(shop, user, items(shop, user, batch)[1], *batch.shared, output={})
    batching.advance(shop, user.id, batch.id)
    assert at_work(shop, user, batch) == [(1, 1), (1, 2)]


def test_a_batch_that_cannot_start_yet_is_kept_and_begun_once(
    shop: Workshop, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise StoreError("The database is away.")

    with monkeypatch.context() as patched:
        patched.setattr(launching, "plan", away)
        batch = begun(shop, user, 2, [Variant()])
    assert [one.state for one in items(shop, user, batch)] == ["waiting", "waiting"]
    batching.tick(shop, only=user.id)
    assert at_work(shop, user, batch) == [(1, 0), (2, 0)]


def test_until_it_is_known_what_a_video_costs_a_capped_batch_makes_one(
    shop: Workshop, user: User
) -> None:
    batch = begun(shop, user, 5, [Variant()], at_once=5, cap_usd=2.0)
    assert at_work(shop, user, batch) == [(1, 0)]
    with pytest.raises(ValidationError):
        BatchRules(cap_usd=0)


def test_the_archive_holds_every_video_and_the_table(
    shop: Workshop, user: User, tmp_path: Path
) -> None:
    batch = begun(shop, user, 1, [Variant(label="tall"), Variant(label="tall", voice="de")])
    with pytest.raises(BadRequest, match="is done yet"):
        batch_results.archive(batching.progress(shop, user.id, batch.id))
    for number, _ in enumerate(SHAPES):
        one = items(shop, user, batch)[number]
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "video.mp4").write_bytes(bytes([number]) * 3_000_000)
        with shop.db.acting(user.id) as conn:
            conn.execute(
                "update vidp.productions set folder = %s where id = %s",
                [str(folder), one.production_id],
            )
        end(shop, user, one)
        batching.tick(shop, only=user.id)
    pieces = list(batch_results.archive(batching.progress(shop, user.id, batch.id)))
    assert max(map(len, pieces)) < 2_000_000
    with ZipFile(io.BytesIO(b"".join(pieces))) as found:
        assert found.testzip() is None
        names = ["results.csv", "001-1-tall/video.mp4", "001-2-tall/video.mp4"]
        assert found.namelist() == names
        assert found.read(names[2]) == b"\x01" * 3_000_000
        rows = [*csv.DictReader(io.StringIO(found.read("results.csv").decode()))]
    assert [row["video"] for row in rows] == names[1:]


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
    odd = '{"text": "One\u2028two\u0085three"}'.encode()
    assert len(batch_inputs.from_json_lines(odd, "l")) == 1, "these end no line"
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
