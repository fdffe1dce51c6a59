"""Every error the project raises on purpose.

VidPipelineError           exit code 1: ours, or the machine's
├── UserError              exit code 2: the caller can put it right
│   ├── BadSource          a brief's text, file, page or URL cannot be used
│   ├── BadRequest         an option, a name or a value is not one we have
│   ├── NotFound           the id is not in the store
│   ├── NotAllowed         it is for others to decide
│   ├── NotAlone           a step cannot be run without the others
│   ├── OverLimit          a file, a folder or a program's work would grow past its limit
│   ├── Forged             a post is not signed by whoever has the key
│   ├── Conflict           somebody else has changed it in the meantime
│   ├── LinkRefused        a notice's link is forged, used, expired or somebody else's
│   ├── AccountError       an account cannot be made, entered or changed like this
│   │   └── TooManyTries   it was tried too often; wait
│   └── WorkflowError      a stored definition is wrong; its author edits it
├── ToolError              an outside program or service failed; may be retried
│   ├── ToolMissing        install something
│   ├── ToolFailed         read the log
│   ├── JobFailed          a provider's job could not be ordered, or gave nothing
│   ├── NotSent            a notice did not get through its channel
│   └── NotDelivered       a finished video did not get to its destination
├── StoreError             the database or the artifact store failed
├── RenderError            the media engine refused or failed
├── SpeechError            no voice, or no audio
├── LLMError               the model refused, failed, or gave no valid answer
├── OverBudget             a call could pass a cap on spending; nothing was sent
└── Cancelled              somebody asked the step to stop
"""

import math
from datetime import datetime


class VidPipelineError(Exception):
    """Base of the tree. The message says which thing, what is wrong and what to do next."""

    exit_code = 1
    retryable = False


class UserError(VidPipelineError):
    """The caller can put this right."""

    exit_code = 2


class BadSource(UserError):
    """A text, file, page or URL cannot be used; `status` is what an HTTP server answered."""

    def __init__(self, source: str, reason: str, remedy: str, *, status: int | None = None) -> None:
        self.source, self.reason, self.remedy, self.status = source, reason, remedy, status
        super().__init__(f"{source!r}: {reason}. {remedy}")


class BadRequest(UserError):
    """An option, a name or a value is not one we have."""

    def __init__(self, what: str, value: object, remedy: str) -> None:
        self.what, self.value, self.remedy = what, value, remedy
        super().__init__(f"{what} {value!r} cannot be used. {remedy}")


class NotFound(UserError):
    """The store has no such row."""

    def __init__(self, what: str, key: str, remedy: str = "") -> None:
        self.what, self.key = what, key
        super().__init__(f"No {what} {key!r} in the store. {remedy}".strip())


class NotAllowed(UserError):
    """A user may not decide a request."""

    def __init__(self, request: str, handle: str, reason: str) -> None:
        self.request, self.handle, self.reason = request, handle, reason
        super().__init__(f"Request {request!r} cannot be decided by {handle!r}: {reason}.")


class NotAlone(UserError):
    """A step cannot be run alone; `cause` is one word for why.

    `unknown`: there is no such step. `gate`: it asks people. `unmade`: nothing was ever made.
    `untaken`: it hangs on a branch that was not taken. `inputs`: step `first` has to run first.
    """

    def __init__(self, step: str, cause: str, reason: str, *, first: str | None = None) -> None:
        self.step, self.cause, self.first = step, cause, first
        super().__init__(f"Step {step!r} cannot run alone: {reason}")


class OverLimit(UserError):
    """Something would grow past its limit; what was there before is as it was."""

    def __init__(self, what: str, reason: str, remedy: str) -> None:
        self.what, self.reason, self.remedy = what, reason, remedy
        super().__init__(f"{what}: {reason}. {remedy}")


class Forged(UserError):
    """A post is not signed with the key it should be."""


class LinkRefused(UserError):
    """A notice's link does not open; `reason` is one of `forged`, `other`, `used`, `expired`."""

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(f"{message} Sign in and open your inbox: what waits for you is there.")


class Conflict(UserError):
    """It was saved by `who` at `when` since the caller read it; nothing was overwritten."""

    def __init__(self, what: str, *, who: str, when: datetime, remedy: str) -> None:
        self.what, self.who, self.when = what, who, when
        at = when.astimezone().strftime("%H:%M:%S")
        super().__init__(f"{what} was saved by {who} at {at}, after you opened it. {remedy}")


class AccountError(UserError):
    """An account cannot be made, entered or changed like this.

    `reason` is one word for it; the message is for whoever sits at the browser, and never says
    whether somebody else has an account.
    """

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)


class TooManyTries(AccountError):
    """It was tried too often from there; `wait_s` seconds from now it may be tried again."""

    def __init__(self, wait_s: int) -> None:
        self.wait_s = wait_s
        minutes = math.ceil(wait_s / 60)
        when = "a minute" if minutes == 1 else f"{minutes} minutes"
        super().__init__("too_many", f"That was tried too often. Please try again in {when}.")


class WorkflowError(UserError):
    """A stored definition cannot become a graph; `step` is the step at fault, if there is one."""

    def __init__(self, message: str, *, step: str | None = None, code: str = "workflow") -> None:
        self.step, self.code = step, code
        super().__init__(message)


class ToolError(VidPipelineError):
    """An outside program or service failed."""

    retryable = True


class ToolMissing(ToolError):
    """A needed program, library or file is not on this machine."""

    retryable = False

    def __init__(self, tool: str, remedy: str) -> None:
        self.tool, self.remedy = tool, remedy
        super().__init__(f"{tool} is not installed or does not run here. {remedy}")


class ToolFailed(ToolError):
    """An outside program ended with an error; `log` holds its last lines."""

    def __init__(self, tool: str, code: int, log: str) -> None:
        self.tool, self.code, self.log = tool, code, log
        last = log.strip().splitlines()[-1] if log.strip() else "no output"
        super().__init__(f"{tool} exited with code {code}: {last}")


class JobFailed(ToolError):
    """A provider's job: `cause` is one word for what went wrong, `retryable` if later may help."""

    def __init__(
        self, provider: str, cause: str, reason: str, remedy: str, *, retryable: bool = False
    ) -> None:
        self.provider, self.cause, self.reason, self.remedy = provider, cause, reason, remedy
        self.retryable = retryable
        super().__init__(f"{provider}: {reason}. {remedy}")


class NotSent(ToolError):
    """A notice did not get through; `retryable` says whether later may help.

    `reason` is kept and shown: it names hosts, never whole addresses, which may be secrets.
    """

    def __init__(self, reason: str, *, retryable: bool = True) -> None:
        self.reason, self.retryable = reason, retryable
        super().__init__(f"The notice was not sent: {reason}.")


class NotDelivered(ToolError):
    """A finished video did not get to a destination; `retryable` says whether later may help.

    The reason is kept and shown: it names hosts and buckets, never a secret or an answer.
    """

    def __init__(
        self, destination: str, reason: str, remedy: str, *, retryable: bool = True
    ) -> None:
        self.destination, self.reason, self.remedy = destination, reason, remedy
        self.retryable = retryable
        super().__init__(f"Destination {destination!r}: {reason}. {remedy}")


class StoreError(VidPipelineError):
    """The database or the artifact store failed; nothing was half-written."""


class RenderError(VidPipelineError):
    """The media engine refused or failed."""


class SpeechError(VidPipelineError):
    """No such voice, or the engine gave no audio."""


class LLMError(VidPipelineError):
    """The model refused, failed, or gave no valid answer."""


class LLMFailed(LLMError):
    """A call to a model failed; `cause` is one word for it, `retryable` whether later may help.

    Of an answer that stayed invalid, `path` is the place of the fault (`scenes[2].seconds`, "" for
    the whole) and `last_answer` what the model said last, shortened.
    """

    def __init__(
        self,
        model: str,
        cause: str,
        reason: str,
        remedy: str,
        *,
        retryable: bool = False,
        path: str | None = None,
        last_answer: str | None = None,
    ) -> None:
        self.model, self.cause, self.reason, self.remedy = model, cause, reason, remedy
        self.retryable, self.path, self.last_answer = retryable, path, last_answer
        super().__init__(f"{model}: {reason}. {remedy}")


class LimitReached(LLMError):
    """An agent came to the end of what its step allows it; `limit` is the setting's name."""

    def __init__(self, limit: str, allowed: float, used: float) -> None:
        self.limit, self.allowed, self.used = limit, allowed, used
        super().__init__(
            f"The agent gave no answer within its limit {limit!r} of {allowed:g} (used: {used:g}). "
            "Raise the limit in the step's settings, or ask for less."
        )


class OverBudget(VidPipelineError):
    """A call could pass a cap on spending; it was not sent, and nothing was written down."""

    def __init__(
        self,
        scope: str,
        *,
        limit_usd: float,
        spent_usd: float,
        reserved_usd: float,
        needed_usd: float,
        production: str,
    ) -> None:
        self.scope, self.production = scope, production
        self.limit_usd, self.spent_usd = limit_usd, spent_usd
        self.reserved_usd, self.needed_usd = reserved_usd, needed_usd
        whose = {"production": "this production", "month": "this month"}.get(scope, "all you make")
        aside = f" and ${reserved_usd:.2f} set aside for calls under way" if reserved_usd else ""
        of_one = f" --production {production[-8:]}" if scope == "production" else ""
        super().__init__(
            f"The next call may cost up to ${needed_usd:.2f}, but of the ${limit_usd:.2f} for "
            f"{whose} ${spent_usd:.2f} is spent{aside}. Approve raising the budget to "
            f"${self.to_usd:.2f}, or run: vidp budget set {scope} {self.to_usd:.2f}{of_one}"
        )

    @property
    def to_usd(self) -> float:
        """The lowest cap in whole cents that lets this call through."""
        whole = self.spent_usd + self.reserved_usd + self.needed_usd
        return math.ceil(round(whole * 100, 6)) / 100


class Cancelled(VidPipelineError):
    """Somebody asked the step to stop; finished work is kept."""

    exit_code = 130
