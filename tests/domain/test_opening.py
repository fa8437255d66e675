"""What must be true of a debt before it is opened: each rule at its edge, with the field that is to be looked at."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from aldia.domain.account import Account, DiscountRule
from aldia.domain.case import Case
from aldia.domain.client import Client
from aldia.domain.debt import Debt, Discount, Instalment, Tier
from aldia.domain.errors import Refused
from aldia.domain.opening import checked, from_rule, open_debt

NOW = datetime(2026, 6, 1, 15, tzinfo=UTC)
DEBT = Debt("d1", "c1", "F-1", "MXN", 100_000, date(2026, 6, 1), date(2026, 7, 1), NOW)


def tiers(*days, percent="2", **values):
    return Discount("tiers", tuple(Tier(day, Decimal(percent)) for day in days), **values)


def parts(*pairs):
    return tuple(Instalment(f"i{place}", day, minor) for place, (day, minor) in enumerate(pairs, 1))


FIRST, LAST, LATE = date(2026, 6, 10), date(2026, 7, 1), date(2026, 7, 2)


@pytest.mark.parametrize(
    ("values", "key", "field"),
    [
        ({"currency": "ABC"}, "unknown_currency", "currency"),
        ({"amount_minor": 0}, "amount", "amount"),
        ({"amount_minor": -1}, "amount", "amount"),
        ({"amount_minor": 10**14}, "amount", "amount"),
        ({"net_minor": 100_000, "tax_minor": 1}, "split", "net"),
        ({"net_minor": -1, "tax_minor": 100_001}, "split", "net"),
        ({"net_minor": 100_000, "withheld_minor": 1}, "split", "net"),
        ({"instalments": parts((FIRST, 0), (LAST, 100_000))}, "instalment_zero", "instalments"),
        ({"instalments": parts((FIRST, 50_000), (LAST, 49_999))}, "instalments_sum", "instalments"),
        ({"due_on": date(2026, 5, 31)}, "due_before_issue", "due_on"),
        ({"due_on": date(2036, 6, 9)}, "due_too_far", "due_on"),
        ({"instalments": parts((date(2026, 5, 31), 1), (LAST, 99_999))}, "instalment_dates", "instalments"),
        ({"instalments": parts((FIRST, 1), (LATE, 99_999))}, "instalment_dates", "instalments"),
        ({"discount": tiers(FIRST, base="net")}, "discount_needs_net", "discount"),
        ({"discount": Discount("tiers")}, "discount_empty", "discount"),
        ({"discount": tiers(LATE)}, "discount_day", "discount"),
        ({"discount": tiers(FIRST, date(2026, 5, 31))}, "discount_day", "discount"),
        ({"discount": tiers(FIRST, percent="0")}, "discount_percent", "discount"),
        ({"discount": tiers(FIRST, percent="100")}, "discount_percent", "discount"),
        ({"discount": tiers(FIRST, percent="20.01")}, "discount_too_high", "discount"),
        ({"discount": Discount("linear", percent=Decimal(21))}, "discount_too_high", "discount"),
        ({"discount": Discount("apr")}, "discount_percent", "discount"),
        ({"discount": Discount("tiers", (Tier(FIRST, fixed_minor=20_001),))}, "discount_too_high", "discount"),
        ({"discount": Discount("tiers", (Tier(FIRST, fixed_minor=100_000),))}, "discount_percent", "discount"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(values, key, field):
    with pytest.raises(Refused) as refused:
        checked(replace(DEBT, **values))
    assert (refused.value.key, refused.value.field) == (f"opening.{key}", field)


@pytest.mark.parametrize(
    "values",
    [
        {"amount_minor": 1},
        {"amount_minor": 10**14 - 1},
        {"due_on": date(2026, 6, 1)},
        {"due_on": date(2036, 6, 8)},
        {"net_minor": 90_000, "tax_minor": 14_400, "withheld_minor": 4_400},
        {"net_minor": 0, "tax_minor": 100_000},
        {"instalments": parts((date(2026, 6, 1), 1), (LAST, 99_999))},
        {"discount": tiers(date(2026, 6, 1), LAST)},
        {"discount": tiers(FIRST, percent="20")},
        {"discount": tiers(FIRST, base="net"), "net_minor": 100_000},
        {"discount": Discount("tiers", (Tier(FIRST, fixed_minor=20_000),))},
        {"discount": Discount("linear", percent=Decimal(20))},
    ],
    ids=str,
)
def test_what_stands_at_the_edge_is_taken(values):
    assert checked(replace(DEBT, **values)).amount_minor == values.get("amount_minor", 100_000)


def test_a_plain_debt_has_one_instalment_and_parts_of_its_own_stay():
    assert checked(DEBT).instalments == (Instalment("i1", LAST, 100_000),)
    own = parts((FIRST, 40_000), (LAST, 60_000))
    assert checked(replace(DEBT, instalments=own)).instalments == own


@pytest.mark.parametrize(
    "values",
    [{"discount": tiers(FIRST, percent="50")}, {"instalments": parts((FIRST, 1), (LATE, 99_999))}],
    ids=["discount", "parts"],
)
def test_a_replay_has_no_such_limits(values):
    assert checked(replace(DEBT, **values), is_limited=False)


def test_the_same_debt_is_opened_once():
    case = Case(Account("a1", "ana@example.com"), Client("c1", "Bruno"))
    once = open_debt(case, DEBT, now=NOW).case
    assert [debt.id for debt in once.debts] == ["d1"]
    assert once.client.next_at is not None
    assert open_debt(once, replace(DEBT, amount_minor=5), now=NOW).case == once


def test_a_rule_becomes_a_dated_discount_unless_it_would_outlast_the_due_date():
    rule = DiscountRule(Decimal(3), 10, base="net", partial="proportional")
    made = from_rule(rule, issued_on=date(2026, 6, 1), due_on=date(2026, 6, 11))
    assert made == Discount("tiers", (Tier(date(2026, 6, 11), Decimal(3)),), base="net", partial="proportional")
    assert from_rule(rule, issued_on=date(2026, 6, 1), due_on=date(2026, 6, 10)) is None
