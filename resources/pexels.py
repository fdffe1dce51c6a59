"""The `Stock` port by Pexels: its JSON API, asked with the operator's key.

Source: https://www.pexels.com/api/documentation/ (search, single photo, single video).
"""

import re
from collections.abc import Mapping
from typing import Any, Literal, Self, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, SecretStr, ValidationError

from resources.lines import Lines
from resources.public_addresses import Reach
from resources.stoppable import StoppableResource
from resources.web import public_transport
from vid_pipeline.cancel import interruptible
from vid_pipeline.errors import NotFound, ToolFailed, ToolMissing
from vid_pipeline.ports import StockItem
from vid_pipeline.settings import Settings

_NAME = "Pexels"
_MOST_BYTES = 4_000_000
_KEY = re.compile(r"(picture|video)-(\d{1,12})")
_ENOUGH_PX = 720
_REFUSALS = {
    401: "it refused the key: check VIDP_PEXELS_API_KEY",
    403: "it refused the key: check VIDP_PEXELS_API_KEY",
    429: "its limit of questions is reached: try again later",
}


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


_T = TypeVar("_T", bound=_Read)


class _Sizes(_Read):
    large2x: str


class _Photo(_Read):
    id: int
    width: int
    height: int
    url: str
    photographer: str = ""
    alt: str | None = None
    src: _Sizes


class _User(_Read):
    name: str = ""


class _VideoFile(_Read):
    file_type: str
    width: int | None = None
    height: int | None = None
    link: str


class _Video(_Read):
    id: int
    width: int
    height: int
    url: str
    duration: float
    user: _User
    video_files: tuple[_VideoFile, ...] = Field(min_length=1)


class _Photos(_Read):
    photos: tuple[_Photo, ...]


class _Videos(_Read):
    videos: tuple[_Video, ...]


class PexelsResource(StoppableResource):
    """Its config holds no key: the settings do, when it is used."""

    url: str = Field(default="https://api.pexels.com", description="Where its API is.")
    timeout_s: float = Field(default=20, gt=0)
    private_hosts: list[str] = Field(default=[], description="Hosts that may be private.")

    _key: SecretStr | None = PrivateAttr(default=None)

    def asked_with(self, key: SecretStr | None) -> Self:
        """This resource, asking with a key; else the settings' one."""
        self._key = key
        return self

    @property
    def available(self) -> bool:
        return self._secret is not None

    def search(
        self, words: str, *, kind: Literal["video", "picture"], most: int = 10
    ) -> tuple[StockItem, ...]:
        query = {"query": words, "per_page": str(most)}
        if kind == "picture":
            photos = self._asked(_Photos, "/v1/search", query).photos
            return tuple(_of_photo(photo) for photo in photos[:most])
        videos = self._asked(_Videos, "/videos/search", query).videos
        return tuple(_of_video(video) for video in videos[:most])

    def find(self, key: str) -> StockItem:
        found = _KEY.fullmatch(key)
        if found is None:
            raise NotFound("stock item", key, "Search again.")
        kind, number = found.groups()
        if kind == "picture":
            return _of_photo(self._asked(_Photo, f"/v1/photos/{number}"))
        return _of_video(self._asked(_Video, f"/videos/videos/{number}"))

    @property
    def _secret(self) -> SecretStr | None:
        return self._key or Settings.read().pexels_api_key

    def _asked(self, shape: type[_T], path: str, query: Mapping[str, str] | None = None) -> _T:
        secret = self._secret
        if secret is None:
            raise ToolMissing(_NAME, "Set VIDP_PEXELS_API_KEY to search it.")
        lines = Lines()
        body = interruptible(
            lambda: self._body(lines, secret, path, query or {}), self._stop, cut=lines.cut
        )
        try:
            return shape.model_validate_json(body)
        except ValidationError as fault:
            raise ToolFailed(_NAME, 0, "its answer is not as documented") from fault

    def _body(self, lines: Lines, secret: SecretStr, path: str, query: Mapping[str, str]) -> bytes:
        """The answer; redirects are not followed, so the key goes nowhere else."""
        headers = {"authorization": secret.get_secret_value()}
        body = bytearray()
        try:
            with (
                self._client(lines) as client,
                client.stream("GET", f"{self.url}{path}", params=query, headers=headers) as answer,
            ):
                if answer.status_code == 404:
                    raise NotFound("stock item", path.rpartition("/")[2], "Search again.")
                if answer.status_code != 200:
                    told = _REFUSALS.get(answer.status_code, f"it answered {answer.status_code}")
                    raise ToolFailed(_NAME, answer.status_code, told)
                for chunk in answer.iter_bytes():
                    body += chunk
                    if len(body) > _MOST_BYTES:
                        raise ToolFailed(_NAME, 0, "its answer is too large")
        except httpx.HTTPError as fault:
            raise ToolFailed(_NAME, 0, f"it cannot be reached ({type(fault).__name__})") from None
        return bytes(body)

    def _client(self, lines: Lines) -> httpx.Client:
        return httpx.Client(
            transport=public_transport(Reach.of(self.private_hosts)),
            trust_env=False,
            timeout=self.timeout_s,
            event_hooks=dict[str, list[Any]](lines.hooks),
        )


def _of_photo(photo: _Photo) -> StockItem:
    return StockItem(
        id=f"picture-{photo.id}",
        title=(photo.alt or "")[:200],
        kind="picture",
        width_px=photo.width,
        height_px=photo.height,
        duration_s=None,
        credit=f"{photo.photographer[:100]} on Pexels",
        page=photo.url,
        link=photo.src.large2x,
    )


def _of_video(video: _Video) -> StockItem:
    """Its smallest MP4 that is at least 720 px on the short side, else the largest."""
    playable = [file for file in video.video_files if file.file_type == "video/mp4"]
    by_size = sorted(playable or video.video_files, key=_short_px)
    chosen = next((file for file in by_size if _short_px(file) >= _ENOUGH_PX), by_size[-1])
    return StockItem(
        id=f"video-{video.id}",
        title=_words_of(video.url),
        kind="video",
        width_px=chosen.width or video.width,
        height_px=chosen.height or video.height,
        duration_s=video.duration,
        credit=f"{video.user.name[:100]} on Pexels",
        page=video.url,
        link=chosen.link,
    )


def _short_px(file: _VideoFile) -> int:
    return min(file.width or 0, file.height or 0)


def _words_of(url: str) -> str:
    """Pexels gives videos no title, but names them in their page's address."""
    return re.sub(r"-\d*$", "", url.rstrip("/").rpartition("/")[2]).replace("-", " ")[:200]
