"""Buckets on a local S3-compatible server, behind a relay that cuts: one object, and whole."""

import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar
from urllib.parse import unquote
from uuid import UUID

import pytest

from resources.dispatch import target_of
from resources.targets.target import Parcel
from tests.sending.desks import FILES, KEY, KEY_ID, Desks, changed
from tests.sending.s3 import S3, Object, assert_whole
from vid_pipeline.artifacts import MediaRef
from vid_pipeline.errors import BadRequest, NotDelivered
from vid_pipeline.packages import MANIFEST, VIDEO, Package
from vid_pipeline.store import sendings
from vid_pipeline.testing.cutting_relay import CuttingRelay, Place


@pytest.fixture
def relay(bucket_server: S3) -> Iterator[CuttingRelay]:
    with CuttingRelay(bucket_server.port) as made:
        yield made


def listed(found: dict[str, Object], package: Package) -> dict[str, Object]:
    """A production's objects by the names of its files."""
    start = f"shorts/{package.production}/"
    return {key.removeprefix(start): one for key, one in found.items() if key.startswith(start)}


def assert_arrived(found: dict[str, Object], package: Package) -> None:
    """Exactly the package is there: one object of each name, with its bytes, type and words."""
    mine = listed(found, package)
    assert mine.keys() == FILES.keys()
    assert_whole(mine)
    for name, one in mine.items():
        ref = package.files[name]
        assert (hashlib.sha256(one.data).hexdigest(), one.mime) == (ref.sha256, ref.mime)
        assert one.metadata["production"] == package.production
        assert unquote(one.metadata["title"]) == package.title


def assert_nothing_half(found: dict[str, Object], package: Package) -> None:
    """What is visible is whole, and whoever sees the manifest sees all."""
    mine = listed(found, package)
    assert_whole(mine)
    if MANIFEST in mine:
        assert mine.keys() == FILES.keys()
        assert mine[MANIFEST].metadata["subject"] == package.subject


def places(method: str, target: str) -> tuple[Place, ...]:
    """Where a request is worth cutting: one that only looks, before it is heard."""
    if method == "HEAD":
        return ("before",)
    return ("before", "middle", "after") if "partNumber" in target else ("before", "after")


def test_a_cut_at_any_request_leaves_nothing_half_written_and_a_retry_ends_it(
    desks: Desks, bucket_server: S3, relay: CuttingRelay
) -> None:
    bucket = bucket_server.bucket()
    desks.add_bucket(bucket, relay.url)
    first = desks.package()
    desks.desk.send("main", first)
    requests = list(relay.asked)
    uploads = [one for one in requests if "partNumber" in one[1]]
    assert len(uploads) == 3, "the video goes in several parts"
    assert requests[-1][1].endswith(MANIFEST)
    cuts = [(k, place) for k, one in enumerate(requests, 1) for place in places(*one)]
    assert len(cuts) == 26
    for k, place in cuts:
        package = replace(first, production=desks.production())
        start = f"shorts/{package.production}/"
        relay.forget()
        relay.cut(k, place)
        with pytest.raises(NotDelivered, match="broke off"):
            desks.desk.send("main", package)
        assert_nothing_half(bucket_server.objects(bucket, start), package)
        assert desks.states(package.production) == [("failed", 1)]
        receipt = desks.desk.send("main", package)
        assert desks.states(package.production) == [("sent", 2)]
        assert receipt.where == f"s3://{bucket}/shorts/{package.production}/"
        for name in FILES:
            done = [t for t in relay.puts() if t.endswith(f"/{name}") or f"/{name}?uploadId" in t]
            assert len(done) <= 2, "what had arrived was sent again"
        assert_arrived(bucket_server.objects(bucket, start), package)


def test_a_crash_after_the_upload_sends_no_byte_again(
    desks: Desks, bucket_server: S3, relay: CuttingRelay
) -> None:
    bucket = bucket_server.bucket()
    made = desks.add_bucket(bucket, relay.url).destination
    package = desks.package()
    with desks.db.acting(desks.user.id) as conn:
        begun = sendings.begin(conn, UUID(package.production), made.id, package.subject)
    files = {name: desks.store.path(ref) for name, ref in package.files.items()}
    parcel = Parcel(package, files, str(begun.id), begun.begun_at)
    target_of(desks.outside, made).deliver(parcel)  # and here the process dies
    assert len(relay.puts()) == 9
    relay.forget()
    again = replace(package, files={**package.files, MANIFEST: _other_manifest(desks)})
    receipt = desks.desk.send("main", again)
    assert (relay.puts(), len(relay.asked)) == ([], 5)
    relay.forget()
    assert desks.desk.send("main", package) == receipt
    assert relay.asked == []
    assert desks.states(package.production) == [("sent", 2)]


def _other_manifest(desks: Desks) -> MediaRef:
    """A manifest of a later run, which differs in that alone."""
    return desks.store.put_bytes(b'{"run": "another"}', "application/json")


def test_a_changed_video_takes_the_old_manifest_away_before_it_is_replaced(
    desks: Desks, bucket_server: S3, relay: CuttingRelay
) -> None:
    bucket = bucket_server.bucket()
    desks.add_bucket(bucket, relay.url)
    package = desks.package()
    desks.desk.send("main", package)
    other = changed(package, desks)
    relay.forget()
    relay.cut(9, "before")
    with pytest.raises(NotDelivered):
        desks.desk.send("main", other)
    assert MANIFEST not in listed(bucket_server.objects(bucket), package)
    desks.desk.send("main", other)
    found = listed(bucket_server.objects(bucket), other)
    assert found[VIDEO].data == b"v" * 210_000
    assert found[MANIFEST].metadata["subject"] == other.subject
    assert not [one for one in relay.puts() if "thumbnail" in one], "what is the same stays"


def test_what_objects_say_of_themselves_follows_the_words(
    desks: Desks, bucket_server: S3, relay: CuttingRelay
) -> None:
    bucket = bucket_server.bucket()
    desks.add_bucket(bucket, relay.url)
    package = desks.package()
    desks.desk.send("main", package)
    renamed = replace(package, title="Another title")
    desks.desk.send("main", renamed)
    start = f"shorts/{package.production}/"
    assert_arrived(bucket_server.objects(bucket, start), renamed)


def test_two_that_send_the_same_at_once_leave_one_object_of_each_name(
    desks: Desks, bucket_server: S3, relay: CuttingRelay
) -> None:
    bucket = bucket_server.bucket()
    desks.add_bucket(bucket, relay.url)
    package = desks.package()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: desks.desk.send("main", package), range(2)))
    assert_arrived(bucket_server.objects(bucket), package)


def test_an_operators_bucket_is_filled_only_where_allowed_and_apart_for_each_owner(
    desks: Desks, bucket_server: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = bucket_server.bucket()
    monkeypatch.setenv("AWS_ENDPOINT_URL", bucket_server.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "operator")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "operators-key")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    desks.add("bucket", url=f"s3://{bucket}/pub-else", own_keys=False)
    allowed = f"s3://{bucket}/pub"
    desks.settings = desks.settings.model_copy(update={"publish_buckets": f"s3://x, {allowed}"})
    package = desks.package()
    with pytest.raises(BadRequest, match="VIDP_PUBLISH_BUCKETS"):
        desks.desk.send("main", package)
    desks.add("bucket", name="allowed", url=f"{allowed}/shorts", own_keys=False)
    receipt = desks.desk.send("allowed", package)
    start = f"pub/shorts/{desks.user.id}/{package.production}/"
    assert bucket_server.objects(bucket).keys() == {start + name for name in FILES}
    assert receipt.where == f"s3://{bucket}/{start}"


class _Refusing(BaseHTTPRequestHandler):
    """Answers 403 with all that it was told, as some servers do."""

    heard: ClassVar[list[str]] = []

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""

    def do_HEAD(self) -> None:
        told = f"{self.path} {dict(self.headers)}"
        self.heard.append(told)
        self.send_response(403)
        self.send_header("content-length", "0")
        self.end_headers()


def test_nothing_of_the_operators_surroundings_goes_to_an_endpoint_that_a_user_gave(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "operators-id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "operators-key")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "operators-token")
    with HTTPServer(("127.0.0.1", 0), _Refusing) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        desks.add_bucket("bucket", f"http://127.0.0.1:{server.server_port}")
        with pytest.raises(NotDelivered, match="does not take these keys") as caught:
            desks.desk.send("main", desks.package())
        server.shutdown()
        thread.join()
    heard = _Refusing.heard
    assert heard
    assert KEY_ID in "".join(heard), "it is signed with the owner's"
    assert "operators" not in "".join(heard)
    assert KEY not in "".join(heard)
    for text in (str(caught.value), repr(vars(caught.value)), repr(caught.value.__cause__)):
        assert KEY_ID not in text
        assert KEY not in text


def test_an_endpoint_in_a_private_network_is_refused(desks: Desks, bucket_server: S3) -> None:
    desks.settings = desks.settings.model_copy(update={"publish_private_hosts": ""})
    desks.add_bucket(bucket_server.bucket(), bucket_server.url)
    package = desks.package()
    with pytest.raises(NotDelivered, match="no public address") as caught:
        desks.desk.send("main", package)
    assert not caught.value.retryable


def test_a_bucket_that_is_not_there_is_said(desks: Desks, bucket_server: S3) -> None:
    desks.add_bucket("not-there-at-all", bucket_server.url)
    with pytest.raises(NotDelivered, match="no such bucket"):
        desks.desk.send("main", desks.package())
