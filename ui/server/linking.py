"""Connecting a sign-in by the provider to one's account.

It is a lasting way in, so it begins by a form of ours with the password, and is asked for again on
the way back: the provider may have signed in somebody else than whoever sits here.
"""

import time
from functools import partial
from uuid import UUID

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ui import identity, texts
from ui.server import begun, forms, sealed, sheet
from ui.server.door import call_of, door, in_thread, oidc_problems, status_of
from ui.server.forms import FIELD, Forms
from ui.server.sealed import Sealed
from ui.shop import shop
from vid_pipeline import letters
from vid_pipeline.acts import accounts, connecting
from vid_pipeline.acts.notice_links import studio_url
from vid_pipeline.errors import AccountError, UserError
from vid_pipeline.openid import Person, Provider
from vid_pipeline.store import users

_t = texts.of("door")
_PURPOSE = "connecting a provider"


class _Asked(Sealed):
    """Who is to come in as whom, until it is said."""

    person: Person
    user: UUID

    @property
    def who(self) -> str:
        """Whom the provider has named, as people know them."""
        return self.person.email or self.person.name or self.person.subject


async def _connect(request: Request) -> Response:
    """Ask for the password, then lead to the provider."""
    provider, call, who = Provider.of(shop().settings), call_of(request), identity.of(request)
    if provider is None or who.session is None:
        return RedirectResponse("/profile", 303)
    made = Forms(shop().db.keys, call)
    has_one = await in_thread(partial(accounts.has_password, shop().db, who.user))
    shown = partial(_page, made, has_password=has_one)
    if request.method == "GET":
        return made.kept(shown())
    given = await forms.read(request)
    if given is None or not made.made(given):
        return made.kept(shown(problem=_t("error_form"), status=400))
    password = given.get("password", "")
    confirm = partial(accounts.confirm, door(), who.user, password, caller=call.caller)
    try:
        await in_thread(confirm)
        url, kept = await begun.begin(provider, connects=who.user)
    except UserError as error:
        return shown(problem=str(error), status=status_of(error))
    return begun.keep(call, _leading(url), kept)


def asked(request: Request, user: UUID, person: Person) -> Response:
    """The question whether whom the provider has named shall come in as this user.

    Raises:
        AccountError: somebody else is signed in by now.
    """
    _refuse_others(request, user)
    made = Forms(shop().db.keys, call_of(request))
    name = shop().settings.oidc_name
    one = _Asked(person=person, user=user, until_s=time.time() + begun.LIFE_S)
    hidden = {FIELD: made.token, "asked": sealed.closed(_PURPOSE, one)}
    parts = (
        sheet.said(_t("connect_sure_said", name=name, who=one.who)),
        sheet.form("/oidc/confirm", _t("connect_button", name=name), hidden=hidden),
        sheet.link(_t("connect_not"), "/profile"),
    )
    return made.kept(sheet.page(_t("connect_sure_title", name=name), *parts))


async def _confirm(request: Request) -> Response:
    """Connect them."""
    call, made = call_of(request), Forms(shop().db.keys, call_of(request))
    given = await forms.read(request)
    one = sealed.opened(_PURPOSE, (given or {}).get("asked", ""), _Asked)
    try:
        if given is None or not made.made(given) or one is None:
            raise AccountError("oidc_stale", "It took too long.")
        _refuse_others(request, one.user)
        connect = partial(connecting.connect, door(), one.user, one.person, caller=call.caller)
        await in_thread(connect)
    except UserError as error:
        return refused(error)
    answer = RedirectResponse("/profile", 303)
    answer.background = BackgroundTask(in_thread, partial(_tell, one))
    return answer


def refused(error: UserError) -> Response:
    """Why it was not connected, and the way back."""
    reason = error.reason if isinstance(error, AccountError) else ""
    problem = oidc_problems(shop().settings.oidc_name).get(reason, str(error))
    back = sheet.link(_t("connect_back"), "/profile")
    return sheet.page(_t("connect_failed"), back, problem=problem, status=400)


def _refuse_others(request: Request, user: UUID) -> None:
    who = identity.perhaps(request)
    if who is None or who.session is None or who.user != user:
        raise AccountError("oidc_stale", "Somebody else is signed in by now.")


def _page(made: Forms, *, has_password: bool, problem: str = "", status: int = 200) -> Response:
    name = shop().settings.oidc_name
    asked_for = sheet.field(
        "password", _t("password"), kind="password", complete="current-password", focus=True
    )
    fields = (asked_for,) if has_password else ()
    words = [_t("connect_said", name=name), *([_t("connect_password")] if has_password else [])]
    parts = (
        sheet.said(" ".join(words)),
        sheet.form(
            "/oidc/connect", _t("signin_with", name=name), *fields, hidden={FIELD: made.token}
        ),
        sheet.link(_t("connect_back"), "/profile"),
    )
    title = _t("connect_title", name=name)
    return sheet.page(title, *parts, problem=problem, status=status)


def _leading(url: str) -> Response:
    """The way to the provider; no redirect, as forms of ours may lead nowhere else."""
    go = sheet.link(_t("signin_with", name=shop().settings.oidc_name), url, button=True)
    answer = sheet.page(_t("connect_going"), go)
    answer.headers["Refresh"] = f"0; url={url}"
    return answer


def _tell(one: _Asked) -> None:
    """Write to the user, where there is a mail server: it may not have been them."""
    settings = shop().settings
    with shop().db.service() as conn:
        email = users.get(conn, one.user).email
    if not settings.smtp_url or not email:
        return
    lines = (_t("mail_connected", name=settings.oidc_name, who=one.who), _t("mail_connected_not"))
    subject = _t("mail_connected_subject")
    link = f"{studio_url(settings)}/profile"
    letters.send(settings, letters.Letter(to=email, subject=subject, lines=lines, link=link))


ROUTES = [
    Route("/oidc/connect", _connect, methods=["GET", "POST"]),
    Route("/oidc/confirm", _confirm, methods=["POST"]),
]
