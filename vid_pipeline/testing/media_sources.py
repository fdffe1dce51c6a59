"""Libraries and stock collections that a test has filled."""

from collections.abc import Sequence
from typing import Literal

from vid_pipeline.errors import NotFound, ToolMissing
from vid_pipeline.ports import LibraryItem, MediaKind, StockItem


class FakeLibrary:
    """Finds what has one of the words in its title."""

    def __init__(self, items: Sequence[LibraryItem] = ()) -> None:
        self._items = tuple(items)

    def search(
        self, words: str, *, kind: MediaKind | None = None, most: int = 10
    ) -> tuple[LibraryItem, ...]:
        fitting = (item for item in self._items if kind in {None, item.kind})
        return tuple(item for item in fitting if _fits(words, item.title))[:most]

    def find(self, key: str) -> LibraryItem:
        for item in self._items:
            if item.id == key:
                return item
        raise NotFound("file", key, "Search again.")


class FakeStock:
    """Has a key unless told; finds what has one of the words in its title."""

    def __init__(self, items: Sequence[StockItem] = (), *, available: bool = True) -> None:
        self._items, self._available = tuple(items), available

    @property
    def available(self) -> bool:
        return self._available

    def search(
        self, words: str, *, kind: Literal["video", "picture"], most: int = 10
    ) -> tuple[StockItem, ...]:
        fitting = (item for item in self._held() if item.kind == kind)
        return tuple(item for item in fitting if _fits(words, item.title))[:most]

    def find(self, key: str) -> StockItem:
        for item in self._held():
            if item.id == key:
                return item
        raise NotFound("stock item", key, "Search again.")

    def _held(self) -> tuple[StockItem, ...]:
        if not self._available:
            raise ToolMissing("The stock collection", "Set a key to search it.")
        return self._items


def _fits(words: str, title: str) -> bool:
    wanted = set(words.casefold().split())
    return not wanted or bool(wanted & set(title.casefold().split()))
