"""What is taken from a search engine's page."""

from urllib.parse import quote

from resources import search_results
from vid_pipeline.ports import Link

ENGINE = "https://html.engine.example/html/?q=x"
PAGE = "https://lights.example/pharos?a=1&b=2"


def _found(*urls: str, engine: str = ENGINE) -> list[str]:
    links = [Link(number, f"Result {number}", url) for number, url in enumerate(urls, start=1)]
    return [link.url for link in search_results.outside(links, engine)]


def test_links_of_the_engines_own_site_are_left_away() -> None:
    own = ["https://html.engine.example/more", "https://engine.example/about"]
    assert _found(*own, PAGE, "https://www.engine.example/") == [PAGE]
    engine = "https://search.site.co.uk/?q=x"
    assert _found("https://other.co.uk/", "https://site.co.uk/", engine=engine) == [
        "https://other.co.uk/"
    ]
    assert _found("http://localhost:1/a", engine="http://127.0.0.1:1/?q=") == [
        "http://localhost:1/a"
    ]


def test_a_result_that_is_counted_is_unwrapped_and_an_advert_dropped() -> None:
    wrapped = f"https://engine.example/l/?uddg={quote(PAGE, safe='')}&rut=abc"
    advert = f"https://engine.example/y.js?ad_domain=shop.example&u={quote(PAGE, safe='')}"
    assert _found(advert, wrapped, PAGE) == [PAGE]


def test_results_are_numbered_anew_without_repeats() -> None:
    links = [Link(7, "One", PAGE), Link(8, "Again", PAGE), Link(9, "Two", "https://b.example/")]
    found = search_results.outside(links, ENGINE)
    assert [(link.number, link.text) for link in found] == [(1, "One"), (2, "Two")]


def test_at_most_twenty_are_kept() -> None:
    assert len(_found(*(f"https://p{number}.example/" for number in range(50)))) == 20
