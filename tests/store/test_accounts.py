"""Accounts on a real database: who gets in, how often, and that it costs the same for everybody."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import argon2
import psycopg
import pytest
from psycopg import Connection

from vid_pipeline.account_records import Caller, Login
from vid_pipeline.acts import (
    accounts,
    auditing,
    connecting,
    joining,
    passwords,
    resetting,
    throttling,
    tokens,
)
from vid_pipeline.acts.administering import PAGE, Administration
from vid_pipeline.acts.door import Door
from vid_pipeline.errors import AccountError, BadRequest, TooManyTries
from vid_pipeline.openid import Person
from vid_pipeline.records import User
from vid_pipeline.settings import Settings
from vid_pipeline.store import accounts as kept
from vid_pipeline.store import audit, server, sessions, users
from vid_pipeline.store.database import Database, opened

SECRET = "seven green kettles"
QUICK = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class Counting:
    """argon2 that counts what it is asked."""

    asked: list[str] = field(default_factory=list)

    def hash(self, password: str) -> str:
        self.asked.append("hash")
        return QUICK.hash(password)

    def verify(self, hash: str, password: str) -> bool:
        self.asked.append("verify")
        return QUICK.verify(hash, password)

    def check_needs_rehash(self, hash: str) -> bool:
        return QUICK.check_needs_rehash(hash)


@pytest.fixture
def door(settings: Settings, database: Database, user: User) -> Door:
    """A door where the test's user has a password, and an address."""
    made = Door(settings.model_copy(update={"sign_up": "open"}), database, Counting())
    with database.service() as conn:
        kept.rename(conn, user.id, name="Ada", email=address(user))
        kept.set_password(conn, user.id, made.passwords.hashed(SECRET))
    return made


def address(user: User) -> str:
    return f"{user.handle}@example.org"


def elsewhere() -> Caller:
    """A client that nobody else is in this test run."""
    number = uuid4().int
    return Caller(client=f"10.{number % 250}.{number // 250 % 250}.{number // 62500 % 250}")


def asked(door: Door) -> list[str]:
    hasher = door.hasher
    assert isinstance(hasher, Counting)
    return hasher.asked


def test_known_and_unknown_addresses_cost_the_same_work(door: Door, user: User) -> None:
    _ = door.passwords
    with door.db.service() as conn:
        bare = users.add(conn, f"b{uuid4().hex}", email=f"{uuid4().hex}@example.org")
        gone = users.add(conn, f"g{uuid4().hex}", email=f"{uuid4().hex}@example.org")
        kept.set_password(conn, gone.id, door.passwords.hashed(SECRET))
        kept.set_active(conn, gone.id, active=False)
    costs, words = [], []
    for email, password in (
        (address(user), "wrong wrong wrong"),
        ("nobody@example.org", SECRET),
        (str(bare.email), SECRET),
        (str(gone.email), SECRET),
        ("no address", SECRET),
        ("", ""),
        (address(user), "x" * 10_000),
    ):
        before = len(asked(door))
        with pytest.raises(AccountError) as refused:
            accounts.sign_in(door, email, password, caller=elsewhere())
        costs.append(asked(door)[before:])
        words.append(str(refused.value))
    assert costs == [["verify"]] * len(costs)
    assert len(set(words)) == 1


def test_the_right_password_opens_a_session_that_ends_by_time(door: Door, user: User) -> None:
    token = accounts.sign_in(door, address(user).upper(), SECRET, caller=elsewhere())
    found = accounts.present(door, token)
    assert found is not None
    assert (found.user, found.role) == (user.id, "creator")
    with door.db.service() as conn:
        assert sessions.find(conn, token, idle=timedelta(0)) is None
    short = replace(door, settings=door.settings.model_copy(update={"session_days": 1e-9}))
    assert accounts.present(door, accounts.begin_session(door.db, user.id, life=short.life)) is None
    with door.db.service() as conn:
        kept.set_active(conn, user.id, active=False)
    assert accounts.present(door, token) is None


def test_of_a_token_and_a_password_only_hashes_are_kept(door: Door, user: User) -> None:
    token = accounts.begin_session(door.db, user.id)
    with door.db.service() as conn:
        row = conn.execute("select s::text from vidp.sessions s where owner_id = %s", [user.id])
        assert token not in str(row.fetchall())
        hashed = kept.password_hash(conn, user.id)
    assert hashed is not None
    assert hashed.startswith("$argon2id$")
    assert SECRET not in hashed


def test_a_user_sees_and_ends_their_own_sessions_alone(door: Door, user: User) -> None:
    with door.db.service() as conn:
        victim = users.add(conn, f"v{uuid4().hex}")
    token = accounts.begin_session(door.db, victim.id)
    theirs = accounts.present(door, token)
    assert theirs is not None
    accounts.begin_session(door.db, user.id)
    with door.db.acting(user.id) as conn:
        assert [one.owner_id for one in sessions.of_user(conn, user.id, idle=door.idle)] == [
            user.id
        ]
        assert sessions.of_user(conn, victim.id, idle=door.idle) == []
    assert not accounts.end_session(door.db, user.id, theirs.session)
    assert accounts.present(door, token) is not None


@pytest.mark.parametrize(
    "statement",
    [
        "select token_sha from vidp.sessions",
        "select hash from vidp.passwords",
        "select * from vidp.tickets",
        "select * from vidp.throttles",
        "insert into vidp.sessions (owner_id, token_sha, began_by, expires_at) "
        "values (vidp.uid(), sha256('x'), 'password', 'infinity')",
        "update vidp.sessions set expires_at = 'infinity'",
        "insert into vidp.logins (owner_id, issuer, subject) values (vidp.uid(), 'i', 's')",
        "insert into vidp.audit (act) values ('forged')",
        "update vidp.users set role = 'administrator'",
        "update vidp.users set deactivated_at = null",
    ],
)
def test_injected_sql_of_a_user_gets_no_further(
    database: Database, user: User, statement: str
) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        database.acting(user.id) as conn,
    ):
        conn.execute(statement)


def test_the_audit_log_cannot_be_changed_and_is_read_by_whom_it_concerns(
    database: Database, user: User
) -> None:
    with database.service() as conn:
        auditing.record(conn, "signed_in", actor=user.id, by="password")
    for statement in ("update vidp.audit set act = 'x'", "delete from vidp.audit"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), database.service() as conn:
            conn.execute(statement)
    with database.acting(user.id) as conn:
        owners = {row[0] for row in conn.execute("select owner_id from vidp.audit")}
    assert owners == {user.id}


def test_tries_at_once_are_all_counted(door: Door, user: User) -> None:
    caller, start = elsewhere(), threading.Barrier(12)

    def guess(_: int) -> str:
        start.wait()
        try:
            accounts.sign_in(door, address(user), "wrong wrong wrong", caller=caller)
        except AccountError as error:
            return error.reason
        return "in"

    with ThreadPoolExecutor(12) as pool:
        told = sorted(pool.map(guess, range(12)))
    allowed = throttling.OF_CLIENT_AT_ADDRESS
    assert told == ["refused"] * allowed + ["too_many"] * (12 - allowed)


def test_a_crowd_at_an_address_keeps_strangers_out_and_lets_its_user_in(
    door: Door, user: User
) -> None:
    home = elsewhere()
    accounts.sign_in(door, address(user), SECRET, caller=home)
    with door.db.service() as conn:
        for _ in range(throttling.A_CROWD + 1):
            throttling.crowded(conn, "sign_in", client="192.0.2.1", address=address(user))
    with pytest.raises(TooManyTries) as refused:
        accounts.sign_in(door, address(user), SECRET, caller=elsewhere())
    assert 0 < refused.value.wait_s <= throttling.WINDOW.total_seconds()
    assert accounts.sign_in(door, address(user), SECRET, caller=home)


def test_a_crowd_of_one_network_keeps_out_nobody_who_is_known_there(door: Door, user: User) -> None:
    office, words = elsewhere(), set[str]()
    accounts.sign_in(door, address(user), SECRET, caller=office)
    with door.db.service() as conn:
        other = users.add(conn, f"o{uuid4().hex}", email=f"{uuid4().hex}@example.org")
        kept.set_password(conn, other.id, door.passwords.hashed(SECRET))
        for number in range(throttling.A_CROWD + 1):
            throttling.crowded(conn, "sign_in", client=office.client, address=f"guessed {number}")
    assert accounts.sign_in(door, address(user), SECRET, caller=office)
    for email, password in (
        (address(user), "wrong wrong wrong"),
        (str(other.email), SECRET),
        (f"{uuid4().hex}@example.org", SECRET),
    ):
        with pytest.raises(TooManyTries) as refused:
            accounts.sign_in(door, email, password, caller=office)
        words.add(str(refused.value))
    assert len(words) == 1, "nobody is told who is known there"


def test_whoever_gets_it_right_is_not_counted_against_the_others(door: Door, user: User) -> None:
    office = elsewhere()
    for _ in range(throttling.A_CROWD + 10):
        with door.db.service() as conn:
            throttling.crowded(conn, "sign_in", client=office.client, address=address(user))
            throttling.succeeded(conn, "sign_in", client=office.client, address=address(user))
    with door.db.service() as conn:
        assert throttling.crowded(conn, "sign_in", client=office.client, address="other") is None


def test_a_whole_team_signs_up_and_resets_from_one_office(door: Door, user: User) -> None:
    office = elsewhere()
    by_invitation = replace(
        door, settings=door.settings.model_copy(update={"sign_up": "invitation"})
    )
    team = 3 * throttling.OF_CLIENT_AT_ADDRESS
    for _ in range(team):
        _, token = joining.invite(by_invitation, user.id)
        assert join(by_invitation, ticket=token, caller=office)
    for _ in range(team):
        with door.db.service() as conn:
            one = users.add(conn, f"t{uuid4().hex}", email=f"{uuid4().hex}@example.org")
        token = resetting.make_link(door.db, user.id, one.id)
        assert resetting.reset(door, token, "another good one", caller=office)


def test_in_a_crowd_a_good_invitation_and_a_good_link_still_open(door: Door, user: User) -> None:
    office = elsewhere()
    with door.db.service() as conn:
        for _ in range(throttling.A_CROWD + 1):
            for what in ("sign_up", "reset_use"):
                throttling.crowded(conn, what, client=office.client)
    with pytest.raises(TooManyTries):
        join(door, caller=office)
    _, token = joining.invite(door, user.id)
    assert join(door, ticket=token, caller=office)
    with pytest.raises(TooManyTries):
        resetting.reset(door, "guessed", "another good one", caller=office)
    token = resetting.make_link(door.db, user.id, user.id)
    assert resetting.reset(door, token, "another good one", caller=office)


def test_trying_on_makes_the_wait_no_longer(database: Database) -> None:
    client = elsewhere().client
    with database.service() as conn:
        waits = [throttling.tried(conn, "x", client=client, address="a") for _ in range(9)]
    told = [wait for wait in waits if wait is not None]
    assert told == sorted(told, reverse=True)
    assert len(told) == 9 - throttling.OF_CLIENT_AT_ADDRESS


def test_a_whole_ipv6_network_counts_as_one_client() -> None:
    near = throttling.network_of
    assert near("2001:db8::1") == near("2001:db8::ffff:1") != near("2001:db8:0:1::1")
    assert near("::ffff:192.0.2.1") == "192.0.2.1"
    assert near("unknown") == "unknown"


@pytest.mark.parametrize(
    "password",
    ["", "short", "a" * 201, "aaaaaaaaaaaa", "Password123", "1234567890", "ada@example.org"],
)
def test_a_weak_password_cannot_be_chosen(password: str) -> None:
    with pytest.raises(AccountError):
        passwords.refuse_weak(password, email="ada@example.org", name="Ada Lovelace")
    passwords.refuse_weak("zwölf grüne Kessel", email="ada@example.org")


def test_a_password_matches_however_its_letters_are_composed(door: Door, user: User) -> None:
    with door.db.service() as conn:
        kept.set_password(conn, user.id, door.passwords.hashed("zwo\u0308lf gru\u0308ne Kessel"))
    assert accounts.sign_in(door, address(user), "zw\u00f6lf gr\u00fcne Kessel", caller=elsewhere())


def test_an_invitation_makes_one_user_in_the_role_it_names(door: Door, user: User) -> None:
    by_invitation = replace(
        door, settings=door.settings.model_copy(update={"sign_up": "invitation"})
    )
    with pytest.raises(AccountError, match="invitation"):
        join(by_invitation)
    _, token = joining.invite(door, user.id, role="reviewer")
    with ThreadPoolExecutor(4) as pool:
        made = [pool.submit(_tried, lambda: join(by_invitation, ticket=token)) for _ in range(4)]
    tokens = [one.result() for one in made]
    (session,) = [one for one in tokens if one is not None]
    found = accounts.present(door, session)
    assert found is not None
    assert found.role == "reviewer"


def test_an_invitation_is_good_for_its_own_address_alone(door: Door, user: User) -> None:
    mine = f"{uuid4().hex}@example.org"
    _, token = joining.invite(door, user.id, email=mine.upper())
    with pytest.raises(AccountError):
        join(door, ticket=token)
    assert join(door, email=mine, ticket=token)


def test_closed_means_closed_to_invitations_too(door: Door, user: User) -> None:
    closed = replace(door, settings=door.settings.model_copy(update={"sign_up": "closed"}))
    _, token = joining.invite(door, user.id)
    with pytest.raises(AccountError):
        join(closed, ticket=token)


def test_an_address_becomes_one_account_even_when_asked_for_at_once(door: Door) -> None:
    email = f"{uuid4().hex}@example.org"
    with ThreadPoolExecutor(4) as pool:
        made = [pool.submit(_tried, lambda: join(door, email=email)) for _ in range(4)]
    assert sum(one.result() is not None for one in made) == 1


def test_the_first_account_takes_over_the_local_user_and_nobody_else_can(
    tmp_path: Path, settings: Settings
) -> None:
    home = tmp_path / "first"
    with opened(Settings(home=home, idle_s=1)) as db:
        fresh = Door(settings.model_copy(update={"home": home}), db, Counting())
        assert not accounts.is_claimed(db)
        with pytest.raises(AccountError):
            join(fresh)
        with ThreadPoolExecutor(4) as pool:
            made = [
                pool.submit(_tried, lambda: join(fresh, first=True, email=f"{uuid4().hex}@x.org"))
                for _ in range(4)
            ]
        (token,) = [one.result() for one in made if one.result() is not None]
        found = accounts.present(fresh, token or "")
        assert found is not None
        assert (found.user, found.role) == (db.local_user, "administrator")
        assert accounts.is_claimed(db)
        with pytest.raises(AccountError, match="administrator"):
            Administration(fresh, db.local_user).set_role(db.local_user, "creator")
        with pytest.raises(AccountError, match="administrator"):
            Administration(fresh, db.local_user).set_active(db.local_user, active=False)
    server.remove(home)


def test_a_reset_link_opens_once_for_one_of_many(door: Door, user: User) -> None:
    token = resetting.make_link(door.db, user.id, user.id)
    with ThreadPoolExecutor(4) as pool:
        made = [
            pool.submit(
                _tried,
                lambda: resetting.reset(door, token, "another good one", caller=elsewhere()),
            )
            for _ in range(4)
        ]
    assert sum(one.result() is not None for one in made) == 1
    assert accounts.sign_in(door, address(user), "another good one", caller=elsewhere())


def test_a_reset_by_mail_goes_to_the_address_on_record_alone(door: Door, user: User) -> None:
    sent: list[tuple[str, str]] = []

    def send(to: str, token: str) -> bool:
        sent.append((to, token))
        return True

    resetting.ask(door, f"  {address(user).upper()} ", send, caller=elsewhere())()
    resetting.ask(door, f"{uuid4().hex}@example.org", send, caller=elsewhere())()
    assert [to for to, _ in sent] == [address(user)]
    assert resetting.look(door.db, sent[0][1]) is not None
    with pytest.raises(AccountError):
        resetting.ask(door, "a@example.org\r\nBcc: b@example.org", send)


def test_nobody_makes_a_link_worthless_by_asking_for_another(door: Door, user: User) -> None:
    """Neither an administrator's, nor one in the mail; and nobody fills a mailbox with them."""
    sent = list[str]()

    def send(_: str, token: str) -> bool:
        sent.append(token)
        return len(sent) > 1

    by_hand = resetting.make_link(door.db, user.id, user.id)
    for _ in range(4):
        resetting.ask(door, address(user), send, caller=elsewhere())()
    lost, mailed = sent
    assert resetting.look(door.db, lost) is None, "no mail server took it, so the next one is sent"
    assert resetting.look(door.db, mailed) is not None
    assert resetting.look(door.db, by_hand) is not None
    resetting.reset(door, by_hand, "another good one", caller=elsewhere())
    assert resetting.look(door.db, mailed) is None


def test_asked_for_at_once_one_mail_goes_out(door: Door, user: User) -> None:
    sent, start = list[str](), threading.Barrier(6)

    def ask(_: int) -> None:
        def send(_: str, token: str) -> bool:
            sent.append(token)
            return True

        rest = resetting.ask(door, address(user), send, caller=elsewhere())
        start.wait()
        rest()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(ask, range(6)))
    assert len(sent) == 1


@pytest.mark.parametrize("changed", ["password", "address"])
def test_another_password_or_address_makes_links_worthless(
    door: Door, user: User, changed: str
) -> None:
    sent = list[str]()

    def send(_: str, token: str) -> bool:
        sent.append(token)
        return True

    resetting.ask(door, address(user), send, caller=elsewhere())()
    if changed == "password":
        accounts.change_password(
            door, user.id, SECRET, "quite another one", session=None, caller=elsewhere()
        )
    else:
        email = f"{uuid4().hex}@example.org"
        accounts.rename(door, user.id, name="Ada", email=email, password=SECRET, caller=elsewhere())
    assert resetting.look(door.db, sent[0]) is None


def test_another_password_ends_all_other_sessions(door: Door, user: User) -> None:
    here, there = (accounts.begin_session(door.db, user.id) for _ in range(2))
    mine = accounts.present(door, here)
    assert mine is not None
    with pytest.raises(AccountError):
        accounts.change_password(
            door, user.id, "wrong", "quite another one", session=mine.session, caller=elsewhere()
        )
    accounts.change_password(
        door, user.id, SECRET, "quite another one", session=mine.session, caller=elsewhere()
    )
    assert accounts.present(door, here) is not None
    assert accounts.present(door, there) is None


def test_access_tokens_end_when_their_user_wants_it_and_at_a_reset(door: Door, user: User) -> None:
    caller = elsewhere()

    def change(old: str, new: str, *, with_tokens: bool) -> None:
        accounts.change_password(
            door, user.id, old, new, session=None, with_tokens=with_tokens, caller=caller
        )

    def new_one() -> str:
        made = tokens.make(door.db, user.id, "ci", ["tokens:write"])
        return made.secret.get_secret_value()

    def is_good(token: str) -> bool:
        return tokens.of(door.db, token) is not None

    token = new_one()
    change(SECRET, "quite another one", with_tokens=False)
    accounts.sign_out_everywhere(door.db, user.id)
    assert is_good(token)
    change("quite another one", SECRET, with_tokens=True)
    assert not is_good(token)
    token = new_one()
    accounts.sign_out_everywhere(door.db, user.id, with_tokens=True)
    assert not is_good(token)
    token = new_one()
    link = resetting.make_link(door.db, user.id, user.id)
    resetting.reset(door, link, "another good one", caller=caller)
    assert not is_good(token)
    with door.db.service() as conn:
        chief = users.add(conn, f"c{uuid4().hex}", role="administrator")
    administration, token = Administration(door, chief.id), new_one()
    (shown,) = [one for one in administration.people(user.handle).people if one.id == user.id]
    assert shown.tokens == 1
    assert administration.revoke_tokens(user.id) == 1
    assert not is_good(token)
    (line, *_) = administration.log(act="tokens_revoked", person=user.id)
    assert (line.actor_id, line.detail) == (chief.id, {"revoked": 1})


def test_a_provider_is_disconnected_and_what_came_by_it_ends(door: Door, user: User) -> None:
    person = stranger()
    connecting.connect(door, user.id, person)
    here, there = (accounts.begin_session(door.db, user.id), connecting.enter(door, person))
    mine = accounts.present(door, here)
    assert mine is not None
    (login,) = connecting.connected(door.db, user.id)
    assert (login.subject, login.email) == (person.subject, person.email)
    connecting.disconnect(door, user.id, login, session=mine.session)
    assert connecting.connected(door.db, user.id) == []
    assert accounts.present(door, there) is None
    assert accounts.present(door, here) is not None
    with door.db.acting(user.id) as conn:
        acts = [one.act for one in audit.read(conn)]
    assert "login_disconnected" in acts


def test_nobody_is_disconnected_from_their_last_way_in(door: Door, user: User) -> None:
    """Not by themselves twice at once, nor by an administrator; a reset gives them another one."""
    mine = accounts.present(door, connecting.enter(door, stranger()))
    assert mine is not None
    connecting.connect(door, mine.user, stranger())
    with door.db.service() as conn:
        chief = users.add(conn, f"c{uuid4().hex}", role="administrator")
    administration = Administration(door, chief.id)
    with pytest.raises(AccountError, match="password"):
        administration.disconnect(mine.user)
    both, start = connecting.connected(door.db, mine.user), threading.Barrier(2)

    def leave(login: Login) -> bool:
        start.wait()
        try:
            connecting.disconnect(door, mine.user, login, session=None)
        except AccountError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, both)) == [False, True]
    link = administration.reset_link(mine.user)
    resetting.reset(door, link, "another good one", caller=elsewhere())
    assert connecting.connected(door.db, mine.user) == []
    connecting.connect(door, mine.user, stranger())
    administration.disconnect(mine.user)
    with door.db.service() as conn:
        handle = users.get(conn, mine.user).handle
    (shown,) = [one for one in administration.people(handle).people if one.id == mine.user]
    assert shown.logins == 0


def stranger() -> Person:
    """Somebody new at a provider."""
    name = uuid4().hex
    return Person(issuer="i", subject=name, name="Ada", email=f"{name}@provider.test")


def test_another_address_needs_the_password_and_must_be_free(door: Door, user: User) -> None:
    with door.db.service() as conn:
        other = users.add(conn, f"o{uuid4().hex}", email=f"{uuid4().hex}@example.org")
    caller = elsewhere()
    with pytest.raises(AccountError):
        accounts.rename(
            door, user.id, name="Ada", email="new@example.org", password="no", caller=caller
        )
    with pytest.raises(BadRequest):
        accounts.rename(
            door, user.id, name="Ada", email=str(other.email), password=SECRET, caller=caller
        )
    kept_address = accounts.rename(
        door, user.id, name=" Ada\nL ", email=address(user), password="", caller=caller
    )
    assert (kept_address.display_name, kept_address.email) == ("Ada L", address(user))


def test_people_are_found_by_words_and_listed_page_by_page(door: Door) -> None:
    clan = f"clan{uuid4().hex[:8]}"
    with door.db.service() as conn:
        chief = users.add(conn, f"c{uuid4().hex}", role="administrator")
        many = [
            users.add(conn, f"{clan}n{number}", display_name=f"Anna {number}%").id
            for number in range(PAGE + 3)
        ]
        kept.set_active(conn, many[0], active=False)
    accounts.begin_session(door.db, many[1])
    administration = Administration(door, chief.id)
    first = administration.people(f" {clan.upper()} ")
    assert (first.total, first.pages, first.page) == (PAGE + 3, 2, 1)
    assert [one.id for one in first.people] == many[1 : PAGE + 1]
    assert (first.people[0].sessions, first.people[1].sessions) == (1, 0)
    last = administration.people(clan, page=9)
    assert [one.id for one in last.people] == [*many[PAGE + 1 :], many[0]]
    assert last.page == 2
    assert administration.people(f"anna 1% {clan}n1").total == 1, "words are no patterns"
    assert administration.people(f"{clan}_1").people == ()


def test_only_an_active_administrator_administers(door: Door, user: User) -> None:
    calls: list[Callable[[Administration], Any]] = [
        lambda one: one.people(),
        lambda one: one.set_role(user.id, "administrator"),
        lambda one: one.reset_link(user.id),
        lambda one: one.invite(),
        lambda one: one.sessions(),
        lambda one: one.log(),
        lambda one: one.end_session(user.id),
        lambda one: one.revoke_tokens(user.id),
        lambda one: one.disconnect(user.id),
    ]
    for call in calls:
        with pytest.raises(AccountError, match="Only administrators"):
            call(Administration(door, user.id))
    with door.db.service() as conn:
        chief = users.add(conn, f"c{uuid4().hex}", role="administrator")
    token = accounts.begin_session(door.db, user.id)
    Administration(door, chief.id).set_active(user.id, active=False)
    assert accounts.present(door, token) is None
    acts = [one.act for one in Administration(door, chief.id).log(person=user.id)]
    assert "deactivated" in acts
    with door.db.service() as conn:
        kept.set_active(conn, chief.id, active=False)
    with pytest.raises(AccountError):
        Administration(door, chief.id).people()


def test_a_session_is_found_by_one_index(database: Database) -> None:
    with database.service() as conn:
        plan = _plan(conn, "select * from vidp.sessions where token_sha = sha256('x')")
    assert "sessions_token_sha_key" in plan


def _plan(conn: Connection[Any], statement: str) -> str:
    conn.execute("set local enable_seqscan = off")
    return str(conn.execute("explain " + statement).fetchall())


def join(
    door: Door,
    *,
    email: str = "",
    ticket: str = "",
    first: bool = False,
    caller: Caller | None = None,
) -> str:
    return joining.sign_up(
        door,
        name="Somebody",
        email=email or f"{uuid4().hex}@example.org",
        password=SECRET,
        ticket=ticket,
        first=first,
        caller=caller or elsewhere(),
    )


def _tried(act: Callable[[], str]) -> str | None:
    try:
        return act()
    except AccountError:
        return None
