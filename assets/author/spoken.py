"""What the voice is given to say for a text: figures, units and abbreviations as words."""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from assets.author import dates, figures

LANGUAGES = ("en", "de", "es")


def spoken(text: str, language: str) -> str:
    """The text as it is said: "$3.5M in 2026" gives "3.5 million dollars in twenty twenty-six".

    Languages other than English, German and Spanish keep their figures as they are.
    """
    text = re.sub(r"[\u00a0\u202f\s]+", " ", text).strip()
    text = dates.read_out(text, language)
    if language in LANGUAGES:
        text = _saying(language).say(text)
    text = re.sub(r"\s*—\s*|\s+–\s+", ", ", text)
    return re.sub(r"\s+([,.;:!?])", r"\1", re.sub(r"\s+", " ", text)).strip()


@dataclass(frozen=True)
class _Saying:
    """How one language says what is written in signs."""

    language: str
    number: str
    thousands: str
    to: str
    percent: str
    percent_points: str
    cents: str
    words: tuple[tuple[re.Pattern[str], str], ...]
    scales: dict[str, str]
    currencies: dict[str, tuple[str, str]]
    units: dict[str, tuple[str, str]]
    symbols: dict[str, str]

    def say(self, text: str) -> str:
        text = self._amounts(text)
        for pattern, said in self.words:
            text = pattern.sub(said, text)
        text = self._measures(self._ranges(text))
        text = figures.dates(text, self.language)
        text = re.sub(rf"(?<![\w.,])(?:{self.number})", lambda m: self._plain(m[0]), text)
        for symbol, said in self.symbols.items():
            text = re.sub(
                rf"(?<=[\w\s]){re.escape(symbol)}(?=[\w\s])|^{re.escape(symbol)}(?=\d)",
                f" {said} ",
                text,
            )
        return text

    def _plain(self, number: str) -> str:
        return (
            re.sub(f"[{re.escape(self.thousands)}]", "", number)
            if self._grouped(number)
            else number
        )

    def _grouped(self, number: str) -> bool:
        return bool(re.match(rf"\d{{1,3}}(?:[{re.escape(self.thousands)}]\d{{3}})+", number))

    def _amounts(self, text: str) -> str:
        """Amounts of money, with the sign before or after the number."""
        sign, scale = _either(self.currencies), _either(self.scales)
        number = f"(?P<n>{self.number})"
        until = rf"(?:[–-](?P<upto>{self.number}))?"
        for pattern in (
            rf"(?P<c>{sign})\s?{number}{until}(?:[\s-]?(?P<s>{scale})(?!\w))?",
            rf"(?<![\w.,]){number}{until}(?:\s(?P<s>{scale}))?\s?(?P<c>{sign})(?!\w)",
        ):
            text = re.sub(pattern, self._amount, text)
        return text

    def _amount(self, found: re.Match[str]) -> str:
        number, one_many = self._plain(found["n"]), self.currencies[found["c"]]
        if found["upto"]:
            number = f"{number} {self.to} {self._plain(found['upto'])}"
        described = self._describes(found)
        if found["s"]:
            return f"{number} {self.scales[found['s']]} {one_many[0 if described else 1]}"
        if described:
            return f"{number} {one_many[0]}"
        unit = one_many[0] if number == "1" else one_many[1]
        parts = re.fullmatch(r"(\d+)[.,](\d\d)", number)
        if parts and parts[2] != "00" and parts[1] != "0":
            whole = one_many[0] if parts[1] == "1" else one_many[1]
            return self.cents.format(whole=parts[1], unit=whole, cents=int(parts[2]))
        return f"{number} {unit}"

    def _ranges(self, text: str) -> str:
        return re.sub(rf"(?<![\w.,–-])({self.number})\s?–\s?(?=\d)", rf"\1 {self.to} ", text)

    def _measures(self, text: str) -> str:
        text = re.sub(r"(?<=\d)\s?(?:%-|Prozent-)(?=\w)", f" {self.percent} ", text)
        text = re.sub(r"(?<=\d)\s?%", f" {self.percent}", text)
        unit = rf"(?<![\w.,])(?P<n>{self.number})(?:\s|-)?(?P<u>{_either(self.units)})(?![\w/°²³])"
        return re.sub(unit, self._measure, text)

    def _measure(self, found: re.Match[str]) -> str:
        one, many = self.units[found["u"]]
        return f"{found['n']} {one if found['n'] == '1' or self._describes(found) else many}"

    def _describes(self, found: re.Match[str]) -> bool:
        """Whether an English amount stands before a noun: "a 14 km detour"."""
        before = found.string[: found.start()]
        return self.language == "en" and bool(re.search(r"\b[Aa]n? $", before))


def _either(names: dict[str, object] | dict[str, str] | dict[str, tuple[str, str]]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


@cache
def _saying(language: str) -> _Saying:
    raw = json.loads(files(__package__).joinpath("saying", f"{language}.json").read_text("utf-8"))
    raw["words"] = tuple((re.compile(pattern), said) for pattern, said in raw["words"])
    for name in ("currencies", "units"):
        raw[name] = {sign: (one, many) for sign, (one, many) in raw[name].items()}
    return _Saying(language=language, **raw)
