"""Signing in, up and out, and resetting a password: pages that need no script."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TypeVar
from urllib.parse import urlencode

from anyio import CapacityLimiter, to_thread
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ui import identity, texts
from ui.calling import Call, starts_open
from ui.identity import COOKIE, KNOWN
from ui.server import cookies, first, forms, sheet
from ui.server.forms import FIELD, Forms
from ui.shop import shop
from vid_pipeline import letters
from vid_pipeline.acts import accounts, joining, resetting
from vid_pipeline.acts.door import Door
from vid_pipeline.acts.notice_links import studio_url
from vid_pipeline.errors import AccountError, TooManyTries, UserError

_t = texts.of("door")
_T = TypeVar("_T")
_limits: list[CapacityLimiter] = []
_doors: list[Door] = []


def door() -> Door:
    """The door of this process's installation."""
    here = shop()
    if not _doors or _doors[0].db is not here.db:
        _doors[:] = [Door(here.settings, here.db)]
    return _doors[0]


async def in_thread(act: Callable[[], _T]) -> _T:
    """Do what waits or computes apart from the loop; four at once."""
    if not _limits:
        _limits.append(CapacityLimiter(4))
    return await to_thread.run_sync(act, limiter=_limits[0])


def call_of(request: Request) -> Call:
    """The request, as the gate reads it."""
    return Call(shop().settings, request.scope)


async def _sign_in(request: Request) -> Response:
    call, where = call_of(request), cookies.safe_path(request.query_params.get("next", "/"))
    made = Forms(shop().db.keys, call)
    if request.method == "GET":
        who = identity.perhaps(request)
        if who is not None and who.session is not None:
            return RedirectResponse(where, 303)
        if not await in_thread(partial(accounts.is_claimed, shop().db)):
            return RedirectResponse("/signup" if who is None else where, 303)
        shown = made.kept(_signing_in(made, where, said=request.query_params.get("said", "")))
        return cookies.left(call, shown) if call.cookie(COOKIE) else shown
    given = await forms.read(request)
    if given is None or not made.made(given):
        return made.kept(_signing_in(made, where, problem=_t("error_form"), status=400))
    where, email = cookies.safe_path(given.get("next", "/")), given.get("email", "")
    enter = partial(accounts.sign_in, door(), email, given.get("password", ""), caller=call.caller)
    try:
        return cookies.entered(call, await in_thread(partial(afresh, call, enter)), where)
    except UserError as error:
        return _signing_in(made, where, email=email, problem=str(error), status=status_of(error))


async def _sign_up(request: Request) -> Response:
    call, made = call_of(request), Forms(shop().db.keys, call_of(request))
    given = (await forms.read(request)) if request.method == "POST" else {}
    told: Mapping[str, str] = given or request.query_params
    ticket, setup = told.get("invitation", ""), told.get("setup", "")
    may = await in_thread(partial(_may_be_first, call, setup))
    claimed = may is None
    if not claimed and not may:
        return sheet.page(_t("first_wait_title"), sheet.said(_t("first_wait_said")), status=403)
    if claimed:
        refusal = await in_thread(partial(_refused, ticket, told.get("email", "")))
        if refusal is not None:
            return refusal
    shown = partial(_signing_up, made, told, first=not claimed)
    if request.method == "GET":
        return made.kept(await in_thread(shown))
    if given is None or not made.made(given):
        return made.kept(await in_thread(partial(shown, problem=_t("error_form"), status=400)))
    join = partial(
        joining.sign_up,
        door(),
        name=given.get("name", ""),
        email=given.get("email", ""),
        password=given.get("password", ""),
        ticket=ticket,
        first=not claimed,
        caller=call.caller,
    )
    try:
        return cookies.entered(call, await in_thread(partial(afresh, call, join)), "/")
    except UserError as error:
        problem, status = str(error), status_of(error)
        return await in_thread(partial(shown, problem=problem, status=status))


async def _sign_out(request: Request) -> Response:
    call = call_of(request)
    if request.method == "GET":
        return RedirectResponse("/profile", 303)  # a link to it signs nobody out
    token = call.cookie(COOKIE)
    if token:
        await in_thread(partial(accounts.sign_out, door(), token, caller=call.caller))
        KNOWN.forget()
    return cookies.left(call, RedirectResponse("/signin?said=signed_out", 303))


async def _forgotten(request: Request) -> Response:
    call, made = call_of(request), Forms(shop().db.keys, call_of(request))
    if not shop().settings.smtp_url:
        parts = sheet.said(_t("forgotten_no_mail")), sheet.link(_t("back"), "/signin")
        return sheet.page(_t("forgotten_title"), *parts)
    if request.method == "GET":
        return made.kept(_forgetting(made))
    given = await forms.read(request)
    if given is None or not made.made(given):
        return made.kept(_forgetting(made, problem=_t("error_form"), status=400))
    ask = partial(resetting.ask, door(), given.get("email", ""), _send, caller=call.caller)
    try:
        rest = await in_thread(ask)
    except AccountError as error:
        email = given.get("email", "")
        return _forgetting(made, email=email, problem=str(error), status=status_of(error))
    parts = sheet.said(_t("forgotten_sent_said")), sheet.link(_t("back"), "/signin")
    answer = sheet.page(_t("forgotten_sent_title"), *parts)
    answer.background = BackgroundTask(in_thread, rest)
    return answer


async def _reset(request: Request) -> Response:
    call, made = call_of(request), Forms(shop().db.keys, call_of(request))
    given = (await forms.read(request)) if request.method == "POST" else {}
    token = (given or {}).get("token") or request.query_params.get("token", "")
    if await in_thread(partial(resetting.look, shop().db, token)) is None:
        parts = sheet.said(_t("reset_spent_said")), sheet.link(_t("back"), "/signin")
        return sheet.page(_t("reset_spent_title"), *parts, status=410)
    if request.method == "GET":
        return made.kept(_resetting(made, token))
    if given is None or not made.made(given):
        return made.kept(_resetting(made, token, problem=_t("error_form"), status=400))
    change = partial(resetting.reset, door(), token, given.get("password", ""), caller=call.caller)
    try:
        entered = await in_thread(partial(afresh, call, change))
    except UserError as error:
        return _resetting(made, token, problem=str(error), status=status_of(error))
    KNOWN.forget()
    return cookies.entered(call, entered, "/")


def afresh(call: Call, enter: Callable[[], str]) -> str:
    """A new session; the one that the browser had before ends: nobody can have planted it."""
    token = enter()
    before = call.cookie(COOKIE)
    if before:
        accounts.sign_out(door(), before, caller=call.caller)
        KNOWN.forget()
    return token


def _may_be_first(call: Call, setup: str) -> bool | None:
    """Whether the administrator's account may be made from there; None once there is one."""
    if accounts.is_claimed(shop().db):
        return None
    here = starts_open(call.settings) and call.is_direct_and_local
    return here or first.is_token(shop().db.keys, setup)


def _refused(ticket: str, email: str) -> Response | None:
    """What is said to somebody who may not make an account; None if they may."""
    found = joining.invitation(shop().db, ticket) if ticket else None
    try:
        joining.allowed(door(), ticket, (found.email if found else None) or email)
    except AccountError as error:
        parts = sheet.said(str(error)), sheet.link(_t("back"), "/signin")
        return sheet.page(_t("closed_title"), *parts, status=403)
    return None


def _signing_in(
    made: Forms,
    where: str,
    *,
    email: str = "",
    problem: str = "",
    status: int = 200,
    said: str = "",
) -> Response:
    settings = shop().settings
    known = {"signed_out": _t("signin_signed_out"), "ended": _t("signin_ended")}
    told = {**known, **oidc_problems(settings.oidc_name)}.get(said, "")
    is_problem = said not in known and told
    fields = (
        sheet.field("email", _t("email"), complete="username", value=email, focus=not email),
        sheet.field(
            "password",
            _t("password"),
            kind="password",
            complete="current-password",
            focus=bool(email),
        ),
    )
    hidden = {FIELD: made.token, "next": where if where != "/" else ""}
    parts = [sheet.said(told)] if told and not is_problem else []
    parts.append(sheet.form("/signin", _t("signin_button"), *fields, hidden=hidden))
    if settings.oidc_issuer:
        begin = "/oidc/start?" + urlencode({"next": where})
        name = _t("signin_with", name=settings.oidc_name)
        parts += [sheet.rule(_t("signin_or")), sheet.link(name, begin, button=True)]
    parts.append(sheet.link(_t("signin_forgotten"), "/forgotten"))
    if settings.sign_up == "open":
        parts.append(sheet.link(_t("signin_sign_up"), "/signup"))
    else:
        parts.append(sheet.said(_t("signin_invitation"), quiet=True))
    problem = problem or (told if is_problem else "")
    return sheet.page(_t("signin_title"), *parts, problem=problem, status=status)


def _signing_up(
    made: Forms, told: Mapping[str, str], *, first: bool, problem: str = "", status: int = 200
) -> Response:
    ticket = told.get("invitation", "")
    found = joining.invitation(shop().db, ticket) if ticket else None
    bound = found.email if found else None
    fields = (
        sheet.field(
            "name", _t("name"), complete="name", value=told.get("name", ""), focus=not problem
        ),
        sheet.field(
            "email",
            _t("email"),
            kind="email",
            complete="username",
            value=bound or told.get("email", ""),
            fixed=bound is not None,
        ),
        sheet.field(
            "password",
            _t("password"),
            kind="password",
            complete="new-password",
            hint=_t("signup_hint"),
            focus=bool(problem),
        ),
    )
    hidden = {FIELD: made.token, "invitation": ticket, "setup": told.get("setup", "")}
    kind = "first" if first else "signup"
    intro = _t("signup_invited") if found else _t(f"{kind}_said")
    parts = [
        sheet.said(intro),
        sheet.form("/signup", _t(f"{kind}_button"), *fields, hidden=hidden),
    ]
    if not first:
        parts.append(sheet.link(_t("signup_have"), "/signin"))
    return sheet.page(_t(f"{kind}_title"), *parts, problem=problem, status=status)


def _forgetting(made: Forms, *, email: str = "", problem: str = "", status: int = 200) -> Response:
    asked = sheet.field(
        "email", _t("email"), kind="email", complete="username", value=email, focus=True
    )
    parts = (
        sheet.said(_t("forgotten_said")),
        sheet.form("/forgotten", _t("forgotten_button"), asked, hidden={FIELD: made.token}),
        sheet.link(_t("back"), "/signin"),
    )
    return sheet.page(_t("forgotten_title"), *parts, problem=problem, status=status)


def _resetting(made: Forms, token: str, *, problem: str = "", status: int = 200) -> Response:
    asked = sheet.field(
        "password",
        _t("reset_password"),
        kind="password",
        complete="new-password",
        hint=_t("signup_hint"),
        focus=True,
    )
    hidden = {FIELD: made.token, "token": token}
    parts = (
        sheet.said(_t("reset_said")),
        sheet.form("/reset", _t("reset_button"), asked, hidden=hidden),
    )
    return sheet.page(_t("reset_title"), *parts, problem=problem, status=status)


def _send(address: str, token: str) -> bool:
    """Have a link to reset a password sent."""
    settings = shop().settings
    return letters.send(
        settings,
        letters.Letter(
            to=address,
            subject=_t("mail_subject"),
            lines=(_t("mail_line_asked"), _t("mail_line_life")),
            link=f"{studio_url(settings)}/reset?" + urlencode({"token": token}),
        ),
    )


def oidc_problems(name: str) -> dict[str, str]:
    """What people are told of each reason why a sign-in by the provider failed."""
    keys = ("oidc", "oidc_stale", "oidc_email", "oidc_taken", "oidc_closed", "oidc_down")
    return {key: _t(f"error_{key}", name=name) for key in keys}


def status_of(error: UserError) -> int:
    """Of the page that says it."""
    return 429 if isinstance(error, TooManyTries) else 400


_Handler = Callable[[Request], Awaitable[Response]]
_BOTH = ["GET", "POST"]
ROUTES = [
    Route("/signin", _sign_in, methods=_BOTH),
    Route("/signup", _sign_up, methods=_BOTH),
    Route("/signout", _sign_out, methods=_BOTH),
    Route("/forgotten", _forgotten, methods=_BOTH),
    Route("/reset", _reset, methods=_BOTH),
]
