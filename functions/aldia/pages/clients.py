"""Clients: the list, a new one, and one with its contacts, its debts and what keeps it silent."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, g, redirect, request

from aldia.domain import countries
from aldia.domain.case import Case
from aldia.domain.client import Client
from aldia.domain.errors import Refused
from aldia.domain.parsing import fold, parse_date, parse_line
from aldia.flows import change_client, open_debt
from aldia.i18n import formats
from aldia.pages import client_form, client_list, clients_view, guard
from aldia.pages.forms import Typed, is_id
from aldia.pages.own import Unreadable, broken_clients, own_case
from aldia.pages.render import came_back, is_fragment_request, language, page, ports, t
from aldia.pages.spoilt import made

screen = Blueprint("clients", __name__)


@screen.get("/clientes")
@guard.signed_in
def index() -> Response:
    """The list by name; `q` finds a part of a name or an address. htmx gets the rows alone."""
    words = request.args.get("q", "").strip()[:100]
    asked = request.args.get("filas", ""), request.args.get("desde", "")[:400]
    is_part = is_fragment_request()
    found = client_list.client_list(ports(), g.account, words=words, asked=asked)
    template = "fragments/client_list.html" if is_part else "pages/clients.html"
    notices = [*came_back(), *broken_clients(g.account.id, found.broken)]
    return page(template, found=found, words=words, is_part=is_part, notices=notices)


@screen.get("/clientes/nuevo")
@guard.signed_in
def new() -> Response:
    """The empty form, in the account's country and language."""
    fresh = open_debt.new_client(ports(), g.account, name="", email="")
    return _form("client_new", fresh, Typed(client_form.filled(fresh)))


@screen.post("/clientes/nuevo")
@guard.signed_in
def create() -> Response:
    """Save a new client, or show the form again."""
    fresh = open_debt.new_client(ports(), g.account, name="", email="")
    typed = Typed()
    given = typed.get("id")
    if is_id(given):  # sent twice, it is saved once
        fresh = Client(given, "", timezone=fresh.timezone)
    wished = _read(typed, fresh)
    if isinstance(wished, Typed):
        return _form("client_new", fresh, wished, _status(wished))
    if _is_known(wished):
        typed.refuse(Refused("clients.already", field="name"))
        return _form("client_new", fresh, typed, 422)
    change_client.create(ports(), g.account, wished)
    return _to(wished.id, "client_created")


def _is_known(wished: Client) -> bool:
    """Another client of that name and address."""
    known = open_debt.find_client(ports(), g.account, name=wished.name, email="".join(wished.emails[:1]))
    return known is not None and known.id != wished.id and known.emails == wished.emails


def _read(typed: Typed, was: Client) -> Client | Typed:
    """The client, or the form to show again: with errors, or with a contact more or less."""
    if typed.get("do") not in ("", "save"):
        return client_form.with_rows(typed)
    today = Case(g.account, was).local_day(ports().clock.now())
    wished = client_form.read(typed, was, today=today)
    return typed if wished is None else wished


def _status(typed: Typed) -> int:
    return 422 if typed.errors else 200


@screen.post("/clientes/contactos")
@guard.signed_in
def contact_rows() -> Response:
    """The contacts of a form with one row more or less; nothing is saved."""
    typed = client_form.with_rows(Typed())
    return page("fragments/contacts.html", typed=typed, errors={}, places=client_form.rows_of(typed), **_choices())


@screen.get("/clientes/<client_id>")
@guard.signed_in
def show(client_id: str) -> Response:
    """One client with everything that concerns it."""
    return _show(own_case(client_id), Typed({}))


@screen.get("/clientes/<client_id>/editar")
@guard.signed_in
def edit(client_id: str) -> Response:
    """The form, filled."""
    client = own_case(client_id).client
    return _form("client_edit", client, Typed(client_form.filled(client)))


@screen.post("/clientes/<client_id>/editar")
@guard.signed_in
def save(client_id: str) -> Response:
    """Save what was written."""
    client = own_case(client_id).client
    wished = _read(Typed(), client)
    if isinstance(wished, Typed):
        return _form("client_edit", client, wished, _status(wished))
    change_client.change(ports(), g.account.id, wished)
    return _to(client_id, "client_saved")


@screen.post("/clientes/<client_id>/pausa")
@guard.signed_in
def pause(client_id: str) -> Response:
    """Silence until a day, or until it is ended."""
    typed = Typed()

    def do(case: Case) -> None:
        until = parse_date(typed.until, g.account.country, field="until") if typed.until.strip() else None
        reason = parse_line(typed.reason, field="reason", most=200)
        change_client.pause(ports(), g.account.id, case.client.id, until=until, reason=reason)

    return _done(client_id, typed, "client_paused", do)


@screen.post("/clientes/<client_id>/seguir")
@guard.signed_in
def resume(client_id: str) -> Response:
    """End the pause."""
    return _done(client_id, Typed(), "client_resumed", lambda _case: _resume(client_id))


def _resume(client_id: str) -> None:
    change_client.resume(ports(), g.account.id, client_id)


@screen.post("/clientes/<client_id>/direccion")
@guard.signed_in
def confirm_address(client_id: str) -> Response:
    """The address that bounced, or was somebody else's, is right after all."""
    return _done(
        client_id,
        Typed(),
        "address_right",
        lambda _case: change_client.confirm_address(ports(), g.account.id, client_id),
    )


@screen.post("/clientes/<client_id>/sugerida")
@guard.signed_in
def write_to_suggested(client_id: str) -> Response:
    """Write to the person whom the wrong one named."""
    return _done(
        client_id,
        Typed(),
        "suggested_taken",
        lambda _case: change_client.write_to_suggested(ports(), g.account.id, client_id),
    )


@screen.post("/clientes/<client_id>/escribir")
@guard.signed_in
def asked_again(client_id: str) -> Response:
    """The client wants to be written to again, in its own words."""
    typed = Typed()
    return _done(
        client_id,
        typed,
        "asked_again",
        lambda _case: change_client.asked_again(ports(), g.account.id, client_id, words=typed.words),
    )


@screen.post("/clientes/<client_id>/borrar")
@guard.signed_in
def remove(client_id: str) -> Response:
    """Delete a client that has no debts."""
    case, typed = own_case(client_id), Typed()
    try:
        change_client.remove(ports(), case)
    except Refused as refused:
        typed.refuse(refused, "remove")
        return _show(case, typed, 422)
    return redirect("/clientes?said=client_deleted", 303)  # type: ignore[return-value]


def _done(client_id: str, typed: Typed, said: str, do: Callable[[Case], None]) -> Response:
    """Do it and come back to the client; what is refused is said beside its field."""
    case = own_case(client_id)
    try:
        do(case)
    except Refused as refused:
        typed.refuse(refused, "form")
        return _show(case, typed, 422)
    return _to(client_id, said)


def _to(client_id: str, said: str) -> Response:
    return redirect(f"/clientes/{client_id}?said={said}", 303)  # type: ignore[return-value]


def _show(case: Case, typed: Typed, status: int = 200) -> Response:
    return made(case, lambda: _page(case, typed, status), Unreadable)


def _page(case: Case, typed: Typed, status: int) -> Response:
    shown = clients_view.view(ports(), case, ports().clock.now())
    country = formats.country_name(case.client.country, language()) if case.client.country else ""
    return page(
        "pages/client.html",
        status,
        view=shown,
        client=case.client,
        typed=typed,
        errors=typed.errors,
        country_name=country,
    )


def _form(template: str, client: Client, typed: Typed, status: int = 200) -> Response:
    return page(
        f"pages/{template}.html",
        status,
        client=client,
        typed=typed,
        errors=typed.errors,
        places=client_form.rows_of(typed),
        **_choices(),
    )


def _choices() -> dict[str, Any]:
    """What can be chosen in the form."""
    named = ((code, formats.country_name(code, language())) for code in countries.known())
    return {
        "countries": sorted(named, key=lambda pair: fold(pair[1])),
        "zones": client_form.zones(),
        "roles": [(role, t(f"clients.role_{role}")) for role in client_form.ROLES],
        "mails": [(mail, t(f"clients.mail_{mail}")) for mail in client_form.MAILS],
    }
