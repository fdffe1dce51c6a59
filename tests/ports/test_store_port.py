"""The contract of the `Store` port: its fake and its real forms keep it alike."""

import shutil
from pathlib import Path
from typing import Protocol

import pytest

from resources.store import StoreResource
from vid_pipeline.artifacts import MediaRef
from vid_pipeline.errors import StoreError
from vid_pipeline.ports import Store
from vid_pipeline.store.objects import ObjectStore
from vid_pipeline.testing.store import FakeStore


class TextStore(Store, Protocol):
    def put_text(self, key: str, text: str) -> None: ...
    def get_text(self, key: str) -> str: ...
    def exists(self, key: str) -> bool: ...


@pytest.fixture(params=["fake", "objects", "resource"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> TextStore:
    url, cache = (tmp_path / "kept here").as_uri(), tmp_path / "cache"
    if request.param == "fake":
        return FakeStore(tmp_path / "fake")
    if request.param == "objects":
        return ObjectStore(url, cache=cache)
    return StoreResource(url=url, cache=str(cache))


def test_bytes_come_back_under_their_own_name(store: TextStore) -> None:
    ref = store.put_bytes(b"hello", "text/plain")
    assert (ref.size_bytes, ref.mime) == (5, "text/plain")
    assert store.path(ref).read_bytes() == b"hello"


def test_a_file_and_its_bytes_are_the_same_artifact(store: TextStore, tmp_path: Path) -> None:
    file = tmp_path / "clip.mp4"
    file.write_bytes(bytes(3_000_000))
    assert store.put(file, "video/mp4") == store.put_bytes(bytes(3_000_000), "video/mp4")
    assert file.exists()


def test_unknown_bytes_are_a_store_error(store: TextStore) -> None:
    with pytest.raises(StoreError):
        store.path(MediaRef(sha256="0" * 64, mime="text/plain", size_bytes=1))


def test_damaged_bytes_are_refused_even_at_the_same_size(store: TextStore) -> None:
    ref = store.put_bytes(b"right", "text/plain")
    store.path(ref).write_bytes(b"wrong")
    with pytest.raises(StoreError):
        store.path(ref)


def test_what_was_kept_under_a_key_is_recalled(store: TextStore) -> None:
    ref = store.put_bytes(b"clip", "video/mp4")
    assert store.recall("scene s1, engine 3") is None
    store.keep("scene s1, engine 3", ref)
    assert store.recall("scene s1, engine 3") == ref


def test_a_key_whose_bytes_are_gone_recalls_nothing(store: TextStore) -> None:
    ref = store.put_bytes(b"clip", "video/mp4")
    store.keep("scene", ref)
    store.path(ref).unlink()
    assert store.recall("scene") is None


def test_texts_are_replaced_by_later_ones(store: TextStore) -> None:
    key = "runs/1/draw[s2].json"
    assert not store.exists(key)
    store.put_text(key, "{}")
    store.put_text(key, '{"naïve": 1}')
    assert store.exists(key)
    assert store.get_text(key) == '{"naïve": 1}'
    with pytest.raises(StoreError):
        store.get_text("runs/2/draw.json")


def test_a_damaged_artifact_can_be_kept_again(tmp_path: Path) -> None:
    store = ObjectStore(tmp_path.as_uri(), cache=tmp_path / "cache")
    ref = store.put_bytes(b"right", "text/plain")
    store.path(ref).write_bytes(b"wrong")
    with pytest.raises(StoreError, match="damaged"):
        store.path(ref)
    assert store.path(store.put_bytes(b"right", "text/plain")).read_bytes() == b"right"


def test_a_store_that_vanished_names_its_folder(tmp_path: Path) -> None:
    store = ObjectStore((tmp_path / "artifacts").as_uri(), cache=tmp_path / "cache")
    ref = store.put_bytes(b"x", "text/plain")
    shutil.rmtree(tmp_path / "artifacts")
    with pytest.raises(StoreError, match="artifacts"):
        store.path(ref)
