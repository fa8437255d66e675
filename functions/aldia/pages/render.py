"""Templates and what every one of them may use: texts, money and dates in the reader's language."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask, Response, current_app, g, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from aldia import assets, ready
from aldia.domain.errors import Refused
from aldia.i18n import catalog, formats
from aldia.ports import Ports

TEMPLATES = assets.TEMPLATES
LANGUAGES = ("es", "en")


def ports() -> Ports:
    """The ports that this application was made with."""
    found: Ports = current_app.extensions["aldia"]
    return found


def language() -> str:
    """The reader's language: asked for in the address, the account's or the page's own, else the browser's."""
    asked = _asked() or getattr(g, "language", "")
    if asked in LANGUAGES:
        return str(asked)
    return request.accept_languages.best_match(LANGUAGES, "es") or "es"


def _asked() -> str:
    """`lang` of the address or the form; a form that is too large to be read, or breaks off, says nothing."""
    try:
        return request.values.get("lang", "")
    except HTTPException:
        return request.args.get("lang", "")


def t(key: str, **values: object) -> str:
    """A text of the catalogue in the reader's language."""
    return catalog.text(language(), key, **values)


def sentence(refused: Refused) -> str:
    """What the domain refused, as one sentence."""
    return t(refused.key, **refused.facts)


def page(template: str, status: int = 200, **values: object) -> Response:
    """A whole page, or a fragment when the template is one."""
    response = make_response(render_template(template, **values), status)
    response.headers["Content-Language"] = language()
    return response


def is_fragment_request() -> bool:
    """htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def _zone() -> ZoneInfo:
    account = getattr(g, "account", None)
    return getattr(g, "zone", None) or ZoneInfo((account.timezone if account else "") or "UTC")


def _country() -> str:
    account = getattr(g, "account", None)
    return getattr(g, "country", "") or (account.country if account else "")


def came_back() -> list[dict[str, str]]:
    """What the last action did, said once on the page that follows it: `?said=` names a sentence of ours."""
    said = request.args.get("said", "")
    return [{"text": t(f"said.{said}")}] if catalog.has(language(), f"said.{said}") else []


def step_name(step: str) -> str:
    """A step as people call it; the user's own steps by their own name."""
    return t(f"step.{step}") if catalog.has(language(), f"step.{step}") else step


def set_up(app: Flask) -> None:
    """Give the templates their names."""
    environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.bytecode_cache = ready.COMPILED
    if environment.loader:
        environment.loader = ready.templates("pages", environment.loader)

    @app.context_processor
    def _names() -> dict[str, object]:
        account = getattr(g, "account", None)
        return {
            "t": t,
            "lang": language(),
            "money": lambda minor, currency: formats.money(minor, currency, language(), _country()),
            "day": lambda value: formats.day(_as_day(value), language()),
            "day_short": lambda value: formats.day_short(_as_day(value), language()),
            "instant": lambda value: formats.instant(_as_instant(value), _zone(), language()),
            "csrf": getattr(g, "csrf", ""),
            "path": request.path,
            "account": account,
            "asset": assets.asset,
            "step_name": step_name,
            "notices": came_back(),
        }


def _as_day(value: date | datetime | str) -> date:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.astimezone(_zone()).date() if isinstance(value, datetime) and value.tzinfo else value


def _as_instant(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
