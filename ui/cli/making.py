"""`vidp make`: a source through a workflow, watched to its end."""

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from ui.cli import continuing, outputs, summary, waiting
from ui.cli.installation import Installation, entered
from ui.cli.progress import Reporter, reporter
from ui.cli.stopping import stoppable
from vid_pipeline import worker_process
from vid_pipeline.acts import branding, ending, making, sweeping
from vid_pipeline.acts.briefs import STDIN, Upload, Wishes, brief_from
from vid_pipeline.acts.results import result_of
from vid_pipeline.acts.watching import Sight, Watch
from vid_pipeline.errors import BadSource
from vid_pipeline.records import Production
from vid_pipeline.store import productions

_POLL_S = 0.25
_WORKFLOW = "article-to-short"


@dataclass(frozen=True)
class Order:
    """What `vidp make` was asked for."""

    source: str
    wishes: Wishes
    workflow: str | None = None
    channel: str | None = None
    out: Path | None = None
    fresh: bool = False


def make(order: Order, *, as_json: bool) -> None:
    """Make the video and tell what came of it.

    Raises:
        UserError: the order cannot be met; nothing was begun.
        Failed: the production failed.
        KeyboardInterrupt: somebody stopped it; the production is cancelled.
    """
    outputs.refuse(order.out)
    source = _source(order.source)
    with stoppable(), entered() as here:
        wishes, workflow = _lent(here, order)
        making.refuse_unsendable(here.shop, here.user, workflow)
        brief = brief_from(source, wishes, here.store)
        production = making.begin(here.db, here.user, brief, workflow=workflow)
        sight = _run(here, production, reporter(quiet=as_json), fresh=order.fresh)
        if sight.production.state == "waiting":
            waiting.tell(here, sight.production, as_json=as_json)
        result = result_of(sight, here.store)
        target = outputs.copied(result.video, order.out or outputs.default(result.title))
        summary.tell(result.model_copy(update={"video": target}), here.settings, as_json=as_json)


def _lent(here: Installation, order: Order) -> tuple[Wishes, str]:
    """The wishes and the workflow, with what a channel lends to both."""
    if order.channel is None:
        return order.wishes, order.workflow or _WORKFLOW
    channel = branding.named(here.db, here.user, order.channel)
    wishes = branding.lent(here.shop, here.user, channel.slug, order.wishes)
    return wishes, order.workflow or channel.workflow or _WORKFLOW


def _source(source: str) -> str | Upload:
    if source != "-":
        return source
    if sys.stdin.isatty():
        raise BadSource("-", "nothing is piped in", "Try: vidp make - < article.md")
    return Upload(STDIN, sys.stdin.buffer.read())


def _run(here: Installation, production: Production, show: Reporter, *, fresh: bool) -> Sight:
    """Start the worker and watch it; it never outlives this function."""
    watch = Watch(here.db, here.user, production.id, here.store)
    launch = making.planned(here.shop, production, fresh=fresh)
    process = worker_process.start(here.settings, here.db, launch)
    try:
        with show:
            sight = _follow(watch, process, show)
    except KeyboardInterrupt:
        worker_process.stop(process)
        _settle(here, production)
        raise
    finally:
        if process.poll() is None:
            worker_process.stop(process)
    if sight.production.state not in {"done", "waiting"}:
        raise _failed(here, watch, process.returncode)
    return sight


def _follow(watch: Watch, process: subprocess.Popen[bytes], show: Reporter) -> Sight:
    """Show it until the worker has gone."""
    while True:
        gone = process.poll() is not None
        sight = watch.look()
        show.update(sight)
        if gone:
            return sight
        time.sleep(_POLL_S)


def _settle(here: Installation, production: Production) -> None:
    """A worker that had to be killed could not say that it was cancelled."""
    with here.db.acting(here.user) as conn:
        if not productions.get(conn, production.id).ended:
            ending.stopped(conn, production)


def _failed(here: Installation, watch: Watch, code: int) -> BaseException:
    """What to raise for a production that is not done, after it was settled."""
    production = _settled(here, watch, code)
    if production.state == "cancelled":
        return KeyboardInterrupt()
    return continuing.failed(here, watch.look(), code if code in {1, 2} else 1)


def _settled(here: Installation, watch: Watch, code: int) -> Production:
    """The production, failed if its worker died before it could say so."""
    with here.db.acting(here.user) as conn:
        production = productions.get(conn, watch.production_id)
        if production.ended:
            return production
        if code < 0:
            return ending.killed(conn, production, error=sweeping.KILLED)
        error = f"The worker process ended with code {code} before its steps did."
        return ending.killed(conn, production, error=error)
