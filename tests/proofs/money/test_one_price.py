"""The price shown, mailed, charged and booked is one number, over random debts, days and readers."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from aldia.domain.account import Account, BankDetails
from aldia.domain.case import Case
from aldia.domain.client import BillingContact, Client
from aldia.domain.dates import next_asked
from aldia.domain.debt import Debt, Discount, Entry, Instalment, Interest, Tier
from aldia.domain.ledger import law_of_money, stand
from aldia.domain.plans import plan, spread
from aldia.domain.proposals import grant
from aldia.domain.quote import quote
from tests.proofs.money import four_numbers
from tests.soak import amount

PLACES = (
    ("ES", "Europe/Madrid", "EUR"), ("MX", "America/Mexico_City", "MXN"), ("CL", "America/Santiago", "CLP"),
    ("CO", "America/Bogota", "COP"), ("US", "America/New_York", "USD"), ("PE", "America/Lima", "PEN"),
    ("JP", "Asia/Tokyo", "JPY"), ("ES", "Atlantic/Canary", "EUR"), ("AR", "America/Argentina/Buenos_Aires", "ARS"),
)  # fmt: skip
ISSUED = date(2026, 3, 2)
ANA = Account(
    "a1", "ana@example.com", name="Ana Ruiz", country="ES", timezone="Europe/Madrid",
    bank=BankDetails(holder="Ana Ruiz", bank="Banco Ejemplo", number="ES91 2100 0418 4502 0005 1332"),
)  # fmt: skip


def a_discount(dice):
    kind = dice.choice(("none", "tiers", "tiers", "linear", "apr"))
    if kind == "none":
        return None
    partial, base = dice.choice(("none", "proportional")), dice.choice(("total", "net"))
    if kind != "tiers":
        return Discount(kind, percent=Decimal(dice.randint(1, 4000)) / 100, partial=partial)
    tiers = (
        Tier(ISSUED + timedelta(dice.randint(0, 40)), percent=Decimal(dice.randint(1, 2000)) / 100),
        Tier(ISSUED + timedelta(dice.randint(0, 40)), fixed_minor=dice.randint(1, 900)),
    )
    return Discount("tiers", tiers=tiers[: dice.randint(1, 2)], base=base, partial=partial)


def an_interest(dice):
    if dice.random() < 0.5:
        return None
    fixed = dice.choice((0, 4000))
    if dice.random() < 0.3:
        return Interest(table=dice.choice(("ES", "MX")), fixed_compensation_minor=fixed)
    return Interest(rate=Decimal(dice.randint(1, 2400)) / 100, grace_days=dice.randint(0, 5))


def a_case(dice):
    """(case, now): a client somewhere, one debt with some terms and some past, at some instant of 90 days."""
    country, zone, currency = dice.choice(PLACES)
    minor = dice.choice((dice.randint(500, 9_999), dice.randint(10_000, 999_999), dice.randint(10**6, 10**9)))
    due_on = ISSUED + timedelta(days=dice.randint(1, 45))
    opened_at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    now = opened_at + timedelta(seconds=dice.randrange(86_400, 90 * 86_400))
    paid = Entry("p0", "payment", ISSUED, opened_at, dice.randint(1, minor * 4 // 5))
    tax = dice.randint(0, minor // 3)
    debt = Debt(
        id="f1", client_id="c1", number="F-001", currency=currency, amount_minor=minor, issued_on=ISSUED,
        due_on=due_on, opened_at=opened_at, concept="Diseño", net_minor=minor - tax, tax_minor=tax,
        discount=a_discount(dice), interest=an_interest(dice), instalments=(Instalment("i1", due_on, minor),),
        entries=(paid,) if dice.random() < 0.4 else (), tolerance_days=dice.choice((0, 0, 2)),
    )  # fmt: skip
    contact = BillingContact("bruno@example.com", "Bruno")
    client = Client("c1", "Bruno", country=country, timezone=zone, contacts=(contact,))
    return Case(ANA, replace(client, language=dice.choice(("es", "en"))), (debt,)), now


@pytest.fixture(scope="module")
def app():
    from aldia.app import create_app
    from aldia.bootstrap import build
    from aldia.settings import Settings

    nothing = object()  # this page is drawn from values alone
    return create_app(build(Settings(base_url="https://aldia.example"), table=nothing, payments=nothing, files=nothing,
                            mailer=nothing))  # fmt: skip


def booked_at_one_number(app, case, debt, now, expected_minor, **more):
    """The debt once it is paid; that sum alone was shown, mailed, charged and booked."""
    asked, record, open_case = four_numbers.pressed(case, debt, now, expected_minor, **more)
    [charged] = four_numbers.charged(asked)
    line, after = four_numbers.booked(open_case, record, charged, now)
    numbers = {
        "shown": four_numbers.shown(app, case, debt, now),
        "mailed": four_numbers.mailed(case, debt, now),
        "charged": {charged},
        "booked": {line.amount_minor},
    }
    assert set().union(*numbers.values()) == {expected_minor}, (numbers, more, case, now)
    return after


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("part", range(2))
def test_the_price_shown_mailed_charged_and_booked_is_one_number(app, part):
    dice = random.Random(f"one price {part}")
    seen = discounted = late = 0
    while seen < amount(10_000, 100_000) // 2:
        case, now = a_case(dice)
        [debt] = case.debts
        price = quote(debt, at=now, zone=case.zone)
        if price.payable_minor == 0:
            continue
        after = booked_at_one_number(app, case, debt, now, price.payable_minor)
        today = case.local_day(now)
        standing, before = stand(after, today), stand(debt, today)
        assert (standing.payable_minor, standing.credit_minor) == (0, before.credit_minor)
        assert standing.discount_minor - before.discount_minor == price.discount_minor
        assert law_of_money(after, today)
        seen += 1
        discounted += bool(price.discount_minor)
        late += bool(price.interest_minor)
    assert min(discounted, late) > seen / 10


@pytest.mark.slow
@pytest.mark.soak
def test_with_a_plan_what_its_next_date_asks_for_is_one_number_too(app):
    dice = random.Random("one price of a plan")
    seen = late = moved = 0
    while seen < amount(100, 3_000):
        case, made_at = a_case(dice)
        [debt] = case.debts
        balance_minor, first_on = stand(debt, case.local_day(made_at)).balance_minor, case.local_day(made_at)
        parts = spread(balance_minor, count=dice.randint(2, 5), first_on=first_on, every=dice.choice(("month", "week")))
        case = plan(case, debt.id, instalments=parts, now=made_at).case
        is_moved = dice.random() < 0.4
        if is_moved:  # past its second part, so that both are on one date
            case = grant(case, debt.id, until=parts[1][0] + timedelta(days=dice.randint(1, 9)), now=made_at).case
        now = made_at + timedelta(days=dice.randint(0, 100))
        [debt] = case.debts
        asked_for = next_asked(debt, case.local_day(now))
        if asked_for is None:
            continue
        after = booked_at_one_number(app, case, debt, now, asked_for.minor, up_to=asked_for.on)
        assert law_of_money(after, case.local_day(now))
        seen += 1
        late += bool(stand(debt, case.local_day(now)).interest_due_minor)
        moved += is_moved
    assert min(late, moved) > seen / 10
