"""One debt at one instant: what has fallen due, what holds a letter back, what it asks for, if the day has room."""

from dataclasses import replace

import pytest

from aldia.domain.debt import Entry, Instalment, Mark, Pause, Step
from aldia.domain.look import Look
from tests.domain.answer_world import at, case, day, debt, two_percent_until

NOW = at("2026-07-20 12:00")
PAID = Entry("p", "payment", on=day("2026-07-02"), at=NOW, amount_minor=40_000)
ALL = replace(PAID, amount_minor=100_000)
TWO = (Instalment("i1", day("2026-07-01"), 40_000), Instalment("i2", day("2026-07-10"), 60_000))


def look(one=None, now=NOW, *, asks_first=False, **client):
    known = case(one or debt(), **client)
    known = replace(known, account=replace(known.account, asks_first=asks_first))
    return Look(known, known.debts[0], now)


def step(seen, key):
    return next(found for found in seen.occurrences if found.key == key)


# -- what holds a letter back ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "key", "reason"),
    [
        ({}, "overdue_1", ""),
        ({"entries": (ALL,)}, "overdue_1", "paid"),
        ({"entries": (replace(PAID, kind="write_off", amount_minor=None),)}, "overdue_1", "written_off"),
        ({"entries": (ALL,), "pause": Pause(NOW)}, "overdue_1", "paid"),  # the money comes first
        ({"pause": Pause(NOW)}, "overdue_1", "paused"),
        ({"instalments": TWO, "entries": (PAID,)}, "overdue_1", "paid"),  # of this date nothing is open
        ({"instalments": TWO, "entries": (PAID,), "pause": Pause(NOW)}, "overdue_1", "paid"),
        ({"instalments": TWO, "entries": (PAID,)}, "overdue_1@i2", ""),
        ({"instalments": TWO, "entries": (PAID,), "pause": Pause(NOW)}, "overdue_1@i2", "paused"),
        ({"instalments": TWO, "entries": (PAID,)}, "invoice_sent", ""),  # it is about no date
        ({}, "formal_letter", "needs_approval"),
        ({"approved": ("last_notice",)}, "formal_letter", "needs_approval"),
        ({"discount": two_percent_until("2026-06-20")}, "discount_ending", "overtaken"),
        ({"discount": two_percent_until("2026-07-20")}, "discount_ending", ""),
    ],
)
def test_the_first_reason_that_holds_is_why_a_step_may_not_go(values, key, reason):
    seen = look(debt(**values))
    assert seen.hindrance(step(seen, key)) == reason


def test_a_call_needs_no_address_and_no_yes_and_a_letter_does():
    unreachable = look(contacts=())
    assert unreachable.hindrance(step(unreachable, "overdue_1")) == "no_consent"
    assert unreachable.hindrance(step(unreachable, "call")) == ""
    asked = look(asks_first=True)
    assert asked.hindrance(step(asked, "overdue_1")) == "needs_approval"
    assert asked.hindrance(step(asked, "call")) == ""
    assert (asked.needs_yes("overdue_1"), look().needs_yes("overdue_1")) == (True, False)


# -- what has come and what is over ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "has_come"),
    [("2026-07-07 23:00", False), ("2026-07-08 08:59", False), ("2026-07-08 09:00", True), ("2026-07-09 00:00", True)],
)
def test_a_step_falls_due_on_its_day_at_the_hour_of_letters(now, has_come):
    assert ("overdue_1" in [found.key for found in look(now=at(now)).due_steps]) is has_come


@pytest.mark.parametrize(("state", "is_open"), [("waiting", True), ("sent", False), ("given_up", False)])
def test_what_went_or_was_given_up_does_not_fall_due_again(state, is_open):
    seen = look(debt(marks={"overdue_1": Mark(state, at("2026-07-08 09:00"))}))
    assert ("overdue_1" in [found.key for found in seen.due_steps]) is is_open
    assert seen.is_given_up("overdue_1") is (state == "given_up")
    assert not seen.is_given_up("overdue_2")


@pytest.mark.parametrize(
    ("now", "key", "is_over"),
    [
        ("2026-07-01 08:59", "pre_due", False),
        ("2026-07-01 09:00", "pre_due", True),  # on the due date nothing is due soon
        ("2026-07-01 09:00", "due_today", False),
        ("2026-07-02 09:00", "due_today", True),
        ("2026-12-01 09:00", "overdue_1", False),  # it stays true
    ],
)
def test_what_is_true_up_to_a_day_is_over_at_the_hour_of_letters_of_the_next(now, key, is_over):
    seen = look(now=at(now))
    assert seen.is_expired(step(seen, key)) is is_over


# -- what is asked for ----------------------------------------------------------------------------


def test_all_that_is_payable_is_asked_for_where_there_is_one_date_else_what_is_open_up_to_the_one_it_is_about():
    assert look(debt(discount=two_percent_until("2026-07-20"))).ask() == 98_000
    parts = debt(instalments=TWO)
    assert look(parts, at("2026-07-05 12:00")).ask() == 40_000
    assert (look(parts).ask("i1"), look(parts).ask("i2"), look(parts).ask()) == (40_000, 100_000, 100_000)


# -- rules off: whether the day has room ----------------------------------------------------------

PAIR = (Step("a", "due", 19), Step("b", "due", 19), Step("late", "due", 10), Step("t", "due", 19, channel="task"))
EARLIER = at("2026-07-20 09:00")


def sent(*keys, when=EARLIER, **more):
    return {key: Mark("sent", when, **more) for key in keys}


@pytest.mark.parametrize(
    ("marks", "keys"),
    [
        ({}, []),
        (sent("a"), ["a"]),
        (sent("a", when=at("2026-07-19 23:59")), []),  # yesterday
        (sent("a", when=at("2026-07-15 09:00"), moved_to=EARLIER), ["a"]),  # it went today after all
        ({"a": Mark("given_up", EARLIER)}, []),
        (sent("t"), []),  # nobody got a task
    ],
)
def test_what_went_to_the_client_today_is_known(marks, keys):
    assert look(debt(ladder=PAIR, marks=marks)).sent_today() == keys


@pytest.mark.parametrize(
    ("marks", "key", "has_room"),
    [
        ({}, "b", True),
        ({}, None, True),
        (sent("t"), "b", True),
        (sent("a"), "b", True),  # both on their own date
        (sent("a"), "late", False),
        (sent("late"), "b", False),
        (sent("a"), None, False),  # a letter outside the ladder
        (sent("a", when=NOW), "b", False),  # one in a run
    ],
)
def test_with_the_rules_off_a_day_has_one_letter_and_more_only_on_their_own_date(marks, key, has_room):
    seen = look(debt(ladder=PAIR, marks=marks))
    assert seen.has_room(key and step(seen, key)) is has_room


def test_a_third_of_that_date_waits_while_any_went_in_this_run_and_two_may_be_all_there_is():
    three = tuple(Step(name, "due", 19) for name in ("a", "b", "c"))
    both = look(debt(ladder=three, marks=sent("a") | sent("b", when=NOW)))
    assert not both.has_room(step(both, "c"))
    two = look(debt(ladder=three[:2], marks=sent("a")))
    assert two.has_room(step(two, "b"))


def test_of_a_date_of_which_a_cent_is_open_a_letter_may_go():
    cent = look(debt(instalments=TWO, entries=(replace(PAID, amount_minor=39_999),)))
    assert cent.hindrance(step(cent, "overdue_1")) == ""
    last = look(debt(entries=(replace(PAID, amount_minor=99_999),)))
    assert last.hindrance(step(last, "overdue_1")) == ""
