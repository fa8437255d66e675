"""Before giving a client credit: how much may be open, and notes that only the freelancer sees."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, g, redirect

from aldia.domain import open_limit, risk_notes
from aldia.domain.case import Case, Outcome
from aldia.domain.errors import Refused
from aldia.domain.parsing import parse_date, parse_line
from aldia.domain.prevention import RiskNote
from aldia.flows import casework
from aldia.pages import guard, limit_form
from aldia.pages.forms import Typed, form_key
from aldia.pages.own import own_case
from aldia.pages.render import page, ports

screen = Blueprint("risk", __name__)


@screen.get("/clientes/<client_id>/riesgo")
@guard.signed_in
def show(client_id: str) -> Response:
    """The limit and the notes, each in its form."""
    case = own_case(client_id)
    return _shown(case, Typed(limit_form.as_typed(case.client.open_limit, _currency(case)) | _today(case)))


@screen.post("/clientes/<client_id>/riesgo/limite")
@guard.signed_in
def save_limit(client_id: str) -> Response:
    """The client's own limit; empty: the usual one."""
    case, typed = own_case(client_id), Typed()
    limit = limit_form.read(typed, g.account)
    if typed.errors:
        return _shown(case, typed)
    return _done(client_id, typed, "client_saved", lambda case, _now: open_limit.set_limit(case, limit))


@screen.post("/clientes/<client_id>/riesgo/lo-se")
@guard.signed_in
def know(client_id: str) -> Response:
    """Quiet until more is open."""
    own_case(client_id)
    return _done(client_id, Typed(), "limit_known", lambda case, now: open_limit.know(case, now=now), back="")


@screen.post("/clientes/<client_id>/riesgo/nota")
@guard.signed_in
def keep_note(client_id: str) -> Response:
    """A new note, another text for one, or one away."""
    case, typed = own_case(client_id), Typed()
    if typed.get("do") == "remove":
        return _removed(case, form_key(typed))
    note = _note(typed, case)
    if typed.errors:
        return _shown(case, typed)
    today = case.local_day(ports().clock.now())
    return _done(client_id, typed, "risk_kept", lambda case, _now: risk_notes.keep(case, note, today=today))


def _removed(case: Case, key: str) -> Response:
    """Without that note. The notice carries it whole, so that one press brings it back; nobody else keeps it."""
    gone = next((note for note in case.client.risks if note.id == key), None)
    casework.change(ports(), g.account.id, case.client.id, lambda case, _now: risk_notes.remove(case, key))
    return _shown(own_case(case.client.id), Typed({}), gone=gone)


def _note(typed: Typed, case: Case) -> RiskNote:
    """The note as typed; sentences in `typed.errors`."""
    today = case.local_day(ports().clock.now())
    typed.need("on", "risk.day_missing")
    kind = next((kind for kind in risk_notes.KINDS if kind == typed.get("kind")), risk_notes.KINDS[0])
    return RiskNote(
        form_key(typed),
        kind,
        typed.take("text", lambda text: parse_line(text, field="text", most=risk_notes.LONGEST), ""),
        typed.take("on", lambda text: parse_date(text, g.account.country, field="on"), today),
        typed.take("source", lambda text: parse_line(text, field="source", most=risk_notes.LONGEST_SOURCE), ""),
        typed.take("until", lambda text: parse_date(text, g.account.country, field="until"), None)
        if typed.get("until").strip()
        else None,
    )


def _done(
    client_id: str, typed: Typed, said: str, ask: Callable[[Case, datetime], Outcome], *, back: str = "/riesgo"
) -> Response:
    """Do it and come back, or say what stands against it beside its field."""
    try:
        casework.change(ports(), g.account.id, client_id, ask)
    except Refused as refused:
        typed.refuse(refused, "text")
        return _shown(own_case(client_id), typed)
    return redirect(f"/clientes/{client_id}{back}?said={said}", 303)  # type: ignore[return-value]


def _currency(case: Case) -> str:
    """The one in which this client's newest debt is."""
    return case.debts[-1].currency if case.debts else case.account.currency


def _today(case: Case) -> dict[str, str]:
    return {"on": case.local_day(ports().clock.now()).isoformat()}


def _shown(case: Case, typed: Typed, *, gone: RiskNote | None = None) -> Response:
    now = ports().clock.now()
    limit = open_limit.limit_of(case.account, case.client)
    given = {"kind": "own", **limit_form.as_typed(case.client.open_limit, _currency(case)), **_today(case)}
    typed.values = given | typed.values
    return page(
        "pages/client_risk.html",
        422 if typed.errors else 200,
        client=case.client,
        limit=limit,
        kinds=risk_notes.KINDS,
        in_force=risk_notes.in_force(case, now),
        open_minor=open_limit.open_minor(case, limit.currency, now) if limit else 0,
        passed=open_limit.passed(case, now),
        to_tell=open_limit.to_tell(case, now),
        currencies=limit_form.currencies(typed.get("limit_currency") or _currency(case)),
        key=ports().ids.new(),
        edited=typed.get("key") if typed.errors else "",
        gone=gone,
        typed=typed,
        errors=typed.errors,
    )
