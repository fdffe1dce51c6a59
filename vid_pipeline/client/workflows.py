"""`client.workflows` and `client.kinds`."""

from collections.abc import Iterator
from typing import Any

from vid_pipeline.client.transport import Seen, Transport
from vid_pipeline.wire.workflows import (
    Checked,
    Kind,
    Published,
    WorkflowSummary,
    WorkflowVersion,
)
from vid_pipeline.workflow import Workflow

_PATH = "/workflows"


class Workflows:
    """A user's workflows."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> Iterator[WorkflowSummary]:
        """The newest version of each."""
        return self._transport.pages(_PATH, WorkflowSummary, {})

    def get(self, slug: str, version: int | None = None) -> WorkflowVersion:
        """A version with its document, the newest unless told."""
        return self._transport.get(f"{_PATH}/{slug}", WorkflowVersion, {"version": version})

    def seen(self, slug: str) -> Seen[WorkflowVersion]:
        """The newest, to be given back when the next one is published."""
        return self._transport.seen(f"{_PATH}/{slug}", WorkflowVersion)

    def versions(self, slug: str) -> Iterator[WorkflowSummary]:
        """All, newest first."""
        return self._transport.pages(f"{_PATH}/{slug}/versions", WorkflowSummary, {})

    def check(self, document: Workflow) -> Checked:
        """Every fault of a document; nothing is published."""
        return self._transport.send("POST", f"{_PATH}/check", Checked, document.document())

    def publish(
        self, document: Workflow, *, note: str = "", seen: Seen[WorkflowVersion] | None = None
    ) -> Published:
        """The next version; the newest if it says the same.

        Raises:
            Invalid: the document has faults, which it lists.
            ChangedMeanwhile: the newest is not any more the one that was `seen`.
        """
        body = {"document": document.document(), "note": note}
        return self._transport.send("POST", _PATH, Published, body, seen=seen)

    def export(self, slug: str, version: int | None = None) -> Workflow:
        """A document to keep or to carry elsewhere."""
        return self._transport.get(f"{_PATH}/{slug}/export", Workflow, {"version": version})

    def import_(self, document: Workflow | dict[str, Any], *, slug: str | None = None) -> Published:
        """Publish what was exported, under another name if one is given."""
        body = document.document() if isinstance(document, Workflow) else document
        return self._transport.send(
            "POST", f"{_PATH}/import", Published, body, params={"slug": slug}
        )


class Kinds:
    """The kinds of steps that are installed."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> Iterator[Kind]:
        """All of them."""
        return self._transport.pages("/kinds", Kind, {})

    def get(self, name: str) -> Kind:
        """One, by its name."""
        return self._transport.get(f"/kinds/{name}", Kind)
