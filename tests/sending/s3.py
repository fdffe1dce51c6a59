"""A local S3-compatible server (moto) in a process of its own, and what lies in it."""

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4
from xml.etree import ElementTree as ET

import httpx

from vid_pipeline.settings import child_environment

_SERVE = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
"""
_NAMES = {"s": "http://s3.amazonaws.com/doc/2006-03-01/"}
_SIGNED = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=looker/20260101/us-east-1/s3/aws4_request, "
    "SignedHeaders=host, Signature=0"
}
PART_BYTES = 100_000


@dataclass(frozen=True)
class Object:
    """An object as anybody sees it."""

    data: bytes
    mime: str
    metadata: dict[str, str]


@dataclass(frozen=True)
class S3:
    """The server, seen without the program under test."""

    port: int
    client: httpx.Client

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def bucket(self) -> str:
        """A new bucket's name."""
        name = f"b{uuid4().hex}"
        self.client.put(f"{self.url}/{name}", content=b"").raise_for_status()
        return name

    def objects(self, bucket: str, start: str = "") -> dict[str, Object]:
        """What is visible in a bucket, by key; a key that is listed twice is a fault."""
        query = f"{self.url}/{bucket}?list-type=2&prefix={start}"
        listed = ET.fromstring(self.client.get(query).content)
        keys = [str(one.text) for one in listed.findall("s:Contents/s:Key", _NAMES)]
        assert len(keys) == len(set(keys))
        return {key: self._object(bucket, key) for key in keys}

    def _object(self, bucket: str, key: str) -> Object:
        got = self.client.get(f"{self.url}/{bucket}/{key}").raise_for_status()
        meta = {
            name.removeprefix("x-amz-meta-"): value
            for name, value in got.headers.items()
            if name.startswith("x-amz-meta-")
        }
        return Object(got.content, got.headers["content-type"], meta)


def assert_whole(found: dict[str, Object]) -> None:
    """Every object that is visible is what its metadata says, to the byte."""
    for key, one in found.items():
        if "sha256" in one.metadata:
            assert hashlib.sha256(one.data).hexdigest() == one.metadata["sha256"], key


@contextmanager
def served() -> Iterator[S3]:
    """A server that takes parts of any size."""
    environment = child_environment({"S3_UPLOAD_PART_MIN_SIZE": "1000"})
    with subprocess.Popen(
        [sys.executable, "-c", _SERVE],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        try:
            with httpx.Client(headers=_SIGNED) as client:
                yield S3(int(process.stdout.readline()), client)
        finally:
            process.kill()
