from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import Connection

from vid_pipeline.artifacts import Brief
from vid_pipeline.errors import BadRequest, NotFound
from vid_pipeline.records import JournalEntry, Production, User, WorkflowVersion
from vid_pipeline.store import journal, productions, traces, users, workflows
from vid_pipeline.store.budgets import NO_CAPS, Defaults
from vid_pipeline.store.database import Database
from vid_pipeline.workflow import Step, Workflow

BRIEF = Brief(name="article.md", url="https://example.org/a")


def flow(title: str = "A", slug: str = "article-to-short") -> Workflow:
    return Workflow(slug=slug, title=title, steps=(Step(id="brief", kind="take_brief"),))


def published(db: Database, user: User, title: str = "A") -> WorkflowVersion:
    with db.acting(user.id) as conn:
        return workflows.publish(conn, flow(title))


def produced(db: Database, user: User) -> Production:
    version = published(db, user)
    with db.acting(user.id) as conn:
        return productions.create(conn, version, BRIEF)


def called(
    conn: Connection[Any],
    made: Production,
    request_hash: str = "h",
    *,
    most_usd: float = 0.0,
    defaults: Defaults = NO_CAPS,
) -> JournalEntry:
    return journal.begin(
        conn,
        made.id,
        request_hash,
        step_key="script",
        provider="anthropic",
        model="m",
        most_usd=most_usd,
        defaults=defaults,
    )


def test_publishing_counts_versions_and_keeps_the_document(database: Database, user: User) -> None:
    first, second = published(database, user), published(database, user, "B")
    assert (first.version, second.version) == (1, 2)
    assert second.document == flow("B")
    with database.acting(user.id) as conn:
        assert workflows.get(conn, "article-to-short", 1) == first
        assert workflows.get(conn, "article-to-short") == second
        assert workflows.history(conn, "article-to-short") == [second, first]
        assert workflows.latest_of_all(conn) == [second]


def test_publishing_the_same_document_gives_the_newest_version(
    database: Database, user: User
) -> None:
    assert published(database, user) == published(database, user)


def test_an_older_document_again_is_a_new_version(database: Database, user: User) -> None:
    titles = ("A", "B", "A")
    assert [published(database, user, title).version for title in titles] == [1, 2, 3]


def test_a_published_version_cannot_be_changed_by_anybody(database: Database, user: User) -> None:
    version = published(database, user)
    for statement in (
        "update vidp.workflow_versions set note = 'x' where id = %s",
        "delete from vidp.workflow_versions where id = %s",
    ):
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            database.acting(user.id) as conn,
        ):
            conn.execute(statement, [version.id])


def test_jobs_of_two_users_never_share_a_name(database: Database, user: User) -> None:
    with database.acting(database.local_user) as conn:
        local = workflows.publish(conn, flow(slug=f"s{uuid4().hex[:8]}"))
    other = published(database, user)
    assert local.job_name == f"{local.slug}__v1"
    assert other.job_name == f"{user.handle}__article_to_short__v1"
    with database.service() as conn:
        assert workflows.by_job_name(conn, other.job_name) == other
        assert all(version in workflows.published(conn) for version in (local, other))


def test_an_unknown_workflow_is_not_found(database: Database, user: User) -> None:
    with database.acting(user.id) as conn:
        assert workflows.newest(conn, "nothing") is None
        with pytest.raises(NotFound, match="nothing"):
            workflows.get(conn, "nothing")


def test_a_handle_is_taken_once(database: Database, user: User) -> None:
    with pytest.raises(BadRequest, match="taken"), database.service() as conn:
        users.add(conn, user.handle)


def test_a_production_goes_from_draft_to_done(database: Database, user: User) -> None:
    made = produced(database, user)
    assert (made.state, made.brief) == ("draft", BRIEF)
    with database.acting(user.id) as conn:
        queued = productions.attach_run(conn, made.id, "run-1")
        assert (queued.state, queued.run_id, queued.root_run_id) == ("queued", "run-1", "run-1")
        running = productions.running(conn, made.id)
        done = productions.done(conn, made.id, folder="/out")
    assert running.started_at is not None
    assert done.ended
    assert (done.state, done.folder, done.ended_at is None) == ("done", "/out", False)


def test_a_second_run_keeps_the_root_and_clears_the_fault(database: Database, user: User) -> None:
    made = produced(database, user)
    with database.acting(user.id) as conn:
        productions.attach_run(conn, made.id, "run-1")
        productions.running(conn, made.id)
        failed = productions.failed(conn, made.id, error="No\n  voice.", step="narrate")
        again = productions.attach_run(conn, made.id, "run-2", root="run-1")
    assert (failed.error, failed.failed_step) == ("No voice.", "narrate")
    assert (again.run_id, again.root_run_id, again.error) == ("run-2", "run-1", None)


def test_a_finished_production_cannot_fail(database: Database, user: User) -> None:
    made = produced(database, user)
    with database.acting(user.id) as conn:
        productions.running(conn, made.id)
        productions.done(conn, made.id)
        with pytest.raises(BadRequest, match="done"):
            productions.failed(conn, made.id, error="late")
        with pytest.raises(BadRequest, match="done"):
            productions.cancelled(conn, made.id)


def test_a_draft_cannot_be_done(database: Database, user: User) -> None:
    made = produced(database, user)
    with database.acting(user.id) as conn, pytest.raises(BadRequest, match="draft"):
        productions.done(conn, made.id)


def test_a_production_is_found_by_either_end_of_its_id(database: Database, user: User) -> None:
    made, other = produced(database, user), produced(database, user)
    with database.acting(user.id) as conn:
        assert productions.get(conn, made.short_id) == made
        assert productions.get(conn, made.id) == made
        with pytest.raises(BadRequest, match="more characters"):
            productions.get(conn, str(made.id)[:4])
        with pytest.raises(NotFound):
            productions.get(conn, "%")
        assert productions.recent(conn) == [other, made]
        assert productions.recent(conn, 1, 1) == [made]


def test_a_trace_tells_what_a_step_read_gave_and_spent(database: Database, user: User) -> None:
    made = produced(database, user)
    with database.acting(user.id) as conn:
        begun = traces.start(
            conn,
            made.id,
            run_id="r",
            step_key="draw[s2]",
            step_id="draw",
            kind="draw_scene",
            inputs={"scene": ["abc"]},
            fingerprint=f"f{made.id}",
        )
        traces.progress(conn, begun.id, 1.7, "drawing")
        [seen] = traces.of_production(conn, made.id)
        assert (seen.progress, seen.note, seen.state) == (1, "drawing", "running")
        assert traces.reusable(conn, f"f{made.id}") is None
        done = traces.finish(conn, begun.id, output={"sha256": "x"}, cost_usd=0.25)
        assert traces.reusable(conn, f"f{made.id}") == done
    assert done.inputs == {"scene": ["abc"]}
    assert done.seconds is not None
    assert done.seconds >= 0


def test_a_reused_trace_names_the_run_it_came_from(database: Database, user: User) -> None:
    made = produced(database, user)
    with database.acting(user.id) as conn:
        begun = traces.start(
            conn, made.id, run_id="r2", step_key="a", step_id="a", kind="narrate", fingerprint="f"
        )
        reused = traces.reuse(conn, begun.id, output={"sha256": "x"}, reused_from="r1")
        assert (reused.state, reused.reused_from) == ("reused", "r1")
        assert traces.reusable(conn, "f") is None
        assert traces.typical(conn) == {}


def test_a_failed_try_and_the_next_are_two_traces(database: Database, user: User) -> None:
    made = produced(database, user)
    with database.acting(user.id) as conn:
        for attempt in (1, 2):
            begun = traces.start(
                conn,
                made.id,
                run_id="r",
                step_key="a",
                step_id="a",
                kind="narrate",
                attempt=attempt,
            )
            if attempt == 1:
                traces.fail(conn, begun.id, error="no voice")
            else:
                traces.finish(conn, begun.id, output=None)
        assert [t.state for t in traces.of_production(conn, made.id)] == ["failed", "done"]
        assert list(traces.typical(conn)) == ["narrate"]


def test_what_is_typical_is_the_median_of_the_last_fifty_that_were_not_reused(
    database: Database, user: User
) -> None:
    made = produced(database, user)
    with database.acting(user.id) as conn:
        for number in range(60):
            key = f"s{number}"
            begun = traces.start(
                conn, made.id, run_id="r", step_key=key, step_id=key, kind="write_script"
            )
            if number % 10 == 9:
                traces.reuse(conn, begun.id, output=None, reused_from="r0")
            else:
                traces.finish(conn, begun.id, output=None, cost_usd=9.0 if number < 31 else 0.25)
        conn.execute(
            "update vidp.step_traces set ended_at = started_at + interval '3 seconds' "
            "where production_id = %s",
            [made.id],
        )
        found = traces.typical(conn)
    assert found == {"write_script": traces.Typical(seconds=3.0, cost_usd=0.25)}


def test_a_finished_call_is_replayed_and_never_begun_again(database: Database, user: User) -> None:
    made = produced(database, user)
    with database.acting(user.id) as conn:
        assert journal.replay(conn, made.id, "h") is None
        entry = called(conn, made)
        journal.fail(conn, entry.id, error="overloaded", input_tokens=5, cost_usd=0.1)
        assert journal.replay(conn, made.id, "h") is None
        again = called(conn, made)
        assert again.id == entry.id
        done = journal.finish(conn, entry.id, response={"a": 1}, input_tokens=7, cost_usd=0.2)
        assert done.input_tokens == 12
        assert done.cost_usd == pytest.approx(0.3)
        assert journal.replay(conn, made.id, "h") == done
        with pytest.raises(BadRequest, match="replay"):
            called(conn, made)


def test_an_unfinished_job_is_found_with_its_providers_id(database: Database, user: User) -> None:
    made = produced(database, user)
    with database.acting(user.id) as conn:
        entry = journal.begin(conn, made.id, "h", step_key="s", provider="p", model="m")
        journal.submitted(conn, entry.id, "job-9")
        found = journal.replay(conn, made.id, "h")
    assert found is not None
    assert (found.state, found.provider_job_id) == ("submitted", "job-9")
