"""Tools that find media: what the owner has made before, and collections of others."""

from typing import Literal

from pydantic import Field

from assets.tools.files import FileKept, FileName
from vid_pipeline.errors import BadRequest
from vid_pipeline.ports import Library, LibraryItem, Sandbox, Stock, StockItem, Store, Web
from vid_pipeline.sandbox.publishing import fetch
from vid_pipeline.tools import Tool, ToolInput, ToolOutput

_MOST = 20
_OWN, _STOCK = "own:", "stock:"


class MediaSearch(ToolInput):
    words: str = Field(default="", max_length=200, description="What it should be about.")
    kind: Literal["video", "picture", "sound", "text"] = Field(default="video")
    where: Literal["own", "stock"] = Field(
        default="own", description="What the owner has made or uploaded, or a stock collection."
    )
    most: int = Field(default=10, ge=1, le=_MOST)


class FoundMedia(ToolOutput):
    """Something that `media_take` brings into this production's files."""

    id: str = Field(max_length=300)
    title: str = Field(max_length=300)
    kind: str = Field(max_length=20)
    duration_s: float | None = None
    width_px: int | None = None
    height_px: int | None = None
    credit: str = Field(default="", max_length=300, description="Must be named if it is used.")


class FoundMediaList(ToolOutput):
    found: tuple[FoundMedia, ...] = Field(max_length=_MOST)


class MediaTake(ToolInput):
    id: str = Field(max_length=300, description="As `media_search` gave it.")
    to: FileName = Field(description="The name that it gets here.")


def media_search(ask: MediaSearch, *, library: Library, stock: Stock) -> FoundMediaList:
    """Search what the owner has made or uploaded, or a stock collection, for media.

    Raises:
        BadRequest: a stock collection has neither sounds nor texts.
        ToolError: the stock collection has no key, or does not answer.
    """
    if ask.where == "own":
        own = library.search(ask.words, kind=ask.kind, most=ask.most)
        return FoundMediaList(found=tuple(_own(item) for item in own))
    if ask.kind not in {"video", "picture"} or not ask.words.strip():
        raise BadRequest("kind", ask.kind, "Search stock by words, for a video or a picture.")
    kind: Literal["video", "picture"] = "video" if ask.kind == "video" else "picture"
    found = stock.search(ask.words, kind=kind, most=ask.most)
    return FoundMediaList(found=tuple(_stock(item) for item in found))


def media_take(
    ask: MediaTake, *, library: Library, stock: Stock, store: Store, sandbox: Sandbox, web: Web
) -> FileKept:
    """Bring something that was found into this production's files.

    Raises:
        NotFound: there is no such thing.
        BadSource: it cannot be fetched.
    """
    if ask.id.startswith(_OWN):
        kept = fetch(sandbox, library.find(ask.id.removeprefix(_OWN)).file, ask.to, store)
    elif ask.id.startswith(_STOCK):
        item = stock.find(ask.id.removeprefix(_STOCK))
        kept = sandbox.write(ask.to, web.fetch(item.link).body)
    else:
        raise BadRequest("id", ask.id, "Take one that media_search gave.")
    return FileKept(name=kept.name, size_bytes=kept.size_bytes)


MEDIA = (Tool.of(media_search, outside=True), Tool.of(media_take, effect="keeps"))


def _own(item: LibraryItem) -> FoundMedia:
    return FoundMedia(
        id=f"{_OWN}{item.id}",
        title=f"{item.title[:200]} ({item.id.partition('/')[2]})",
        kind=item.kind,
        duration_s=item.duration_s,
    )


def _stock(item: StockItem) -> FoundMedia:
    return FoundMedia(
        id=f"{_STOCK}{item.id}",
        title=item.title,
        kind=item.kind,
        duration_s=item.duration_s,
        width_px=item.width_px,
        height_px=item.height_px,
        credit=item.credit,
    )
