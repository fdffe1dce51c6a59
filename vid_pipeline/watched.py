"""What a trigger watches, and what it makes of a find: the settings that a creator gives it."""

from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Annotated, Literal, Self
from zoneinfo import available_timezones

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

CatchUp = Literal["none", "latest", "all"]
FindState = Literal["waiting", "made", "passed", "dead"]
_SOME_TIME = datetime(2026, 1, 1, tzinfo=UTC)


class _Setting(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name!r} is no time zone; give one such as Europe/Berlin or UTC")
    return name


def _cron(expression: str) -> str:
    try:
        next(CronSim(expression, _SOME_TIME))
    except (CronSimError, StopIteration) as fault:
        raise ValueError(
            f"{expression!r} is no schedule ({fault or 'it never comes'}); "
            "give minute, hour, day, month and weekday, such as `0 9 * * 1-5`"
        ) from fault
    return expression


def _pointer(path: str) -> str:
    if path and not path.startswith("/"):
        raise ValueError(f"{path!r} is no place in a JSON body; give one such as /article/text")
    return path


def _glob(pattern: str) -> str:
    if PurePosixPath(pattern).is_absolute() or ".." in PurePosixPath(pattern).parts:
        raise ValueError("a pattern is of names in the folder, such as *.md")
    return pattern


Zone = Annotated[str, AfterValidator(_zone), Field(max_length=64)]
Cron = Annotated[str, AfterValidator(_cron), Field(max_length=120)]
Pointer = Annotated[str, AfterValidator(_pointer), Field(max_length=200)]
Pattern = Annotated[str, AfterValidator(_glob), Field(max_length=120)]
Url = Annotated[str, Field(pattern=r"^https?://[^\s]+$", max_length=2000)]
"""A public address; what it leads to is fetched by the filtering proxy alone."""


class Source(_Setting):
    """What a brief is made from where a trigger finds nothing to read: one of the two."""

    text: str = Field(
        default="", max_length=200_000, description="A text or an idea; may name {date}."
    )
    url: Url | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.text.strip()) == (self.url is not None):
            raise ValueError("give either a text or a web page")
        return self


class OnSchedule(_Setting):
    """At times that a cron expression names, in a time zone, its daylight saving included."""

    kind: Literal["schedule"] = "schedule"
    cron: Cron
    zone: Zone = "UTC"
    source: Source


class OnFeed(_Setting):
    """Whenever an RSS or Atom feed has a new item."""

    kind: Literal["feed"] = "feed"
    url: Url


class OnFolder(_Setting):
    """Whenever a complete file lies in a folder below the installation's watched ones."""

    kind: Literal["folder"] = "folder"
    path: str = Field(min_length=1, max_length=400, pattern=r"^[^/\x00][^\x00]*$")
    pattern: Pattern = "*"


class OnBucket(_Setting):
    """Whenever an object lies under a prefix of a bucket that the operator lets be watched."""

    kind: Literal["bucket"] = "bucket"
    url: str = Field(pattern=r"^(s3|gs|az|file)://\S+$", max_length=400)
    pattern: Pattern = "*"


class OnCalendar(_Setting):
    """On the dates of the content calendar's rows; those of one channel, if it is named."""

    kind: Literal["calendar"] = "calendar"
    channel: str = Field(default="", max_length=80)
    zone: Zone = "UTC"
    at: str = Field(
        default="09:00",
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        description="Where a row has no time.",
    )


class OnPage(_Setting):
    """Whenever what a web page says has changed."""

    kind: Literal["page"] = "page"
    url: Url


class OnWebhook(_Setting):
    """Whenever another program posts a signed JSON body; where things lie in it."""

    kind: Literal["webhook"] = "webhook"
    text: Pointer = "/text"
    url: Pointer = "/url"
    title: Pointer = "/title"


class OnWorkflow(_Setting):
    """After a video of another workflow, from the same source."""

    kind: Literal["after"] = "after"
    workflow: str = Field(max_length=80)
    on: Literal["done", "failed", "any"] = "done"


class UntilGood(_Setting):
    """Again and again from one source, until so many videos came out well."""

    kind: Literal["repeat"] = "repeat"
    good: int = Field(ge=1, le=100)
    most_tries: int = Field(ge=1, le=500)
    source: Source

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.most_tries < self.good:
            raise ValueError("there must be at least as many tries as good videos")
        return self


Watched = Annotated[
    OnSchedule
    | OnFeed
    | OnFolder
    | OnBucket
    | OnCalendar
    | OnPage
    | OnWebhook
    | OnWorkflow
    | UntilGood,
    Field(discriminator="kind"),
]


class Sieve(_Setting):
    """Which finds count; an empty list lets everything through. Case does not matter."""

    words: tuple[str, ...] = Field(default=(), max_length=50, description="One of them is in it.")
    without: tuple[str, ...] = Field(default=(), max_length=50, description="None is in it.")
    newer_than_days: float | None = Field(default=None, gt=0, le=3650)


class Making(_Setting):
    """What becomes of a find: a brief through a workflow."""

    workflow: str = Field(max_length=80)
    title: str = Field(
        default="{title}", max_length=200, description="May name {title}, {date}, {trigger}."
    )
    aspect: Literal["9:16", "16:9", "1:1"] = "9:16"
    seconds: int = Field(default=60, ge=15, le=600)
    voice: str | None = Field(default=None, max_length=120)
    language: str | None = Field(default=None, pattern=r"^[a-z]{2}$")


class Rules(_Setting):
    """How much a trigger may make, and what it does about times when nobody looked."""

    daily_limit: int = Field(default=10, ge=1, le=1000)
    catch_up: CatchUp = Field(
        default="latest",
        description="Of what came while it was off, or before it: nothing, the newest, all.",
    )
    every_s: int = Field(default=300, ge=5, le=86_400, description="Seconds between two looks.")


class NewTrigger(BaseModel):
    """A trigger as a creator sets it."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: str = Field(min_length=1, max_length=80)
    watches: Watched
    making: Making
    sieve: Sieve = Sieve()
    rules: Rules = Rules()
