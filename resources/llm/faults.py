"""What can go wrong with a call, in words that say what to do; and how long to wait."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from vid_pipeline.errors import LLMFailed

if TYPE_CHECKING:
    import anthropic

_KEY = "Check the key (ANTHROPIC_API_KEY, or the studio's settings) and try again."
_LATER = "Nothing is lost: run again later, and it goes on from here."
_BY_STATUS: dict[int, tuple[str, str, str]] = {
    400: (
        "request",
        "the service refused the request",
        "Shorten the text or choose another model.",
    ),
    401: ("key", "the API key is not valid", _KEY),
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


class Unreadable(Exception):
    """A reply that is JSON but no message; never leaves this package."""


@dataclass(frozen=True)
class Fault:
    """A failed try: the error to raise in the end, and the wait that the service asked for."""

    error: LLMFailed
    wait_s: float | None = None


def fault_of(caught: Exception, model: str) -> Fault | None:
    """The fault behind an exception of the SDK, or None if it is not one of those."""
    import anthropic  # noqa: PLC0415  Loading the SDK takes seconds; a code location never needs it.

    if isinstance(caught, anthropic.APITimeoutError):
        return _fault(model, "timeout", "the service gave no answer in time")
    if isinstance(caught, anthropic.APIStatusError):
        return _status(caught, model)
    if isinstance(caught, anthropic.APIConnectionError):
        return _fault(model, "connection", "the connection could not be made or was cut")
    if isinstance(caught, json.JSONDecodeError | anthropic.APIResponseValidationError):
        return malformed(model)
    return None


def malformed(model: str) -> Fault:
    """A reply with status 200 that is not what the Messages API sends."""
    return _fault(model, "malformed", "the service sent a reply that cannot be read")


def refused(model: str) -> LLMFailed:
    """The model declined to answer."""
    remedy = "Change the source or the instructions; the same text will be refused again."
    return LLMFailed(model, "refusal", "the model declined to answer", remedy)


def cut_off(model: str, max_tokens: int) -> LLMFailed:
    """The answer did not end within its limit."""
    reason = f"the answer did not end within {max_tokens} tokens"
    return LLMFailed(model, "max_tokens", reason, "Ask for a shorter text or raise the limit.")


def invalid(model: str, tries: int, why: str) -> LLMFailed:
    """No try gave an answer of the wanted form."""
    reason = f"no valid answer after {tries} tries, the last one because {why}"
    return LLMFailed(model, "invalid", reason, "Run again, or choose another model.")


def without_key(model: str) -> LLMFailed:
    """No key is set."""
    return LLMFailed(model, "key", "no API key is set", "Set ANTHROPIC_API_KEY.")


def _fault(model: str, cause: str, reason: str) -> Fault:
    return Fault(LLMFailed(model, cause, reason, _LATER, retryable=True))


def _status(caught: "anthropic.APIStatusError", model: str) -> Fault:
    status = caught.status_code
    known = _BY_STATUS.get(status)
    if status in _RETRIED or status >= 500:
        cause, reason, remedy = known or ("server", f"the service failed (HTTP {status})", _LATER)
        wait_s = _wait_s(caught.response.headers.get("retry-after"))
        return Fault(LLMFailed(model, cause, reason, remedy, retryable=True), wait_s)
    cause, reason, remedy = known or ("request", f"the service refused (HTTP {status})", _LATER)
    return Fault(LLMFailed(model, cause, reason, remedy))


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
    longest_wait_s: float = 20.0
    budget_s: float = 45.0

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
