"""What can go wrong with a call, in words that say what to do; and how long to wait."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import ModuleType
from typing import Any

from vid_pipeline.errors import LLMFailed

_KEY = "Check it (`vidp keys test`, or {variable}) and try again."
_LATER = "Nothing is lost: run again later, and it goes on from here."
_BY_STATUS: dict[int, tuple[str, str, str]] = {
    400: (
        "request",
        "the service refused the request",
        "Shorten the text or choose another model.",
    ),
    401: ("key", "the API key is not valid", _KEY),  # the variable is filled in
    402: ("billing", "the account has no credit left", "Add credit and run again."),
    403: (
        "permission",
        "the API key may not use this model",
        "Choose another model or another key.",
    ),
    404: ("model", "the service has no such model", "Set VIDP_MODEL to one that it has."),
    413: ("size", "the request is too large", "Shorten the text and run again."),
    429: ("rate", "too many requests for this key", _LATER),
    529: ("overloaded", "the service is overloaded", _LATER),
}
_RETRIED = frozenset({408, 409, 429})


_BY_TYPE = {
    "overloaded_error": 529,
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "invalid_request_error": 400,
}
"""What an error inside a stream, which has begun with status 200, would else have had."""

_QUOTA = "insufficient_quota"
_VARIABLES = {"anthropic": "ANTHROPIC_API_KEY", "openai": "OPENAI_API_KEY"}


class Unreadable(Exception):
    """A reply that is JSON but no message; never leaves this package."""


class CutStream(Exception):
    """A stream without its end; never leaves this package."""


@dataclass(frozen=True)
class Fault:
    """A failed try: the error to raise in the end, the wait that the service asked for.

    `said` is the service's own explanation, which may hold parts of a key: it is only looked at.
    """

    error: LLMFailed
    wait_s: float | None = None
    said: str = ""


def fault_of(caught: Exception, model: str, sdk: ModuleType) -> Fault | None:
    """The fault behind an exception of an SDK, or None if it is not one of those."""
    import httpx2  # noqa: PLC0415  The SDKs' client, loaded with them.

    if isinstance(caught, sdk.APITimeoutError | httpx2.TimeoutException):
        return _fault(model, "timeout", "the service gave no answer in time")
    if isinstance(caught, sdk.APIStatusError):
        return _status(caught, model)
    if isinstance(caught, sdk.APIConnectionError | httpx2.TransportError | CutStream):
        return _fault(model, "connection", "the connection could not be made or was cut")
    if isinstance(caught, json.JSONDecodeError | sdk.APIResponseValidationError | Unreadable):
        return _fault(model, "malformed", "the service sent a reply that cannot be read")
    if isinstance(caught, sdk.APIError):  # inside a stream
        return _in_stream(caught, model)
    return None


def refused(model: str) -> LLMFailed:
    """The model declined to answer."""
    remedy = "Change the source or the instructions; the same text will be refused again."
    return LLMFailed(model, "refusal", "the model declined to answer", remedy)


def cut_off(model: str, max_tokens: int) -> LLMFailed:
    """The answer did not end within its limit."""
    reason = f"the answer did not end within {max_tokens} tokens"
    return LLMFailed(model, "max_tokens", reason, "Ask for a shorter text or raise the limit.")


def without_key(model: str) -> LLMFailed:
    """No key is set."""
    return LLMFailed(model, "key", "no API key is set", f"Set {variable_of(model)}.")


def no_key(model: str) -> LLMFailed:
    """What is set cannot be a key."""
    remedy = f"Set {variable_of(model)} to one line of plain characters."
    return LLMFailed(model, "key", "the API key cannot be one", remedy)


def variable_of(model: str) -> str:
    """The environment's variable that holds the operator's key for a model."""
    return _VARIABLES.get(model.partition("/")[0], "VIDP_MODEL_KEY")


def _fault(model: str, cause: str, reason: str) -> Fault:
    return Fault(LLMFailed(model, cause, reason, _LATER, retryable=True))


def _status(caught: Any, model: str) -> Fault:
    """A fault with an HTTP status; inside a stream, the one that it stands for."""
    status, said = caught.status_code, _said(caught.body)
    if status < 400:
        status = _BY_TYPE.get(said.get("type", ""), 500)
    quota = said.get("code") == _QUOTA or said.get("type") == _QUOTA
    wait_s = _wait_s(caught.response.headers.get("retry-after"))
    return _of_status(402 if quota else status, model, wait_s, said.get("message", ""))


def _in_stream(caught: Any, model: str) -> Fault:
    said = _said(caught.body)
    kind = said.get("type", "") or said.get("code", "")
    return _of_status(_BY_TYPE.get(kind, 500), model, None, said.get("message", ""))


def _of_status(status: int, model: str, wait_s: float | None, said: str) -> Fault:
    known = _BY_STATUS.get(status)
    if status in _RETRIED or status >= 500:
        cause, reason, remedy = known or ("server", f"the service failed (HTTP {status})", _LATER)
        return Fault(LLMFailed(model, cause, reason, remedy, retryable=True), wait_s)
    cause, reason, remedy = known or ("request", f"the service refused (HTTP {status})", _LATER)
    remedy = remedy.replace("{variable}", variable_of(model))
    return Fault(LLMFailed(model, cause, reason, remedy), said=said)


def by_status(status: int, model: str) -> LLMFailed:
    """The error that an HTTP status stands for."""
    return _of_status(status, model, None, "").error


def _said(body: object) -> dict[str, str]:
    """An error's fields, however deep the service put them."""
    inner = body.get("error", body) if isinstance(body, Mapping) else {}
    fields = inner if isinstance(inner, Mapping) else {"message": inner}
    return {str(name): str(value) for name, value in fields.items()}


def _wait_s(header: str | None) -> float | None:
    """The seconds a `retry-after` header asks for, as a number or as a date."""
    if not header:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except ValueError:
        return None


@dataclass(frozen=True)
class Patience:
    """How often a failed call is sent again, and how long all waits together may last."""

    tries: int = 4
    longest_wait_s: float = 90.0
    budget_s: float = 180.0

    def wait_s(
        self, fault: Fault, *, tried: int, waited_s: float, jitter: Callable[[], float]
    ) -> float | None:
        """Seconds until the next try; None if there shall be none.

        Args:
            fault: what went wrong.
            tried: how often the call was sent.
            waited_s: seconds waited so far.
            jitter: a random number from 0 to 1.
        """
        tries = 2 if fault.error.cause == "timeout" else self.tries
        if not fault.error.retryable or tried >= tries:
            return None
        backoff_s = min(8.0, 0.5 * 2 ** (tried - 1)) * (0.5 + jitter())
        wait_s = backoff_s if fault.wait_s is None else fault.wait_s + 0.2 * jitter()
        fits = wait_s <= self.longest_wait_s + 0.2 and waited_s + wait_s <= self.budget_s
        return wait_s if fits else None
