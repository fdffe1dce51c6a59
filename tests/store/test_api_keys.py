"""People's own keys: sealed, theirs alone, used by their runs, shown nowhere."""

import json
import logging
from pathlib import Path
from uuid import UUID, uuid4

import dagster as dg
import psycopg
import pytest
from pydantic import SecretStr

from resources.journal import JournalledLLMResource
from tests.command_line import told, vidp
from tests.models import GOOD, MODEL, Shot
from tests.store.test_tables import produced
from vid_pipeline import tags
from vid_pipeline.acts import keys
from vid_pipeline.errors import BadRequest, NotFound, StoreError
from vid_pipeline.records import User
from vid_pipeline.settings import Settings
from vid_pipeline.store import api_keys, journal, users
from vid_pipeline.store.database import Database
from vid_pipeline.testing.messages_server import MessagesServer, error, tool

OPERATORS, OWN = "sk-ant-operators-0123456789", "sk-ant-own-abcdefghij-WXYZ"


def added(db: Database, user: User, key: str = OWN, name: str = "default") -> keys.Added:
    return keys.add(db, user.id, "anthropic", SecretStr(key), name=name)


def used(db: Database, user: UUID) -> str | None:
    with db.acting(user) as conn:
        found = api_keys.key_of(conn, db.keys, "anthropic")
    return found.get_secret_value() if found else None


def row(db: Database, user: User) -> tuple[object, ...]:
    with db.acting(user.id) as conn:
        found = conn.execute("select id, sealed, last4, last_used_at from vidp.api_keys").fetchone()
    assert found is not None
    return tuple(found)


def test_a_key_is_sealed_and_known_by_its_last_four(database: Database, user: User) -> None:
    assert used(database, user.id) is None
    key = added(database, user).key
    _, sealed, last4, never = row(database, user)
    assert OWN.encode() not in bytes(sealed)  # type: ignore[call-overload]
    assert (key.last4, last4, never) == ("WXYZ", "WXYZ", None)
    assert OWN not in key.model_dump_json() + repr(key)
    assert used(database, user.id) == OWN
    assert row(database, user)[3] is not None


def test_adding_under_the_same_name_replaces_and_deletes(database: Database, user: User) -> None:
    first, second = added(database, user), added(database, user, OWN + "2")
    assert (first.replaced, second.replaced) == (False, True)
    assert used(database, user.id) == OWN + "2"
    with database.acting(user.id) as conn:
        assert api_keys.opened(conn, database.keys, first.key.id) is None
        kept = conn.execute("select count(*) from vidp.api_keys where sealed is not null")
        assert kept.fetchone() == (1,)


def test_the_newest_key_is_used_and_a_revoked_one_never(database: Database, user: User) -> None:
    added(database, user)
    second = added(database, user, OWN + "2", "second").key
    assert used(database, user.id) == OWN + "2"
    keys.revoke(database, user.id, second.short_id)
    keys.revoke(database, user.id, second.short_id)
    assert used(database, user.id) == OWN
    keys.revoke(database, user.id, "anthropic")
    assert used(database, user.id) is None


@pytest.mark.parametrize(
    "key", ["", "short", "two words of a key", "sk-ant\nsecond-line", "sk-ü" * 9]
)
def test_what_cannot_be_a_key_is_refused_unshown(database: Database, user: User, key: str) -> None:
    with pytest.raises(BadRequest) as caught:
        added(database, user, key)
    assert not key or key not in str(caught.value)


def test_a_key_copied_to_another_user_or_name_cannot_be_opened(
    database: Database, user: User
) -> None:
    added(database, user)
    _, sealed, last4, _ = row(database, user)
    with database.service() as conn:
        thief = users.add(conn, f"t{uuid4().hex}")
    copy = """insert into vidp.api_keys (owner_id, provider, name, sealed, last4)
        values (vidp.uid(), %s, %s, %s, %s)"""
    with database.acting(thief.id) as conn:
        conn.execute(copy, ["anthropic", "default", sealed, last4])
    with pytest.raises(StoreError, match="cannot be read"):
        used(database, thief.id)
    with database.acting(user.id) as conn:
        conn.execute(copy, ["anthropic", "newer", sealed, last4])
    with pytest.raises(StoreError, match="cannot be read"):
        used(database, user.id)


def test_another_users_key_is_not_there(database: Database, user: User) -> None:
    key = added(database, user).key
    with database.service() as conn:
        thief = users.add(conn, f"t{uuid4().hex}")
    assert keys.listed(database, thief.id) == []
    assert used(database, thief.id) is None
    with pytest.raises(NotFound):
        keys.revoke(database, thief.id, str(key.id))
    with database.acting(thief.id) as conn:
        stolen = conn.execute("update vidp.api_keys set last_used_at = null returning id")
        assert stolen.fetchall() == []
    denied = psycopg.errors.InsufficientPrivilege
    with pytest.raises(denied), database.acting(user.id) as conn:
        conn.execute("delete from vidp.api_keys")


def test_a_provider_is_asked_whether_it_takes_a_key(database: Database, user: User) -> None:
    key = added(database, user).key
    with MessagesServer() as server:
        settings = Settings(anthropic_base_url=server.url, openai_base_url=server.chat_url)
        assert keys.test(database, user.id, settings, "anthropic").good
        server.bad_keys.add(OWN)
        tried = keys.test(database, user.id, settings, key.short_id)
        assert server.received == []
    assert (tried.good, "401" in tried.said) == (False, True)
    keys.revoke(database, user.id, key.short_id)
    with pytest.raises(NotFound, match="revoked"):
        keys.test(database, user.id, settings, key.short_id)


def test_a_runs_model_is_asked_with_its_owners_key_which_is_shown_nowhere(
    database: Database,
    home: Path,
    user: User,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("VIDP_HOME", str(home))
    monkeypatch.setenv("ANTHROPIC_API_KEY", OPERATORS)
    caplog.set_level(logging.DEBUG)
    production = produced(database, user)

    @dg.op
    def plan(llm: JournalledLLMResource) -> None:
        llm.ask("Plan a shot.", Shot)

    @dg.job
    def planned() -> None:
        plan()

    def run(address: str) -> str:
        llm = JournalledLLMResource(model=MODEL, base_url=address)
        with dg.DagsterInstance.ephemeral() as instance:
            done = planned.execute_in_process(
                resources={"llm": llm},
                instance=instance,
                tags={tags.PRODUCTION: str(production.id)},
                raise_on_error=False,
            )
            return "".join(str(entry) for entry in instance.all_logs(done.run_id))

    with MessagesServer(error(401), error(401), tool(**GOOD)) as server:
        events = run(server.url)
        added(database, user)
        events += run(server.url) + run(server.url)
        asked_with = [received.headers["authorization"] for received in server.received]
    assert asked_with == [f"Bearer {key}" for key in (OPERATORS, OWN, OWN)]
    with database.acting(user.id) as conn:
        kept = str(conn.execute("select * from vidp.journal").fetchall())
        [call] = journal.calls(conn, production.id)
    assert (call.state, call.attempts, call.input_tokens) == ("done", 3, 100)
    out = capfd.readouterr()
    told = events + kept + caplog.text + out.out + out.err
    assert [key for key in (OPERATORS, OWN) if key in told] == []


def test_keys_are_managed_from_the_command_line(database: Database, home: Path) -> None:
    done = vidp("keys", "add", "openai", "--json", home=home, stdin=f"{OWN}\n".encode())
    key = json.loads(done.stdout)
    assert (done.returncode, key["last4"], key["replaced"]) == (0, "WXYZ", False)
    listed = told("keys", "list", home=home)
    assert key["id"][-8:] in listed.stdout
    empty = told("keys", "add", "openai", home=home)
    argument = told("keys", "add", "openai", OWN, home=home)
    revoked = told("keys", "revoke", key["id"][-8:], home=home)
    assert [one.returncode for one in (empty, argument, revoked)] == [2, 2, 0]
    said = "".join(one.stdout + one.stderr for one in (done, listed, empty, revoked))
    assert OWN not in said


def test_a_row_without_its_seal_is_revoked(database: Database, user: User) -> None:
    added(database, user)
    refused = psycopg.errors.CheckViolation
    with pytest.raises(refused), database.acting(user.id) as conn:
        conn.execute("update vidp.api_keys set sealed = null")
