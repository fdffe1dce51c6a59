"""`client.batches`: one workflow over many inputs and their variants."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

from vid_pipeline.client.transport import Transport
from vid_pipeline.variants import BatchRules, ItemState, Variant
from vid_pipeline.wire.batches import (
    Batch,
    BatchItem,
    BatchProgress,
    BatchWishes,
    Estimate,
    GoOn,
    Guess,
    NewBatch,
)

_PATH = "/batches"
_ONCE = (Variant(),)


class Batches:
    """A user's batches."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> Iterator[Batch]:
        """Newest first."""
        return self._transport.pages(_PATH, Batch, {})

    def estimate(self, workflow: str, inputs: int, variants: Sequence[Variant] = _ONCE) -> Estimate:
        """What so many inputs in these variants would take; nothing is begun."""
        body = Guess(workflow=workflow, inputs=inputs, variants=tuple(variants))
        asked = body.model_dump(mode="json")
        return self._transport.send("POST", f"{_PATH}/estimate", Estimate, asked)

    def begin(self, new: NewBatch) -> Batch:
        """Begin one; an input that cannot be used is a dead letter in it."""
        body = new.model_dump(mode="json", exclude_none=True)
        return self._transport.send("POST", _PATH, Batch, body)

    def upload(
        self, table: Path | str, data: bytes | None = None, *, wanted: BatchWishes | None = None
    ) -> Batch:
        """Begin one of a table (csv, jsonl): a file, or a name and its bytes."""
        path = Path(table)
        content = path.read_bytes() if data is None else data
        wishes = wanted or BatchWishes(name=path.name[:80])
        fields = {"wanted": wishes.model_dump_json()}
        return self._transport.form(
            f"{_PATH}/upload", Batch, file=(path.name, content), fields=fields
        )

    def get(self, batch: UUID) -> BatchProgress:
        """How it stands."""
        return self._transport.get(f"{_PATH}/{batch}", BatchProgress)

    def items(self, batch: UUID, *, state: Sequence[ItemState] = ()) -> Iterator[BatchItem]:
        """Its items in their order; those in some states alone, if any are named."""
        asked = {"state": tuple(state) or None}
        return self._transport.pages(f"{_PATH}/{batch}/items", BatchItem, asked)

    def results(self, batch: UUID) -> str:
        """A table of its items, as CSV."""
        return self._transport.call("GET", f"{_PATH}/{batch}/results").text

    def archive(self, batch: UUID, target: Path) -> Path:
        """A ZIP of the videos that are done and the table, written to `target` piece by piece."""
        part = target.with_name(f"{target.name}.part")
        with (
            self._transport.stream(f"{_PATH}/{batch}/archive", headers={}) as answer,
            part.open("wb") as file,
        ):
            for piece in answer.iter_bytes():
                file.write(piece)
        part.replace(target)
        return target

    def pause(self, batch: UUID) -> Batch:
        """Start no more of it; what is being made is finished."""
        return self._transport.send("POST", f"{_PATH}/{batch}/pause", Batch)

    def stop(self, batch: UUID) -> Batch:
        """Stop it, and what is being made."""
        return self._transport.send("POST", f"{_PATH}/{batch}/stop", Batch)

    def resume(
        self, batch: UUID, *, failed: bool = False, rules: BatchRules | None = None
    ) -> Batch:
        """Let it go on; with `failed`, with what failed or was stopped in it too."""
        body = GoOn(failed=failed, rules=rules).model_dump(mode="json")
        return self._transport.send("POST", f"{_PATH}/{batch}/resume", Batch, body)
