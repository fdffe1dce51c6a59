"""A studio that somebody has used: finished, waiting and failed videos, and all that goes with it.

Steps run by their real kinds without Dagster; only drawing, encoding and measuring are stand-ins.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import SecretStr

from assets.catalog import CATALOG
from assets.compose import RenderParams
from assets.quality import CheckParams
from tests.browser import sample_unattended
from tests.gates import Stage
from vid_pipeline.acts import (
    budgeting,
    destinations,
    keys,
    making,
    notifying,
    publishing,
    remembering,
    subscribing,
)
from vid_pipeline.acts.remembering import Brain
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import (
    Brief,
    Canvas,
    Captions,
    Check,
    Drawing,
    MediaRef,
    Music,
    Narration,
    Paragraph,
    QualityReport,
    Receipt,
    Storyboard,
    Video,
)
from vid_pipeline.embedding import LocalEmbeddings
from vid_pipeline.errors import NotSent
from vid_pipeline.kinds import Catalog, StepKind
from vid_pipeline.media import ffmpeg
from vid_pipeline.ports import Ports, Store
from vid_pipeline.records import Production
from vid_pipeline.store import journal, memories, sendings
from vid_pipeline.testing.llm import FakeLLM
from vid_pipeline.testing.ports import fake_ports
from vid_pipeline.testing.production import FakeProduction
from vid_pipeline.testing.senders import FakeSender
from vid_pipeline.testing.starter import FakeStarter

REEFS = """# Why reefs glow at night

A coral reef is a city of animals that are each no larger than a pea. At night many of them
glow: their skin takes in the blue of the moonlit sea and gives it back as green and red. The
light comes from proteins that protect the coral from the sun by day. Divers found the first of
them in 1955, and today hospitals use the same proteins to watch living cells at work. A reef
that is too warm loses its colours within three weeks. One that cools in time takes them up
again, and fish come back before the colours do.
"""
BREAD = """# How bread rises in the cold

Dough that is left in a cold room overnight rises as far as one that stands warm for two hours.
The yeast works slowly, and the flour has time to take up water. A baker in Port Ellery has done
so since 1987: he mixes at nine in the evening and bakes at five. His loaves keep for four days,
twice as long as those of the factory across the bay. The trick costs nothing but a cellar.
"""
GULLS = """# Why gulls follow ploughs

A plough turns up forty worms on each metre of field. Gulls learn of it by watching one another,
not by smell: a single white bird that lands brings a hundred more within ten minutes. Farmers
welcome them, as they eat the larvae of crane flies too. In wet years the birds fly thirty
kilometres inland for it, and are back at the harbour before dark.
"""
FERRIES = """# Night ferries for Port Ellery

From 2 March three electric ferries will cross the harbour of Port Ellery all night. Each of them
carries 54 cars and 300 people, and leaves every 40 minutes. The city council paid 61 million for
boats and chargers. Until now the last boat left at half past ten, and whoever missed it drove 47
kilometres around the bay. The new boats are so quiet that the pilots asked for a bell. In the
first week a crossing costs nothing. After that it costs four dollars, as by day.
"""
_SMALL = Canvas(width_px=270, height_px=480, fps=30)
_FRAMES = 1200
_PICTURES = "gradients=s=270x480:c0={}:c1={}:x0=0:y0=0:x1=270:y1=480:n=2:d=40:r=10"
_SEA, _DUSK, _KELP = ("0x0B6E63", "0x18324A"), ("0xC2701C", "0x3A2449"), ("0x7FD1AE", "0x0B4F6C")
_KEY = "sk-ant-sample-0123456789-WXYZ"


@dataclass(frozen=True)
class Sample:
    """What there is to look at."""

    done: Production
    waiting: Production
    failed: Production
    memory: UUID
    unattended: Mapping[str, str] = field(default_factory=dict)

    @property
    def queries(self) -> Mapping[str, str]:
        """What a page is opened with, where without it there is little to see."""
        return {
            "run": f"production={self.done.id}",
            "editor": "workflow=reviewed-short",
            "versions": "workflow=article-to-short",
            **self.unattended,
        }


def furnish(shop: Workshop, user: UUID, folder: Path) -> Sample:
    """Use an installation as `user` would have; what is delivered goes to `folder`."""
    publishing.first_start(shop.db)
    _settings(shop, user)
    maker = _Maker(shop, user, folder)
    bread = maker.made("article-to-short", "How bread rises in the cold", BREAD, _DUSK)
    gulls = maker.made("article-to-short", "Why gulls follow ploughs", GULLS, _KELP)
    done = maker.made("article-to-short", "Why reefs glow at night", REEFS)
    waiting = maker.made("reviewed-short", "Night ferries for Port Ellery", FERRIES)
    failed = maker.made("article-to-short", "What a tide is worth", "Too short to be read.")
    states = [(one.state, one.error) for one in (done, waiting, failed)]
    assert [state for state, _ in states] == ["done", "waiting", "failed"], states
    paid = enumerate((0.42, 0.18, 0.24, 0.61, 0.33, 0.12, 0.19, 0.27, 0.09))
    for number, usd in paid:
        _pay(shop, (waiting, done, gulls, bread)[number % 4], usd, days_ago=2 * number)
    for days, one in ((4, gulls), (9, bread), (12, failed)):
        _age(shop, one, days=days)
    unattended = sample_unattended.set_up(shop, user, (bread, gulls, done, waiting), failed)
    memory = _remember(shop, user, done)
    _send(shop, user, done, gulls)
    slack = FakeSender([NotSent("Slack says that the channel is archived", retryable=False)])
    notifying.deliver(shop.settings, shop.db, {"email": FakeSender(), "slack": slack})
    return Sample(done, waiting, failed, memory, unattended)


class _Maker:
    """Makes productions of shipped workflows, to their end or to where they wait."""

    def __init__(self, shop: Workshop, user: UUID, folder: Path) -> None:
        self._shop, self._user, self._folder = shop, user, folder

    def made(
        self, workflow: str, title: str, text: str, colours: tuple[str, str] = _SEA
    ) -> Production:
        """A production as far as it goes by itself; its film is in these colours."""
        document = self._shop.store.put_bytes(text.encode(), "text/markdown")
        brief = Brief(name="notes.md", document=document, title=title, seconds=20)
        begun = making.begin(self._shop.db, self._user, brief, workflow=workflow)
        starter, target = FakeStarter(), self._folder / str(begun.id)
        kinds = _with_film(self._film(colours))
        shop = replace(self._shop, catalog=kinds, start_worker=starter)
        ports = _ports(self._shop, brief, target)
        return Stage(shop, begun, starter, ports=ports, folder=str(target)).start()

    def _film(self, colours: tuple[str, str]) -> MediaRef:
        film = self._folder / f"{colours[0]}.mp4"
        if not film.exists():
            ffmpeg.run([
                "-f", "lavfi", "-i", _PICTURES.format(*colours),
                "-f", "lavfi", "-i", "sine=f=220:d=40:r=48000",
                "-c:v", "libx264", "-preset", "superfast", "-pix_fmt", "yuv420p",
                "-c:a", "aac", "-shortest", "-movflags", "+faststart", str(film),
            ])  # fmt: skip
        return self._shop.store.put(film, "video/mp4")


def _with_film(film: MediaRef) -> Catalog:
    """The installed kinds, but every video is this one and passes every check."""

    def render(
        params: RenderParams,
        storyboard: Storyboard,
        drawings: tuple[Drawing, ...],
        narration: Narration,
        music: Music,
        captions: Captions,
    ) -> Video:
        """The film."""
        scenes = len(storyboard.scenes)
        return Video(
            file=film, canvas=_SMALL, frames=_FRAMES, scenes_rendered=scenes, scenes_reused=0
        )

    def check_video(
        params: CheckParams,
        video: Video,
        storyboard: Storyboard,
        narration: Narration,
        captions: Captions,
        *,
        store: Store,
    ) -> QualityReport:
        """All is well."""
        passed = Check(name="loudness", passed=True, measured="-14.1 LUFS", expected="-14 ± 1")
        return QualityReport(checks=(passed,))

    ours = {kind.name: kind for kind in (StepKind.of(render), StepKind.of(check_video))}
    return Catalog({**CATALOG, **ours}.values())


def _ports(shop: Workshop, brief: Brief, target: Path) -> dict[str, Any]:
    """Ports without a model; what they keep, they keep in the installation."""
    given = {
        "store": shop.store,
        "llm": FakeLLM(),
        "embeddings": LocalEmbeddings(),
        "production": FakeProduction(brief, target),
    }
    ports: Ports = fake_ports(target.parent / "fakes", **given)
    return {one.name: getattr(ports, one.name) for one in fields(ports)}


def _settings(shop: Workshop, user: UUID) -> None:
    db = shop.db
    keys.add(db, user, "openai", SecretStr(_KEY + "old1"), name="first")
    keys.revoke(db, user, "openai")
    keys.add(db, user, "anthropic", SecretStr(_KEY))
    budgeting.set_cap(db, user, "month", 20.0)
    budgeting.set_cap(db, user, "production", 2.0)
    subscribing.add(db, user, "email", "ada@example.org")
    subscribing.add(db, user, "slack", "https://hooks.slack.com/services/T0/B0/x", ["asked"])


def _send(shop: Workshop, user: UUID, sent: Production, failed: Production) -> None:
    """Destinations: one that has a video, one that did not get it, one that is paused."""
    db = shop.db
    for one in _DESTINATIONS:
        secret = destinations.bucket_keys("AKID", "secret") if one["name"] == "our-site" else None
        destinations.add(db, user, destinations.checked(one), secret)
    hook = SecretStr("https://cms.example.org/hooks/4711")
    destinations.add(db, user, destinations.webhook("cms", hook), hook)
    destinations.enable(db, user, "our-site", enabled=False)
    known = {one.name: one.id for one in destinations.listed(db, user)}
    with db.acting(user) as conn:
        arrived = sendings.begin(conn, sent.id, known["my-podcast"], "a" * 64)
        sendings.sent(conn, arrived.id, _RECEIPT)
        lost = sendings.begin(conn, failed.id, known["cms"], "b" * 64)
        sendings.failed(conn, lost.id, _LOST)


_RECEIPT = Receipt(
    destination="my-podcast",
    kind="podcast",
    where="https://pod.example.org/reefs/feed.xml",
    at=datetime(2026, 3, 1, tzinfo=UTC),
    sha256="a" * 64,
)
_LOST = "Destination 'cms': it answered 503. See its log, then retry."
_DESTINATIONS: tuple[dict[str, object], ...] = (
    {
        "name": "my-podcast",
        "goes": {
            "kind": "podcast",
            "place": {"kind": "folder", "path": "podcasts/reefs"},
            "feed": {"title": "Reefs at night", "base_url": "https://pod.example.org/reefs"},
        },
    },
    {
        "name": "our-site",
        "goes": {
            "kind": "bucket",
            "url": "s3://our-site/videos",
            "endpoint": "https://s3.eu.example.org",
        },
    },
    {"name": "shorts", "goes": {"kind": "folder", "path": "shorts/history"}},
)


def _pay(shop: Workshop, made: Production, usd: float, *, days_ago: int) -> None:
    """One answered call of a model, by the script's step."""
    with shop.db.acting(made.owner_id) as conn:
        call = journal.begin(
            conn,
            made.id,
            f"sample-{days_ago}",
            step_key="script",
            provider="anthropic",
            model="claude-sonnet-5",
        )
        journal.finish(
            conn, call.id, response={}, input_tokens=8_200, output_tokens=900, cost_usd=usd
        )
        conn.execute(_BACK, {"id": call.id, "days": days_ago})
        conn.execute(_SPENT, {"production": made.id, "usd": usd})


def _age(shop: Workshop, made: Production, *, days: int) -> None:
    """Let a production be some days old."""
    with shop.db.acting(made.owner_id) as conn:
        conn.execute(_AGED, {"production": made.id, "days": days})


_BACK = """
update vidp.journal set sent_at = sent_at - make_interval(days => %(days)s),
    done_at = done_at - make_interval(days => %(days)s) where id = %(id)s"""
_SPENT = """
update vidp.step_traces set cost_usd = cost_usd + %(usd)s, input_tokens = input_tokens + 8200,
    output_tokens = output_tokens + 900
where production_id = %(production)s and step_key = 'script'"""
_AGED = """
update vidp.productions set created_at = created_at - make_interval(days => %(days)s),
    started_at = started_at - make_interval(days => %(days)s),
    ended_at = ended_at - make_interval(days => %(days)s) where id = %(production)s"""


def _remember(shop: Workshop, user: UUID, made: Production) -> UUID:
    """What a channel knows after some weeks; the memory that replaced another and was used."""
    brain = Brain(shop.db, user, LocalEmbeddings())
    said: list[dict[str, Any]] = [
        {"kind": "fact", "text": "We film in Bremen, in the old harbour."},
        {"kind": "banned", "text": "Never call anything a revolution.", "pinned": True},
        {"kind": "style", "text": "Short sentences. No exclamation marks."},
        {"kind": "pronunciation", "text": "Bremen is said BRAY-men.", "slot": "Bremen"},
        {
            "kind": "correction",
            "text": "The ferry opened in 2019, not in 2018.",
            "source": {"production": str(made.id), "step": "script", "who": "ada"},
        },
        {"kind": "fact", "text": "We publish on Mondays.", "slot": "day"},
        {"kind": "fact", "text": "We publish on Tuesdays, at nine.", "slot": "day"},
    ]
    for one in said:
        kept = remembering.remember(brain, remembering.checked(**({"source": _YOU} | one)))
    guide = [Paragraph(text=text, heading="Style guide") for text in _GUIDE]
    remembering.take_in(brain, "style-guide.md", guide, who="you")
    with shop.db.acting(user) as conn:
        memories.use(conn, [UUID(kept.id)], made.id, step_key="script", run_id="sample")
    return UUID(kept.id)


_YOU = {"who": "you"}
_GUIDE = (
    "Say what happened before you say what it means. A viewer who is told why first has nothing "
    "to look forward to, and leaves.",
    "A number needs something to stand beside: a length needs a street, a sum needs a salary.",
)
