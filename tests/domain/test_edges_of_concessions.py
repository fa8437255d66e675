"""The edges of the fence: the last day, cent and part that are granted, and what is offered right up to them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aldia.domain.concessions import (
    Wish,
    day_choices,
    first_open_day,
    fitted,
    has_part_choices,
    last_extension_day,
    outside,
    part_choices,
    shared_out,
    wished_parts,
)
from aldia.domain.currencies import CURRENCIES
from aldia.domain.debt import Instalment
from aldia.domain.errors import Refused
from aldia.domain.fence import Fence
from aldia.domain.payments import record_payment
from aldia.domain.spoken import Agreement
from tests.domain.answer_world import at, case, day, debt

AFTER = at("2026-07-20 12:00")  # 19 days after the due date of a plain debt
DATES = ("2026-07-01", "2026-08-15", "2026-09-15")


def by_dates(paid_minor=0):
    """1,000.00 on three dates, with that much paid."""
    sums = (33_334, 33_333, 33_333)
    dated = [Instalment(f"i{n}", day(on), minor) for n, (on, minor) in enumerate(zip(DATES, sums, strict=True), 1)]
    known = case(debt(instalments=tuple(dated), due_on=day(DATES[-1])))
    if not paid_minor:
        return known
    on = day("2026-07-01")
    return record_payment(
        known, "f1", key="p", amount_minor=paid_minor, method="transfer", on=on, now=at("2026-07-01 12:00")
    ).case


def of(minor, currency="EUR"):
    """One debt of that sum."""
    return case(debt(currency=currency, amount_minor=minor, instalments=(Instalment("i1", day("2026-07-01"), minor),)))


def fenced(known, **limits):
    return replace(known, account=replace(known.account, fence=replace(Fence(), **limits)))


def parts(*pairs):
    return Wish(parts=tuple((day(on), minor) for on, minor in pairs))


@pytest.mark.parametrize(
    ("paid_minor", "first"),
    [
        (0, "2026-07-01"),
        (33_333, "2026-07-01"),  # a cent of the first is open
        (33_334, "2026-08-15"),
        (66_667, "2026-09-15"),
        (100_000, "2026-09-15"),  # nothing is: its last date
    ],
)
def test_the_dates_of_a_debt_are_counted_from_the_first_that_is_not_paid(paid_minor, first):
    known = by_dates(paid_minor)
    assert first_open_day(known, known.debt("f1"), AFTER) == day(first)


def test_more_days_reach_beyond_the_next_date_and_not_the_one_that_was_paid():
    known = by_dates(33_334)
    assert last_extension_day(known, known.debt("f1"), AFTER) == day("2026-08-30")


@pytest.mark.parametrize(
    ("agreed", "why"),
    [
        (Agreement("plan", AFTER, day("2026-09-01"), by="fence", until=day("2026-08-20")), "days_once"),
        (Agreement("plan", AFTER, day("2026-09-01"), by="freelancer", until=day("2026-08-20")), ""),
        (Agreement("plan", AFTER, day("2026-09-01"), by="fence"), ""),
        (Agreement("extension", AFTER, day("2026-08-20"), by="fence"), "days_once"),
    ],
)
def test_more_days_on_a_plan_that_the_fence_granted_were_granted_once_too(agreed, why):
    known = case(debt(agreements=(agreed,)))
    assert outside(known, known.debts[0], Wish(until=day("2026-07-30")), AFTER) == why


@pytest.mark.parametrize(("later", "why"), [(timedelta(0), ""), (timedelta(seconds=1), "often_client")])
def test_an_agreement_counts_for_its_period_of_a_year_and_not_a_moment_longer(later, why):
    made = Agreement("plan", AFTER - timedelta(days=365) + later, day("2025-09-01"), state="kept")
    others = [debt(id=f"g{n}", agreements=(made,)) for n in range(4)]
    known = case(debt(), *others)
    assert outside(known, known.debts[0], Wish(until=day("2026-07-30")), AFTER) == why


@pytest.mark.parametrize(("least", "why"), [(2_500, ""), (2_499, "small")])
def test_the_least_part_of_a_plan_is_granted_and_a_cent_less_is_not(least, why):
    known = of(100_000)
    wish = parts(("2026-07-27", 100_000 - least), ("2026-08-27", least))
    assert outside(known, known.debts[0], wish, AFTER) == why


def test_a_currency_that_nobody_can_pay_online_has_parts_of_any_size():
    assert "SEK" not in CURRENCIES
    known = of(400, "SEK")
    assert outside(known, known.debts[0], parts(("2026-07-27", 399), ("2026-08-27", 1)), AFTER) == ""


@pytest.mark.parametrize(
    ("longest_days", "second"),
    [
        (38, "2026-08-27"),  # a month later is the very last day
        (37, "2026-08-24"),  # else so many whole weeks
        (14, "2026-08-03"),  # one week is left, and it is offered
        (13, None),
    ],
)
def test_two_parts_are_offered_up_to_the_last_day_that_the_fence_grants(longest_days, second):
    known = fenced(of(100_000), parts=2, longest_days=longest_days)
    found = part_choices(known, known.debts[0], AFTER)
    assert [[on for on, _ in plan] for plan in found] == ([[day("2026-07-27"), day(second)]] if second else [])


def test_days_are_offered_after_one_two_and_four_weeks_and_the_last_that_is_granted():
    known = fenced(of(100_000), extension_days=40)
    offered = [(on - day("2026-07-20")).days for on in day_choices(known, known.debts[0], AFTER)]
    assert offered == [7, 15, 30, 40]


def test_a_debt_of_one_cent_has_no_plan_to_choose():
    known = of(1)
    assert part_choices(known, known.debts[0], AFTER) == ()
    assert has_part_choices(known, known.debts[0], AFTER) is False


@pytest.mark.parametrize(
    ("balance_minor", "count", "found"), [(2, 2, (1, 1)), (3, 2, (2, 1)), (1, 2, ()), (4, 4, (1, 1, 1, 1))]
)
def test_a_part_may_be_as_little_as_a_cent_and_never_nothing(balance_minor, count, found):
    assert shared_out(balance_minor, count, currency="EUR") == found


@pytest.mark.parametrize("first_on", ["2026-07-20", "2027-07-20"])
def test_a_plan_may_begin_today_and_at_most_a_year_from_today(first_on):
    known = of(100_000)
    made = wished_parts(known, known.debts[0], count=2, first_on=day(first_on), now=AFTER)
    assert (made[0], len(made)) == ((day(first_on), 50_000), 2)


@pytest.mark.parametrize("count", [2, 24])
def test_a_plan_has_between_two_and_twenty_four_parts_and_the_sentence_says_so(count):
    known = of(100_000)
    assert len(wished_parts(known, known.debts[0], count=count, first_on=day("2026-07-27"), now=AFTER)) == count
    with pytest.raises(Refused) as refused:
        wished_parts(known, known.debts[0], count=1, first_on=day("2026-07-27"), now=AFTER)
    assert refused.value.facts == {"least": 2, "most": 24}


def test_what_was_asked_for_is_fitted_down_to_the_last_cent_and_left_alone_once_nothing_is_open():
    asked = ((day("2026-07-27"), 500), (day("2026-08-27"), 500))
    assert fitted(asked, 999, "EUR") == ((day("2026-07-27"), 500), (day("2026-08-27"), 499))
    assert fitted(asked, 1, "EUR") == ((day("2026-07-27"), 1),)  # no part of nothing
    assert fitted(asked, 0, "EUR") == asked
