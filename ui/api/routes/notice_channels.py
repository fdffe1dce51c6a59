"""Where you are told that something needs you."""

from uuid import UUID

from ui.api import shown
from ui.api.callers import Here
from ui.api.routing import needs, router
from vid_pipeline import sending_process
from vid_pipeline.acts import subscribing
from vid_pipeline.outbox import EVENTS
from vid_pipeline.store import channels
from vid_pipeline.wire.base import Page
from vid_pipeline.wire.settings import (
    AddedNoticeChannel,
    NewNoticeChannel,
    NoticeChannel,
    TestedNoticeChannel,
)

api = router("notice_channels")

_READ, _WRITE = "settings:read", "settings:write"
_ONE = "/notice-channels/{channel_id}"


@api.get("/notice-channels", summary="Where you are told", **needs(_READ))
def listed(here: Here) -> Page[NoticeChannel]:
    """With what waits in each; a target that may be secret is shortened."""
    with here.acting() as conn:
        found = channels.of_user(conn)
    return Page(items=tuple(shown.notice_channel(one) for one in found))


@api.post("/notice-channels", status_code=201, summary="Be told somewhere", **needs(_WRITE))
def add(here: Here, new: NewNoticeChannel) -> AddedNoticeChannel:
    """Of a webhook the answer has the key of its signatures, this once."""
    events = EVENTS if new.events is None else new.events
    target = new.target.get_secret_value()
    added = subscribing.add(here.db, here.user, new.kind, target, events)
    return AddedNoticeChannel(
        channel=shown.notice_channel(added.channel), signing_key=added.signing_key
    )


@api.post(f"{_ONE}/test", summary="Send a test notice", **needs(_WRITE, 404, 502))
def test(here: Here, channel_id: UUID) -> TestedNoticeChannel:
    """Now; says whether it got through."""
    with here.acting() as conn:
        found = channels.get(conn, channel_id)
    tested = sending_process.send_test(here.shop.settings, here.user, found.id)
    return TestedNoticeChannel(sent=tested.sent, reason=tested.reason)


@api.delete(_ONE, status_code=204, summary="Be told there no more", **needs(_WRITE, 404))
def remove(here: Here, channel_id: UUID) -> None:
    """What waits in it goes, too."""
    with here.acting() as conn:
        channels.remove(conn, channels.get(conn, channel_id).id)
