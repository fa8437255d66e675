"""The form of a new debt: what was typed becomes a client and a debt, or sentences beside the fields."""

from dataclasses import replace
from datetime import date

from aldia.domain import countries, opening
from aldia.domain.account import Account
from aldia.domain.client import BillingContact, Client
from aldia.domain.debt import Debt
from aldia.domain.errors import Refused
from aldia.domain.kind_words import kind_words
from aldia.domain.labels import check_concept, check_number
from aldia.domain.money import from_decimal
from aldia.domain.notes import check_note
from aldia.domain.parsing import parse_amount, parse_currency, parse_date, parse_email, parse_line
from aldia.domain.terms import instalments
from aldia.flows import attach_file, open_debt
from aldia.mail.account_mail import masked
from aldia.pages import debt_terms
from aldia.pages.forms import Typed, is_id
from aldia.ports import Ports

NO_DAY = date(2000, 1, 1)  # stands for a day that could not be read; the form is not saved then
KINDS = ("business", "person")


def fresh(ports: Ports, account: Account, today: date, *, client: Client | None = None) -> dict[str, str]:
    """What an empty form starts with: the account's defaults, written out."""
    due_on = usual_due(account, today)
    return {
        "id": ports.ids.new(),
        "client": client.name if client else "",
        "email": client.emails[0] if client and client.emails else "",
        "country": account.country,
        "language": account.language,
        "kind": "business",
        "currency": account.currency,
        "issued_on": today.isoformat(),
        "due_on": due_on,
        "usual_due": due_on,
        **debt_terms.fresh(account),
    }


def usual_due(account: Account, issued_on: date) -> str:
    """The due date that follows from the account's terms."""
    try:
        return instalments(amount_minor=10_000, issued_on=issued_on, terms=account.defaults.terms)[
            -1
        ].due_on.isoformat()
    except Refused:  # terms in fixed sums fit their own amount only
        return ""


def follow_issue_date(account: Account, typed: Typed) -> bool:
    """Move the due date along while it is the usual one and the issue date changed; whether it moved."""
    try:
        due_on = usual_due(account, parse_date(typed.issued_on, account.country))
    except Refused:
        return False
    if not due_on or typed.due_on != typed.usual_due or due_on == typed.due_on:
        return False
    typed.values |= {"due_on": due_on, "usual_due": due_on}
    return True


def read(ports: Ports, account: Account, typed: Typed) -> tuple[Client, Debt] | None:
    """The client and the debt, checked; None when something is wrong, and `typed.errors` says what."""
    client = _client(ports, account, typed)
    debt = _debt(ports, account, typed, client)
    if typed.errors:
        return None
    try:
        return client, opening.checked(debt)
    except Refused as refused:
        typed.refuse(refused, "amount")
        return None


def _debt(ports: Ports, account: Account, typed: Typed, client: Client) -> Debt:
    country = account.country
    typed.need("amount", "debts.amount_missing")
    currency = typed.take("currency", lambda text: parse_currency(text, expected=account.currency), "") or "EUR"
    issued_on = typed.take("issued_on", lambda text: parse_date(text, country, field="issued_on"), NO_DAY)
    due_on = typed.take("due_on", lambda text: parse_date(text, country, field="due_on"), NO_DAY)
    number = typed.take("number", check_number, "")
    concept = typed.take("concept", check_concept, "")
    if not number and not concept and "number" not in typed.errors:
        typed.refuse(Refused("debts.number_or_concept", field="number"))
    debt = Debt(
        id=own_id(ports, typed.get("id")),
        client_id=client.id,
        number=number,
        concept=concept,
        currency=currency,
        amount_minor=typed.take("amount", lambda text: minor(text, currency, country), 0),
        issued_on=issued_on,
        due_on=due_on,
        opened_at=ports.clock.now(),
        tolerance_days=account.tolerance_days,
        tolerance_minor=account.tolerance_minor,
        note=typed.take("note", lambda text: kind_words(check_note(text), field="note", sort="line"), ""),
        file_name=kept_file(ports, account, typed),
        source="form",
    )
    return debt_terms.with_terms(account, typed, debt)


def own_id(ports: Ports, given: str) -> str:
    """The id that the form was given when it was shown: sending it twice writes one debt."""
    return given if is_id(given) else ports.ids.new()


def minor(text: str, currency: str, country: str, *, field: str = "amount", is_zero_ok: bool = False) -> int:
    """A sum that was typed, in minor units; nothing typed is 0."""
    if not text.strip():
        return 0
    amount = parse_amount(text, currency, country=country, field=field, is_zero_ok=is_zero_ok)
    return from_decimal(amount, currency)


def kept_file(ports: Ports, account: Account, typed: Typed) -> str:
    """The name of the file that came with an earlier try of the same form, while it is still there."""
    name = typed.get("kept_file")
    if not name or typed.get("drop_file") or not is_id(typed.get("id")):
        return ""
    name = typed.take("kept_file", lambda text: parse_line(text, field="file", most=100), "")
    return name if attach_file.has_draft(ports, account.id, typed.get("id")) else ""


# -- who owes -----------------------------------------------------------------------------------


def _client(ports: Ports, account: Account, typed: Typed) -> Client:
    """The account's client of that name, completed with an address if it had none; else a new one."""
    name = typed.take("client", lambda text: parse_line(text, field="client", most=120), "")
    email = typed.take("email", parse_email, "")
    typed.need("client", "debts.client_missing")
    known, broken = open_debt.clients_named(ports, account, name) if name else ([], [])
    same = [one for one in known if not email or email in one.emails]
    without = [one for one in known if not one.emails]
    if same:
        return same[0]
    if broken:  # else it would be a new client, who knows of no silence and no agreement
        typed.refuse(Refused("debts.client_unreadable", field="client", client=name))
        return _new(account, typed, open_debt.new_client(ports, account, name=name, email=email))
    if without:
        return replace(without[0], contacts=(*without[0].contacts, BillingContact(email)))
    if known and not typed.get("other_client"):
        typed.values["asks_other"] = "1"  # the form offers the tick that says so
        typed.refuse(Refused("debts.other_email", field="email", known=masked(known[0].emails[0])))
    return _new(account, typed, open_debt.new_client(ports, account, name=name, email=email))


def _new(account: Account, typed: Typed, client: Client) -> Client:
    """A new client with country, language and kind; the zone follows from the country."""
    country = typed.get("country") or account.country
    if country and country not in countries.known():
        typed.refuse(Refused("debts.unknown_country", field="country"))
    is_abroad = country != account.country
    language = typed.get("language")
    return replace(
        client,
        country=country,
        timezone=countries.main_zone(country) if is_abroad else account.timezone,
        language="en" if language == "en" else "es" if language == "es" else account.language,
        kind="person" if typed.get("kind") == "person" else "business",
    )
