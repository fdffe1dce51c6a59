"""Something that a trigger found, before anything is made of it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from vid_pipeline.acts.briefs import Upload
from vid_pipeline.acts.triggers.spool import Spooled
from vid_pipeline.artifacts import MediaRef
from vid_pipeline.packages import LONGEST_TITLE
from vid_pipeline.watched import CatchUp, Sieve

_NAMED = re.compile(r"\{(title|date|trigger)\}")


@dataclass(frozen=True)
class Found:
    """One thing. By each of its `names` it is known again, whatever the others are by then.

    Exactly one of `document`, `stored` and `url` is there to be read. `at` is when it came. Through
    `workflow` it goes instead of the trigger's.
    """

    names: tuple[str, ...]
    title: str
    document: Upload | Spooled | None = None
    url: str | None = None
    stored: MediaRef | None = None
    workflow: str | None = None
    at: datetime | None = None
    said: str = ""

    def __post_init__(self) -> None:
        """Leave out what no database keeps: strangers' texts and files' names may hold anything."""
        set_to = object.__setattr__
        for name in ("title", "url", "workflow", "said"):
            if (text := getattr(self, name)) is not None:
                set_to(self, name, clean(text))
        set_to(self, "names", tuple(clean(one) for one in self.names))
        if self.document is not None:
            set_to(self, "document", replace(self.document, name=clean(self.document.name)))

    @property
    def upload(self) -> Upload | None:
        """The document in memory."""
        return self.document.upload() if isinstance(self.document, Spooled) else self.document


def clean(text: str) -> str:
    """A text without nulls, and with `?` for what is no character."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def sifted(found: Iterable[Found], sieve: Sieve, *, now: datetime) -> list[Found]:
    """Those that a sieve lets through."""
    return [one for one in found if why_not(one, sieve, now=now) is None]


def why_not(found: Found, sieve: Sieve, *, now: datetime) -> str | None:
    """Why a find does not count; None if it does."""
    text = f"{found.title}\n{found.said}".casefold()
    if found.document is not None and (sieve.words or sieve.without):
        text += found.document.data.decode("utf-8", "replace").casefold()
    if sieve.words and not any(word.casefold() in text for word in sieve.words):
        return f"It has none of the words {', '.join(sieve.words)}."
    if unwanted := next((word for word in sieve.without if word.casefold() in text), None):
        return f"It has the word {unwanted}."
    days = sieve.newer_than_days
    if days is not None and found.at is not None and now - found.at > timedelta(days=days):
        return f"It is of {found.at:%Y-%m-%d}, older than {days:g} days."
    return None


def caught_up(new: Sequence[Found], rule: CatchUp) -> tuple[list[Found], list[Found]]:
    """What is made and what is passed over, of finds from before anybody looked."""
    if rule == "all":
        return list(new), []
    if rule == "none" or not new:
        return [], list(new)
    newest = max(enumerate(new), key=lambda one: (one[1].at or _LONG_AGO, -one[0]))[1]
    return [newest], [one for one in new if one is not newest]


def titled(pattern: str, found: Found, *, trigger: str, now: datetime) -> str:
    """A video's title by a pattern, no longer than what can be delivered.

    Strangers' words in it are not read as a pattern again.
    """
    values = {"title": found.title, "date": f"{now:%Y-%m-%d}", "trigger": trigger}
    text = _NAMED.sub(lambda name: values[name.group(1)], pattern)
    line = " ".join(text.split())
    if len(line) <= LONGEST_TITLE:
        return line
    cut = line[: LONGEST_TITLE - 1]
    words = cut.rpartition(" ")[0]
    return f"{words if len(words) > LONGEST_TITLE // 2 else cut}…"


_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
