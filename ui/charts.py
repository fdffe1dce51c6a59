"""Bars of figures, in the categorical colours of the theme (.streamlit/config.toml)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from types import MappingProxyType

import altair as alt
import streamlit as st

from vid_pipeline.acts.history import History, Sum

_HEIGHT_PX = 300
_ROW_PX = 34
_LABEL_PX = 230
_MOST_PARTS = 6  # as many as the theme has colours

Row = dict[str, str | float]


def rows(
    found: History, by: str, measure: str, names: Mapping[str, str] = MappingProxyType({})
) -> list[Row]:
    """One a bar: `name`, `part` (the workflow, of a day) and `value`; `names` are of workflows."""
    totals: dict[tuple[str, str], float] = defaultdict(float)
    for one in found.models if by == "model" else found.days:
        workflow = names.get(one.workflow, one.workflow)
        name = workflow if by == "workflow" else one.name
        totals[name, workflow if by == "day" else ""] += _value(one, measure)
    kept = _parts(totals)
    merged: dict[tuple[str, str], float] = defaultdict(float)
    for (name, part), value in totals.items():
        merged[name, part if part in kept else "…"] += value
    return [
        {"name": _day(name) if by == "day" else name, "part": part, "value": value}
        for (name, part), value in sorted(merged.items())
    ]


def bars(found: Sequence[Row], title: str, *, key: str) -> None:
    """Bars upright for days, lying for names; stacked by part where there are several."""
    parts = sorted({str(row["part"]) for row in found})
    upright = parts != [""]
    one, other = (alt.X, alt.Y) if upright else (alt.Y, alt.X)
    colour = alt.Color(
        "part:N",
        scale=alt.Scale(domain=parts),
        legend=alt.Legend(orient="bottom", title=None) if len(parts) > 1 else None,
    )
    mark = alt.Chart(alt.InlineData(values=list(found))).mark_bar(cornerRadiusEnd=2)
    chart = mark.encode(
        one(
            "name:N",
            title=None,
            sort=list(dict.fromkeys(str(row["name"]) for row in found)) if upright else "-x",
            axis=alt.Axis(labelAngle=0, labelLimit=_LABEL_PX, labelOverlap=True),
        ),
        other("value:Q", title=None, axis=alt.Axis(tickCount=4)),
        color=colour,
        tooltip=[alt.Tooltip("name:N"), alt.Tooltip("part:N"), alt.Tooltip("value:Q", format=",")],
    )
    height = _HEIGHT_PX if upright else max(90, _ROW_PX * len(found) + 50)
    st.altair_chart(chart.properties(height=height), width="stretch", key=key, alt=title)


def _day(name: str) -> str:
    """`2026-11-24` → `24 Nov`; with its year, if that is not this one."""
    day = date.fromisoformat(name)
    this_year = day.year == datetime.now(UTC).year
    return day.strftime("%d %b" if this_year else "%d %b %Y")


def _value(one: Sum, measure: str) -> float:
    return {"cost": one.cost_usd, "tokens": one.tokens, "videos": one.count}[measure]


def _parts(totals: dict[tuple[str, str], float]) -> set[str]:
    """The parts with a colour of their own: the largest, if there are too many."""
    sizes: dict[str, float] = defaultdict(float)
    for (_, part), value in totals.items():
        sizes[part] += value
    largest = sorted(sizes, key=lambda part: -sizes[part])
    return set(largest if len(largest) <= _MOST_PARTS else largest[: _MOST_PARTS - 1])
