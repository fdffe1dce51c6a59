"""Asking a step to stop: one token that every long call looks at."""

import contextvars
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from vid_pipeline.errors import Cancelled

T = TypeVar("T")
LOOK_S = 0.05
"""How often a call that waits for something else looks at its token."""

_LET_GO_S = 0.2


class CancelToken:
    """Set once, by whoever stops the run; safe to share between threads."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def request(self) -> None:
        self._event.set()

    @property
    def requested(self) -> bool:
        return self._event.is_set()

    def wait(self, timeout_s: float) -> bool:
        """Sleep up to `timeout_s`; True at once when a stop is requested."""
        return self._event.wait(timeout_s)

    def check(self) -> None:
        """Return if the step may go on.

        Raises:
            Cancelled: a stop was requested.
        """
        if self.requested:
            raise Cancelled("The step was asked to stop. Finished work is kept; resume to go on.")


def interruptible(call: Callable[[], T], stop: CancelToken, *, cut: Callable[[], None]) -> T:
    """What a call gives that cannot look at the token itself.

    It runs in a thread of its own. When a stop is requested, `cut` takes away what it waits for;
    should it wait all the same, it is left behind: its thread ends with the process at the latest.

    Raises:
        Cancelled: a stop was requested before the call ended.
    """
    stop.check()
    aside = _Aside(call)
    while not aside.ended.wait(LOOK_S):
        if stop.requested:
            cut()
            aside.ended.wait(_LET_GO_S)
            if not aside.gave:  # an answer that came at the last moment may have been paid for
                stop.check()
    return aside.outcome()


class _Aside(Generic[T]):
    """A call in a thread of its own, its outcome kept."""

    def __init__(self, call: Callable[[], T]) -> None:
        self.ended = threading.Event()
        self._value: list[T] = []
        self._error: BaseException | None = None
        context = contextvars.copy_context()
        threading.Thread(
            target=context.run, args=(self._run, call), name="waiting", daemon=True
        ).start()

    def _run(self, call: Callable[[], T]) -> None:
        try:
            self._value.append(call())
        except BaseException as error:  # noqa: BLE001  (a thread's edge: the caller raises it)
            self._error = error
        self.ended.set()

    @property
    def gave(self) -> bool:
        return bool(self._value)

    def outcome(self) -> T:
        if self._error is not None:
            raise self._error
        return self._value[0]


_TOKENS: dict[str, CancelToken] = {}
_LOCK = threading.Lock()


def token_of(run_id: str) -> CancelToken:
    """The token that all steps of a run in this process share; made on first use."""
    with _LOCK:
        return _TOKENS.setdefault(run_id, CancelToken())
