"""`vidp batch …`: one workflow over many inputs and their variants."""

import json
import sys
from pathlib import Path

import typer
from pydantic import ValidationError

from ui.cli.installation import entered
from ui.cli.tables import console, table, when
from vid_pipeline.acts import batch_archive, batch_inputs, batch_results, batching
from vid_pipeline.acts.batch_inputs import Input
from vid_pipeline.acts.batching import Progress
from vid_pipeline.acts.briefs import Upload
from vid_pipeline.batch_records import BatchItem, BatchRules, Variant
from vid_pipeline.errors import BadRequest
from vid_pipeline.store import batches

_READERS = {".csv": batch_inputs.from_csv, ".jsonl": batch_inputs.from_json_lines}


def estimate(source: Path, workflow: str, variants: list[str], *, as_json: bool) -> None:
    """Print what a batch would take, without beginning it."""
    found, ways = _inputs(source), _variants(variants)
    with entered() as here:
        told = batching.estimate(here.shop, here.user, workflow, len(found), ways)
    if as_json:
        _print_json(vars(told))
        return
    time = "unknown time" if told.seconds is None else f"about {told.seconds / 60:.0f} min of work"
    cost = "unknown cost" if told.cost_usd is None else f"about ${told.cost_usd:.2f}"
    typer.echo(f"{told.videos} videos: {time}, {cost}.")
    if len(ways) > 1:
        typer.echo(f"Done once for all variants: {', '.join(told.shared) or 'nothing'}.")


def begin(
    source: Path, workflow: str, variants: list[str], name: str, rules: BatchRules, *, as_json: bool
) -> None:
    """Begin a batch in the background."""
    found, ways = _inputs(source), _variants(variants)
    with entered() as here:
        batch = batching.begin(
            here.shop, here.user, workflow, found, name=name or source.stem, variants=ways,
            rules=rules,
        )  # fmt: skip
        _told(batching.progress(here.shop, here.user, batch.id), as_json=as_json)


def listed(*, as_json: bool) -> None:
    """Print your batches, newest first."""
    with entered() as here, here.db.acting(here.user) as conn:
        found = batches.listed(conn)
    if as_json:
        _print_json([one.model_dump(mode="json") for one in found])
    elif found:
        rows = [[one.short_id, one.name, one.workflow, one.state, when(one.created_at)]
                for one in found]  # fmt: skip
        console().print(table("id", "name", "workflow", "state", "since", rows=rows))
    else:
        typer.echo("No batch yet. Try: vidp batch begin inputs.csv --workflow article-to-short")


def show(key: str, *, as_json: bool) -> None:
    """Print a batch and each of its items."""
    with entered() as here:
        batching.tick(here.shop, only=here.user)
        _told(batching.progress(here.shop, here.user, key), as_json=as_json)


def pause(key: str) -> None:
    """Start no more of a batch."""
    with entered() as here:
        typer.echo(f"{batching.pause(here.shop, here.user, key).name} rests.")


def stop(key: str) -> None:
    """Stop a batch and what is being made of it."""
    with entered() as here:
        typer.echo(f"{batching.stop(here.shop, here.user, key).name} is stopped.")


def resume(key: str, *, failed: bool) -> None:
    """Let a batch go on, with what failed in it if asked so."""
    with entered() as here:
        batch = batching.resume(here.shop, here.user, key, failed=failed)
    typer.echo(f"{batch.name} goes on.")


def export(key: str, out: Path) -> None:
    """Write the results as a table, and the videos, into one archive.

    Raises:
        BadRequest: nothing of it is done yet.
    """
    with entered() as here:
        told = batching.progress(here.shop, here.user, key)
    count = len(batch_archive.made(told))
    part = out.with_name(out.name + ".part")
    with part.open("wb") as file:
        file.writelines(batch_archive.pieces(told))
    part.replace(out)
    typer.echo(f"{out}: {count} videos and results.csv")


def _told(told: Progress, *, as_json: bool) -> None:
    if as_json:
        sums = {"counts": told.counts, "cost_usd": told.cost_usd}
        items = [_item(one) for one in told.items]
        _print_json(told.batch.model_dump(mode="json") | sums | {"items": items})
        return
    counts = ", ".join(f"{count} {state}" for state, count in sorted(told.counts.items()))
    typer.echo(f"{told.batch.short_id}: {told.batch.name} {told.batch.state}: {counts}")
    if told.batch.reason:
        typer.echo(told.batch.reason)
    rows = [[batch_results.slot(one), one.title, one.state, one.why] for one in told.items]
    console().print(table("item", "title", "state", "why", rows=rows))


def _item(one: BatchItem) -> dict[str, object]:
    body = one.model_dump(mode="json", exclude={"brief"})
    return body | {"state": one.state, "why": one.why}


def _inputs(source: Path) -> list[Input]:
    if source.is_dir():
        files = sorted(one for one in source.iterdir() if one.is_file() and one.name[0] != ".")
        return batch_inputs.from_files(Upload(one.name, one.read_bytes()) for one in files)
    reader = _READERS.get(source.suffix.lower())
    if reader is None or not source.is_file():
        raise BadRequest("The inputs", str(source), "Name a .csv, a .jsonl or a folder.")
    return reader(source.read_bytes(), source.name)


def _variants(told: list[str]) -> list[Variant]:
    """From `aspect=16:9,label=wide` and so on; one that changes nothing if there is none."""
    made = list[Variant]()
    for text in told:
        pairs = [part.partition("=") for part in text.split(",")]
        try:
            made.append(Variant.model_validate({name.strip(): value for name, _, value in pairs}))
        except ValidationError as fault:
            first = fault.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise BadRequest("The variant", text, f"{where}: {first['msg']}.") from None
    return made or [Variant()]


def _print_json(body: object) -> None:
    sys.stdout.write(json.dumps(body) + "\n")
