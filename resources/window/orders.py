"""What a window is told and what it says: one JSON document a line, on its pipes."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

MOST_LINKS = 300
MOST_LABELS = 100
MOST_CHARACTERS = 200_000

Label = Annotated[str, Field(max_length=120)]


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True)


class Setup(_Message):
    """The first line: which Chromium, and the proxy that is all of its network."""

    executable: str
    sandboxed: bool
    profile: str
    proxy: str
    user: str
    password: str
    page_s: float


class Open(_Message):
    act: Literal["open"] = "open"
    url: str


class Leave(_Message):
    """Leave the page for an empty one."""

    act: Literal["leave"] = "leave"


class Read(_Message):
    act: Literal["read"] = "read"


class Fill(_Message):
    act: Literal["fill"] = "fill"
    label: str
    text: str


class Click(_Message):
    """Click; without `sends` nothing but addresses leaves the page."""

    act: Literal["click"] = "click"
    label: str
    sends: bool = False


class Picture(_Message):
    """A PNG: of the whole page if there is no size, else of a viewport with so many pixels."""

    act: Literal["picture"] = "picture"
    width_px: int = 0
    height_px: int = 0
    at: str = ""


Order = Annotated[Open | Leave | Read | Fill | Click | Picture, Field(discriminator="act")]


class SeenLink(_Message):
    text: str = Field(max_length=200)
    url: str = Field(max_length=2000)


class Seen(_Message):
    """The page as it is; written by what the page itself may have tampered with."""

    said: Literal["seen"] = "seen"
    url: str
    title: str = Field(max_length=300)
    text: str = Field(max_length=MOST_CHARACTERS)
    links: tuple[SeenLink, ...] = Field(max_length=MOST_LINKS)
    fields: tuple[Label, ...] = Field(max_length=MOST_LABELS)
    buttons: tuple[Label, ...] = Field(max_length=MOST_LABELS)


class Pictured(_Message):
    said: Literal["pictured"] = "pictured"
    png_base64: str


class Ready(_Message):
    """The window is open, or has left its page."""

    said: Literal["ready"] = "ready"


class Fault(_Message):
    """It could not be done; `asked` says that the order was wrong, not the page."""

    said: Literal["fault"] = "fault"
    reason: str
    remedy: str = "Read another page."
    url: str = ""
    status: int | None = None
    asked: bool = False


Said = Annotated[Seen | Pictured | Ready | Fault, Field(discriminator="said")]

ORDER: TypeAdapter[Order] = TypeAdapter(Order)
SAID: TypeAdapter[Said] = TypeAdapter(Said)
