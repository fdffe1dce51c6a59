"""Commands about this machine: `inspect`, `doctor`, `migrate`, `dagster`."""

import json
import subprocess
import sys
from pathlib import Path

import typer

from ui.cli.tables import console, length, size, table
from vid_pipeline import doctor as examination
from vid_pipeline.dagster_env import PROJECT, environment
from vid_pipeline.media import inspection
from vid_pipeline.media.inspection import MediaReport
from vid_pipeline.settings import Settings, child_environment
from vid_pipeline.store.database import opened


def inspect(file: Path, *, as_json: bool) -> None:
    """Print what a media file is."""
    report = inspection.inspect(file)
    if as_json:
        typer.echo(report.model_dump_json(indent=2))
        return
    grid = table("", "", rows=_facts(report))
    grid.show_header = False
    console().print(grid)


def doctor(*, as_json: bool) -> None:
    """Print every part; ends with exit code 1 when something needed does not work."""
    parts = examination.parts(Settings.read())
    broken = any(part.fatal for part in parts)
    if as_json:
        body = {"ok": not broken, "parts": [part.model_dump(mode="json") for part in parts]}
        typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
    else:
        console().print(table("", "part", "version", "about", rows=[_part(p) for p in parts]))
    raise typer.Exit(1 if broken else 0)


def migrate() -> None:
    """Open the database, which brings it up to date."""
    with opened(Settings.read()):
        typer.echo("The database is up to date.")


def dagster(arguments: list[str]) -> int:
    """Run Dagster's own command line on our instance; its exit code."""
    settings = Settings.read()
    with opened(settings) as db:
        command = [sys.executable, "-m", "dagster", *arguments]
        return subprocess.run(
            command, cwd=PROJECT, env=child_environment(environment(settings, db)), check=False
        ).returncode


def _part(part: examination.Part) -> list[str]:
    missing = "[red]✗[/]" if part.needed else "[yellow]–[/]"
    mark = "[green]✓[/]" if part.works else missing
    about = f"{part.detail} {part.remedy}".strip()
    return [mark, part.name, part.version or "", about.replace("[", r"\[")]


def _facts(report: MediaReport) -> list[list[str]]:
    facts = [
        ["file", f"{report.path}, {size(report.size_bytes)}, {report.container}"],
        ["length", f"{length(report.duration_s)} ({report.duration_s:.3f} s)"],
    ]
    if report.moov_first is not None:
        facts.append(["index", "first: plays while it loads" if report.moov_first else "last"])
    if video := report.video:
        frame = f"{video.width_px}×{video.height_px}"
        rate = f"{video.frame_rate} fps, {video.frames} frames, {video.bit_rate_kbps:.0f} kbit/s"
        words = f"{video.codec} {video.profile} {video.pixel_format}, {frame}, {rate}"
        facts += [["video", words], ["colour", f"{video.colour.matrix}, {video.colour.range}"]]
    if audio := report.audio:
        words = f"{audio.codec} {audio.rate_hz} Hz {audio.layout}, {audio.bit_rate_kbps:.0f} kbit/s"
        facts.append(["audio", words])
    if report.audio_video_gap_frames is not None:
        facts.append(["gap", f"{report.audio_video_gap_frames} frames between sound and picture"])
    levels = report.measured.model_dump(exclude_none=True)
    return facts + [[name, "none" if value == () else str(value)] for name, value in levels.items()]
