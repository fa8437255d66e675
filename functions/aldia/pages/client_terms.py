"""The terms between the freelancer and one client: what was accepted, and ways to give them to read."""

from flask import Blueprint, Response, g, redirect

from aldia.domain.case import Case
from aldia.domain.contact_rules import Allowed, Stop
from aldia.domain.errors import Refused
from aldia.flows import share_terms
from aldia.flows.write_by_hand import moment
from aldia.pages import guard
from aldia.pages.forms import Typed, form_key
from aldia.pages.own import own_case
from aldia.pages.render import page, ports
from aldia.store import working_terms

screen = Blueprint("client_terms", __name__)


@screen.get("/clientes/<client_id>/condiciones")
@guard.signed_in
def show(client_id: str) -> Response:
    """What was accepted and when, and what can be done."""
    return _shown(own_case(client_id), Typed({}))


@screen.post("/clientes/<client_id>/condiciones")
@guard.signed_in
def give(client_id: str) -> Response:
    """Make a link to pass on, mail one, or withdraw them all."""
    case, typed = own_case(client_id), Typed()
    ids = (g.account.id, client_id)
    try:
        if typed.get("do") == "mail":
            share_terms.mail(ports(), *ids, key=form_key(typed))
            return _to(client_id, "terms_mailed")
        if typed.get("do") == "withdraw":
            share_terms.withdraw(ports(), *ids)
            return _to(client_id, "terms_withdrawn")
        return _shown(case, typed, link=share_terms.make_link(ports(), *ids))
    except Refused as refused:
        typed.refuse(refused, "form")
        return _shown(own_case(client_id), typed)


def _to(client_id: str, said: str) -> Response:
    return redirect(f"/clientes/{client_id}/condiciones?said={said}", 303)  # type: ignore[return-value]


def _shown(case: Case, typed: Typed, *, link: str = "") -> Response:
    verdict = moment(case, ports().clock.now())
    return page(
        "pages/client_terms.html",
        422 if typed.errors else 200,
        case=case,
        client=case.client,
        newest=case.account.published,
        accepted=working_terms.accepted_by(ports(), case.account.id, case.client.id),
        link=link,
        key=ports().ids.new(),
        may_mail=isinstance(verdict, Allowed),
        mail_from=None if isinstance(verdict, Allowed | Stop) else verdict.until,
        typed=typed,
        errors=typed.errors,
    )
