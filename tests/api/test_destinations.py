"""Destinations over the API: what is secret of them goes in and never comes back."""

from collections.abc import Iterator

import httpx
import pytest
from pydantic import SecretStr

from tests.api.conftest import Api, flow
from vid_pipeline.client import Client, errors
from vid_pipeline.destinations import BucketKeys, Feed, ToBucket, ToFolder, ToPodcast
from vid_pipeline.records import User
from vid_pipeline.store import productions, sendings
from vid_pipeline.wire.destinations import PostTo

KEYS = BucketKeys(access_key_id=SecretStr("AKIDsecret"), secret_access_key=SecretStr("s3cret"))
BUCKET = ToBucket(url="s3://bucket/a", endpoint="http://127.0.0.1:1")


@pytest.fixture
def client(api: Api, user: User) -> Iterator[Client]:
    with Client(api.url, api.token(user), trust_env=False) as client:
        yield client


def test_a_bucket_is_added_changed_paused_tried_and_removed(client: Client) -> None:
    added = client.destinations.add("site", BUCKET, keys=KEYS)
    assert added.signing_key is None
    one = added.destination
    assert (one.name, one.goes, one.sealed, one.enabled, one.last) == (
        "site", BUCKET, True, True, None,
    )  # fmt: skip
    moved = ToBucket(url="s3://bucket/b", endpoint=BUCKET.endpoint)
    edited = client.destinations.edit(one.id, moved)
    assert (edited.goes, edited.sealed) == (moved, True)
    assert not client.destinations.disable(one.id).enabled
    assert client.destinations.enable(one.id).enabled
    tried = client.destinations.test(one.id)
    assert not tried.good
    assert "'site'" in str(tried.reason)
    told = [one.model_dump_json() for one in client.destinations.list()]
    assert len(told) == 1
    for secret in ("AKIDsecret", "s3cret"):
        assert secret not in f"{told} {added!r} {edited!r} {tried!r}"
    client.destinations.remove(one.id)
    assert not [*client.destinations.list()]


def test_a_webhooks_address_is_not_shown_and_its_key_once(client: Client) -> None:
    added = client.destinations.add("cms", PostTo(url=SecretStr("https://cms.example.org/t0ken")))
    assert added.signing_key
    found = client.destinations.get(added.destination.id)
    assert found.shown == "https://cms.example.org/…"
    for text in (found.model_dump_json(), added.destination.model_dump_json()):
        assert "t0ken" not in text
    goes = PostTo(url=SecretStr("https://b.example.org/0ther"))
    assert client.destinations.edit(found.id, goes).shown == "https://b.example.org/…"


def test_what_cannot_be_used_is_refused_and_not_repeated(client: Client) -> None:
    feed = Feed(title="Reefs", base_url="https://pod.example.org")
    client.destinations.add("pod", ToPodcast(place=ToFolder(path="a"), feed=feed))
    with pytest.raises(errors.Invalid, match="Another destination has it"):
        client.destinations.add("pod", ToFolder(path="b"))
    with pytest.raises(errors.Invalid, match="the bucket's keys"):
        client.destinations.add("site", BUCKET)
    with pytest.raises(errors.Invalid, match="takes none"):
        client.destinations.add("shorts", ToFolder(path="b"), keys=KEYS)
    (pod,) = client.destinations.list()
    with pytest.raises(errors.Invalid, match="add another"):
        client.destinations.edit(pod.id, ToFolder(path="b"))


def test_the_last_delivery_is_told(client: Client, api: Api, user: User) -> None:
    made = client.destinations.add("shorts", ToFolder(path="a")).destination
    client.workflows.publish(flow())
    video = client.productions.create(text="Bread rises.", workflow="short", start=False)
    with api.shop.db.acting(user.id) as conn:
        productions.get(conn, video.id)
        begun = sendings.begin(conn, video.id, made.id, "a" * 64)
        sendings.failed(conn, begun.id, "It broke off.")
    (found,) = client.destinations.list()
    assert found.last is not None
    assert (found.last.production, found.last.state) == (video.id, "failed")
    assert (found.last.error, found.last.where) == ("It broke off.", None)


def test_a_workflow_that_sends_nowhere_known_is_refused_as_a_fault_of_its_step(
    ask: httpx.Client,
) -> None:
    deliver = {"id": "deliver", "kind": "deliver", "params": {"targets": ["pod"]}}
    document = {"slug": "sends", "title": "Sends", "steps": [deliver]}
    found = ask.post("/workflows/check", json=document).json()["faults"]
    assert ("deliver", "unknown_destination") in {(one["step"], one["code"]) for one in found}
    ask.post("/destinations", json={"name": "pod", "goes": {"kind": "folder", "path": "a"}})
    found = ask.post("/workflows/check", json=document).json()["faults"]
    assert "unknown_destination" not in {one["code"] for one in found}
