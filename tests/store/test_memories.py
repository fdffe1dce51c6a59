"""The content brain: kept once, replaced by slot, expiring, searched, forgotten for good."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.store.test_tables import produced
from vid_pipeline.acts import remembering
from vid_pipeline.acts.remembering import Brain, checked
from vid_pipeline.artifacts import Paragraph
from vid_pipeline.errors import BadRequest, NotFound
from vid_pipeline.memories import Kept
from vid_pipeline.records import User
from vid_pipeline.store import cluster, memories, memory_search, users
from vid_pipeline.store.database import Database
from vid_pipeline.testing.embeddings import FakeEmbeddings

_LEFT = {
    "memories": "select body from vidp.memories where owner_id = %s",
    "codes": "select code::text from vidp.memory_codes where owner_id = %s",
    "words": "select word from vidp.memory_words where owner_id = %s",
    "uses": "select step_key from vidp.memory_uses where owner_id = %s",
}
_INJECTIONS = (
    "whale' or true --",
    "whale'); delete from vidp.memories; --",
    "whale & | ! ( :* <-> 'x",
    "%(query)s %s {0} whale",
    "whale \0 \ud800",
    "a:b\\'' whale",
)


@pytest.fixture
def brain(database: Database, user: User) -> Brain:
    return Brain(database, user.id, FakeEmbeddings())


@pytest.fixture
def thief(database: Database) -> Brain:
    """Another user's brain."""
    with database.service() as conn:
        other = users.add(conn, f"t{uuid4().hex}")
    return Brain(database, other.id, FakeEmbeddings())


def keep(brain: Brain, text: str, kind: str = "fact", **fields: object) -> Kept:
    return remembering.remember(brain, checked(kind=kind, text=text, **fields))


def texts(brain: Brain, query: str, **wishes: object) -> list[str]:
    return [one.text for one in remembering.recall(brain, query, **wishes)]  # type: ignore[arg-type]


def left(brain: Brain) -> dict[str, list[str]]:
    """What is in the tables, as the superuser sees them."""
    where = make_conninfo("", **brain.db.where(cluster.SUPERUSER))
    with psycopg.connect(where) as conn:
        return {
            table: sorted(row[0] for row in conn.execute(query, [brain.owner]))
            for table, query in _LEFT.items()
        }


def revision(brain: Brain) -> str:
    with brain.db.acting(brain.owner) as conn:
        return memories.revisions(conn)


def test_the_best_match_comes_first_and_words_are_joined_by_or(brain: Brain) -> None:
    keep(brain, "A blue whale has a heart of 180 kilograms.")
    keep(brain, "Bread needs salt and time.")
    keep(brain, "Whales sing to each other across the sea.")
    assert (
        "heart"
        in texts(brain, "how heavy is the heart of a whale, and nothing about xylophones")[0]
    )
    assert texts(brain, "salt", most=1) == ["Bread needs salt and time."]


def test_a_rare_word_is_found_among_many_that_are_nearer(brain: Brain) -> None:
    many = [checked(kind="fact", text=f"The harbour has crane {n}.") for n in range(120)]
    remembering.remember_all(brain, many)
    keep(brain, "Something else altogether was once said by Quexington, on a Tuesday, at length.")
    with brain.db.acting(brain.owner) as conn:
        (vector,) = brain.embeddings.encode(["the harbour has a crane"])
        near = memory_search.nearest(conn, "main", vector, most=50)
        found = memory_search.find(conn, "main", "the crane, the harbour, Quexington", vector)
    assert not any("Quexington" in one.body for one in near)
    assert any("Quexington" in one.body for one in found.memories)


def test_the_same_words_are_kept_once_however_they_are_spaced(brain: Brain) -> None:
    first = keep(brain, "We film in Bremen.")
    before = revision(brain)
    again = keep(brain, "  we film\n in BREMEN. ")
    assert (again.id, again.new) == (first.id, False)
    assert revision(brain) == before
    assert keep(brain, "We film in Bremen.", kind="style").new
    assert keep(Brain(brain.db, brain.owner, brain.embeddings, "tech"), "We film in Bremen.").new


def test_nearly_the_same_is_pointed_out_and_never_merged(brain: Brain) -> None:
    said = "the host of this channel likes very long and slow camera moves over the wide sea"
    first = keep(brain, said)
    other = keep(brain, said.replace("likes", "dislikes"))
    assert other.new
    assert [one.id for one in other.alike] == [first.id]
    assert other.alike[0].cosine >= 0.9
    assert len(remembering.listed(brain)) == 2


def test_a_slot_has_one_memory_and_it_can_change_back(brain: Brain) -> None:
    old = keep(brain, "Videos last 30 seconds.", slot="length")
    new = keep(brain, "Videos last 60 seconds.", slot="length")
    assert new.superseded == old.id
    assert texts(brain, "how long do videos last") == ["Videos last 60 seconds."]
    back = keep(brain, "Videos last 30 seconds.", slot="length")
    assert (back.new, back.superseded) == (True, new.id)
    assert texts(brain, "how long do videos last") == ["Videos last 30 seconds."]
    everything = remembering.listed(brain, superseded=True)
    assert [one.superseded_by is None for one in everything] == [True, False, False]


def test_what_has_expired_is_not_recalled_and_then_deleted(brain: Brain) -> None:
    keep(brain, "The offer ends soon.", expires_at=datetime.now(UTC) - timedelta(seconds=1))
    keep(brain, "The offer is good.", expires_at=datetime.now(UTC) + timedelta(days=1))
    assert texts(brain, "offer") == ["The offer is good."]
    assert [one.body for one in remembering.listed(brain)] == ["The offer is good."]
    keep(brain, "Something new.")
    assert left(brain)["memories"] == ["Something new.", "The offer is good."]


def test_rules_come_with_every_recall_that_asks_for_them(brain: Brain) -> None:
    keep(brain, "Never promise cures.", kind="banned")
    keep(brain, "Short sentences.", kind="style")
    pinned = keep(brain, "The host is called Ada.")
    remembering.pin(brain, pinned.id[-8:])
    for number in range(5):
        keep(brain, f"Tides follow the moon {number}.")
    found = remembering.recall(brain, "tides and the moon", most=2, rules=True)
    assert [one.text for one in found[:3]] == [
        "The host is called Ada.",
        "Short sentences.",
        "Never promise cures.",
    ]
    assert len(found) == 5
    assert all("Tides" in text for text in texts(brain, "tides and the moon", most=2))


def test_only_the_kinds_that_were_asked_for_are_recalled(brain: Brain) -> None:
    keep(brain, "Whales sing.")
    keep(brain, "Why whales sing", kind="title")
    assert texts(brain, "whales", kinds=("title",)) == ["Why whales sing"]
    with pytest.raises(BadRequest, match="Choose of: fact"):
        texts(brain, "whales", kinds=("titles",))


def test_an_edited_memory_is_found_by_its_new_words_alone(brain: Brain) -> None:
    made = keep(brain, "The studio is in Bremen.")
    before = revision(brain)
    edited = remembering.edit(brain, made.id, text="The kitchen is in Lisbon.")
    assert (str(edited.id), edited.body) == (made.id, "The kitchen is in Lisbon.")
    assert revision(brain) != before
    assert "bremen" not in left(brain)["words"]
    assert "lisbon" in left(brain)["words"]
    keep(brain, "Taken already.")
    with pytest.raises(BadRequest, match="says just this"):
        remembering.edit(brain, made.id, text="taken  ALREADY.")


def test_forgetting_leaves_nothing_in_any_table(
    brain: Brain, database: Database, user: User
) -> None:
    keep(brain, "Secret: the old address is Elm Street.", slot="address")
    made = keep(brain, "Secret: the address is Oak Street.", slot="address")
    made = keep(brain, "Secret: the address is Ash Street.", slot="address")
    keep(brain, "Bread needs salt.")
    production = produced(database, user)
    with database.acting(user.id) as conn:
        ids = [UUID(made.id)]
        memories.use(conn, ids, production.id, step_key="recall", run_id="r")
        assert [one.body for one in memories.used_in(conn, production.id)] == [
            "Secret: the address is Ash Street."
        ]
    assert left(brain)["uses"] == ["recall"]
    remembering.forget(brain, made.id)
    rest = left(brain)
    assert rest["memories"] == ["Bread needs salt."]
    assert (len(rest["codes"]), rest["uses"]) == (1, [])
    assert rest["words"] == ["bread", "need", "salt"]
    with pytest.raises(NotFound):
        remembering.forget(brain, made.id)


def test_a_document_is_kept_in_parts_and_a_new_text_replaces_it(brain: Brain) -> None:
    long = [
        Paragraph(text=f"Sentence {n} is about the tide and the sea.", heading="Tides")
        for n in range(60)
    ]
    kept = remembering.take_in(brain, "sea.md", [*long, Paragraph(text="Salt.", heading="Bread")])
    assert len(kept) > 3
    found = remembering.listed(brain, kinds=("document",))
    assert {one.heading for one in found} == {"Tides", "Bread"}
    assert all(len(one.body.split()) <= 180 for one in found)
    assert {one.source.document for one in found} == {"sea.md"}
    remembering.take_in(brain, "sea.md", long[:3])
    assert len(left(brain)["memories"]) == 1


def test_another_users_memory_cannot_be_had_by_id_by_search_or_by_slot(
    brain: Brain, thief: Brain
) -> None:
    mine = keep(brain, "The whale password is Quexington.", slot="password")
    assert texts(thief, "the whale password is Quexington", rules=True) == []
    assert remembering.listed(thief, superseded=True) == []
    with thief.db.acting(thief.owner) as conn:
        (vector,) = thief.embeddings.encode(["The whale password is Quexington."])
        assert memory_search.nearest(conn, "main", vector) == []
        for table in ("memories", "memory_codes", "memory_words", "brains", "memory_uses"):
            assert conn.execute(f"select count(*) from vidp.{table}").fetchone() == (0,)
        memories.forget(conn, [UUID(mine.id)])
        memories.pin(conn, UUID(mine.id), pinned=True)
    for act in (remembering.forget, remembering.pin, remembering.edit):
        with pytest.raises(NotFound):
            act(thief, mine.id)
    assert keep(thief, "Mine.", slot="password").superseded is None
    assert texts(brain, "password") == ["The whale password is Quexington."]
    assert not remembering.listed(brain)[0].pinned


def test_a_memory_cannot_be_hung_on_anothers(brain: Brain, thief: Brain) -> None:
    theirs = keep(brain, "A fact.")
    mine = keep(thief, "Another fact.", slot="s")
    with thief.db.acting(thief.owner) as conn:
        production = produced(thief.db, _user(thief))
        memories.use(conn, [UUID(theirs.id)], production.id, step_key="s", run_id="r")
        assert memories.used_in(conn, production.id) == []
    with pytest.raises(psycopg.errors.ForeignKeyViolation), thief.db.acting(thief.owner) as conn:
        conn.execute(
            "update vidp.memories set superseded_by = %s where id = %s", [theirs.id, mine.id]
        )
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
        thief.db.acting(thief.owner) as conn,
    ):
        conn.execute(
            """insert into vidp.memory_words (owner_id, channel, word, memory_id, kind)
            values (%s, 'main', 'x', %s, 'fact')""",
            [brain.owner, mine.id],
        )


@pytest.mark.parametrize("attack", _INJECTIONS)
def test_what_a_question_holds_is_words_and_never_a_query(brain: Brain, attack: str) -> None:
    keep(brain, "A whale sings.")
    keep(brain, "Bread needs salt.")
    assert texts(brain, attack, most=1) == ["A whale sings."]
    assert len(remembering.listed(brain)) == 2


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"text": "  "}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"text": "a", "slot": ""}, "slot"),
        ({"text": "a", "kind": "secret"}, "kind"),
        ({"text": "a", "importance": 2}, "importance"),
    ],
)
def test_what_cannot_be_remembered_is_named(fields: dict[str, object], place: str) -> None:
    with pytest.raises(BadRequest, match=place):
        checked(**({"kind": "fact"} | fields))


def test_a_channel_has_a_plain_name(brain: Brain) -> None:
    with pytest.raises(BadRequest, match="lower case"):
        Brain(brain.db, brain.owner, brain.embeddings, "Main'; --")


def _user(brain: Brain) -> User:
    with brain.db.acting(brain.owner) as conn:
        return users.get(conn, brain.owner)


def test_writers_at_the_same_time_keep_one_memory_a_slot(brain: Brain) -> None:
    def write(number: int) -> Kept:
        keep(brain, "The same words.")
        keep(brain, f"Soon gone {number}.", expires_at=datetime.now(UTC) - timedelta(seconds=1))
        return keep(brain, f"The length is {number} seconds.", slot="length")

    with ThreadPoolExecutor(4) as pool:
        kept = list(pool.map(write, range(12)))
    live = remembering.listed(brain)
    assert sorted(one.slot or "" for one in live) == ["", "length"]
    assert len({one.superseded for one in kept}) == len(kept)
