"""A provider that speaks JSON over HTTP.

    POST {base}/jobs        {"operation": …, "input": …}, header Idempotency-Key
    GET  {base}/jobs/{id}   404 with {"error": {"code": "never_existed"}}, 410 when it is gone
    GET  {file.url}         as given, or relative to the base

The first two answer with a job: `id`, `status` (queued, running, succeeded, failed), `progress`
from 0 to 1, `result`, `file` with `url` and `mime`, `cost_usd`, `error` with a `message`.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NoReturn
from urllib.parse import quote, urljoin, urlsplit

import httpx
from pydantic import BaseModel, Field, JsonValue, SecretStr, ValidationError

from resources.provider_jobs.provider import Job, NeverExisted, RemoteFile
from resources.public_addresses import Reach
from resources.web import public_transport
from vid_pipeline.errors import JobFailed
from vid_pipeline.ports import JobRequest

_KEY = "Check VIDP_JOBS_KEY and run again."
_LATER = "Nothing is lost: run again later, and it goes on from here."
_CHANGE = "Change the step's operation or input."
_BY_STATUS = {
    401: ("key", "the key is not valid", _KEY),
    402: ("billing", "the account has no credit left", "Add credit and run again."),
    403: ("key", "the key may not do this", _KEY),
    413: ("size", "the input is too large", "Shorten the step's input."),
    429: ("rate", "too many requests for this key", _LATER),
}
_CHUNK_BYTES = 262_144


class _Error(BaseModel):
    code: str = ""
    message: str = ""


class _Fault(BaseModel):
    error: _Error = Field(default_factory=_Error)


class _File(BaseModel):
    url: str
    mime: str = Field(default="application/octet-stream", pattern=r"^[\w.+-]+/[\w.+-]+$")


class _Shown(BaseModel):
    id: str = Field(min_length=1, max_length=200)
    status: Literal["queued", "running", "succeeded", "failed"]
    progress: float = 0.0
    result: JsonValue = None
    file: _File | None = None
    cost_usd: float | None = Field(default=None, ge=0, lt=float("inf"))
    error: _Error = Field(default_factory=_Error)


@dataclass(frozen=True)
class Limits:
    """How long one request may take, and how much it may bring."""

    request_s: float = 30.0
    fetch_s: float = 600.0
    json_bytes: int = 4_000_000
    file_bytes: int = 2_000_000_000


@dataclass(frozen=True)
class HttpProvider:
    """The provider at `base_url`. The key goes to that address and to no other."""

    base_url: str
    key: SecretStr = field(repr=False)
    limits: Limits = field(default_factory=Limits)

    @property
    def name(self) -> str:
        return _origin(self.base_url)[1]

    def submit(self, ask: JobRequest, *, key: str) -> Job:
        body = {"operation": ask.operation, "input": ask.input}
        return self._job("POST", "/jobs", headers={"idempotency-key": key}, json=body)

    def look(self, job_id: str) -> Job:
        return self._job("GET", f"/jobs/{quote(job_id, safe='')}", known=True)

    def fetch(self, file: RemoteFile, target: Path) -> None:
        url = urljoin(f"{self.base_url}/", file.url)
        if urlsplit(url).scheme not in {"http", "https"}:
            self._fail("malformed", f"the file's address {file.url!r} is not http", _LATER)
        # From elsewhere only what is public: an answer must not make us read our own network.
        home = urlsplit(self.base_url).hostname or ""
        ours = _origin(url) == _origin(self.base_url)
        transport = public_transport(Reach.of([home] if ours else []))
        headers = self._headers() if ours else {}
        with (
            self._outside(),
            httpx.Client(transport=transport, trust_env=False, follow_redirects=True) as client,
            client.stream("GET", url, headers=headers, timeout=self.limits.request_s) as answer,
            target.open("wb") as out,
        ):
            self._refuse(answer, answer.read() if answer.is_error else b"", known=True)
            self._read(answer, out.write, self.limits.file_bytes, self.limits.fetch_s)

    def _job(
        self,
        method: str,
        path: str,
        *,
        known: bool = False,
        headers: dict[str, str] | None = None,
        json: JsonValue = None,
    ) -> Job:
        body = bytearray()
        with self._outside(), httpx.Client(trust_env=False) as client:
            url, sent = f"{self.base_url}{path}", self._headers() | (headers or {})
            wait_s = self.limits.request_s
            with client.stream(method, url, headers=sent, json=json, timeout=wait_s) as answer:
                self._read(answer, body.extend, self.limits.json_bytes, wait_s)
                self._refuse(answer, bytes(body), known=known)
        try:
            return _job(_Shown.model_validate_json(bytes(body)))
        except ValidationError:
            self._fail("malformed", "it sent a reply that cannot be read", _LATER, retryable=True)

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key.get_secret_value()}"}

    def _outside(self) -> "_Translated":
        return _Translated(self.name)

    def _read(
        self, answer: httpx.Response, take: Callable[[bytes], object], most: int, longest_s: float
    ) -> None:
        """Hand over the body piece by piece, within size and time."""
        deadline, taken = time.monotonic() + longest_s, 0
        for chunk in answer.iter_bytes(_CHUNK_BYTES):
            taken += len(chunk)
            if taken > most:
                reason = f"its answer is larger than {most / 1e6:.0f} MB"
                self._fail("size", reason, "Ask for something smaller.")
            if time.monotonic() > deadline:
                reason = f"no whole answer within {longest_s:.0f} s"
                self._fail("timeout", reason, _LATER, retryable=True)
            take(chunk)

    def _refuse(self, answer: httpx.Response, body: bytes, *, known: bool) -> None:
        """Return if the answer is a good one; `known` when it is about a job we have ordered."""
        status = answer.status_code
        if answer.is_success:
            return
        said = _said(body)
        if known and status == 404 and said.code == "never_existed":
            raise NeverExisted
        if known and status in {404, 410}:
            remedy = "It may have been billed, so it is not ordered again: ask the provider, or "
            self._fail("gone", "it does not know the job any more", f"{remedy}{_CHANGE.lower()}")
        if status >= 500 or status == 408:
            self._fail("server", f"it failed (HTTP {status})", _LATER, retryable=True)
        why = f": {said.message[:200]}" if said.message else ""
        plain = ("request", f"it refused the request (HTTP {status}){why}", _CHANGE)
        cause, reason, remedy = _BY_STATUS.get(status, plain)
        self._fail(cause, reason, remedy, retryable=status == 429)

    def _fail(self, cause: str, reason: str, remedy: str, *, retryable: bool = False) -> NoReturn:
        raise JobFailed(self.name, cause, reason, remedy, retryable=retryable)


class _Translated:
    """Turns httpx's errors into ours."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, httpx.TimeoutException):
            reason = "no answer in time"
            raise JobFailed(self._name, "timeout", reason, _LATER, retryable=True) from error
        if isinstance(error, httpx.HTTPError):
            reason = "the connection could not be made or was cut"
            raise JobFailed(self._name, "connection", reason, _LATER, retryable=True) from error
        if isinstance(error, httpx.InvalidURL):
            reason = f"its address is not valid ({error})"
            raise JobFailed(self._name, "request", reason, "Correct VIDP_JOBS_URL.") from error


def _said(body: bytes) -> _Error:
    try:
        return _Fault.model_validate_json(body).error
    except ValidationError:
        return _Error()


def _job(shown: _Shown) -> Job:
    return Job(
        id=shown.id,
        state="running" if shown.status == "queued" else shown.status,
        progress=min(1.0, max(0.0, shown.progress)),
        value=shown.result,
        file=RemoteFile(shown.file.url, shown.file.mime) if shown.file else None,
        cost_usd=shown.cost_usd,
        error=shown.error.message or shown.error.code,
    )


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    return parts.scheme, f"{host}{port}"
