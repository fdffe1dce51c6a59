"""What a call of the API can fail with, by what its problem says.

ApiError                the API said no; `problem` has its words
├── NotSignedIn         401: no access token, or one that is no good
├── OverCap             402: it would pass a cap on spending
├── Forbidden           403: the token lacks a scope, or it is for others to do
├── NotThere            404
├── Conflict            409: not as things are now
├── ChangedMeanwhile    412: it is not as it was seen
├── TooLarge            413
├── Invalid             400 and 422: something in it cannot be used; `faults` lists what
└── ServerFailed        500 and above, after some tries
Unreachable             no answer at all, after some tries
TookTooLong             it was waited for long enough
"""

from vid_pipeline.errors import VidPipelineError
from vid_pipeline.wire.problems import Fault, Problem


class ApiError(VidPipelineError):
    """The API said no."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.detail)

    @property
    def status(self) -> int:
        return self.problem.status

    @property
    def kind(self) -> str:
        """The last part of the problem's type, as `not-found`."""
        return self.problem.kind

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault, if there are several."""
        return self.problem.errors


class NotSignedIn(ApiError):
    """No access token, or one that is no good."""


class OverCap(ApiError):
    """It would pass a cap on spending."""


class Forbidden(ApiError):
    """The token lacks a scope, or it is for others to do."""


class NotThere(ApiError):
    """There is no such thing, or it is somebody else's."""


class Conflict(ApiError):
    """It cannot be done as things are now."""


class ChangedMeanwhile(ApiError):
    """It is not any more as it was seen."""


class TooLarge(ApiError):
    """More than is taken there."""


class Invalid(ApiError):
    """Something in it cannot be used."""

    exit_code = 2


class ServerFailed(ApiError):
    """The server, or something behind it, failed."""

    retryable = True


class Unreachable(VidPipelineError):
    """No answer came."""

    retryable = True

    def __init__(self, url: str, reason: str) -> None:
        self.url, self.reason = url, reason
        super().__init__(f"{url} does not answer: {reason}. Is the studio running there?")


class TookTooLong(VidPipelineError):
    """It was waited for long enough; it may still go on."""

    def __init__(self, what: str, seconds: float) -> None:
        self.what, self.seconds = what, seconds
        super().__init__(f"{what} has not settled within {seconds:g} s. Wait for it again.")


_BY_STATUS: dict[int, type[ApiError]] = {
    400: Invalid,
    401: NotSignedIn,
    402: OverCap,
    403: Forbidden,
    404: NotThere,
    409: Conflict,
    412: ChangedMeanwhile,
    413: TooLarge,
    422: Invalid,
}


def of(problem: Problem) -> ApiError:
    """The error that a problem is."""
    other = ServerFailed if problem.status >= 500 else ApiError
    return _BY_STATUS.get(problem.status, other)(problem)
