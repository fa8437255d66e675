"""An invented debt, to show what settings lead to: the end of a letter, the dates of payment, the letters to come."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from aldia.domain import opening
from aldia.domain.account import Account
from aldia.domain.approvals import unasked
from aldia.domain.case import Case, Letter, LetterPart
from aldia.domain.client import BillingContact, Client
from aldia.domain.debt import Debt
from aldia.domain.errors import Refused
from aldia.domain.reminders import Planned, preview
from aldia.domain.terms import instalments
from aldia.flows.paying_online import may_pay_online
from aldia.mail.compose import compose
from aldia.pages.render import ports, t

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
        for step in preview(unasked(example_case(account, now)), now, until=now + AHEAD)
        if step.kind != "skip" or step.reason == "needs_approval"
    ]


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
