"""The letters that a debt goes through: each can be switched off or moved, and own ones added."""

from dataclasses import replace
from typing import Any

from flask import Response, g

from aldia.domain.account import Account
from aldia.domain.errors import Refused
from aldia.domain.own_ladder import checked_ladder
from aldia.domain.usual import Part
from aldia.pages import guard, ladder_form, settings_apply, settings_example
from aldia.pages.forms import Typed
from aldia.pages.render import page, ports
from aldia.pages.settings_shell import back_to, save, screen, shown

PARTS: tuple[Part, ...] = ("ladder",)


@screen.get("/ajustes/cartas")
@guard.signed_in
def ladder() -> Response:
    """The steps, and the dates that they give an example."""
    return _shown(Typed(ladder_form.as_typed(g.account.defaults.ladder) | {"apply": "new"}), g.account)


@screen.post("/ajustes/cartas")
@guard.signed_in
def save_ladder() -> Response:
    """Save for new debts, or show first what becomes of the open ones."""
    typed = Typed(ladder_form.as_typed(None) | {"apply": "new"}) if _is_reset() else Typed()
    changed = _changed(typed)
    if typed.errors or typed.get("do") == "look":
        return _shown(typed, g.account if typed.errors else changed)
    if typed.get("apply") == "open" and typed.get("do") != "confirm":
        return settings_apply.ahead(typed, changed, PARTS, "ladder")
    applied = PARTS if typed.get("apply") == "open" else ()
    if save(typed, "ladder", applied=applied, defaults=changed.defaults) is None:
        return _shown(typed, changed)
    return settings_apply.begun() if applied else back_to("ladder", "saved")


@screen.post("/ajustes/cartas/ejemplo")
@guard.signed_in
def look_at_ladder() -> Response:
    """The dates of what is being typed; nothing is saved."""
    typed = Typed()
    account = _changed(typed)
    return page("fragments/settings_plan.html", 422 if typed.errors else 200, typed=typed, **_example(typed, account))


def _is_reset() -> bool:
    return Typed().get("do") == "reset"


def _changed(typed: Typed) -> Account:
    """The account with the ladder that was typed; what is wrong stands in `typed.errors`."""
    account: Account = g.account
    steps = ladder_form.read(typed)
    if typed.errors:
        return account
    try:
        chosen = checked_ladder(steps)
    except Refused as refused:
        typed.refuse(Refused(refused.key, field=ladder_form.field_of(typed, refused.field), **refused.facts))
        return account
    return replace(account, defaults=replace(account.defaults, ladder=chosen))


def _shown(typed: Typed, account: Account) -> Response:
    return shown(
        "ladder",
        typed,
        rungs=ladder_form.RUNGS,
        own=ladder_form.own_rows(typed),
        whens=ladder_form.WHENS,
        **_example(typed, account),
    )


def _example(typed: Typed, account: Account) -> dict[str, Any]:
    return {"planned": [] if typed.errors else settings_example.planned(account, ports().clock.now())}
