"""`vidp up`: database, code server, runner, webserver, daemon and studio, until Ctrl-C."""

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import typer
from rich.text import Text

from ui.calling import WILD
from ui.cli.installation import Installation, entered
from ui.cli.stopping import stoppable
from ui.cli.tables import console, size
from ui.server import first
from vid_pipeline.acts.notice_links import studio_url
from vid_pipeline.dagster_api import DagsterApi
from vid_pipeline.dagster_env import LOCATION, PROJECT, environment
from vid_pipeline.errors import ToolFailed
from vid_pipeline.processes import ProcessGroup, Program, refuse_taken
from vid_pipeline.runner_socket import is_up
from vid_pipeline.settings import Settings, child_environment

_HOST = "127.0.0.1"
_START_S = 180.0
_GRACE_S = 7.0
_WATCH_S = 0.5
_FORKS = sys.platform == "linux"  # elsewhere a fork of a process with such libraries may crash


def run() -> None:
    """Start everything, say where it is, and stop all of it at Ctrl-C or SIGTERM.

    Raises:
        BadRequest: a port is taken.
        ToolFailed: a program did not start, or ends again and again.
    """
    settings = Settings.read()
    refuse_taken(settings.studio_port, "VIDP_STUDIO_PORT")
    refuse_taken(settings.dagster_port, "VIDP_DAGSTER_PORT")
    with (
        stoppable(),
        entered() as here,
        TemporaryDirectory(prefix="vidp-") as short,  # a socket's path must be short
    ):
        runner = Path(short, "runner.sock")
        programs = ProcessGroup(
            logs=settings.home.absolute() / "logs",
            working_folder=PROJECT,
            environment=child_environment(environment(settings, here.db, runner=runner)),
        )
        try:
            _serve(here, programs, Path(short, "code.sock"), runner)
        except KeyboardInterrupt:
            typer.echo("stopping…", err=True)
        except ToolFailed as fault:
            typer.echo(fault.log, err=True)
            raise
        finally:
            programs.stop(grace_s=_GRACE_S)
    typer.echo("stopped.", err=True)


def _serve(here: Installation, programs: ProcessGroup, socket: Path, runner: Path) -> None:
    workspace = _workspace(here.settings, socket)
    studio, dagster = _studio(here.settings), _webserver(here.settings, workspace)
    programs.start(_code_server(socket))
    if _FORKS:
        programs.start(_runner(runner))
    programs.start(studio)
    programs.await_ready("code-server", within_s=_START_S)
    programs.start(dagster)
    programs.start(_daemon(workspace))
    out = console()
    out.print(Text("database  ready"))
    for program, url in (
        (studio, studio_url(here.settings)),
        (dagster, f"http://{_HOST}:{here.settings.dagster_port}"),
    ):
        programs.await_ready(program.name, within_s=_START_S)
        out.print(Text(f"{program.name:<9} {url}"), soft_wrap=True)
    if _FORKS:
        programs.await_ready("runner", within_s=_START_S)
    accounts = first.notice(here.settings, here.db)
    if accounts:
        out.print(Text(accounts, style="yellow"), soft_wrap=True)
    resident = programs.memory_bytes()
    parts = ", ".join(f"{name} {size(count)}" for name, count in resident.items())
    out.print(Text(f"memory    {size(sum(resident.values()))} ({parts})", style="dim"))
    out.print(Text("Ctrl-C stops all of it.", style="dim"))
    while True:
        for name in programs.revive():
            typer.echo(f"{name} ended by itself and was started again.", err=True)
        time.sleep(_WATCH_S)


def _code_server(socket: Path) -> Program:
    """One process that has the definitions loaded, for webserver and daemon."""
    options = ["-m", "assets.definitions", "-d", str(PROJECT), "--location-name", LOCATION]
    command = [*_module("dagster"), "code-server", "start", "--socket", str(socket), *options]
    return Program(
        "code-server", [*command, "--log-level", "warning"], socket.exists, socket=socket
    )


def _runner(socket: Path) -> Program:
    """One process that has loaded what runs need, and forks each of them."""
    command = [*_module("assets.runner"), str(socket)]
    return Program("runner", command, lambda: is_up(str(socket)), socket=socket)


def _webserver(settings: Settings, workspace: Path) -> Program:
    port = str(settings.dagster_port)
    command = [*_module("dagster_webserver"), "-h", _HOST, "-p", port, "-w", str(workspace)]
    api = DagsterApi.of(settings)
    return Program("dagster", [*command, "--log-level", "warning"], api.is_up)


def _daemon(workspace: Path) -> Program:
    command = [*_module("dagster._daemon"), "run", "-w", str(workspace), "--log-level", "warning"]
    return Program("daemon", command, lambda: True)


def _studio(settings: Settings) -> Program:
    host = settings.studio_host if settings.studio_host not in WILD else _HOST
    where = f"[{host}]" if ":" in host else host
    url = f"http://{where}:{settings.studio_port}/readyz"
    return Program("studio", _module("ui.server"), lambda: _answers(url))


def _module(name: str) -> list[str]:
    return [sys.executable, "-m", name]


def _workspace(settings: Settings, socket: Path) -> Path:
    """A workspace file that names the code server."""
    file = settings.home.absolute() / "dagster" / "workspace.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    server = f"  - grpc_server:\n      socket: {socket}\n      location_name: {LOCATION}\n"
    file.write_text("load_from:\n" + server, encoding="utf-8")
    return file


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=1, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
