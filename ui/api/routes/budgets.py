"""What may be spent, and what was."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from ui.api import shown
from ui.api.callers import Caller, Here
from ui.api.routing import needs, router
from vid_pipeline.acts import budgeting
from vid_pipeline.wire.settings import Budgets, NewCap, Scope

api = router("budgets")


@api.get("/budgets", summary="How your caps stand", **needs("settings:read", 404))
def listed(
    here: Here,
    production: Annotated[UUID | None, Query(description="Else the cap of a new one.")] = None,
) -> Budgets:
    """Caps, spent and set aside, in US dollars."""
    return _standing(here, production)


@api.put("/budgets/{scope}", summary="Set a cap", **needs("settings:write", 404))
def set_cap(here: Here, scope: Scope, cap: NewCap) -> Budgets:
    """Up or down; null takes it away. The answer says how all stand then."""
    budgeting.set_cap(here.db, here.user, scope, cap.limit_usd, production=cap.production)
    return _standing(here, cap.production)


def _standing(here: Caller, production: UUID | None) -> Budgets:
    found = budgeting.standing(here.shop.settings, here.db, here.user, production)
    return Budgets(items=tuple(shown.budget(one) for one in found))
