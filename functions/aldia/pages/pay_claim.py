""" "I already paid": one screen with what we know filled in, one press, and the client's page again."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, abort, g, redirect, request
from markupsafe import Markup

from aldia import assets
from aldia.domain.case import Case
from aldia.domain.dates import next_asked
from aldia.domain.debt import Debt
from aldia.domain.errors import Refused
from aldia.domain.money import from_decimal
from aldia.domain.outcomes import payable
from aldia.domain.parsing import parse_amount, parse_date, parse_line
from aldia.flows import claim_payment
from aldia.pages import guard, pay
from aldia.pages.forms import Typed
from aldia.pages.pay_view import bare
from aldia.pages.render import language, page, ports
from aldia.store import tokens

screen = Blueprint("pay_claim", __name__)

LONGEST_REFERENCE = 60
ACCEPTED = ".pdf,.png,.jpg,.jpeg,application/pdf,image/png,image/jpeg"


@screen.get("/p/<token>/ya-pague/<mark>")
def ask(token: str, mark: str) -> Response:
    """The screen: today and what is asked for now stand in it, so that one press may be enough."""
    _link, case = pay.opened(token)
    debt = _debt(case, mark)
    now = ports().clock.now()
    if payable(case, debt, now) <= 0:
        return redirect(f"/p/{token}?lang={language()}", 303)  # type: ignore[return-value]
    return _shown(token, case, debt, Typed(_filled_in(case, debt, now)))


@screen.post("/p/<token>/ya-pague/<mark>")
def say(token: str, mark: str) -> Response:
    """The client says what was paid and when."""
    link, case = pay.opened(token, strong=True)
    guard.check_form(token)
    debt, typed = _debt(case, mark), Typed()
    said = _said(typed, debt)
    if not typed.errors and _is_kept(typed, link, debt, said):
        return redirect(f"/p/{token}?said=claimed&lang={language()}", 303)  # type: ignore[return-value]
    return _shown(token, case, debt, typed, status=422)


def _debt(case: Case, mark: str) -> Debt:
    try:
        return pay.marked(case, mark)
    except Refused:
        abort(404)


def _filled_in(case: Case, debt: Debt, now: datetime) -> dict[str, str]:
    """What was said before, else today and what is asked for today."""
    claim, asked = debt.claim, next_asked(debt, case.local_day(now))
    amount_minor = (claim and claim.amount_minor) or (asked.minor if asked else payable(case, debt, now))
    day = (claim and claim.paid_on) or case.local_day(now)
    return {
        "paid_on": day.isoformat(),
        "amount": bare(amount_minor, debt.currency, g.country),
        "reference": claim.reference if claim else "",
    }


def _said(typed: Typed, debt: Debt) -> claim_payment.Said:
    """The form's fields; sentences in `typed.errors`."""
    typed.need("paid_on", "claim.day_missing")
    typed.need("amount", "claim.amount_missing")
    day: date | None = typed.take("paid_on", lambda text: parse_date(text, g.country, field="paid_on"), None)
    minor = typed.take("amount", lambda text: _minor(text, debt.currency), None)
    reference = typed.take("reference", lambda text: parse_line(text, field="reference", most=LONGEST_REFERENCE), "")
    sent = request.files.get("proof")
    proof = (sent.filename, sent.stream.read()) if sent and sent.filename else None
    return claim_payment.Said(day, minor, reference, proof)


def _minor(text: str, currency: str) -> int:
    return from_decimal(parse_amount(text, currency, country=g.country, field="amount"), currency)


def _is_kept(typed: Typed, link: tokens.PayLink, debt: Debt, said: claim_payment.Said) -> bool:
    """Whether it was taken; else the sentence stands under its field."""
    try:
        claim_payment.claim_payment(ports(), (link.account_id, link.client_id, debt.id), said)
    except Refused as refused:
        typed.refuse(refused, "form")
        return False
    return True


def _shown(token: str, case: Case, debt: Debt, typed: Typed, *, status: int = 200) -> Response:
    today = case.local_day(ports().clock.now())
    values: dict[str, Any] = {"errors": typed.errors, "typed": typed, "token": token, "accepted": ACCEPTED}
    return page(
        "pages/pay_claim.html",
        status,
        case=case,
        debt=debt,
        title=debt.number or debt.concept,
        today=today,
        path_back=f"/p/{token}?lang={language()}",
        from_name=case.account.name,
        pay_style=Markup(assets.pay_style()),  # noqa: S704  our own style sheet
        **values,
    )
