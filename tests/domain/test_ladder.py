"""The ladder's dates: anchors, repeats, instalments, last true days."""

from dataclasses import replace
from datetime import date

import pytest

from aldia.domain.debt import Discount, Instalment, Mark, Step, Tier
from aldia.domain.ladder import DEFAULT_LADDER, falls_due_on, occurrences
from tests.domain.answer_world import at, case, day, debt, two_percent_until


def dated(owed):
    return {step.key: (step.on, step.last_true_day) for step in occurrences(case(owed), owed)}


def test_the_products_ladder_is_the_one_that_was_promised():
    owed = debt(discount=two_percent_until("2026-06-11"))
    assert dated(owed) == {
        "invoice_sent": (day("2026-06-01"), day("2026-07-01")),
        "discount_ending": (day("2026-06-09"), day("2026-06-11")),
        "pre_due": (day("2026-06-24"), day("2026-06-30")),
        "due_today": (day("2026-07-01"), day("2026-07-01")),
        "overdue_1": (day("2026-07-08"), None),
        "call": (day("2026-07-15"), None),
        "overdue_2": (day("2026-07-22"), None),
        "formal_letter": (day("2026-07-31"), None),
        "last_notice": (day("2026-08-15"), None),
        "next_options": (day("2026-08-30"), None),
    }
    assert [step.step for step in DEFAULT_LADDER if step.approve] == ["formal_letter", "last_notice"]
    assert [step.step for step in DEFAULT_LADDER if step.channel == "task"] == ["call", "next_options"]


def test_without_a_discount_there_is_no_letter_about_it():
    assert "discount_ending" not in dated(debt())


def test_the_discounts_anchor_is_the_earliest_end_not_past_when_the_debt_was_opened():
    tiers = tuple(Tier(day(last), percent=percent) for last, percent in (("2026-06-06", 3), ("2026-06-11", 2)))
    opened_late = debt(discount=Discount("tiers", tiers=tiers), opened_at=at("2026-06-07 10:00"))
    assert dated(opened_late)["discount_ending"] == (day("2026-06-09"), day("2026-06-11"))


def test_a_debt_with_an_empty_ladder_has_no_steps():
    assert dated(debt(ladder=())) == {}


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (Step("s", "issued", 3), {"s": (day("2026-06-04"), None)}),
        (Step("s", "due", -3), {"s": (day("2026-06-28"), day("2026-06-30"))}),
        (Step("s", "due", 0), {"s": (day("2026-07-01"), day("2026-07-01"))}),
        (Step("invoice_sent", "due", -20), {"invoice_sent": (day("2026-06-11"), day("2026-07-01"))}),
        (
            Step("s", "due", -7, repeat_every=7, times=3),
            {
                "s": (day("2026-06-24"), day("2026-06-30")),
                "s/2": (day("2026-07-01"), day("2026-07-01")),
                "s/3": (day("2026-07-08"), None),
            },
        ),
    ],
)
def test_each_repeat_has_its_own_date_and_last_true_day(step, expected):
    assert dated(debt(ladder=(step,))) == expected


def test_each_instalment_has_the_steps_that_count_from_a_due_date():
    parts = (Instalment("i1", day("2026-06-15"), 40000), Instalment("i2", day("2026-07-01"), 60000))
    ladder = (Step("invoice_sent", "issued", 0), Step("overdue_1", "due", 7, repeat_every=7, times=2))
    assert {key: on for key, (on, _) in dated(debt(instalments=parts, ladder=ladder)).items()} == {
        "invoice_sent": day("2026-06-01"),
        "overdue_1": day("2026-06-22"),
        "overdue_1/2": day("2026-06-29"),
        "overdue_1@i2": day("2026-07-08"),
        "overdue_1@i2/2": day("2026-07-15"),
    }


def test_an_extension_replaces_every_date_before_it():
    parts = (Instalment("i1", day("2026-06-15"), 40000), Instalment("i2", day("2026-08-01"), 60000))
    ladder = (Step("invoice_sent", "issued", 0), Step("overdue_1", "due", 7))
    owed = debt(instalments=parts, ladder=ladder, extended_to=day("2026-07-20"))
    assert dated(owed) == {
        "invoice_sent": (day("2026-06-01"), day("2026-07-20")),
        "overdue_1": (day("2026-07-27"), None),
        "overdue_1@i2": (day("2026-08-08"), None),
    }


AFTER = (Step("first", "due", 0, repeat_every=7, times=2), Step("then", "last", 5, repeat_every=3, times=2))


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ({}, {}),
        ({"first": Mark("sent", at("2026-07-01 09:00"))}, {}),  # its last repetition is to come
        ({"first/2": Mark("waiting", at("2026-07-08 09:00"), "cap")}, {}),
        ({"first/2": Mark("sent", at("2026-07-08 09:00"))}, {"then": day("2026-07-13")}),
        (
            {"first/2": Mark("sent", at("2026-07-08 09:00"), "cap", moved_to=at("2026-07-09 09:00"))},
            {"then": day("2026-07-14")},
        ),
        (
            {"first/2": Mark("given_up", at("2026-07-08 09:00"), "cap", over_on=day("2026-07-20"))},
            {"then": day("2026-07-25")},
        ),
        (
            {"first/2": Mark("sent", at("2026-07-08 09:00")), "then": Mark("sent", at("2026-07-14 09:00"))},
            {"then": day("2026-07-13"), "then/2": day("2026-07-17")},
        ),
    ],
)
def test_a_step_after_the_last_letter_has_a_date_once_that_one_is_done(marks, expected):
    found = dated(debt(ladder=AFTER, marks=marks))
    assert {key: on for key, (on, _) in found.items() if key.startswith("then")} == expected


def test_the_last_letter_is_the_nearest_one_before_that_exists_for_the_debt():
    ladder = (
        Step("due_today", "due", 0),
        Step("discount_ending", "discount", -2),
        Step("call", "due", 2, channel="task"),
        Step("then", "last", 1),
    )
    marks = {"due_today": Mark("sent", at("2026-07-01 09:00"))}
    assert dated(debt(ladder=ladder, marks=marks))["then"] == (day("2026-07-02"), None)
    with_discount = debt(ladder=ladder, marks=marks, discount=two_percent_until("2026-06-11"))
    assert "then" not in dated(with_discount)


@pytest.mark.parametrize(
    ("on", "opened_on", "expected"),
    [
        ("2026-07-04", "2026-06-01", "2026-07-03"),  # Saturday → Friday
        ("2026-07-04", "2026-07-04", "2026-07-04"),  # opened that very day: nothing to move back to
        ("2026-07-05", "2026-07-04", "2026-07-05"),  # Sunday, opened on the Saturday before: it stays
        ("2026-07-03", "2026-06-01", "2026-07-03"),
        ("2026-06-20", "2026-07-02", "2026-07-02"),  # dated before it was opened: due when it is
    ],
)
def test_a_step_with_a_last_true_day_falls_due_on_an_open_day_but_not_before_opening(on, opened_on, expected):
    owed = debt(due_on=day(on), instalments=(Instalment("i1", day(on), 100000),), ladder=(Step("s", "due", 0),))
    owed = replace(owed, opened_at=at(f"{opened_on} 08:00"))
    (step,) = occurrences(case(owed), owed)
    assert falls_due_on(case(owed), owed, step) == date.fromisoformat(expected)


def test_a_step_that_stays_true_falls_due_on_its_own_date():
    owed = debt(ladder=(Step("s", "due", 3),))
    (step,) = occurrences(case(owed), owed)
    assert falls_due_on(case(owed), owed, step) == day("2026-07-04")  # a Saturday: it waits there


def test_an_invoice_sent_after_another_letter_is_true_until_the_due_date_too():
    ladder = (Step("hello", "issued", 0), Step("invoice_sent", "last", 5))
    marks = {"hello": Mark("sent", at("2026-06-01 09:00"))}
    assert dated(debt(ladder=ladder, marks=marks))["invoice_sent"] == (day("2026-06-06"), day("2026-07-01"))
