"""What a search engine found, read off any engine's page: its links that lead elsewhere."""

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit

from vid_pipeline.ports import Link

MOST = 20
_SHORT_LABEL = 3
_COUNTRY = 2


def outside(links: Iterable[Link], engine_url: str) -> tuple[Link, ...]:
    """Links with text that leave the engine's site, numbered anew; paid ones are left away.

    Engines that count clicks wrap a result in an address of theirs; it is unwrapped.
    """
    engine, found = _site(engine_url), dict[str, str]()
    for link in links:
        target = link.url
        if _site(target) == engine:
            target = _wrapped(target)
        if target and _site(target) != engine and len(link.text) > 1:
            found.setdefault(target, link.text)
    pairs = list(found.items())[:MOST]
    return tuple(Link(number, text, url) for number, (url, text) in enumerate(pairs, start=1))


def _wrapped(url: str) -> str:
    parameters = parse_qsl(urlsplit(url).query)
    if any(name.startswith("ad_") for name, _ in parameters):
        return ""
    return next((v for _, v in parameters if v.startswith(("http://", "https://"))), "")


def _site(url: str) -> str:
    """The part of a host that one owner has: `duckduckgo.com` of `html.duckduckgo.com`."""
    labels = (urlsplit(url).hostname or "").split(".")
    if labels[-1].isdigit():
        return ".".join(labels)
    two_level = len(labels[-1]) == _COUNTRY and len(labels[-2:][0]) <= _SHORT_LABEL
    return ".".join(labels[-3:] if two_level else labels[-2:])
