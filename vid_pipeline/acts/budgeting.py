"""What may be spent: how the caps of a user stand, and setting one."""

from uuid import UUID

from vid_pipeline.errors import BadRequest
from vid_pipeline.records import BudgetScope
from vid_pipeline.settings import Settings
from vid_pipeline.store import budgets, productions
from vid_pipeline.store.budgets import Defaults, Standing
from vid_pipeline.store.database import Database


def standing(
    settings: Settings, db: Database, user: UUID, production: UUID | str | None = None
) -> tuple[Standing, ...]:
    """Cap, spent and set aside, by scope; without a production, its cap is that of a new one.

    Raises:
        NotFound: the user has no such production.
    """
    with db.acting(user) as conn:
        found = productions.get(conn, production).id if production is not None else None
        return budgets.standing(conn, found, defaults=Defaults.of(settings))


def set_cap(
    db: Database,
    user: UUID,
    scope: str,
    to_usd: float | None,
    *,
    production: UUID | str | None = None,
) -> None:
    """Set a cap in US dollars, up or down; None takes it away.

    Raises:
        NotFound: the user has no such production.
        BadRequest: no such scope, or no amount of money.
    """
    with db.acting(user) as conn:
        found = productions.get(conn, production).id if production is not None else None
        budgets.set_cap(conn, _scope(scope), found, to_usd, user)


def _scope(name: str) -> BudgetScope:
    for scope in budgets.SCOPES:
        if scope == name:
            return scope
    raise BadRequest("Budget", name, f"Choose one of: {', '.join(budgets.SCOPES)}.")
