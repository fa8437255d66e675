"""The account's own ladder: every rule at its edge."""

from dataclasses import replace

import pytest

from aldia.domain.debt import Step
from aldia.domain.errors import Refused
from aldia.domain.ladder import DEFAULT_LADDER
from aldia.domain.own_ladder import bounds, checked_ladder, is_own

FIRM = ("formal_letter", "last_notice")
BY_NAME = {step.step: step for step in DEFAULT_LADDER}


def ladder(*changed, without=()):
    """The product's ladder with these steps in place of their own or added."""
    kept = {name: step for name, step in BY_NAME.items() if name not in without}
    return list((kept | {step.step: step for step in changed}).values())


def step(name, days, anchor="due", **values):
    return replace(BY_NAME[name], days=days, **values) if name in BY_NAME else Step(name, anchor, days, **values)


@pytest.mark.parametrize(
    ("steps", "key", "field"),
    [
        (ladder(step("pre_due", -61)), "ladder_days", "days_pre_due"),
        (ladder(step("pre_due", 0)), "ladder_days", "days_pre_due"),
        (ladder(step("due_today", 1)), "ladder_days", "days_due_today"),
        (ladder(step("invoice_sent", 31)), "ladder_days", "days_invoice_sent"),
        (ladder(step("discount_ending", 1)), "ladder_days", "days_discount_ending"),
        (ladder(step("discount_ending", -31)), "ladder_days", "days_discount_ending"),
        (ladder(step("next_options", 366)), "ladder_days", "days_next_options"),
        (ladder(step("call", 0)), "ladder_days", "days_call"),
        (ladder(step("mía", -61)), "ladder_days", "days_mía"),
        (ladder(step("mía", 0, "last")), "ladder_days", "days_mía"),
        (ladder(step("mía", 6, "last")), "ladder_too_close", "days_mía"),
        (ladder(step("mía", 80, times=2, repeat_every=6)), "ladder_too_close", "every_mía"),
        (ladder(step("mía", 80, times=2)), "ladder_too_close", "every_mía"),
        (ladder(step("mía", 80, times=2, channel="task")), "ladder_too_close", "every_mía"),
        (ladder(step("formal_letter", 30, approve=False)), "ladder_firm_waits", "approve_formal_letter"),
        (ladder(step("last_notice", 45, approve=False)), "ladder_firm_waits", "approve_last_notice"),
        (ladder(step("overdue_1", 6)), "ladder_too_close", "days_overdue_1"),
        (ladder(step("mía", 31)), "ladder_too_close", "days_mía"),
        (ladder(step("mía", 60, times=2, repeat_every=7), step("otra", 70)), "ladder_too_close", "days_otra"),
        (ladder(step("overdue_2", 14), step("overdue_1", 28), without=FIRM), "ladder_order", "days_overdue_2"),
        (ladder(step("last_notice", 39), step("formal_letter", 30)), "ladder_last_notice", "days_last_notice"),
        ([*ladder(), step("Overdue_1", 90)], "ladder_same_name", "name_overdue_1"),
    ],
)  # fmt: skip
def test_a_ladder_that_is_less_kind_is_refused_with_its_field(steps, key, field):
    with pytest.raises(Refused) as refused:
        checked_ladder(steps)
    assert (refused.value.key, refused.value.field) == (f"settings.{key}", field)


@pytest.mark.parametrize(
    "steps",
    [
        ladder(step("pre_due", -60)),
        ladder(step("invoice_sent", 30)),
        ladder(step("discount_ending", -30)),
        ladder(step("next_options", 365)),
        ladder(step("mía", 7, "last")),
        ladder(step("mía", 1, "last", channel="task")),
        ladder(step("mía", 80, times=2, repeat_every=7)),
        ladder(step("mía", 80, times=9, repeat_every=1, channel="task")),
        ladder(step("mía", 52)),
        ladder(step("overdue_1", 8)),
        ladder(step("last_notice", 40), step("formal_letter", 30)),
        ladder(without=("formal_letter", "last_notice", "call")),
        [],
    ],
)
def test_a_ladder_at_the_edge_is_taken_in_its_order(steps):
    made = checked_ladder(steps)
    assert made is not None
    assert {one.step for one in made} == {one.step for one in steps}
    dues = [one.days for one in made if one.anchor == "due"]
    assert dues == sorted(dues)


def test_the_order_is_issue_discount_due_then_what_counts_from_the_letter_before():
    mixed = [step("mía", 9, "last"), step("pre_due", -7), step("discount_ending", -3), step("invoice_sent", 1)]
    made = checked_ladder(mixed)
    assert [one.step for one in made] == ["invoice_sent", "discount_ending", "pre_due", "mía"]


def test_the_products_own_is_none_whatever_its_order():
    assert checked_ladder(DEFAULT_LADDER) is None
    assert checked_ladder(DEFAULT_LADDER[::-1]) is None


def test_a_longer_distance_of_the_account_is_kept_on_paper():
    with pytest.raises(Refused) as refused:
        checked_ladder(ladder(), days_between=8)
    assert refused.value.facts == {"n": 8}


def test_own_steps_have_wider_bounds():
    assert is_own(step("mía", 3))
    assert not is_own(BY_NAME["call"])
    assert bounds(step("mía", 3)) == (-60, 365)
    assert bounds(BY_NAME["call"]) == (1, 365)
