"""Pages without a script, for people who are not signed in yet: HTML from a few plain parts."""

import html
from collections.abc import Mapping
from pathlib import Path
from string import Template

from starlette.responses import HTMLResponse

from ui import texts
from ui.server.protecting import PLAIN

_t = texts.of("door")
_PAGE = Template(Path(__file__).with_name("sheet.html").read_text(encoding="utf-8"))


def page(title: str, *parts: str, status: int = 200, problem: str = "") -> HTMLResponse:
    """A page; `parts` are HTML from the functions below, `problem` a plain sentence."""
    told = f'<p class="problem" role="alert">{html.escape(problem)}</p>' if problem else ""
    body = _PAGE.substitute(
        title=html.escape(title), brand=html.escape(_t("brand")), body=told + "".join(parts)
    )
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": PLAIN,
        "Referrer-Policy": "no-referrer",
    }
    return HTMLResponse(body, status, headers)


def said(text: str, *, quiet: bool = False) -> str:
    """A sentence."""
    return f'<p class="{"quiet" if quiet else "said"}">{html.escape(text)}</p>'


def link(text: str, href: str, *, button: bool = False) -> str:
    """A link, which may look like a button."""
    kind = "button other" if button else "quiet"
    where = html.escape(href, quote=True)
    inner = f'<a href="{where}"{" class=" + chr(34) + kind + chr(34) if button else ""}>'
    whole = f"{inner}{html.escape(text)}</a>"
    return whole if button else f'<p class="quiet">{whole}</p>'


def rule(text: str) -> str:
    """A line across, with a word in it."""
    return f'<p class="rule"><span>{html.escape(text)}</span></p>'


def form(action: str, button: str, *fields: str, hidden: Mapping[str, str]) -> str:
    """A form that is sent to one of our own paths."""
    kept = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in hidden.items()
        if value
    )
    where = html.escape(action, quote=True)
    return (
        f'<form method="post" action="{where}">{kept}{"".join(fields)}'
        f'<button type="submit">{html.escape(button)}</button></form>'
    )


def field(
    name: str,
    label: str,
    *,
    kind: str = "text",
    complete: str = "",
    value: str = "",
    hint: str = "",
    focus: bool = False,
    fixed: bool = False,
) -> str:
    """A labelled line to fill in."""
    about = f'<span class="hint" id="{name}-hint">{html.escape(hint)}</span>' if hint else ""
    flags = " autofocus" if focus else ""
    flags += " readonly" if fixed else ""
    flags += f' aria-describedby="{name}-hint"' if hint else ""
    return (
        f'<label for="{name}">{html.escape(label)}</label>'
        f'<input id="{name}" name="{name}" type="{kind}" autocomplete="{complete}" '
        f'value="{html.escape(value)}" maxlength="254" autocapitalize="none" spellcheck="false" '
        f"required{flags}>{about}"
    )
