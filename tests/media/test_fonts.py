"""The shipped fonts are the ones that cards and captions name."""

from pathlib import Path

import pytest
import skia

FONTS = Path(__file__).parents[2] / "vid_pipeline" / "media" / "fonts"


@pytest.mark.parametrize(
    ("file", "family", "weight"),
    [
        ("Inter-Regular.otf", "Inter", 400),
        ("Inter-SemiBold.otf", "Inter", 600),
        ("Inter-Bold.otf", "Inter", 700),
        ("Inter-ExtraBold.otf", "Inter", 800),
        ("InterDisplay-Bold.otf", "Inter Display", 700),
        ("InterDisplay-ExtraBold.otf", "Inter Display", 800),
        ("NotoSans-Regular.ttf", "Noto Sans", 400),
        ("NotoSans-Bold.ttf", "Noto Sans", 700),
    ],
)
def test_a_font_has_its_family_and_weight(file: str, family: str, weight: int) -> None:
    face = skia.Typeface.MakeFromFile(str(FONTS / file))
    assert (face.getFamilyName(), face.fontStyle().weight()) == (family, weight)


@pytest.mark.parametrize("file", ["Inter-Bold.otf", "NotoSans-Regular.ttf"])
def test_a_font_has_latin_greek_and_cyrillic(file: str) -> None:
    face = skia.Typeface.MakeFromFile(str(FONTS / file))
    assert 0 not in face.unicharsToGlyphs([ord(letter) for letter in "AzÄßñŁőΩάЖґя0–“€"])


def test_the_fonts_fit_in_the_wheel() -> None:
    sizes = [file.stat().st_size for file in FONTS.iterdir()]
    assert max(sizes) < 1_400_000
    assert sum(sizes) < 2_500_000
