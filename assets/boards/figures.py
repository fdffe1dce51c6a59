"""Figures in a sentence, as they are written: where they stand, what they are worth, their unit."""

import re
from dataclasses import dataclass
from functools import cache

from assets.boards.languages import lists
from assets.boards.wording import one_of
from assets.boards.words import Words

_DIGITS = r"\d{1,3}(?:[.,\u202f\u00a0 ]\d{3})+(?![\d])(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_SYMBOLS = (
    "(?-i:km/h|m/s|mph|km²|m²|[kMGT]B|[kMG]Wh|[kMG]?W|[kMG]?Hz|kg|mg|km|cm|mm|nm|µm|ms|knots|V|g|m)"
)
_SHORT_UNITS = {
    "times": "×",
    "kilometres": "km", "kilometers": "km", "kilometer": "km", "kilometern": "km",
    "kilómetros": "km", "centimetres": "cm", "centimeters": "cm", "zentimeter": "cm",
    "centímetros": "cm", "millimetres": "mm", "millimeters": "mm", "millimeter": "mm",
    "milímetros": "mm", "kilograms": "kg", "kilogramm": "kg", "kilogramos": "kg",
}  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A number with its unit; `start`:`end` are its place in the text, unit included."""

    start: int
    end: int
    shown: str
    value: float
    unit: str
    strong: bool


@cache
def _pattern(language: str) -> re.Pattern[str]:
    words = lists(language)
    scales = one_of(scale for scale, _ in words.scales)
    units = one_of(sorted(words.units, key=len, reverse=True))
    percent = one_of(words.percent)
    return re.compile(
        rf"(?<![\w.,-])(?P<money>(?:US)?[$€£¥]\s?)?(?P<low>\d{{1,3}}(?:[.,]\d+)?(?:\s?–\s?|\s(?:to|bis|a)\s))?"
        rf"(?P<digits>{_DIGITS})(?![\w]*\d)"
        rf"(?P<short>[kKM](?!\w)|bn(?!\w))?"
        rf"(?:[\s-](?P<scale>{scales}))?"
        rf"(?:\s?(?P<percent>%|‰)|\s(?P<percent_word>{percent})"
        rf"|\s?(?P<symbol>{_SYMBOLS})(?![\w/])"
        rf"|\s?(?P<degrees>°\s?[CF]?)|\s?(?P<euro>[€$£](?!\d))"
        rf"|[\s-](?P<unit>{units}))?",
        re.IGNORECASE,
    )


def figures(text: str, language: str) -> tuple[Figure, ...]:
    """Every figure of a text, years and dates left out, in order."""
    words = lists(language)
    found = []
    for match in _pattern(language).finditer(text):
        if not (
            _is_year(match)
            or _is_date(match, text, words)
            or _is_name(match, text)
            or _is_score(match, words)
        ):
            found.append(_figure(match, words))
    return tuple(found)


def _is_year(match: re.Match[str]) -> bool:
    alone = match.group() == match["digits"]
    return bool(alone and re.fullmatch(r"1[0-9]{3}|20[0-9]{2}", match["digits"]))


def _is_score(match: re.Match[str], words: Words) -> bool:
    """`31 to 12` is a vote or a score, and no range."""
    low = re.match(r"\d+(?:[.,]\d+)?", match["low"] or "")
    if low is None:
        return False
    ends = (parsed(part, decimal_comma=words.decimal_comma) for part in (low[0], match["digits"]))
    return next(ends) >= next(ends)


def _is_date(match: re.Match[str], text: str, words: Words) -> bool:
    """`12 March`, `March 12`, `3:45`, `12. März`."""
    if re.match(r"\s?[ap]\.?m\b", text[match.end() :]):
        return True
    if match.group() != match["digits"]:
        return False
    if re.match(r"\s?(?:[vn]\.\s?Chr|[ad]\.\s?C\b|BCE?\b|CE\b|AD\b)", text[match.end() :]):
        return True
    after = re.match(
        r"\.?(?:st|nd|rd|th)?(?:\sde)?\s(\w+)|:\d|(?:st|nd|rd|th)\b", text[match.end() :]
    )
    before = re.search(r"(\w+)\s$", text[: match.start()])
    if after and (after.group(1) is None or after.group(1).lower() in words.months):
        return True
    return bool(before and before.group(1).lower() in words.months - {"may"})


def _is_name(match: re.Match[str], text: str) -> bool:
    """A number that is part of a name: `Apollo 11`, `Chapter 3`, `version 2.0`."""
    if match.group() != match["digits"]:
        return False
    before = re.search(r"(\w+)\s$", text[: match.start()])
    named = before and (before.group(1)[0].isupper() and before.start() > 0)
    return bool(
        named or (before and before.group(1).lower() in {"version", "chapter", "no", "page"})
    )


def _figure(match: re.Match[str], words: Words) -> Figure:
    scale = (match["scale"] or match["short"] or "").lower()
    factor = dict(words.scales).get(scale, 1e9 if scale == "bn" else 1.0)
    percent = bool(match["percent"] or match["percent_word"])
    money = (match["money"] or match["euro"] or "").strip()
    unit = (
        "%"
        if percent
        else money or (match["symbol"] or (match["degrees"] or match["unit"] or "").lower())
    )
    value = parsed(match["digits"], decimal_comma=words.decimal_comma) * factor
    strong = percent or bool(money) or factor > 1 or value >= 1000 or bool(unit)
    return Figure(match.start(), match.end(), _shown(match), value, unit, strong)


def _shown(match: re.Match[str]) -> str:
    text: str = match.group().strip()
    if match["low"]:
        text = re.sub(r"\s?(?:–|\bto\b|\bbis\b|\ba\b)\s?", "–", text, count=1)
    if match["percent_word"]:
        return f"{text.removesuffix(match['percent_word']).strip()}%"
    unit = match["unit"]
    short = _SHORT_UNITS.get(unit.lower()) if unit else None
    if unit is None or short is None:
        return text
    gap = "" if short == "×" else " "
    return f"{text.removesuffix(unit).rstrip(' -')}{gap}{short}"


def parsed(digits: str, *, decimal_comma: bool) -> float:
    """The number that digits stand for: `2,500`, `3.5`, and with a decimal comma `2.500`, `3,5`."""
    plain = re.sub(r"[\s\u202f\u00a0]", "", digits)
    thousands, decimal = (".", ",") if decimal_comma else (",", ".")
    if re.fullmatch(
        rf"\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+(?:{re.escape(decimal)}\d+)?", plain
    ):
        plain = plain.replace(thousands, "")
    if plain.count(decimal) <= 1:
        plain = plain.replace(decimal, ".")
    return float(plain.replace(",", "" if "." in plain or plain.count(",") > 1 else "."))
