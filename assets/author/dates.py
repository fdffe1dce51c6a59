"""Dates, times and Roman numerals as they are said."""

import re

_MONTHS_TEXT = {
    "en": """January February March April May June July August September
        October November December""",
    "de": """Januar Februar März April Mai Juni Juli August September
        Oktober November Dezember""",
    "es": """enero febrero marzo abril mayo junio julio agosto septiembre
        octubre noviembre diciembre""",
    "fr": """janvier février mars avril mai juin juillet août septembre
        octobre novembre décembre""",
    "it": """gennaio febbraio marzo aprile maggio giugno luglio agosto settembre
        ottobre novembre dicembre""",
    "pt": """janeiro fevereiro março abril maio junho julho agosto setembro
        outubro novembro dezembro""",
    "nl": """januari februari maart april mei juni juli augustus september
        oktober november december""",
}
MONTHS = {language: text.split() for language, text in _MONTHS_TEXT.items()}
_FORMS = {
    "de": "{day}. {month} {year}",
    "es": "{day} de {month} de {year}",
    "pt": "{day} de {month} de {year}",
}
_ISO = re.compile(r"(?<![\w./-])([12]\d{3})[-–](0[1-9]|1[0-2])[-–]([0-2]\d|3[01])(?![\w/-])")
_WRITTEN = re.compile(r"(?<![\w./-])([0-3]?\d)([/.])([0-3]?\d)\2([12]\d{3})(?![\w/-])")
_SHORT_MONTH = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
_ABBREVIATED = re.compile(
    rf"\b(?P<month>{_SHORT_MONTH})\b\.?(?=\s\d)|(?<=\d\s)(?P<after>{_SHORT_MONTH})\b\.?(?=[\s,;])"
)
_TIME = re.compile(r"(?<![\w:./])([01]?\d|2[0-3]):([0-5]\d)(?![\d:]| Uhr)")
_ROMAN = re.compile(
    r"(?P<before>\b[A-ZÁÉÍÓÚÄÖÜ][a-záéíóúäöü]+\s|\b(?:siglo|siècle|secolo|século)\s)"
    r"(?P<roman>(?=[XVI])X{0,3}(?:IX|IV|V?I{0,3}))(?P<end>\.(?=\s[a-zäöü])|)(?![\w’'])"
)
_VALUES = {"X": 10, "V": 5, "I": 1}
_RULERS = """Louis Henry George Edward Charles James William Elizabeth Richard Philip Frederick Paul
    Alexander Nicholas Pius Leo Benedict Catherine Ferdinand Otto Ramesses Napoleon Wilhelm Ludwig
    Friedrich Karl Heinrich Katharina Luis Felipe Carlos Alfonso Isabel Fernando Juan Jacobo"""
RULERS = frozenset(_RULERS.split())
_ORDINALS_TEXT = "primero segundo tercero cuarto quinto sexto séptimo octavo noveno décimo"
_ORDINAL_ES = _ORDINALS_TEXT.split()


def read_out(text: str, language: str) -> str:
    """The text with numeric dates, times and Roman numerals in words or plain figures."""
    if language in MONTHS:
        text = _ISO.sub(lambda m: _date(m, int(m[3]), int(m[2]), m[1], language), text)
        text = _WRITTEN.sub(lambda m: _written(m, language), text)
    if language == "en":
        text = _ABBREVIATED.sub(_month, text)
    text = _TIME.sub(lambda m: _time(m, language), text)
    return _ROMAN.sub(lambda m: _roman(m, language), text)


def _date(found: re.Match[str], day: int, month: int, year: str, language: str) -> str:
    if not 1 <= day <= 31 or not 1 <= month <= 12:
        return found[0]
    form = _FORMS.get(language, "{day} {month} {year}")
    return form.format(day=day, month=MONTHS[language][month - 1], year=year)


def _written(found: re.Match[str], language: str) -> str:
    """Day first; in English, where `3/4/2026` may be either, only if there is no doubt."""
    first, second = int(found[1]), int(found[3])
    if language == "en" and first <= 12:
        return found[0] if second <= 12 else _date(found, second, first, found[4], language)
    return _date(found, first, second, found[4], language)


def _month(found: re.Match[str]) -> str:
    start = (found["month"] or found["after"])[:3]
    return next(name for name in MONTHS["en"] if name.startswith(start))


def _time(found: re.Match[str], language: str) -> str:
    hour, minute = int(found[1]), int(found[2])
    if minute:
        return f"{hour} oh {minute}" if language == "en" and minute < 10 else f"{hour} {minute}"
    daytime = re.match(r"\s?[ap]\.?m\b", found.string[found.end() :])
    return f"{hour} o’clock" if language == "en" and not daytime else f"{hour}"


def _roman(found: re.Match[str], language: str) -> str:
    roman, before = found["roman"], found["before"]
    ruler, century = before.strip() in RULERS, before[:1].islower()
    if not ruler and not century and (len(roman) < 2 or language not in ("en", "de", "es")):
        return found[0]
    number = _value(roman)
    if ruler and language == "en":
        said = f"the {number}{_suffix(number)}"
    elif ruler and language == "de":
        return f"{before}der {number}. "[:-1] if found["end"] else f"{before}der {number}."
    elif ruler and language == "es" and number <= len(_ORDINAL_ES):
        said = _ORDINAL_ES[number - 1]
    else:
        said = str(number)
    return f"{before}{said}{found['end']}"


def _value(roman: str) -> int:
    values = [_VALUES[letter] for letter in roman]
    following = [*values[1:], 0]
    return sum(-v if v < after else v for v, after in zip(values, following, strict=True))


def _suffix(number: int) -> str:
    if 11 <= number % 100 <= 13:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
