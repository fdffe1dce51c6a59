"""`client.approvals`: what waits for people, and deciding it."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from pydantic import JsonValue

from vid_pipeline.client.transport import Seen, Transport
from vid_pipeline.wire.approvals import (
    Approval,
    ApprovalState,
    Decided,
    Decision,
    ItemDecision,
    Review,
)

_PATH = "/approvals"


class Approvals:
    """What a user may see and decide."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self, *, state: Sequence[ApprovalState] = (), production: UUID | None = None
    ) -> Iterator[Approval]:
        """Open ones, unless told; the longest waiting first."""
        asked = {
            "state": tuple(state) or None,
            "production": str(production) if production else None,
        }
        return self._transport.pages(_PATH, Approval, asked)

    def get(self, approval: UUID) -> Review:
        """All that is needed to decide."""
        return self._transport.get(f"{_PATH}/{approval}", Review)

    def seen(self, approval: UUID) -> Seen[Review]:
        """The same, to be given back with the decision: refused if it has changed meanwhile."""
        return self._transport.seen(f"{_PATH}/{approval}", Review)

    def decide(
        self, approval: UUID, decision: Decision, *, seen: Seen[Review] | None = None
    ) -> Decided:
        """Any decision."""
        body = decision.model_dump(mode="json", exclude_unset=True)
        return self._transport.send(
            "POST", f"{_PATH}/{approval}/decision", Decided, body, seen=seen
        )

    def approve(
        self,
        approval: UUID,
        *,
        note: str = "",
        form: Mapping[str, JsonValue] | None = None,
        limit_usd: float | None = None,
        seen: Seen[Review] | None = None,
    ) -> Decided:
        """As it is; `form` answers what it asks, `limit_usd` is a budget's new cap."""
        decision = Decision(verdict="approve", feedback=note, form=form or {}, limit_usd=limit_usd)
        return self.decide(approval, decision, seen=seen)

    def reject(
        self,
        approval: UUID,
        feedback: str,
        *,
        to: str | None = None,
        seen: Seen[Review] | None = None,
    ) -> Decided:
        """Send it back with what shall be different; to the nearest step unless told."""
        decision = Decision(verdict="reject", feedback=feedback, to=to)
        return self.decide(approval, decision, seen=seen)

    def edit(
        self, approval: UUID, edit: JsonValue, *, note: str = "", seen: Seen[Review] | None = None
    ) -> Decided:
        """Approve it as `edit`, which is the whole thing as it shall be."""
        decision = Decision(verdict="approve", edit=edit, feedback=note)
        return self.decide(approval, decision, seen=seen)

    def items(
        self,
        approval: UUID,
        items: Mapping[str, ItemDecision],
        *,
        to: str | None = None,
        seen: Seen[Review] | None = None,
    ) -> Decided:
        """Of several things: what is said of each; all others are approved."""
        decision = Decision(verdict="approve", items=items, to=to)
        return self.decide(approval, decision, seen=seen)

    def stop(self, approval: UUID, why: str = "") -> Decided:
        """End the production."""
        return self.decide(approval, Decision(verdict="stop", feedback=why))

    def media(self, approval: UUID, sha256: str) -> bytes:
        """A file that is shown with it."""
        return self._transport.call("GET", f"{_PATH}/{approval}/artifacts/{sha256}").content
