"""Decisions from what is typed: `s2=why`, `name=value`."""

import math
from collections.abc import Sequence

from vid_pipeline.acts.verdicts import Decision, ItemDecision
from vid_pipeline.errors import BadRequest


def approval(
    note: str,
    rejected: Sequence[str],
    form: Sequence[str],
    to: str | None,
    limit_usd: float | None,
) -> Decision:
    """An approval, with some items sent back.

    Raises:
        BadRequest: something typed is no pair, or no sum.
    """
    if limit_usd is not None and not 0 < limit_usd < math.inf:
        raise BadRequest("Budget", limit_usd, "Give a sum above 0, as 2.50.")
    return Decision(
        verdict="approve",
        feedback=note,
        items=_rejected(rejected),
        form=dict(map(_pair, form)),
        to=to,
        limit_usd=limit_usd,
    )


def rejection(feedback: str, to: str | None, items: Sequence[str], *, stop: bool) -> Decision:
    """A rejection that goes back to a step, or one that ends the production."""
    if stop:
        return Decision(verdict="stop", feedback=feedback)
    return Decision(verdict="reject", feedback=feedback, to=to, items=_rejected(items))


def _rejected(items: Sequence[str]) -> dict[str, ItemDecision]:
    pairs = map(_pair, items)
    return {key: ItemDecision(verdict="reject", note=note) for key, note in pairs}


def _pair(text: str) -> tuple[str, str]:
    name, given, value = text.partition("=")
    if not given or not name:
        raise BadRequest("Option", text, "Write it as name=value.")
    return name.strip(), value.strip()
