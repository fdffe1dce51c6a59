"""Calls over HTTP: tried again when that may help, problems raised as errors, answers typed."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import uuid4

import httpx
from pydantic import BaseModel, ValidationError

from vid_pipeline.client import errors
from vid_pipeline.client.errors import ApiError, Unreachable
from vid_pipeline.wire.base import Page
from vid_pipeline.wire.problems import TYPES, Problem

PREFIX = "/api/v1"
_AGAIN = {429, 502, 503, 504}
_IN_FLIGHT = "in-flight"
_LONGEST_PAUSE_S = 10.0
_PAGE = 100

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Seen(Generic[M]):
    """A thing as it was when it was read; given back, it is only changed if it is still so."""

    value: M
    tag: str


class Transport:
    """One connection pool to one API; shows nothing of its token."""

    def __init__(self, http: httpx.Client, *, tries: int, pause_s: float) -> None:
        self._http = http
        self._tries, self._pause_s = tries, pause_s

    def close(self) -> None:
        """Let the connections go."""
        self._http.close()

    def get(self, path: str, kind: type[M], params: Mapping[str, Any] | None = None) -> M:
        """What is at a path."""
        return self._read(self.call("GET", path, params=params), kind)

    def seen(self, path: str, kind: type[M]) -> Seen[M]:
        """What is at a path, with its tag."""
        answer = self.call("GET", path)
        return Seen(self._read(answer, kind), answer.headers.get("etag", ""))

    def send(
        self,
        method: str,
        path: str,
        kind: type[M],
        body: object = None,
        *,
        params: Mapping[str, Any] | None = None,
        seen: Seen[Any] | None = None,
    ) -> M:
        """What is answered to a change; refused if what it changes is not as it was `seen`."""
        headers = {"If-Match": seen.tag} if seen else {}
        return self._read(self.call(method, path, params=params, json=body, headers=headers), kind)

    def form(
        self, path: str, kind: type[M], *, file: tuple[str, bytes], fields: Mapping[str, str]
    ) -> M:
        """What is answered to a form with a file."""
        return self._read(self.call("POST", path, data=fields, files={"file": file}), kind)

    def pages(self, path: str, kind: type[M], params: Mapping[str, Any]) -> Iterator[M]:
        """All of a list, read as far as it is looked at."""
        asked = {"limit": _PAGE, **{k: v for k, v in params.items() if v is not None}}
        while True:
            page = self.get(path, Page[kind], asked)  # type: ignore[valid-type]
            yield from page.items
            if page.next is None:
                return
            asked["cursor"] = page.next

    def call(self, method: str, path: str, **parts: Any) -> httpx.Response:
        """The answer to a call, made again if the network or the server failed for a moment.

        Raises:
            ApiError: the API said no.
            Unreachable: there was no answer.
        """
        request = self._request(method, path, **parts)
        for attempt in range(1, self._tries + 1):
            last = attempt == self._tries
            try:
                answer = self._http.send(request)
            except httpx.TransportError as error:
                if last:
                    raise Unreachable(
                        str(request.url.copy_with(query=None)), _why(error)
                    ) from error
                time.sleep(self._pause(attempt, None))
                continue
            if answer.is_success:
                return answer
            refused = _error(answer)
            if last or not (answer.status_code in _AGAIN or refused.kind == _IN_FLIGHT):
                raise refused
            time.sleep(self._pause(attempt, answer))
        raise AssertionError("the last try returns or raises")

    @contextmanager
    def stream(
        self, path: str, *, headers: Mapping[str, str], read_s: float | None = None
    ) -> Iterator[httpx.Response]:
        """An answer that is read as it comes; tried once.

        Raises:
            ApiError: the API said no.
            httpx.TransportError: the connection failed.
        """
        timeout = self._http.timeout
        if read_s is not None:
            timeout = httpx.Timeout(timeout.connect, read=read_s)
        url = f"{PREFIX}{path}"
        with self._http.stream("GET", url, headers=headers, timeout=timeout) as answer:
            if not answer.is_success:
                answer.read()
                raise _error(answer)
            yield answer

    def _request(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **parts: Any
    ) -> httpx.Request:
        """The request; made once, so that a try again is the same to the last byte."""
        key = {} if method == "GET" else {"Idempotency-Key": uuid4().hex}
        given = {name: part for name, part in parts.items() if part is not None}
        if "params" in given:
            given["params"] = {k: v for k, v in given["params"].items() if v is not None}
        return self._http.build_request(
            method, f"{PREFIX}{path}", headers=key | dict(headers or {}), **given
        )

    def _pause(self, attempt: int, answer: httpx.Response | None) -> float:
        told = answer.headers.get("retry-after", "") if answer is not None else ""
        wanted = float(told) if told.isdigit() else self._pause_s * 2 ** (attempt - 1)
        return min(wanted, _LONGEST_PAUSE_S)

    def _read(self, answer: httpx.Response, kind: type[M]) -> M:
        try:
            return kind.model_validate_json(answer.content)
        except ValidationError as error:
            raise errors.of(_unreadable(answer)) from error


def _error(answer: httpx.Response) -> ApiError:
    try:
        return errors.of(Problem.model_validate_json(answer.content))
    except ValidationError:
        return errors.of(_unreadable(answer))


def _unreadable(answer: httpx.Response) -> Problem:
    """Of an answer that is none of the API's: a proxy's, or another server's."""
    path = answer.request.url.path
    return Problem(
        type=f"{TYPES}unreadable",
        title="The answer cannot be read",
        status=answer.status_code,
        detail=f"{path} answered {answer.status_code} with what is none of this API's answers. "
        "Is the address that of a studio, and as new as this client?",
        instance=path,
    )


def _why(error: httpx.TransportError) -> str:
    return str(error).rstrip(".") or type(error).__name__
