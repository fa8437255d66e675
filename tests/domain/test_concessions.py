"""The fence: what is granted at once, what is not and why, and which plans a client may choose from."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aldia.domain.agreements import in_effect
from aldia.domain.concessions import (
    Wish,
    day_choices,
    fitted,
    has_part_choices,
    outside,
    part_choices,
    shared_out,
    wished_parts,
)
from aldia.domain.errors import Refused
from aldia.domain.fence import Fence
from aldia.domain.spoken import Agreement
from tests.domain.answer_world import at, case, day, debt

BEFORE, AFTER = at("2026-06-10 12:00"), at("2026-07-20 12:00")  # the debt is due on 1 July


def parts(*pairs):
    return Wish(parts=tuple((day(on), minor) for on, minor in pairs))


def fenced(known, **limits):
    return replace(known, account=replace(known.account, fence=replace(Fence(), **limits)))


@pytest.mark.parametrize(
    ("now", "until", "why"),
    [
        (BEFORE, "2026-07-16", ""),  # 15 days from the due date
        (BEFORE, "2026-07-17", "days"),
        (AFTER, "2026-08-04", ""),  # 15 days from today
        (AFTER, "2026-08-05", "days"),
    ],
)
def test_more_days_are_counted_from_the_due_date_or_from_today(now, until, why):
    known = case()
    assert outside(known, known.debt("f1"), Wish(until=day(until)), now) == why


@pytest.mark.parametrize(
    ("limits", "wish", "why"),
    [
        ({}, parts(("2026-07-27", 25000), ("2026-10-18", 75000)), ""),
        ({}, parts(("2026-07-28", 25000), ("2026-10-18", 75000)), "first_day"),
        ({}, parts(("2026-07-27", 24999), ("2026-10-18", 75001)), "first"),
        ({}, parts(("2026-07-27", 25000), ("2026-10-19", 75000)), "longest"),
        ({"parts": 3}, parts(*[(f"2026-07-{25 + n}", 25000) for n in range(4)]), "parts"),
        ({"parts": 1}, parts(("2026-07-27", 50000), ("2026-08-27", 50000)), "parts_off"),
        ({"extension_days": 0}, Wish(until=day("2026-07-21")), "days_off"),
        ({}, parts(("2026-07-27", 97501), ("2026-08-27", 2499)), "small"),  # less than 25 EUR
        ({"per_debt": 0}, Wish(until=day("2026-07-21")), "often_debt"),
    ],
)
def test_each_limit_is_the_reason_once_it_is_passed(limits, wish, why):
    known = fenced(case(debt(currency="EUR")), **limits)
    assert outside(known, known.debt("f1"), wish, AFTER) == why


def made(at_, kind="plan", by="fence", broken_on=None):
    return Agreement(kind, at_, day("2026-07-10"), by=by, state="replaced", broken_on=broken_on)


def test_more_days_are_granted_once_and_agreements_are_counted_by_debt_and_by_client_and_period():
    wish = Wish(until=day("2026-07-21"))
    once = case(debt(agreements=(made(BEFORE, "extension"),)))
    assert outside(once, once.debts[0], wish, AFTER) == "days_once"
    granted = case(debt(agreements=(made(BEFORE, "extension", by="freelancer"),)))
    assert outside(granted, granted.debts[0], wish, AFTER) == ""
    twice = case(debt(agreements=(made(BEFORE), made(BEFORE))))
    assert outside(twice, twice.debts[0], wish, AFTER) == "often_debt"
    others = tuple(debt(id=f"g{n}", agreements=(made(BEFORE),)) for n in range(4))
    assert outside(case(debt(), *others), debt(), wish, AFTER) == "often_client"
    later = BEFORE + timedelta(days=366)
    assert outside(case(debt(), *others), debt(), Wish(until=case().local_day(later) + timedelta(days=1)), later) == ""


def test_after_two_broken_agreements_nothing_is_granted_at_once():
    broken = made(BEFORE, broken_on=day("2026-07-11"))
    known = fenced(case(debt(agreements=(broken, broken))), per_debt=9)
    assert outside(known, known.debts[0], Wish(until=day("2026-07-21")), AFTER) == "broken"
    assert day_choices(known, known.debts[0], AFTER) == ()
    assert in_effect(known.debts[0]) is None


def test_a_clients_own_limits_hold_instead_of_the_accounts():
    known = case(debt(), fence=replace(Fence(), extension_days=30))
    assert outside(known, known.debts[0], Wish(until=day("2026-08-19")), AFTER) == ""
    assert outside(known, known.debts[0], Wish(until=day("2026-08-20")), AFTER) == "days"


def test_plans_to_choose_from_end_in_time_and_add_up():
    known = case(
        debt(currency="EUR", amount_minor=100001, instalments=(replace(debt().instalments[0], amount_minor=100001),))
    )
    found = part_choices(known, known.debts[0], AFTER)
    assert [[(on.isoformat(), minor) for on, minor in plan] for plan in found] == [
        [("2026-07-27", 50001), ("2026-08-27", 50000)],
        [("2026-07-27", 33334), ("2026-08-27", 33334), ("2026-09-27", 33333)],
        # a month apart the fourth would be on 27 October, 99 days on: every three weeks instead
        [("2026-07-27", 25001), ("2026-08-17", 25000), ("2026-09-07", 25000), ("2026-09-28", 25000)],
    ]


def test_where_people_use_no_cents_the_parts_have_none():
    """The odd cents of the debt itself stay in the first part."""
    for amount_minor, first in ((50_000_000, 16_666_700), (50_000_050, 16_666_750)):
        whole = replace(debt().instalments[0], amount_minor=amount_minor)
        known = case(debt(currency="COP", amount_minor=amount_minor, instalments=(whole,)))
        three = part_choices(known, known.debts[0], AFTER)[1]
        wished = wished_parts(known, known.debts[0], count=3, first_on=day("2026-07-27"), now=AFTER)
        moved = fitted(parts(("2026-07-27", 1), ("2026-08-27", 1), ("2026-09-27", 1)).parts, amount_minor, "COP")
        for plan in (three, wished, moved):
            assert [minor for _, minor in plan] == [first, 16_666_700, 16_666_600]
    a_third = shared_out(100_050, 2, currency="COP", first_minor=70_010)
    assert a_third == (70_050, 30_000)  # at least so much, in whole pesos
    assert fitted((), 100_000, "COP") == ()  # of more days


@pytest.mark.parametrize(
    ("limits", "plans"), [({}, 2), ({"parts": 0}, 0), ({"parts": 2}, 1), ({"first_days": 0, "longest_days": 6}, 0)]
)
def test_there_is_a_plan_to_choose_exactly_where_one_can_be_listed(limits, plans):
    known = case(fence=replace(Fence(), **limits))
    assert len(part_choices(known, known.debts[0], AFTER)) == plans
    assert has_part_choices(known, known.debts[0], AFTER) is bool(plans)


def test_before_the_due_date_the_first_part_may_wait_for_it():
    known = case()
    assert {plan[0][0] for plan in part_choices(known, known.debts[0], BEFORE)} == {day("2026-07-01")}
    assert day_choices(known, known.debts[0], BEFORE) == (day("2026-07-08"), day("2026-07-16"))


def test_a_plan_that_nobody_can_mean_is_refused():
    known = case()
    for count, first_on, key in (
        (1, "2026-07-21", "answers.parts_between"),
        (25, "2026-07-21", "answers.parts_between"),
        (2, "2026-07-19", "answers.day_is_past"),
        (2, "2027-08-01", "answers.day_too_far"),
    ):
        with pytest.raises(Refused) as refused:
            wished_parts(known, known.debts[0], count=count, first_on=day(first_on), now=AFTER)
        assert refused.value.key == key
    tiny = case(debt(amount_minor=3, instalments=(replace(debt().instalments[0], amount_minor=3),)))
    with pytest.raises(Refused):
        wished_parts(tiny, tiny.debts[0], count=4, first_on=day("2026-07-21"), now=AFTER)
