"""`vidp workflow …`: list, show, check, publish, export, import."""

import json
import sys
from pathlib import Path

import typer

from assets.catalog import CATALOG
from ui.cli.installation import entered
from ui.cli.tables import console, table, when
from vid_pipeline.acts import addressing, publishing
from vid_pipeline.check import problems, refuse
from vid_pipeline.errors import WorkflowError
from vid_pipeline.nesting import NESTED
from vid_pipeline.store import workflows
from vid_pipeline.workflow import AnyOf, Feed, Workflow


def listed(*, as_json: bool) -> None:
    """Print the newest version of every workflow."""
    with entered() as here, here.db.acting(here.user) as conn:
        found = workflows.latest_of_all(conn)
    if as_json:
        _print_json([version.model_dump(mode="json", by_alias=True) for version in found])
        return
    rows = [
        [v.slug, f"v{v.version}", str(len(v.document.steps)), when(v.published_at), v.title]
        for v in found
    ]
    console().print(table("slug", "version", "steps", "published", "title", rows=rows))


def show(slug: str, version: int | None, *, as_json: bool) -> None:
    """Print a version's steps, and the versions there are."""
    with entered() as here, here.db.acting(here.user) as conn:
        found = workflows.get(conn, slug, version)
        history = workflows.history(conn, slug)
    if as_json:
        _print_json(found.model_dump(mode="json", by_alias=True))
        return
    out = console()
    out.print(f"[bold]{found.title}[/]  {found.slug} v{found.version}, job {found.job_name}")
    out.print(found.document.description)
    out.print()
    rows = [[s.id, s.kind, _feeds(s.inputs), s.over or ""] for s in found.document.steps]
    out.print(table("step", "kind", "reads", "once for each", rows=rows))
    out.print()
    versions = [[f"v{v.version}", when(v.published_at), v.note] for v in history]
    out.print(table("version", "published", "note", rows=versions))


def check(what: str, *, as_json: bool) -> None:
    """Print every fault of a file or a published workflow.

    Raises:
        ExceptionGroup: of all faults, when there are some.
    """
    workflow = _flat(_named(what))
    unaddressed = _unaddressed(workflow)
    if as_json and (faults := [*problems(workflow, CATALOG), *unaddressed]):
        told = [{"step": f.step, "code": f.code, "message": str(f)} for f in faults]
        _print_json({"ok": False, "faults": told})
        raise typer.Exit(2)
    refuse(workflow, CATALOG, also=unaddressed)
    if as_json:
        _print_json({"ok": True, "faults": []})
    else:
        typer.echo(f"{workflow.slug}: {len(workflow.steps)} steps, no fault.")


def publish(file: Path, note: str, *, as_json: bool) -> None:
    """Publish a file's workflow."""
    _publish(publishing.read(file), note, as_json=as_json)


def export(slug: str, version: int | None, out: Path | None) -> None:
    """Write a version's document."""
    with entered() as here, here.db.acting(here.user) as conn:
        found = workflows.get(conn, slug, version)
    text = json.dumps(found.document.document(), indent=2, ensure_ascii=False)
    if out is None:
        typer.echo(text)
    else:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text + "\n", encoding="utf-8")
        typer.echo(f"{found.slug} v{found.version} is in {out}.", err=True)


def imported(file: Path, slug: str | None, *, as_json: bool) -> None:
    """Publish a workflow that was exported elsewhere, under another slug if one is given."""
    if str(file) == "-":
        workflow = publishing.parse(sys.stdin.buffer.read(), "standard input")
    else:
        workflow = publishing.read(file)
    if slug is not None:
        document = workflow.document() | {"slug": slug}
        workflow = publishing.parse(json.dumps(document).encode(), f"slug {slug}")
    _publish(workflow, "imported", as_json=as_json)


def _publish(workflow: Workflow, note: str, *, as_json: bool) -> None:
    with entered() as here:
        with here.db.acting(here.user) as conn:
            before = workflows.newest(conn, workflow.slug)
        version = publishing.publish(here.db, here.user, workflow, CATALOG, note=note)
    if as_json:
        _print_json(version.model_dump(mode="json", by_alias=True))
    elif before is not None and before.id == version.id:
        typer.echo(f"{version.slug} v{version.version} says the same: nothing to publish.")
    else:
        typer.echo(f"{version.slug} v{version.version} is published as job {version.job_name}.")


def _flat(workflow: Workflow) -> Workflow:
    """What would run, with the workflows that it nests."""
    if all(step.kind != NESTED for step in workflow.steps):
        return workflow
    with entered() as here:
        return publishing.nested_in(here.db, here.user, workflow).flat


def _unaddressed(workflow: Workflow) -> list[WorkflowError]:
    """Destinations that it names and you have not; what sends nowhere needs no database."""
    if not any(addressing.named(workflow, CATALOG)):
        return []
    with entered() as here, here.db.acting(here.user) as conn:
        return addressing.missing(conn, workflow, CATALOG)


def _named(what: str) -> Workflow:
    """A file's workflow, or the newest published one of that slug."""
    if what.endswith(".json") or Path(what).exists():
        return publishing.read(Path(what))
    with entered() as here, here.db.acting(here.user) as conn:
        return workflows.get(conn, what).document


def _feeds(inputs: dict[str, Feed]) -> str:
    return ", ".join(_feed(feed) for feed in inputs.values())


def _feed(feed: Feed) -> str:
    if isinstance(feed, str):
        return feed
    return " | ".join(feed.any) if isinstance(feed, AnyOf) else f"({', '.join(feed)})"


def _print_json(body: object) -> None:
    typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
