"""Caps on what may be spent: for a production, by a user in all, by a user in a calendar month.

A call is let through when what was spent, what calls under way may still cost, and what it may
cost itself stay within every cap. Deciding that and writing the call down is one transaction
under a lock per owner, so calls that start at the same moment cannot overspend together.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from vid_pipeline.errors import BadRequest, OverBudget
from vid_pipeline.records import BudgetScope
from vid_pipeline.settings import Settings

SCOPES: tuple[BudgetScope, ...] = ("production", "user", "month")

_SERIALISE = """
select pg_advisory_xact_lock(hashtextextended('vidp.budgets/' || vidp.uid(), 0))"""
_CAPS = """
select distinct on (scope) scope, limit_usd, set_by from vidp.budgets
where production_id is null or production_id = %(production)s::uuid
order by scope, production_id nulls last, set_at desc, id desc"""
_USED = """
select coalesce(sum(cost_usd) filter (where production_id = %(production)s::uuid), 0),
    coalesce(sum(cost_usd), 0),
    coalesce(sum(cost_usd) filter (where coalesce(done_at, sent_at)
        >= (select date_trunc('month', clock_timestamp(), 'UTC'))), 0)
from vidp.journal where cost_usd > 0"""
_RESERVED = """
select coalesce(sum(reserved_usd) filter (where production_id = %(production)s::uuid), 0),
    coalesce(sum(reserved_usd), 0), coalesce(sum(reserved_usd), 0)
from vidp.journal where reserved_usd > 0"""
_SET = """
insert into vidp.budgets (owner_id, scope, production_id, limit_usd, set_by)
values (vidp.uid(), %(scope)s, %(production)s, %(limit)s, %(by)s)"""


@dataclass(frozen=True)
class Defaults:
    """The operator's caps in US dollars, for whoever has set none; None is no cap."""

    production: float | None = None
    user: float | None = None
    month: float | None = None

    @classmethod
    def of(cls, settings: Settings) -> "Defaults":
        """The caps that the settings give."""
        return cls(
            production=settings.budget_production_usd,
            user=settings.budget_user_usd,
            month=settings.budget_month_usd,
        )


NO_CAPS = Defaults()


@dataclass(frozen=True)
class Standing:
    """One scope: its cap (None: no cap), what was spent, what calls under way may still cost."""

    scope: BudgetScope
    limit_usd: float | None
    spent_usd: float
    reserved_usd: float
    set_by: UUID | None = None

    @property
    def left_usd(self) -> float | None:
        """What may still be spent, at least 0; None without a cap."""
        if self.limit_usd is None:
            return None
        return max(0.0, round(self.limit_usd - self.spent_usd - self.reserved_usd, 9))

    def lets(self, usd: float) -> bool:
        """Whether a call that may cost this much stays within the cap."""
        left_usd = self.left_usd
        return left_usd is None or usd <= 0 or round(usd, 9) <= left_usd


@dataclass(frozen=True)
class _Cap:
    scope: BudgetScope
    limit_usd: float | None
    set_by: UUID


def standing(
    conn: Connection[Any], production_id: UUID | str | None = None, *, defaults: Defaults
) -> tuple[Standing, ...]:
    """How each scope stands, in the order of `SCOPES`.

    Without a production, its scope has the cap that each new one begins with.
    """
    values: dict[str, object] = {"production": production_id}
    caps = {c.scope: c for c in conn.cursor(row_factory=class_row(_Cap)).execute(_CAPS, values)}
    spent, reserved = (_sums(conn, query, values) for query in (_USED, _RESERVED))
    return tuple(
        _stands(scope, caps.get(scope), spent[at], reserved[at], defaults)
        for at, scope in enumerate(SCOPES)
    )


def serialise(conn: Connection[Any]) -> None:
    """Wait until no other transaction of this owner is between looking and writing a call down."""
    conn.execute(_SERIALISE)


def refuse(
    conn: Connection[Any],
    production_id: UUID | str,
    usd: float,
    *,
    defaults: Defaults,
    own_usd: float = 0.0,
) -> None:
    """Return if a call may be made that costs up to `usd`; hold the lock of `serialise`.

    Args:
        conn: a transaction as the owner.
        production_id: whose call it is.
        usd: the most it may cost.
        defaults: the operator's caps.
        own_usd: what is set aside for this very call already.

    Raises:
        OverBudget: it could pass a cap; names the first of `SCOPES`.
    """
    for scope in standing(conn, production_id, defaults=defaults):
        if not scope.lets(usd - own_usd):
            raise OverBudget(
                scope.scope,
                limit_usd=scope.limit_usd or 0.0,
                spent_usd=scope.spent_usd,
                reserved_usd=max(0.0, scope.reserved_usd - own_usd),
                needed_usd=usd,
                production=str(production_id),
            )


def set_cap(
    conn: Connection[Any],
    scope: BudgetScope,
    production_id: UUID | str | None,
    to_usd: float | None,
    by: UUID | str,
) -> None:
    """Set a cap, up or down; None takes it away.

    Args:
        conn: a transaction as the owner of the budget.
        scope: a production's, the user's in all, or a calendar month's.
        production_id: for the scope `production`: this one; None for each without its own.
        to_usd: the cap in US dollars.
        by: the user who decided it.

    Raises:
        BadRequest: no amount of money, or a production with another scope.
    """
    if to_usd is not None and not 0 <= to_usd < float("inf"):
        raise BadRequest("Budget", to_usd, "Give US dollars, 0 or more.")
    if production_id is not None and scope != "production":
        raise BadRequest("Budget", scope, "Only the scope `production` is of one production.")
    values = {"scope": scope, "production": production_id, "limit": to_usd, "by": by}
    conn.execute(_SET, values)


def raise_cap(
    conn: Connection[Any],
    scope: BudgetScope,
    production_id: UUID | str | None,
    to_usd: float,
    by: UUID | str,
    *,
    defaults: Defaults,
) -> Standing:
    """Raise a cap to `to_usd`, and say how the scope stands; a higher one, or none, is left alone.

    For the scope `production` it is raised for this production alone. Approving twice is approving
    once.
    """
    serialise(conn)
    of = production_id if scope == "production" else None
    if not _reaches(_of_scope(conn, scope, production_id, defaults), to_usd):
        set_cap(conn, scope, of, to_usd, by)
    return _of_scope(conn, scope, production_id, defaults)


def _of_scope(
    conn: Connection[Any],
    scope: BudgetScope,
    production_id: UUID | str | None,
    defaults: Defaults,
) -> Standing:
    found = standing(conn, production_id, defaults=defaults)
    return next(one for one in found if one.scope == scope)


def _reaches(now: Standing, to_usd: float) -> bool:
    return now.limit_usd is None or now.limit_usd >= to_usd


def _sums(conn: Connection[Any], query: str, values: dict[str, object]) -> list[float]:
    """The three sums; rounded, so that ten times 0.1 is 1 and a cap of 1 lets the tenth through."""
    row = conn.execute(query, values).fetchone()
    assert row is not None
    return [round(usd, 9) for usd in row]


def _stands(
    scope: BudgetScope,
    cap: _Cap | None,
    spent_usd: float,
    reserved_usd: float,
    defaults: Defaults,
) -> Standing:
    default: float | None = getattr(defaults, scope)
    return Standing(
        scope,
        limit_usd=default if cap is None else cap.limit_usd,
        spent_usd=spent_usd,
        reserved_usd=reserved_usd,
        set_by=None if cap is None else cap.set_by,
    )
