"""What runs without anybody in a used studio: triggers, a calendar, a batch; and what they use."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from vid_pipeline.acts import branding, drafting, planning, tokens, triggering, uploading
from vid_pipeline.acts.briefs import Upload
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import Colours
from vid_pipeline.batch_records import BatchRules
from vid_pipeline.brand_records import BrandKit
from vid_pipeline.media import ffmpeg
from vid_pipeline.records import Production
from vid_pipeline.store import batches, triggers, workflows
from vid_pipeline.trigger_records import NewTrigger, Trigger
from vid_pipeline.watched import Making, OnCalendar, OnFeed, OnFolder, Watched

_SHORT = "article-to-short"
_PLAN = (
    (-9, "Why reefs glow at night"),
    (-2, "Night ferries for Port Ellery"),
    (1, "What a tide is worth"),
    (1, "How bread rises in the cold"),
    (3, "The bell on the harbour wall"),
    (6, "Why gulls follow ploughs"),
)


def set_up(
    shop: Workshop, user: UUID, made: Sequence[Production], failed: Production
) -> dict[str, str]:
    """Fill the pages that work by themselves; what they are opened with."""
    _channels(shop, user)
    _library(shop, user)
    tokens.make(shop.db, user, "Newsletter script", ["productions:read", "productions:write"])
    trigger = _triggers(shop, user, made, failed)
    today = datetime.now(UTC).date()
    for days, topic in _PLAN:
        planning.add(shop, user, day=today + timedelta(days=days), at="09:00", topic=topic)
    batch = _batch(shop, user, made, failed)
    _newer_version(shop, user)
    return {"triggers": f"trigger={trigger.id}", "batches": f"batch={batch}"}


def _channels(shop: Workshop, user: UUID) -> None:
    sea, town = (
        Colours(main="#0b4f6c", accent="#7fd1ae"),
        Colours(main="#3a2449", accent="#f2b263"),
    )
    for name, said, colours in (
        ("Salt & Light", "Short films on the sea, three a week.", sea),
        ("Port Ellery Today", "What the council decides, in a minute.", town),
    ):
        kit = BrandKit(colours=colours, intro=name, outro="More on Tuesday")
        branding.add(shop.db, user, branding.Draft(name, said, kit, workflow=_SHORT))


def _library(shop: Workshop, user: UUID) -> None:
    folder = shop.settings.home
    for name, source in (
        ("harbour.png", "gradients=s=640x360:c0=0x3A2449:c1=0xF2B263:n=2:d=1"),
        ("kelp.png", "gradients=s=640x360:c0=0x0B4F6C:c1=0x7FD1AE:n=2:d=1"),
        ("dusk.png", "gradients=s=640x360:c0=0x16201D:c1=0xC2701C:n=2:d=1"),
    ):
        path = folder / name
        ffmpeg.run(["-f", "lavfi", "-i", source, "-frames:v", "1", str(path)])
        uploading.keep(shop, user, Upload(name, path.read_bytes()))
    sound = folder / "bell.wav"
    ffmpeg.run(["-f", "lavfi", "-i", "sine=f=440:d=3", str(sound)])
    uploading.keep(shop, user, Upload(sound.name, sound.read_bytes()))


def _triggers(
    shop: Workshop, user: UUID, made: Sequence[Production], failed: Production
) -> Trigger:
    feed = _trigger(shop, user, "Harbour news", OnFeed(url="https://news.example.org/feed"))
    folder = _trigger(shop, user, "Drop folder", OnFolder(path="articles", pattern="*.md"))
    _trigger(shop, user, "Calendar", OnCalendar(zone="Europe/Berlin"))
    triggering.pause(shop, user, folder.id)
    with shop.db.acting(user) as conn:
        for number, one in enumerate((*made, failed)):
            title = one.brief.title or one.brief.name
            find = triggers.keep(conn, feed.id, (f"item:{number}",), one.brief, title=title)
            assert find is not None
            triggers.made(conn, find, one.id, now=one.created_at)
        triggers.keep(
            conn, feed.id, ("item:crowd",), failed.brief, title="Crowds at the pier",
            state="passed", reason="Your words to avoid are in it: advertisement.",
        )  # fmt: skip
        triggers.keep(
            conn, feed.id, ("item:wall",), None, title="Council minutes, behind a sign-in",
            state="dead", reason="The page answers 403: it lets nobody read it unasked.",
        )  # fmt: skip
    return feed


def _trigger(shop: Workshop, user: UUID, name: str, watches: Watched) -> Trigger:
    new = NewTrigger(name=name, watches=watches, making=Making(workflow=_SHORT))
    return triggering.add(shop, user, new)


def _batch(shop: Workshop, user: UUID, made: Sequence[Production], failed: Production) -> str:
    with shop.db.acting(user) as conn:
        version = workflows.get(conn, _SHORT)
        batch = batches.add(conn, version, "Twelve tides", rules=BatchRules(), shared=["script"])
        for number, one in enumerate((*made, failed), start=1):
            title = one.brief.title or one.brief.name
            for place, label in enumerate(("Tall", "Wide")):
                batches.add_item(
                    conn, batch.id, (number, place), title=title, label=label, brief=one.brief
                )
        places = {(one.input, one.variant): one for one in batches.items(conn, batch)}
        for number, one in enumerate((*made, failed), start=1):
            batches.begun(conn, places[number, 0].id, one.id)
        batches.add_item(
            conn, batch.id, (9, 0), title="line 9", label="Tall", brief=None,
            reason="It has neither a text nor an address.",
        )  # fmt: skip
    return str(batch.id)


def _newer_version(shop: Workshop, user: UUID) -> None:
    """A second version of a workflow, and a draft of another that is still drawn."""
    draft = drafting.open_for(shop.db, user, _SHORT)
    body: dict[str, Any] = json.loads(json.dumps(draft.document))
    body["description"] = "An article becomes a narrated, captioned short of a minute."
    narrate = next(one for one in body["steps"] if one["kind"] == "narrate")
    narrate["params"] = {"words_per_minute": 165}
    saved = drafting.save(shop.db, user, draft.id, body, draft.revision)
    drafting.publish(shop, user, saved.id, note="A little faster, as viewers asked.")
    drafting.create(shop.db, user, "Weekly round-up", dict(saved.document))
