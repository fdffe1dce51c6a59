"""What a channel bans: read out of its rules, found in texts as whole words."""

import pytest

from assets import banned


@pytest.mark.parametrize(
    ("rule", "bans"),
    [
        ("revolution", ("revolution",)),
        ("Never call anything a revolution.", ("revolution",)),
        ("Never say that the ferries are silent.", ("ferries are silent",)),
        ("Do not use the word “cheap” or “free”!", ("cheap", "free")),
        ("Sag nie „billig“.", ("billig",)),
        ("Don't write 'best ever'.", ("best ever",)),
        ("miracle cure, guaranteed; risk-free", ("miracle cure", "guaranteed", "risk-free")),
        ("Please never mention our competitors", ("our competitors",)),
        ("革命", ("革命",)),
        ("Never promise that anything cures.", ("Never promise that anything cures",)),
        ("In a film about money, as in all others, promise nothing.",
         ("In a film about money, as in all others, promise nothing",)),
        ("…", ()),
    ],
)  # fmt: skip
def test_a_rule_bans_what_it_quotes_or_what_it_says_never_to_say(
    rule: str, bans: tuple[str, ...]
) -> None:
    assert banned.phrases([rule]) == bans


def test_the_same_words_are_banned_once() -> None:
    assert banned.phrases(["Risk-free", "risk free", "Never say “RISK FREE”."]) == ("RISK FREE",)


@pytest.mark.parametrize(
    ("text", "phrase", "is_said"),
    [
        ("The REVOLUTION, at last", "revolution", True),
        ("An evolution; revolutionary", "revolution", False),
        ("#revolution", "revolution", True),
        ("A miracle-\ncure for all", "Miracle cure", True),
        ("miracle cures", "miracle cure", False),
        ("It\u2019s the best", "it's", True),
        ("これは革命です", "革命", True),
        ("100% safe", "100%", True),
        ("Straße", "STRASSE", True),
        ("", "a", False),
    ],
)
def test_a_phrase_is_found_as_whole_words_however_it_is_written(
    text: str, phrase: str, is_said: bool
) -> None:
    assert list(banned.said(text, [phrase])) == ([phrase] if is_said else [])
