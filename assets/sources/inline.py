"""Tidies one paragraph: what nobody would read aloud goes, the typography is made good."""

import html
import re
import unicodedata

from assets.sources.blocks import SKIPPED

_IPA = "ɐɑɒɓɔɕɖɗɘəɚɛɜɞɟɠɡɢɣɤɥɦɨɪɫɬɭɮɯɰɱɲɳɴɵɶɸɹɺɻɽɾʀʁʂʃʄʈʉʊʋʌʍʎʏʐʑʒʔʕˈˌː"
_CITATION = re.compile(
    r"\s*\[(?:\d+(?:\s*[,–-]\s*\d+)*|\^[^\]]+|[a-z]|note \d+|[Aa]nm\. \d+|citation needed|"
    r"clarification needed|when\?|who\?|by whom\?|Beleg(?:e)? fehl(?:t|en)|cita requerida)\]"
)
_SPEECH = re.compile(
    rf"\s*[(\[][^()\[\]]*(?:[{_IPA}]|\blisten\b|\bpronounced\b|\bpronunciation\b|"
    r"\bausgesprochen\b|\bpronunciado\b)[^()\[\]]*[)\]]"
)
_SLASHED = re.compile(rf"\s*/[^/\s][^/]*[{_IPA}][^/]*/")
_URL = re.compile(r"(?:https?://|www\.)[^\s)>\]]+|\b[\w.+-]+@[\w-]+\.[\w.]+")
_CODE = re.compile(r"\S*(?:[{}<>\\=]|\w\(\)|::|--\w)\S*|(?<!\w)[~.]?/\w[\w./-]+|\w+_\w+\S*")
_EMOJI = re.compile(r"[\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F\u200D\u2B50]+")
_SENTENCE_END = re.compile(r"(?<=[.!?…][\"”’)])\s+|(?<=[.!?…])\s+(?=[^a-zß-ÿ])")
_EMPTY_BRACKETS = re.compile(r"\s*[(\[]\s*[;,]?\s*[)\]]")


def tidy(text: str) -> str:
    """A paragraph on one line, without citation marks, pronunciation, links and code.

    A sentence that needs a link or a piece of code is dropped as a whole.
    """
    text = unicodedata.normalize("NFC", html.unescape(text))
    text = re.sub(r"[\u200b\u200e\u200f\u00ad\ufeff]", "", text)
    text = re.sub(r"\s+", " ", text)
    for noise in (_CITATION, _SPEECH, _SLASHED, _EMOJI):
        text = noise.sub("", text)
    text = _EMPTY_BRACKETS.sub("", text)
    text = _CODE.sub(SKIPPED, _URL.sub(SKIPPED, text))
    return typographic(_without_skipped(text)).strip()


def typographic(text: str) -> str:
    """Curly quotes and apostrophes, dashes between numbers and clauses, an ellipsis character."""
    text = re.sub(r"(?<=\w)['´`](?=\w)", "’", text)
    text = re.sub(r"(^|[\s(\[—–])\"(?=\S)", r"\1“", text)
    text = re.sub(r"\"", "”", text)
    text = re.sub(r"(^|[\s(\[“])'(?=\S)", r"\1‘", text)
    text = re.sub(r"'", "’", text)
    text = re.sub(r"(?<=\d)\s?-\s?(?=\d+(?!\d*-))(?<!\d-\d)", "–", text) if "-" in text else text
    text = re.sub(r"\s(?:--|-)\s", " – ", text).replace("--", "—").replace("...", "…")
    return re.sub(r"\s+([,.;:!?])(?=\s|$)", r"\1", re.sub(r"\s+", " ", text))


def sentences(text: str) -> list[str]:
    """A rough cut into sentences, good enough to leave one out."""
    return _SENTENCE_END.split(text)


def _without_skipped(text: str) -> str:
    if SKIPPED not in text:
        return text
    return " ".join(part for part in sentences(text) if SKIPPED not in part)
