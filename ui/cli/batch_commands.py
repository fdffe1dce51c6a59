"""The commands of `vidp batch`."""

# ruff: noqa: PLC0415  (what a command needs is imported when it is called)

from pathlib import Path
from typing import Annotated

import typer

batch_app = typer.Typer(no_args_is_help=True, help="One workflow over many inputs.")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Key = Annotated[str, typer.Argument(help="The batch's id, or the end of it.")]
Inputs = Annotated[
    str, typer.Argument(help="A .csv, a .jsonl, a folder of texts, or the address of a feed.")
]
Slug = Annotated[str, typer.Option("--workflow", help="The workflow's slug.")]
Variants = Annotated[
    list[str] | None,
    typer.Option(
        "--variant", help="`label=wide,aspect=16:9`; also seconds, voice, language, title, hook."
    ),
]


@batch_app.command("estimate")
def batch_estimate(
    source: Inputs,
    workflow: Slug = "article-to-short",
    variant: Variants = None,
    as_json: Json = False,
) -> None:
    """Say what a batch would take."""
    from ui.cli import batches

    batches.estimate(source, workflow, variant or [], as_json=as_json)


@batch_app.command("begin")
def batch_begin(
    source: Inputs,
    workflow: Slug = "article-to-short",
    variant: Variants = None,
    name: Annotated[str, typer.Option(help="What people call it.")] = "",
    at_once: Annotated[int, typer.Option(min=1, max=50, help="Videos made side by side.")] = 2,
    stop_after: Annotated[int, typer.Option(min=1, help="Failures after which it stops.")] = 10,
    cap: Annotated[float | None, typer.Option(min=0.01, help="Most dollars it may spend.")] = None,
    as_json: Json = False,
) -> None:
    """Begin a batch in the background."""
    from ui.cli import batches
    from vid_pipeline.batch_records import BatchRules

    rules = BatchRules(at_once=at_once, stop_after_failures=stop_after, cap_usd=cap)
    batches.begin(source, workflow, variant or [], name, rules, as_json=as_json)


@batch_app.command("list")
def batch_list(as_json: Json = False) -> None:
    """List your batches."""
    from ui.cli import batches

    batches.listed(as_json=as_json)


@batch_app.command("show")
def batch_show(key: Key, as_json: Json = False) -> None:
    """Show a batch and each of its items."""
    from ui.cli import batches

    batches.show(key, as_json=as_json)


@batch_app.command("pause")
def batch_pause(key: Key) -> None:
    """Start no more of it; what is being made is finished."""
    from ui.cli import batches

    batches.pause(key)


@batch_app.command("stop")
def batch_stop(key: Key) -> None:
    """Stop it, and what is being made."""
    from ui.cli import batches

    batches.stop(key)


@batch_app.command("resume")
def batch_resume(
    key: Key,
    failed: Annotated[bool, typer.Option("--failed", help="Retry what failed in it, too.")] = False,
) -> None:
    """Let it go on."""
    from ui.cli import batches

    batches.resume(key, failed=failed)


@batch_app.command("export")
def batch_export(
    key: Key, out: Annotated[Path, typer.Option(help="An archive.")] = Path("batch.zip")
) -> None:
    """Write its videos and a table of results into an archive."""
    from ui.cli import batches

    batches.export(key, out)
