"""Where finished videos go: the settings of a destination.

What is secret (keys, a webhook's address) is sealed apart and never in here.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

SendingState = Literal["begun", "sent", "failed"]
NAME = r"^[a-z0-9][a-z0-9-]{0,39}$"


class _Setting(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _below(path: str) -> str:
    parts = path.split("/")
    if any(part in {"", ".", ".."} or part.startswith(".") for part in parts):
        raise ValueError(f"{path!r} is no folder below yours; give one such as shorts/history")
    return path


Name = Annotated[str, Field(pattern=NAME)]
Below = Annotated[str, AfterValidator(_below), Field(max_length=200, pattern=r"^[^\x00-\x1f\\]+$")]
Url = Annotated[str, Field(pattern=r"^https?://[^\s?#@]+$", max_length=1000)]


class ToFolder(_Setting):
    """A folder below the one that the operator lets be published into."""

    kind: Literal["folder"] = "folder"
    path: Below


class ToBucket(_Setting):
    """A prefix of an S3-compatible bucket: with keys of one's own, or the operator's."""

    kind: Literal["bucket"] = "bucket"
    url: str = Field(
        pattern=r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9_=+@-][A-Za-z0-9_.=+@-]*)*$",
        max_length=400,
        description="s3://bucket/prefix",
    )
    own_keys: bool = Field(default=True, description="False: the operator's, where allowed.")
    endpoint: Url | None = Field(default=None, description="If it is not Amazon's.")
    region: str = Field(default="us-east-1", pattern=r"^[a-z0-9-]{2,32}$")


class Feed(_Setting):
    """A podcast's feed, as players show it."""

    title: str = Field(min_length=1, max_length=200)
    base_url: Url = Field(description="Where the public finds what lies in the folder or bucket.")
    site: Url | None = Field(default=None, description="The podcast's own page.")
    description: str = Field(default="", max_length=4000)
    author: str = Field(default="", max_length=200)
    language: str = Field(default="en", pattern=r"^[a-z]{2}(-[a-zA-Z]{2,4})?$")
    image: Url | None = Field(default=None, description="Its cover, 1400 to 3000 px square.")
    category: str = Field(default="", max_length=80, description="One of Apple's categories.")
    explicit: bool = False


class ToPodcast(_Setting):
    """A folder or bucket with the videos, and the RSS feed that lists them."""

    kind: Literal["podcast"] = "podcast"
    place: Annotated[ToFolder | ToBucket, Field(discriminator="kind")]
    feed: Feed


class ToWebhook(_Setting):
    """Another program, which is posted what was made; its whole address is the secret."""

    kind: Literal["webhook"] = "webhook"
    shown: str = Field(max_length=300, description="The address as people may see it.")


Goes = Annotated[ToFolder | ToBucket | ToPodcast | ToWebhook, Field(discriminator="kind")]


class BucketKeys(_Setting):
    """What a bucket with keys of its own is opened with."""

    access_key_id: SecretStr
    secret_access_key: SecretStr

    def plain(self) -> dict[str, str]:
        """Both as they are, to be sealed or sent."""
        return {
            "access_key_id": self.access_key_id.get_secret_value(),
            "secret_access_key": self.secret_access_key.get_secret_value(),
        }


class NewDestination(_Setting):
    """A destination as a creator sets it."""

    name: Name
    goes: Goes


def shown(goes: Goes) -> str:
    """Where something leads, in a line."""
    match goes:
        case ToFolder():
            return f"folder {goes.path}"
        case ToBucket():
            return goes.url if goes.endpoint is None else f"{goes.url} at {goes.endpoint}"
        case ToPodcast():
            return f"{goes.feed.title}, in {shown(goes.place)}"
        case ToWebhook():
            return goes.shown
