"""Asking a step to stop: one token that every long call looks at."""

import threading

from vid_pipeline.errors import Cancelled


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


_TOKENS: dict[str, CancelToken] = {}
_LOCK = threading.Lock()


def token_of(run_id: str) -> CancelToken:
    """The token that all steps of a run in this process share; made on first use."""
    with _LOCK:
        return _TOKENS.setdefault(run_id, CancelToken())
