"""`client.drafts`: workflows that are still being drawn."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from pydantic import JsonValue

from vid_pipeline.client.transport import Seen, Transport
from vid_pipeline.wire.drafts import Draft, DraftChange, DraftSummary, NewDraft
from vid_pipeline.wire.workflows import WorkflowVersion

_PATH = "/drafts"


class Drafts:
    """A user's drafts."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> Iterator[DraftSummary]:
        """Last saved first."""
        return self._transport.pages(_PATH, DraftSummary, {})

    def create(self, title: str, document: Mapping[str, JsonValue] | None = None) -> Draft:
        """Begin one; the document may be incomplete."""
        new = NewDraft(title=title, document=None if document is None else dict(document))
        return self._transport.send("POST", _PATH, Draft, new.model_dump(mode="json"))

    def open_(self, slug: str) -> Draft:
        """The draft of a workflow, begun from its newest version if there is none yet."""
        return self._transport.send("POST", f"/workflows/{slug}/draft", Draft)

    def get(self, draft: UUID) -> Draft:
        """One of them."""
        return self._transport.get(f"{_PATH}/{draft}", Draft)

    def seen(self, draft: UUID) -> Seen[Draft]:
        """The same, to be given back when it is saved."""
        return self._transport.seen(f"{_PATH}/{draft}", Draft)

    def save(
        self, draft: UUID, document: Mapping[str, JsonValue], *, seen: Seen[Draft] | None = None
    ) -> Draft:
        """Its next revision.

        Raises:
            ChangedMeanwhile: somebody has saved it since it was `seen`.
        """
        body = DraftChange(document=dict(document)).model_dump(mode="json")
        return self._transport.send("PUT", f"{_PATH}/{draft}", Draft, body, seen=seen)

    def publish(
        self, draft: UUID, *, note: str = "", seen: Seen[Draft] | None = None
    ) -> WorkflowVersion:
        """The version that it becomes.

        Raises:
            Invalid: it cannot run yet.
            ChangedMeanwhile: somebody has saved it since it was `seen`.
        """
        path = f"{_PATH}/{draft}/publish"
        return self._transport.send("POST", path, WorkflowVersion, {"note": note}, seen=seen)

    def discard(self, draft: UUID) -> None:
        """Throw it away; what was published stays."""
        self._transport.call("DELETE", f"{_PATH}/{draft}")
