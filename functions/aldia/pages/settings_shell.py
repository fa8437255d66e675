"""What every page of the settings shares: the tabs, saving with its sentences, and proving again who is there."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Blueprint, Response, g, redirect, request

from aldia.domain.account import Account
from aldia.domain.errors import Refused
from aldia.flows import prove_again, publish_terms, settings_change
from aldia.i18n import catalog
from aldia.pages.forms import Typed
from aldia.pages.render import language, page, ports, t
from aldia.ports import Conflict
from aldia.store import passes

screen = Blueprint("settings", __name__)
T = TypeVar("T")

HOME = "/ajustes"
TABS = {
    "who": HOME,
    "terms": f"{HOME}/condiciones",
    "ladder": f"{HOME}/cartas",
    "texts": f"{HOME}/textos",
    "fence": f"{HOME}/acuerdos",
    "working": f"{HOME}/como-trabajo",
    "contact": f"{HOME}/horario",
    "notices": f"{HOME}/avisos",
    "paid": f"{HOME}/cobro",
    "security": f"{HOME}/seguridad",
    "data": f"{HOME}/datos",
}
NOT_KEPT = ("csrf", "do", "seen")


def shown(tab: str, typed: Typed, status: int = 200, **more: Any) -> Response:
    """A page of the settings. Errors stand beside their fields; `form` is the one about the whole form."""
    status = 422 if typed.errors else status
    tabs = [(path, t(f"settings.tab_{name}"), name == tab, None) for name, path in TABS.items()]
    part = more.pop("part", tab)
    seen = settings_change.fingerprint(g.account, part) if part in settings_change.PARTS else ""
    running = passes.load(ports(), g.account.id)
    values = {
        "typed": typed,
        "errors": typed.errors,
        "tabs": tabs,
        "seen": seen,
        "running": running if running and not running.is_done else None,
        "notices": notices(),
        "terms_moved": tab != "working" and publish_terms.has_moved(ports(), g.account),
    }
    return page(f"pages/settings_{more.pop('screen', tab)}.html", status, **(values | more))


def notices() -> list[dict[str, str]]:
    """What the last action did, in one sentence."""
    said = f"settings.said_{request.args.get('said', '')}"
    return [{"text": t(said)}] if catalog.has(language(), said) else []


def back_to(tab: str, said: str = "", **query: str) -> Response:
    """The page of a tab, saying what was done."""
    asked = urlencode(({"said": said} if said else {}) | query)
    return redirect(f"{TABS[tab]}?{asked}" if asked else TABS[tab], 303)  # type: ignore[return-value]


def tried(typed: Typed, change: Callable[[], T]) -> T | None:
    """Do it; None when it was refused or somebody else was first, with the sentence where it belongs."""
    try:
        return change()
    except Refused as refused:
        typed.refuse(refused, "form")
    except Conflict:
        typed.errors["form"] = t("settings.conflict")
    return None


def save(typed: Typed, part: str, **values: Any) -> Account | None:
    """Save a part of the account from its form; None with the sentence when it could not be saved."""
    if typed.errors:
        return None
    changed = tried(typed, lambda: settings_change.change(ports(), g.account, part, seen=typed.get("seen"), **values))
    g.account = changed or g.account
    return changed


def is_fresh() -> bool:
    """Whether the person proved recently who they are."""
    return bool(g.session.is_fresh(ports().clock.now()))


def prove_first(typed: Typed, tab: str) -> Response | None:
    """None when the session is fresh; else a code is mailed and the person led there, what was typed being kept."""
    if is_fresh():
        return None
    kept = {name: value for name, value in typed.values.items() if name not in NOT_KEPT}
    try:
        prove_again.ask(ports(), g.account, g.secret, back=TABS[tab], kept=kept)
    except Refused as refused:
        typed.refuse(refused, "form")
        return None
    return redirect(f"{HOME}/eres-tu", 303)  # type: ignore[return-value]


def kept(tab: str) -> Mapping[str, str]:
    """What was typed on this tab before the person was asked to prove who they are."""
    if "sigue" not in request.args:
        return {}
    return prove_again.kept(ports(), g.account, g.secret, TABS[tab])
