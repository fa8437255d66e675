"""A small world for the tests of answers: Ana in Madrid writes to Bruno in Mexico City about one debt."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from aldia.domain.account import Account
from aldia.domain.case import Case
from aldia.domain.client import BillingContact, Client
from aldia.domain.debt import Debt, Discount, Instalment, Tier
from aldia.domain.ledger import stand

ZONE = ZoneInfo("America/Mexico_City")
BRUNO = BillingContact("bruno@example.com", "Bruno")


def at(text):
    """An instant of Bruno's clock: "2026-06-05 12:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(ZoneInfo("UTC"))


def day(text):
    return date.fromisoformat(text)


def debt(**changes):
    """1,000.00 MXN, issued on 1 June 2026, due on 1 July."""
    base = Debt(
        id="f1",
        client_id="bruno",
        number="F-001",
        currency="MXN",
        amount_minor=100000,
        issued_on=day("2026-06-01"),
        due_on=day("2026-07-01"),
        opened_at=at("2026-06-01 00:00"),
        instalments=(Instalment("i1", day("2026-07-01"), 100000),),
    )
    return replace(base, **changes)


def two_percent_until(last_day):
    """2 % off the whole, up to and including a day."""
    return Discount("tiers", tiers=(Tier(day(last_day), percent=Decimal(2)),))


def case(*debts, **client):
    """The case of Bruno with these debts, or with one plain debt."""
    bruno = Client(id="bruno", name="Bruno", country="MX", timezone=str(ZONE), contacts=(BRUNO,))
    account = Account(id="ana", email="ana@example.com", name="Ana", country="ES", timezone="Europe/Madrid")
    return Case(account, replace(bruno, **client), debts or (debt(),))


def standing(case, on, debt_id="f1"):
    return stand(case.debt(debt_id), day(on))


def steps(outcome):
    return [letter.step for letter in outcome.letters]


def news(outcome):
    return [notice.kind for notice in outcome.notices]


def only_letter(outcome):
    (letter,) = outcome.letters
    return letter
