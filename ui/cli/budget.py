"""`vidp budget …`: what may be spent, what was, and setting caps."""

import json
from dataclasses import asdict

import typer

from ui.cli.installation import Installation, entered
from ui.cli.tables import console, cost, table
from vid_pipeline.acts import budgeting
from vid_pipeline.errors import BadRequest
from vid_pipeline.store.budgets import Standing

_NO_CAP = "none"
_MEANS = {
    "production": "one production",
    "user": "all productions, ever",
    "month": "all productions, this month (UTC)",
}


def show(production: str | None, *, as_json: bool) -> None:
    """Print caps, spent and set aside, by scope."""
    with entered() as here:
        _print(here, production, as_json=as_json)


def set_cap(scope: str, usd: str, production: str | None, *, as_json: bool) -> None:
    """Set a cap and print how all stand then.

    Raises:
        BadRequest: no such scope, or no amount of money.
    """
    to_usd = _amount(usd)
    with entered() as here:
        budgeting.set_cap(here.db, here.user, scope, to_usd, production=production)
        _print(here, production, as_json=as_json)


def _print(here: Installation, production: str | None, *, as_json: bool) -> None:
    found = budgeting.standing(here.settings, here.db, here.user, production)
    if as_json:
        body = {one.scope: asdict(one) | {"left_usd": one.left_usd} for one in found}
        typer.echo(json.dumps(body, indent=2, default=str))
        return
    columns = ("budget", "cap", "spent", "set aside", "left", "of")
    console().print(table(*columns, rows=[_row(one, production) for one in found]))


def _row(one: Standing, production: str | None) -> list[str]:
    whole = one.scope == "production" and production is None
    used = ["", "", ""] if whole else [cost(one.spent_usd), cost(one.reserved_usd), _left(one)]
    cap = _NO_CAP if one.limit_usd is None else f"${one.limit_usd:.2f}"
    return [one.scope, cap, *used, "each new production" if whole else _MEANS[one.scope]]


def _left(one: Standing) -> str:
    return "" if one.left_usd is None else cost(one.left_usd)


def _amount(text: str) -> float | None:
    if text.casefold() == _NO_CAP:
        return None
    try:
        return float(text.removeprefix("$"))
    except ValueError:
        raise BadRequest("Budget", text, f"Give US dollars, or {_NO_CAP!r} for no cap.") from None
