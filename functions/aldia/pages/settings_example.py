"""An invented debt, to show what settings lead to: the end of a letter, the dates of payment, the letters to come."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal, cast

from aldia.domain import opening
from aldia.domain.account import Account, DiscountRule
from aldia.domain.case import Case, Letter, LetterPart
from aldia.domain.client import BillingContact, Client
from aldia.domain.debt import Debt
from aldia.domain.errors import Refused
from aldia.domain.quote import quote
from aldia.domain.reminders import Planned, preview
from aldia.domain.terms import instalments
from aldia.domain.tone import Verdict
from aldia.flows.own_letter import judged
from aldia.flows.paying_online import may_pay_online
from aldia.mail.compose import compose
from aldia.pages.render import ports, t
from aldia.ports import Message

SUM = 100_000
AHEAD = timedelta(days=200)
END = "\n-- \n"


def example_case(account: Account, now: datetime) -> Case:
    """A client in the account's country with one debt on the account's usual terms, issued today."""
    contact = (BillingContact("cliente@example.com"),)
    client = Client(
        "x", t("settings.example_client"), account.country, account.timezone, account.language, contacts=contact
    )
    case = Case(account, client, (), ports().holidays)
    today = case.local_day(now)
    debt = Debt(
        "x",
        "x",
        number="F-001",
        currency=account.currency or "EUR",
        amount_minor=SUM,
        issued_on=today,
        due_on=today + timedelta(days=30),
        opened_at=now,
        concept=t("settings.example_concept"),
        ladder=account.defaults.ladder,
        interest=account.defaults.interest,
    )
    return opening.open_debt(case, _with_terms(account, debt), now=now).case


def _with_terms(account: Account, debt: Debt) -> Debt:
    rule = account.defaults.discount
    try:
        parts = instalments(amount_minor=SUM, issued_on=debt.issued_on, terms=account.defaults.terms)
        dated = replace(debt, instalments=parts, due_on=parts[-1].due_on)
        discount = opening.from_rule(rule, issued_on=debt.issued_on, due_on=dated.due_on) if rule else None
        return opening.checked(replace(dated, discount=discount))
    except Refused:
        return opening.checked(debt)


def planned(account: Account, now: datetime) -> list[Planned]:
    """Everything that would happen to the example, if its client did nothing."""
    return [
        step
        for step in preview(example_case(account, now), now, until=now + AHEAD)
        if step.kind != "skip" or step.reason == "needs_approval"
    ]


def letter_with(account: Account, step: str, spoken: str, words: str, *, now: datetime) -> tuple[Message, Verdict]:
    """A step's letter about the example with the freelancer's words, and what the linter says of it."""
    rule = account.defaults.discount or DiscountRule(Decimal(2), 10)
    wanted = replace(account.defaults, discount=rule) if step == "discount_ending" else account.defaults
    named = replace(account, name=account.name or t("settings.example_name"), defaults=wanted)
    case = example_case(named, now)
    case = replace(case, client=replace(case.client, language=cast(Literal["es", "en"], spoken)))
    debt = case.debts[0]
    moved = {"pre_due": -7, "due_today": 0}.get(step, 7)
    day = debt.issued_on if step in ("invoice_sent", "discount_ending") else debt.due_on + timedelta(days=moved)
    at = datetime.combine(day, time(12), case.zone)
    asked = quote(debt, at=at, zone=case.zone).payable_minor
    letter = Letter(step, "ladder", day, at, (LetterPart(debt.id, step, step, asked, debt.currency),))
    page, stop = "https://al-dia.example/p/…", "https://al-dia.example/baja/…"
    pays = may_pay_online(ports(), account)
    message = compose(case, letter, link=page, stop_link=stop, pays_online=pays, edited=words)
    return message, judged(case, letter, message)


def letter_end(account: Account, values: Mapping[str, Any], now: datetime) -> list[str]:
    """The last paragraphs of a letter as its reader sees them, with what is being typed."""
    changed = replace(account, **values) if values else account
    case = example_case(replace(changed, name=changed.name or t("settings.example_name")), now)
    debt = case.debts[0]
    letter = Letter(
        "pre_due", "ladder", debt.due_on, now, (LetterPart(debt.id, "pre_due", "pre_due", SUM, debt.currency),)
    )
    page, stop = "https://al-dia.example/p/…", "https://al-dia.example/baja/…"
    text = compose(case, letter, link=page, stop_link=stop, pays_online=may_pay_online(ports(), account)).text
    body, _, end = text.rpartition(END)
    return [*body.split("\n\n")[-2:], *(part for part in end.split("\n\n"))]
