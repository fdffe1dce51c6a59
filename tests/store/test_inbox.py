"""The inbox's list: whose requests are in it, what it is filtered by, how it is found."""

from typing import Any
from uuid import UUID

import pytest

from tests.store.test_requests import asked, someone
from tests.store.test_tables import flow
from vid_pipeline.acts import inbox
from vid_pipeline.acts.inbox import PAGE, Inbox, Wanted
from vid_pipeline.artifacts import Brief
from vid_pipeline.records import User
from vid_pipeline.store import inbox as rows
from vid_pipeline.store import productions, requests, workflows
from vid_pipeline.store.database import Database

_OTHERS = """
insert into vidp.requests (owner_id, production_id, step_id, kind, round, subject, run_id, title,
    shown, asked_at)
select vidp.uid(), %(production)s, 'g' || n, 'approval', 1, 's', 'r', 'Approve', '[]',
    now() - n * interval '1 minute'
from generate_series(1, %(many)s) n"""


def listed(db: Database, who: User, page: int = 1, **wanted: Any) -> Inbox:
    return inbox.listed(db, who.id, Wanted.model_validate(wanted), page=page)


def ids(found: Inbox) -> list[UUID]:
    return [one.id for one in found.requests]


def test_mine_are_those_i_may_decide_and_all_those_i_may_see(
    database: Database, user: User
) -> None:
    reviewer, other = someone(database, "reviewer"), someone(database)
    own = asked(database, user)
    given = asked(database, user, assignees=(other.id,))
    barred = asked(database, user, role="reviewer", author_barred=True)
    assert ids(listed(database, user)) == [own.id]
    assert ids(listed(database, user, scope="all")) == [own.id, given.id, barred.id]
    assert ids(listed(database, other)) == [given.id]
    assert barred.id in ids(listed(database, reviewer))
    assert own.id not in ids(listed(database, reviewer, scope="all"))
    assert ids(listed(database, someone(database), scope="all")) == []


def test_a_decider_reads_what_it_is_about_and_nothing_of_the_production(
    database: Database, user: User
) -> None:
    other = someone(database)
    asked(database, user, assignees=(other.id,))
    (found,) = listed(database, other).requests
    assert (found.about, found.workflow) == ("article.md", "article-to-short")
    with database.acting(other.id) as conn:
        assert productions.recent(conn) == []


def test_it_is_filtered_by_kind_workflow_age_and_state(database: Database, user: User) -> None:
    with database.acting(user.id) as conn:
        version = workflows.publish(conn, flow(slug="second"))
        made = productions.create(conn, version, Brief(name="b", url="https://e.example"))
    first, second = asked(database, user), asked(database, user, made)
    budget = asked(database, user, made, kind="budget", step_id="other")
    assert ids(listed(database, user, workflow="second")) == [second.id, budget.id]
    assert ids(listed(database, user, kind="budget")) == [budget.id]
    assert listed(database, user).workflows == {"article-to-short": 1, "second": 2}
    assert ids(listed(database, user, older_than_hours=1)) == []
    with database.acting(user.id) as conn:
        requests.decide(conn, first.id, "approved", by=user.id, answer={})
    assert ids(listed(database, user, open=False)) == [first.id]
    assert listed(database, user).total == 2


def test_it_is_paged_and_a_page_too_far_is_the_last_one(database: Database, user: User) -> None:
    own = asked(database, user)
    with database.acting(user.id) as conn:
        conn.execute(_OTHERS, {"production": own.production_id, "many": PAGE})
    last = listed(database, user, page=9)
    assert (last.page, last.pages, len(last.requests)) == (2, 2, 1)
    assert not set(ids(last)) & set(ids(listed(database, user)))


def test_the_first_page_can_be_read_off_an_index_in_its_order(
    database: Database, user: User
) -> None:
    values = rows._values(Wanted()) | {"limit": PAGE, "offset": 0}
    with database.acting(user.id) as conn:
        for way in ("seqscan", "bitmapscan", "sort"):  # few rows are read whole, and sorted
            conn.execute(f"set local enable_{way} = off")
        found = conn.execute(f"explain {rows._OPEN}", values).fetchall()
    plan = "\n".join(str(row[0]) for row in found)
    assert "Index Scan using requests_" in plan
    assert "Sort Key" not in plan


@pytest.mark.parametrize("column", ["about", "workflow"])
def test_a_service_reads_neither_title_nor_workflow(database: Database, column: str) -> None:
    with pytest.raises(Exception, match="permission denied"), database.service() as conn:
        conn.execute(f"select {column} from vidp.requests")
