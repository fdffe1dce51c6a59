"""What a production's outside calls took: the part of `vidp trace` about models and services."""

from collections.abc import Sequence

from rich.table import Table

from ui.cli.tables import cost, length, state, table
from vid_pipeline.records import PaidCall


def calls_table(calls: Sequence[PaidCall]) -> Table:
    """Each call: for which step, who was called, tokens in, from or into a cache, and out."""
    columns = ("step", "called", "state", "tries", "took", "in", "cached", "out", "cost", "about")
    return table(*columns, rows=[_row(call) for call in calls])


def _row(call: PaidCall) -> list[str]:
    instead = f"instead of {call.instead_of}" if call.instead_of else ""
    about = "; ".join(one for one in (instead, call.error or "") if one)
    return [
        call.step_key.replace("[", r"\["),
        f"{call.provider}/{call.model}",
        state(call.state),
        str(call.attempts) if call.attempts > 1 else "",
        "" if call.seconds is None else length(call.seconds),
        *(f"{n:,}" if n else "" for n in (call.input_tokens, call.cache_tokens)),
        f"{call.output_tokens:,}" if call.output_tokens else "",
        cost(call.cost_usd) if call.cost_usd else "",
        about.replace("[", r"\["),
    ]
