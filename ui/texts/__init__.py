"""Every text of the studio, in one place for each language: `en/<page>.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
_LANGUAGE = "en"


@dataclass(frozen=True)
class Texts:
    """The texts of one page."""

    page: str

    def __call__(self, key: str, **values: object) -> str:
        """A text with its values filled in.

        A text that depends on a number is a table of `one` and `other`, chosen by the value `n`.

        Raises:
            KeyError: there is no such text, or a value is missing.
        """
        found = _read(self.page)[key]
        if isinstance(found, dict):
            found = found["one" if values["n"] == 1 else "other"]
        return str(found).format_map(values)

    def table(self, key: str) -> dict[str, str]:
        """Texts by name, such as those of states."""
        found = _read(self.page)[key]
        assert isinstance(found, dict), f"{key!r} of {self.page!r} is one text"
        return found

    def plain(self) -> dict[str, str]:
        """All texts that are no tables, for a component that fills them in itself."""
        return {key: text for key, text in _read(self.page).items() if isinstance(text, str)}

    def keys(self) -> frozenset[str]:
        """All there are."""
        return frozenset(_read(self.page))


def of(page: str) -> Texts:
    """The texts of a page."""
    return Texts(page)


@cache
def _read(page: str) -> dict[str, str | dict[str, str]]:
    return tomllib.loads((_FOLDER / _LANGUAGE / f"{page}.toml").read_text(encoding="utf-8"))
