"""The form of a new debt: what was typed becomes a client and a debt, or sentences beside the fields."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from aldia.domain import opening
from aldia.domain.account import Account
from aldia.domain.client import Client
from aldia.domain.debt import Debt, Discount, Tier
from aldia.domain.errors import Refused
from aldia.domain.money import from_decimal
from aldia.domain.notes import check_note
from aldia.domain.parsing import parse_amount, parse_currency, parse_date, parse_email, parse_line
from aldia.domain.terms import instalments
from aldia.flows import open_debt
from aldia.pages.forms import Typed
from aldia.ports import Ports

NO_DAY = date(2000, 1, 1)  # stands for a day that could not be read; the form is not saved then


def fresh(ports: Ports, account: Account, today: date) -> dict[str, str]:
    """What an empty form starts with: the account's defaults, written out."""
    last = instalments(amount_minor=100, issued_on=today, terms=account.defaults.terms)[-1].due_on
    rule = account.defaults.discount
    return {
        "id": ports.ids.new(),
        "currency": account.currency,
        "issued_on": today.isoformat(),
        "due_on": last.isoformat(),
        "discount": f"{rule.percent.normalize():f}" if rule else "",
        "discount_days": str(rule.days) if rule else "",
    }


def read(ports: Ports, account: Account, typed: Typed) -> tuple[Client, Debt] | None:
    """The client and the debt, checked; None when something is wrong, and `typed.errors` says what."""
    country = account.country
    name = typed.take("client", lambda text: parse_line(text, field="client", most=120), "")
    email = typed.take("email", parse_email, "")
    typed.need("client", "debts.client_missing")
    currency = typed.take("currency", lambda text: parse_currency(text, expected=account.currency), "") or account.currency
    amount = typed.take("amount", lambda text: _minor(text, currency, country), 0)
    typed.need("amount", "debts.amount_missing")
    issued_on = typed.take("issued_on", lambda text: parse_date(text, country, field="issued_on"), NO_DAY)
    due_on = typed.take("due_on", lambda text: parse_date(text, country, field="due_on"), NO_DAY)
    number = typed.take("number", lambda text: parse_line(text, field="number", most=60), "")
    concept = typed.take("concept", lambda text: parse_line(text, field="concept", most=140), "")
    if not number and not concept and "number" not in typed.errors:
        typed.refuse(Refused("debts.number_or_concept", field="number"))
    note = typed.take("note", check_note, "")
    discount = typed.take("discount", lambda _text: _discount(typed, issued_on), None)
    if typed.errors:
        return None
    person = open_debt.find_client(ports, account, name=name, email=email)
    client = person or open_debt.new_client(ports, account, name=name, email=email)
    debt = Debt(
        id=_own_id(ports, typed.get("id")),
        client_id=client.id,
        number=number,
        concept=concept,
        currency=currency,
        amount_minor=amount,
        issued_on=issued_on,
        due_on=due_on,
        opened_at=ports.clock.now(),
        discount=discount,
        interest=account.defaults.interest,
        ladder=account.defaults.ladder,
        tolerance_days=account.tolerance_days,
        tolerance_minor=account.tolerance_minor,
        note=note,
        source="form",
    )
    try:
        return client, opening.checked(_with_terms(account, debt))
    except Refused as refused:
        typed.refuse(refused, "amount")
        return None


def _own_id(ports: Ports, given: str) -> str:
    """The id that the form was given when it was shown: sending it twice writes one debt."""
    return given if given.isalnum() and given.isascii() and 6 <= len(given) <= 20 else ports.ids.new()


def _minor(text: str, currency: str, country: str) -> int:
    return from_decimal(parse_amount(text, currency, country=country), currency) if text.strip() else 0


def _discount(typed: Typed, issued_on: date) -> Discount | None:
    percent, days = typed.get("discount").strip().rstrip("%").strip(), typed.get("discount_days").strip()
    if not percent:
        return None
    if not days.isascii() or not days.isdigit() or len(days) > 4:
        raise Refused("debts.discount_days", field="discount_days")
    value = percent.replace(",", ".")
    if not value.replace(".", "", 1).isdigit() or not value.isascii() or len(value) > 6:
        raise Refused("debts.discount_percent", field="discount")
    return Discount("tiers", (Tier(issued_on + timedelta(days=int(days)), Decimal(value)),))


def _with_terms(account: Account, debt: Debt) -> Debt:
    """The account's instalments, when the due date is the one that follows from its terms."""
    parts = instalments(amount_minor=debt.amount_minor, issued_on=debt.issued_on, terms=account.defaults.terms)
    is_usual = len(parts) > 1 and parts[-1].due_on == debt.due_on and all(a.due_on <= b.due_on for a, b in pairwise(parts))
    return replace(debt, instalments=parts) if is_usual else debt
