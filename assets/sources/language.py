"""Which language a text is in, among those that the voices and the shipped fonts can do."""

from functools import cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

from vid_pipeline.errors import BadSource

_VOICED = """
af az be bg bs ca cs cy da de el en eo es et eu fi fr ga hr hu id is it kk la lt lv mi mk ms nb nl
pl pt ro ru sk sl sq sr sv sw tn tr uk vi
"""
VOICED = frozenset(_VOICED.split())
"""Languages of eSpeak NG in a Latin, Greek or Cyrillic script: the fonts hold no other."""

SAMPLE_CHARACTERS = 6_000
MIN_LETTERS = 40


def detect(text: str, name: str) -> str:
    """ISO 639-1 code of the language of a text.

    Raises:
        BadSource: it is a language without a voice, or none that is known.
    """
    found = _detector().detect_language_of(_sample(text))
    if found is None:
        remedy = "Name the language with --language (for example --language en)."
        raise BadSource(name, "its language was not recognised", remedy)
    code = "nb" if found is Language.NYNORSK else found.iso_code_639_1.name.lower()
    if code not in VOICED:
        reason = f"it is written in {found.name.title()}, for which there is no voice here"
        remedy = "Give a translation, or name another language with --language if that is wrong."
        raise BadSource(name, reason, remedy)
    return code


def refuse_foreign_script(text: str, name: str) -> None:
    """Return if the text is in a script that the voices and fonts have.

    Raises:
        BadSource: most of its letters are in another, which may not even part its words.
    """
    letters = [character for character in text if character.isalpha()]
    known = sum(character < "\u0530" or "\u1e00" <= character < "\u2000" for character in letters)
    if len(letters) > MIN_LETTERS and known < len(letters) / 2:
        detect(text, name)


def _sample(text: str) -> str:
    """Three pieces of a long text: a quotation at one place must not decide."""
    if len(text) <= SAMPLE_CHARACTERS:
        return text
    size = SAMPLE_CHARACTERS // 3
    starts = (0, len(text) // 2 - size // 2, len(text) - size)
    return " ".join(text[start : start + size] for start in starts)


@cache
def _detector() -> LanguageDetector:
    """Small models, about 40 MB, loaded with the first text."""
    return LanguageDetectorBuilder.from_all_languages().with_low_accuracy_mode().build()
