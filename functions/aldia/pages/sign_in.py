"""Signing up and in: the address, the code or the link, and the two things we must know first."""

from zoneinfo import available_timezones

from flask import Blueprint, Response, g, redirect, request

from aldia.domain.errors import Refused
from aldia.domain.parsing import parse_email
from aldia.flows import sign_in as flow
from aldia.flows import welcome
from aldia.pages import guard
from aldia.pages.country_names import country_choices
from aldia.pages.forms import MOST
from aldia.pages.render import LANGUAGES, came_back, language, page, ports, sentence
from aldia.store import tokens

screen = Blueprint("sign_in", __name__)

REQUEST_SECONDS = 15 * 60
SESSION_SECONDS = 7 * 24 * 3600


@screen.post("/registro")
def sign_up() -> Response:
    """A new address, or one that is known: the answer is the same."""
    return _ask(is_sign_up=True)


@screen.post("/entrar")
def ask() -> Response:
    """Mail a link and a code."""
    return _ask(is_sign_up=False)


def _ask(*, is_sign_up: bool) -> Response:
    typed = request.form.get("email", "")
    chosen = request.form.get("language", "")
    try:
        email = parse_email(typed)
    except Refused as refused:
        return page("pages/sign_in.html", 422, typed=typed, error=sentence(refused), is_sign_up=is_sign_up)
    if request.form.get("website"):  # a field that people do not see
        return redirect("/entrar/codigo", 303)  # type: ignore[return-value]
    try:
        secret = flow.ask(
            ports(),
            email=email,
            language=chosen if chosen in LANGUAGES else language(),
            is_sign_up=is_sign_up,
            network=guard.network(),
        )
    except Refused as refused:
        return page("pages/sign_in.html", 503, typed=typed, error=sentence(refused), is_sign_up=is_sign_up)
    answer = redirect(f"/entrar/codigo?lang={language()}", 303)
    guard.set_cookie(answer, "r", secret or _kept(), seconds=REQUEST_SECONDS)  # type: ignore[arg-type]
    return answer  # type: ignore[return-value]


def _kept() -> str:
    """The secret that the browser holds, so that the code mailed last still works; else one that opens nothing."""
    return request.cookies.get(guard.cookie_name(ports(), "r"), "")[:100] or ports().ids.token()


@screen.get("/entrar/codigo")
def code_page() -> Response:
    """Where the six digits go."""
    return page("pages/code.html", typed="", error="")


@screen.post("/entrar/codigo")
def with_code() -> Response:
    """Enter with the six digits."""
    typed = request.form.get("code", "")
    secret = request.cookies.get(guard.cookie_name(ports(), "r"), "")
    try:
        return _entered(flow.with_code(ports(), request=secret, code=typed[:40]))
    except Refused as refused:
        return page("pages/code.html", 422, typed=typed, error=sentence(refused))


@screen.get("/entrar/<token>")
def link_page(token: str) -> Response:
    """The mailed link: a page with one button, since scanners open links too."""
    found = tokens.sign_in(ports(), token, ports().clock.now())
    return page("pages/enter.html", 200 if found else 410, token=token, is_alive=found is not None)


@screen.post("/entrar/<token>")
def with_link(token: str) -> Response:
    """Enter with the mailed link."""
    try:
        return _entered(flow.with_link(ports(), token=token))
    except Refused:
        return page("pages/enter.html", 410, token=token, is_alive=False)


def _entered(entered: flow.Entered) -> Response:
    answer = redirect("/hoy" if entered.account.country else "/bienvenida", 303)
    guard.set_cookie(answer, "s", entered.session, seconds=SESSION_SECONDS)  # type: ignore[arg-type]
    guard.set_cookie(answer, "r", "", seconds=0)  # type: ignore[arg-type]
    return answer  # type: ignore[return-value]


@screen.post("/salir")
@guard.signed_in
def sign_out() -> Response:
    """Close this session."""
    secret = request.cookies.get(guard.cookie_name(ports(), "s"), "")
    ports().table.write(tokens.close_session(secret))
    answer = redirect("/", 303)
    guard.set_cookie(answer, "s", "", seconds=0)  # type: ignore[arg-type]
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer  # type: ignore[return-value]


@screen.get("/bienvenida")
@guard.signed_in
def welcome_page() -> Response:
    """Name and country: all that the first letter needs to know of the freelancer."""
    return _welcome({}, {})


@screen.post("/bienvenida")
@guard.signed_in
def welcomed() -> Response:
    """Save name and country with what follows from them."""
    typed = {name: request.form.get(name, "")[:MOST] for name in ("name", "country", "timezone")}
    try:
        welcome.welcome(ports(), g.account, **typed)
    except Refused as refused:
        return _welcome(typed, {refused.field: sentence(refused)}, 422)
    return redirect("/hoy?said=welcome", 303)  # type: ignore[return-value]


def _welcome(typed: dict[str, str], errors: dict[str, str], status: int = 200) -> Response:
    shown = country_choices()
    zones = sorted(
        zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix", "right"))
    )
    return page(
        "pages/welcome.html", status, typed=typed, errors=errors, countries=shown, zones=zones, notices=came_back()
    )
