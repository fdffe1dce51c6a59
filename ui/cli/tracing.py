"""What `vidp trace` tells below each step: calls of models, tools, notes; and conversations."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import JsonValue
from rich.console import Console
from rich.markup import escape

from ui.cli.tables import cost, length
from vid_pipeline.records import PaidCall, StepEventRecord, StepTrace

_LONGEST_INPUT = 60


class Below:
    """What stands below each try of a step."""

    def __init__(
        self,
        steps: Sequence[StepTrace],
        calls: Sequence[PaidCall],
        events: Sequence[StepEventRecord],
    ) -> None:
        self._found: dict[UUID, list[tuple[datetime, list[str]]]] = defaultdict(list)
        for call in calls:
            if (step := _try_of(call, steps)) is not None:
                self._found[step.id].append((call.sent_at, _call_row(call)))
        for event in events:
            if event.kind != "said":
                self._found[event.trace_id].append((event.at, _event_row(event)))

    def rows(self, step: StepTrace) -> list[list[str]]:
        """In the order they happened; a replayed call of a model stands in the try that paid it."""
        return [row for _, row in sorted(self._found[step.id], key=lambda one: one[0])]


def _try_of(call: PaidCall, steps: Sequence[StepTrace]) -> StepTrace | None:
    """The newest try of the step that had begun when the call was sent."""
    mine = [step for step in steps if step.step_key == call.step_key]
    begun = [step for step in mine if step.started_at <= call.sent_at]
    return max(begun, key=lambda step: step.started_at, default=mine[0] if mine else None)


def _call_row(call: PaidCall) -> list[str]:
    took = "" if call.seconds is None else length(call.seconds)
    cached = f", {call.cache_tokens:,} by cache" if call.cache_tokens else ""
    tokens = f"{call.input_tokens:,} in, {call.output_tokens:,} out{cached}"
    instead = f"instead of {call.instead_of}" if call.instead_of else ""
    sent = f"sent {call.attempts} times" if call.attempts > 1 else ""
    about = plain("; ".join(one for one in (instead, call.error or sent) if one))
    name = escape(f"  {call.provider}/{call.model}")
    return [name, "model", call.state, took, tokens, cost(call.cost_usd), escape(about)]


def _event_row(event: StepEventRecord) -> list[str]:
    if event.kind == "note":
        said = plain(str(event.detail.get("text", "")))
        return [escape(f"  {event.name}"), "note", "", "", "", "", escape(said)]
    failed, again = event.detail.get("failed"), event.detail.get("again")
    state = "[red]failed[/]" if failed else "again" if again else "ok"
    about = plain(str(event.detail.get("content", "")) if failed else _input(event))
    return [
        escape(f"  {event.name}"),
        "tool",
        state,
        f"{event.detail.get('ms', 0)} ms",
        "",
        "",
        escape(about),
    ]


def _input(event: StepEventRecord) -> str:
    text = json.dumps(event.detail.get("input"), ensure_ascii=False)
    return text if len(text) <= _LONGEST_INPUT else f"{text[:_LONGEST_INPUT]}…"


def print_conversations(
    out: Console, steps: Sequence[StepTrace], events: Sequence[StepEventRecord]
) -> None:
    """Print what was said with models: of each step, its newest try that spoke with one."""
    by_trace: dict[UUID, list[StepEventRecord]] = defaultdict(list)
    for event in events:
        by_trace[event.trace_id].append(event)
    newest = {step.step_key: step for step in steps if step.id in by_trace}
    for key, step in newest.items():
        out.print()
        out.print(f"[bold]{escape(key)}[/]")
        for event in by_trace[step.id]:
            for who, words in _said(event):
                out.print(f"[cyan]{escape(who)}[/]: {escape(plain(words, lines=True))}")


def _said(event: StepEventRecord) -> list[tuple[str, str]]:
    if event.kind == "note" and event.name == "summary":
        words = f"in place of what was said before: {event.detail.get('text')}"
        return [("summary", words)]
    message: Any = event.detail.get("message")
    if event.kind != "said" or not isinstance(message, dict):
        return []
    return [_part(event.name, part) for part in message.get("parts", [])]


def _part(speaker: str, part: dict[str, Any]) -> tuple[str, str]:
    match part.get("part"):
        case "text":
            return speaker, str(part["text"])
        case "tool_call":
            given = json.dumps(part["input"], ensure_ascii=False)
            return speaker, f"uses {part['name']} {given}"
        case "tool_result":
            return "failed" if part.get("failed") else "result", str(part["content"])
    return speaker, "(thinking)"


def as_json(
    calls: Sequence[PaidCall], events: Sequence[StepEventRecord], *, conversation: bool
) -> dict[str, JsonValue]:
    """The same for programs; what was said only if it is wanted."""
    told = [event for event in events if conversation or event.kind != "said"]
    return {
        "calls": [call.model_dump(mode="json") for call in calls],
        "events": [event.model_dump(mode="json") for event in told],
    }


def plain(text: str, *, lines: bool = False) -> str:
    """A text that strangers wrote, without what would steer a terminal."""
    kept = "".join(one if one.isprintable() or one in "\n\t" else "�" for one in text)
    return kept if lines else " ".join(kept.split())
