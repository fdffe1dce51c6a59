"""Years, decades and ordinal dates as words, in the languages whose voices say them badly."""

import re

_ONES_TEXT = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen
"""
_EINS_TEXT = """
null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn
sechzehn siebzehn achtzehn neunzehn
"""
_TENS_TEXT = "- - twenty thirty forty fifty sixty seventy eighty ninety"
_ZEHN_TEXT = "- - zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig"
_ONES, _EINS = _ONES_TEXT.split(), _EINS_TEXT.split()
_TENS, _ZEHN = _TENS_TEXT.split(), _ZEHN_TEXT.split()
_ORDINALS = {1: "erst", 3: "dritt", 7: "siebt", 8: "acht"}

_EN_DECADE = re.compile(r"(?<!\w)(1[1-9]|20)(\d)0[’']?s\b")
_EN_SHORT_DECADE = re.compile(r"(?<![\w])[’‘'](\d)0s\b")
_EN_YEAR = re.compile(r"(?<![\w.,$€£])(1[1-9]|20)(\d\d)(?![\w%°]|[.,]\d|[-–]\w)(?!\s[a-z]+s\b)")
_EN_CERTAIN_YEAR = re.compile(
    r"(?<=\b(?:in|by|of)\s)(1[1-9]|20)(\d\d)(?=[\s.,;:!?)”’])"
    r"|(?<=\b(?:since|until)\s)(1[1-9]|20)(\d\d)(?=[\s.,;:!?)”’])",
    re.IGNORECASE,
)
_DE_YEAR = re.compile(
    r"(?<![\w.,])(1[1-9])(\d\d)(er(?:n|jahren?)?)?(?![\w%°]|[.,]\d|\s(?:Euro|Dollar|Pfund|Franken|Cent)\b)"
)
_DE_DAY = re.compile(
    r"(?<![\w.,])([1-9]|[12]\d|3[01])\.\s(?=(?:Januar|Februar|März|April|Mai|Juni|Juli|August|"
    r"September|Oktober|November|Dezember|Jahrhunderts?|Stock|Platz|Mal)\b)"
)


def dates(text: str, language: str) -> str:
    """The text with its years and dates as they are said."""
    if language == "en":
        text = _EN_DECADE.sub(_decade, text)
        text = _EN_SHORT_DECADE.sub(
            lambda m: _plural(_TENS[int(m[1])]) if int(m[1]) > 1 else m[0], text
        )
        text = _EN_CERTAIN_YEAR.sub(lambda m: _year(m[1] or m[3], m[2] or m[4]), text)
        return _EN_YEAR.sub(lambda m: _year(m[1], m[2]), text)
    if language == "de":
        text = _DE_DAY.sub(lambda m: f"{_ordinal(int(m[1]))} ", text)
        return _DE_YEAR.sub(_jahr, text)
    return text


def english(number: int) -> str:
    """A number from 0 to 99 in words."""
    if number < 20:
        return _ONES[number]
    ten, one = divmod(number, 10)
    return _TENS[ten] + (f"-{_ONES[one]}" if one else "")


def german(number: int) -> str:
    """A number from 0 to 99 in words; 1 at the end is `eins`."""
    if number < 20:
        return "eins" if number == 1 else _EINS[number]
    ten, one = divmod(number, 10)
    return (f"{_EINS[one]}und" if one else "") + _ZEHN[ten]


def _year(century: str, rest: str) -> str:
    if century == "20" and int(rest) < 10:
        return "two thousand" + (f" {english(int(rest))}" if int(rest) else "")
    if rest == "00":
        return f"{english(int(century))} hundred"
    tail = f"oh {english(int(rest))}" if int(rest) < 10 else english(int(rest))
    return f"{english(int(century))} {tail}"


def _decade(found: re.Match[str]) -> str:
    if found[2] == "0":
        return "two thousands" if found[1] == "20" else f"{english(int(found[1]))} hundreds"
    tens = _TENS[int(found[2])] if int(found[2]) > 1 else "ten"
    return f"{english(int(found[1]))} {_plural(tens)}"


def _plural(word: str) -> str:
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"


def _jahr(found: re.Match[str]) -> str:
    rest = int(found[2])
    tail = german(rest) if rest else ""
    return f"{german(int(found[1]))}hundert{tail}{found[3] or ''}"


def _ordinal(number: int) -> str:
    """As it stands after am, im, vom, zum: `ersten`, `einundzwanzigsten`."""
    if number < 20:
        return f"{_ORDINALS.get(number, _EINS[number] + 't')}en"
    return f"{german(number)}sten"
