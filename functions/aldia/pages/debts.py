"""Debts: the list, a new one with its dated plan, and one with everything that happened."""

from datetime import datetime, timedelta

from flask import Blueprint, Response, g, redirect

from aldia.domain import opening
from aldia.domain.case import Case
from aldia.domain.reminders import Planned, preview
from aldia.flows import open_debt
from aldia.pages import debt_form, guard
from aldia.pages.forms import Typed
from aldia.pages.render import page, ports
from aldia.store import lists

screen = Blueprint("debts", __name__)

PREVIEW = timedelta(days=200)


@screen.get("/cobros/nuevo")
@guard.signed_in
def new() -> Response:
    """The empty form."""
    today = Case(g.account, open_debt.new_client(ports(), g.account, name="", email="")).local_day(ports().clock.now())
    return _form(Typed(debt_form.fresh(ports(), g.account, today)))


@screen.post("/cobros/nuevo/plan")
@guard.signed_in
def plan() -> Response:
    """The dated plan of what is being typed; nothing is saved."""
    typed = Typed()
    return page("fragments/plan.html", planned=_planned(typed), typed=typed)


@screen.post("/cobros/nuevo")
@guard.signed_in
def create() -> Response:
    """Save, or show the form again with what is wrong and what was typed."""
    typed = Typed()
    if typed.get("do") == "plan":
        planned = _planned(typed)
        return _form(typed, 422 if typed.errors else 200, planned=planned)
    found = debt_form.read(ports(), g.account, typed)
    if found is None:
        return _form(typed, 422)
    client, debt = found
    open_debt.open_debt(ports(), g.account, client, debt)
    return redirect(f"/cobros/{client.id}/{debt.id}?said=debt_opened", 303)  # type: ignore[return-value]


def _planned(typed: Typed) -> list[Planned]:
    found = debt_form.read(ports(), g.account, typed)
    if found is None:
        return []
    client, debt = found
    now: datetime = ports().clock.now()
    case = opening.open_debt(open_debt.case_for(ports(), g.account, client), debt, now=now).case
    return [step for step in preview(case, now, until=now + PREVIEW) if step.debt_id == debt.id]


def _form(typed: Typed, status: int = 200, **more: object) -> Response:
    names = [item["row"]["name"] for item in lists.rows(ports(), g.account.id, "CLIENTS", limit=100).rows]
    return page("pages/debt_new.html", status, typed=typed, errors=typed.errors, names=names, **({"planned": None} | more))
