"""What is known of other languages: how they write numbers and dates, and no more."""

from assets.boards.words import Words, phrases, words


def _numbers(*, months: str, percent: str, million: str, billion: str, in_year: str = "") -> Words:
    scales = [(word, 1e6) for word in million.split()] + [(one, 1e9) for one in phrases(billion)]
    return Words(
        months=words(months),
        percent=phrases(percent),
        scales=tuple(sorted(scales, key=lambda pair: -len(pair[0]))),
        in_year=phrases(in_year) if in_year else (),
        decimal_comma=True,
    )


OTHERS = {
    "fr": _numbers(
        months="""janvier février mars avril mai juin juillet août septembre octobre novembre
        décembre""",
        percent="pour cent",
        million="million millions",
        billion="milliard | milliards",
        in_year="en | depuis | dès | vers",
    ),
    "it": _numbers(
        months="""gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre
        novembre dicembre""",
        percent="per cento",
        million="milione milioni",
        billion="miliardo | miliardi",
        in_year="nel | dal | fino al | verso il",
    ),
    "pt": _numbers(
        months="""janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro
        dezembro""",
        percent="por cento",
        million="milhão milhões",
        billion="mil milhões | bilhão | bilhões",
        in_year="em | desde | até",
    ),
    "nl": _numbers(
        months="""januari februari maart april mei juni juli augustus september oktober november
        december""",
        percent="procent",
        million="miljoen",
        billion="miljard",
    ),
    "pl": _numbers(
        months="""stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października
        listopada grudnia""",
        percent="procent | procenta",
        million="milion miliony milionów",
        billion="miliard | miliardy | miliardów",
    ),
}
