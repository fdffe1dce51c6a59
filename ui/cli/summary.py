"""What `vidp make` says when the video is finished."""

import json

import typer
from rich.table import Table
from rich.text import Text

from ui.cli.tables import console, cost, length, size
from vid_pipeline.acts.results import Result
from vid_pipeline.dagster_api import DagsterApi
from vid_pipeline.settings import Settings


def tell(result: Result, settings: Settings, *, as_json: bool) -> None:
    """Print one JSON object, or a block for people."""
    if as_json:
        typer.echo(json.dumps({"ok": True} | result.model_dump(mode="json"), ensure_ascii=False))
        return
    out = console()
    out.print()
    out.print(Text(str(result.video), style="bold green"), soft_wrap=True)
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    for name, words in _lines(result, settings):
        grid.add_row(name, Text(words))
    out.print(grid)


def _lines(result: Result, settings: Settings) -> list[tuple[str, str]]:
    layouts = ", ".join(
        f"{name} ×{count}" if count > 1 else name for name, count in result.scenes.layouts.items()
    )
    made = f"{length(result.wall_s)}, {result.times_real_time:.1f} times real time"
    checks = "all passed" if result.checks_passed else "failed: " + ", ".join(result.checks_failed)
    frame = f"{result.width_px}×{result.height_px}"
    return [
        ("title", result.title),
        ("video", f"{length(result.duration_s)}, {frame}, {size(result.size_bytes)}"),
        ("script", f"{result.author}, language {result.language}, voice {result.voice}"),
        ("scenes", f"{result.scenes.total}: {layouts}"),
        ("reused", _reused(result)),
        ("checks", checks),
        ("cost", cost(result.cost_usd)),
        ("made in", made),
        ("folder", str(result.folder)),
        ("Dagster", _in_dagster(result, settings)),
    ]


def _reused(result: Result) -> str:
    steps, scenes = result.steps, result.scenes
    return f"{steps.reused} of {steps.total} steps, {scenes.reused} of {scenes.total} scenes"


def _in_dagster(result: Result, settings: Settings) -> str:
    if result.run is None:
        return "`vidp up`, then look at its runs"
    return f"`vidp up`, then {DagsterApi.of(settings).run_url(result.run)}"
