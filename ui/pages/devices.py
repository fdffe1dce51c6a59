"""What a browser calls itself, in words for people. Pure."""

from ui import texts

_t = texts.of("profile")

_BROWSERS = (
    ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("CrOS", "ChromeOS"), ("Mac OS X", "Mac"), ("Linux", "Linux"),
)  # fmt: skip
_ICONS = {"iPhone": "smartphone", "Android": "smartphone", "iPad": "tablet"}


def device(user_agent: str) -> str:
    """`Chrome on Linux`; no version, as nobody tells two browsers apart by it."""
    browser, system = _first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)
    if browser is None or system is None:
        return _t("device_unknown")
    return _t("device", browser=browser, system=system)


def icon(user_agent: str) -> str:
    """A Material symbol for it."""
    return _ICONS.get(_first(_SYSTEMS, user_agent) or "", "computer")


def _first(signs: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((name for sign, name in signs if sign in text), None)
