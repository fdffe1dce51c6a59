"""What `vidp trace` shows of a production's calls."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from ui.cli.tracing import Below
from vid_pipeline.records import PaidCall, StepTrace

SENT = datetime(2026, 1, 1, tzinfo=UTC)


def call(**more: object) -> PaidCall:
    first: dict[str, object] = {
        "step_key": "draw[s2]",
        "provider": "anthropic",
        "model": "claude-sonnet-5",
        "state": "failed",
        "attempts": 2,
        "input_tokens": 0,
        "output_tokens": 0,
        "cache_tokens": 0,
        "cost_usd": 0.0,
        "error": "the service is overloaded",
        "sent_at": SENT,
        "done_at": SENT + timedelta(seconds=3),
    }
    return PaidCall.model_validate(first | more)


def test_a_trace_says_who_answered_instead_of_whom_and_why() -> None:
    second = call(
        provider="openai",
        model="gpt-4.1",
        state="done",
        error=None,
        input_tokens=1234,
        cache_tokens=5678,
        output_tokens=90,
        cost_usd=0.25,
        instead_of="anthropic/claude-sonnet-5: the service is overloaded",
    )
    step = StepTrace(
        id=uuid4(),
        owner_id=uuid4(),
        production_id=uuid4(),
        run_id="r",
        step_key="draw[s2]",
        step_id="draw",
        kind="draw_scene",
        attempt=1,
        state="done",
        started_at=SENT,
    )
    lines = [" ".join(row) for row in Below([step], [call(), second], []).rows(step)]
    assert "anthropic/claude-sonnet-5" in lines[0]
    assert "failed" in lines[0]
    for shown in ("openai/gpt-4.1", "1,234", "5,678", "90", "instead of anthropic/claude-sonnet-5"):
        assert shown in lines[1]
