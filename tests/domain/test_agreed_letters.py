"""Letters that follow from a promise, a plan or a voucher, and what they do to the ladder."""

from dataclasses import replace

import pytest

from aldia.domain import approvals
from aldia.domain.dates import next_asked
from aldia.domain.reminders import decide
from aldia.domain.spoken import Promise
from tests.domain import answer_world
from tests.domain.driver import LONG_LADDER, play

LADDER = [{"step": "due_today", "anchor": "due", "days": 0}, {"step": "overdue_1", "anchor": "due", "days": 7}]


def story(*events, until="2026-10-01", ladder=LADDER, debts=None, rules="on"):
    """1,000.00 MXN, issued on 1 June and due on Wednesday 1 July 2026, in Mexico City."""
    plain = {"id": "f1", "issued_on": "2026-06-01", "due_on": "2026-07-01", "currency": "MXN", "amount": "1000.00"}
    account = {"name": "Ana", "country": "MX", "ladder": list(ladder), "contact_rules": rules}
    run = {"until": f"{until}T00:00:00-06:00", "every_minutes": 60}
    return {"account": account, "debts": debts or [plain], "events": list(events), "run": run}


def event(at, kind, **more):
    return {"at": f"{at}:00-06:00", "type": kind} | more


# -- promises ------------------------------------------------------------------------------------


def test_a_promise_that_is_kept_brings_one_reminder_on_its_day_and_then_thanks():
    played = play(
        story(
            event("2026-07-02T10:00", "promise", on="2026-07-14"),
            event("2026-07-14T18:00", "payment", amount="1000.00"),
            ladder=LONG_LADDER,
        )
    )
    assert [letter.step for letter in played.letters] == [
        "pre_due",
        "due_today",
        "promise_noted",
        "promise_day",
        "thanks",
    ]
    assert played.sent[-1] == ("2026-07-14 09:00", "promise_day")
    assert played.case.debt("f1").promise.state == "kept"
    assert played.skips["f1/overdue_1"] == ("2026-07-08 09:00", "promise", "")
    assert played.skips["f1/overdue_2"] == ("2026-07-15 09:00", "paid", "")


def test_a_promise_silences_until_the_end_of_the_first_open_day_after_it():
    # Promised for Thursday; the silence ends with Friday; Monday is too near to Thursday's letter.
    played = play(story(event("2026-07-02T10:00", "promise", on="2026-07-16"), until="2026-08-20"))
    assert played.sent[1:] == [("2026-07-16 09:00", "promise_day"), ("2026-07-23 09:00", "promise_missed")]
    assert played.case.debt("f1").promise.state == "broken"
    assert played.skips["f1/overdue_1"] == ("2026-07-08 09:00", "promise", "")


def test_the_letter_about_a_missed_promise_takes_the_step_of_the_day_and_the_next_keeps_its_distance():
    played = play(story(event("2026-07-02T10:00", "promise", on="2026-07-09"), ladder=LONG_LADDER, until="2026-08-01"))
    assert played.sent[2:] == [
        ("2026-07-09 09:00", "promise_day"),
        ("2026-07-16 09:00", "promise_missed"),  # takes overdue_1, which was due on 8 July
        ("2026-07-23 09:00", "overdue_2"),
        ("2026-07-30 09:00", "overdue_3"),
    ]
    assert played.case.debt("f1").marks["overdue_1"].state == "given_up"


def test_the_reminder_of_a_promise_moves_to_the_open_day_before():
    played = play(story(event("2026-07-02T10:00", "promise", on="2026-07-12"), until="2026-07-13"))
    assert played.sent[1:] == [("2026-07-10 09:00", "promise_day")]


@pytest.mark.parametrize(
    ("at", "on"),
    [
        ("2026-07-10T07:00", "2026-07-10"),  # a promise for today
        ("2026-07-10T07:00", "2026-07-12"),  # Sunday: the open day before is the day of the promise
    ],
)
def test_no_reminder_goes_on_the_day_of_the_promise_itself(at, on):
    played = play(story(event(at, "promise", on=on), until="2026-07-13", ladder=[]))
    assert played.sent == []


def test_part_of_what_was_promised_does_not_end_the_silence():
    played = play(
        story(
            event("2026-07-02T10:00", "promise", on="2026-07-16", amount="500.00"),
            event("2026-07-06T12:00", "payment", amount="200.00"),
            until="2026-07-17",
        )
    )
    assert played.sent[1:] == [("2026-07-16 09:00", "promise_day")]
    assert played.amounts("promise_day") == [80000]
    assert played.letters[-1].facts == {"on": "2026-07-16", "amount_minor": "50000"}


def test_once_the_promised_sum_is_there_the_ladder_goes_on_about_the_rest():
    played = play(
        story(
            event("2026-07-02T10:00", "promise", on="2026-07-16", amount="500.00"),
            event("2026-07-09T12:00", "payment", amount="500.00"),
            until="2026-07-30",
        )
    )
    assert played.sent[1:] == [("2026-07-09 12:00", "overdue_1")]
    assert played.amounts("overdue_1") == [50000]
    assert played.case.debt("f1").promise.state == "kept"


def test_a_new_promise_replaces_the_one_before():
    played = play(
        story(
            event("2026-07-02T10:00", "promise", on="2026-07-09"),
            event("2026-07-08T10:00", "promise", on="2026-07-22"),
            until="2026-07-23",
        )
    )
    assert played.sent[1:] == [("2026-07-22 09:00", "promise_day")]


def test_money_that_comes_after_a_broken_promise_makes_its_letter_needless():
    played = play(
        story(
            event("2026-07-02T10:00", "promise", on="2026-07-14"),
            event("2026-07-16T10:00", "payment", amount="1000.00"),
        )
    )
    assert "promise_missed" not in [step for _, step in played.sent]


def test_a_letter_made_needless_by_money_does_not_come_back_when_the_money_does_not_stay():
    played = play(
        story(
            event("2026-07-02T10:00", "promise", on="2026-07-14"),
            event("2026-07-16T10:00", "payment", amount="1000.00"),
            event("2026-07-20T10:00", "refund", amount="1000.00"),
            event("2026-07-21T10:00", "decide", outcome="reopen"),
        )
    )
    assert played.sent[1:] == [("2026-07-14 09:00", "promise_day"), ("2026-07-21 10:00", "overdue_1")]


def test_the_letter_about_a_missed_promise_waits_while_the_debt_is_silent_for_another_reason():
    played = play(
        story(
            event("2026-07-02T10:00", "promise", on="2026-07-14"),
            event("2026-07-15T10:00", "dispute"),
            event("2026-08-03T10:00", "dispute_resolved"),
            until="2026-08-05",
        )
    )
    assert played.sent[1:] == [("2026-07-14 09:00", "promise_day"), ("2026-08-03 10:00", "promise_missed")]


def test_two_debts_promised_for_one_day_get_a_letter_each():
    two = [
        {"id": name, "issued_on": "2026-06-01", "due_on": "2026-07-01", "currency": "MXN", "amount": "1000.00"}
        for name in ("f1", "f2")
    ]
    promises = [event("2026-07-02T10:00", "promise", debt=name, on="2026-07-14") for name in ("f1", "f2")]
    played = play(story(*promises, debts=two, until="2026-07-30"))
    assert played.sent[1:] == [
        ("2026-07-14 09:00", "promise_day"),
        ("2026-07-14 09:00", "promise_day"),
        ("2026-07-21 09:00", "promise_missed"),
        ("2026-07-28 09:00", "promise_missed"),
    ]
    assert len({letter.id for letter in played.letters}) == len(played.letters)


@pytest.mark.parametrize("kind", ["dispute", "already_paid", "stop", "bounce", "complaint", "wrong_person", "pause"])
def test_no_reminder_of_a_promise_goes_while_another_reason_asks_for_silence(kind):
    played = play(
        story(
            event("2026-07-02T10:00", "promise", on="2026-07-14"), event("2026-07-13T10:00", kind), until="2026-07-15"
        )
    )
    assert played.sent == [("2026-07-01 09:00", "due_today")]


# -- plans ---------------------------------------------------------------------------------------


def monthly(at="2026-07-07T12:00", first_on="2026-08-17", count=3):
    return event(at, "plan", count=count, first_on=first_on, every="month")


def test_a_plan_reminds_a_week_before_each_part_and_is_silent_while_it_is_kept():
    paid = [event(f"2026-{month}-17T12:00", "payment", amount="500.00") for month in ("08", "09")]
    played = play(story(monthly(count=2), *paid))
    assert played.sent[1:] == [("2026-08-10 09:00", "instalment_due"), ("2026-09-10 09:00", "instalment_due")]
    assert played.amounts("instalment_due") == [50000, 50000]
    assert played.skips["f1/due_today@i2"] == ("2026-08-17 09:00", "plan", "")


def test_a_missed_part_is_told_and_then_the_ladder_goes_on_for_that_part():
    played = play(story(monthly(), event("2026-08-17T12:00", "payment", amount="333.34"), until="2026-09-30"))
    assert played.sent[1:] == [
        ("2026-08-10 09:00", "instalment_due"),
        ("2026-09-10 09:00", "instalment_due"),
        ("2026-09-21 09:00", "instalment_missed"),  # missed from the end of Friday 18 on
        ("2026-09-28 09:00", "overdue_1"),
    ]
    assert played.amounts("instalment_missed") == played.amounts("overdue_1") == [33333]


def test_once_what_was_missed_is_paid_the_plans_silence_holds_again():
    in_time = event("2026-08-17T12:00", "payment", amount="333.34")
    late = event("2026-09-22T12:00", "payment", amount="333.33")
    played = play(story(monthly(), in_time, late, until="2026-10-18"))
    assert played.sent[3:] == [("2026-09-21 09:00", "instalment_missed"), ("2026-10-09 09:00", "instalment_due")]


def test_parts_missed_during_a_silence_are_told_in_one_letter():
    events = [monthly(), event("2026-08-12T12:00", "dispute"), event("2026-09-25T12:00", "dispute_resolved")]
    played = play(story(*events, ladder=[], until="2026-10-05"))
    assert played.sent == [("2026-08-10 09:00", "instalment_due"), ("2026-09-25 12:00", "instalment_missed")]
    assert played.amounts("instalment_missed") == [66667]
    assert played.case.debt("f1").plan.missed_letters == ("i2", "i3")


def test_the_reminder_of_a_part_does_not_go_on_the_day_of_the_plan():
    soon = [{"due_on": "2026-07-15", "amount": "500.00"}, {"due_on": "2026-07-28", "amount": "500.00"}]
    plan = event("2026-07-08T07:00", "plan", instalments=soon)
    played = play(story(plan, ladder=[], until="2026-07-22"))
    assert played.sent[0] == ("2026-07-09 09:00", "instalment_due")


def test_the_reminder_of_a_part_is_not_held_back_by_the_distance():
    played = play(story(monthly(), event("2026-08-07T12:00", "contact", channel="call"), until="2026-08-12"))
    assert played.sent[-1] == ("2026-08-10 09:00", "instalment_due")


def test_a_part_paid_ahead_needs_no_reminder():
    played = play(story(monthly(), event("2026-08-05T12:00", "payment", amount="333.34"), until="2026-08-20"))
    assert played.sent == [("2026-07-01 09:00", "due_today")]


def test_more_days_past_a_second_part_bring_one_letter_and_each_letter_asks_for_what_the_page_asks():
    parts = [("2026-07-10", "400.00"), ("2026-08-10", "300.00"), ("2026-09-10", "300.00")]
    agreed = event("2026-06-20T12:00", "plan", instalments=[{"due_on": on, "amount": sum_} for on, sum_ in parts])
    more = event("2026-06-21T12:00", "extension", until="2026-08-20")
    asked_on_page = {}

    def look(case, now, outcome):
        known, day = outcome.case.debt("f1"), case.local_day(now)
        asked_on_page.update({it.step: next_asked(known, day).minor for it in outcome.letters})
        if outcome.letters and case.debt("f1").plan.due_letters == ():
            asking = replace(case, account=replace(case.account, asks_first=True))
            assert [one.parts for one in approvals.asked(asking, now)] == [(("f1", "instalment_due@i3"),)]

    played = play(story(agreed, more, until="2026-09-02"), on_tick=look)
    assert played.sent == [
        ("2026-08-13 09:00", "instalment_due"),
        ("2026-08-24 09:00", "instalment_missed"),
        ("2026-08-31 09:00", "overdue_1"),
    ]
    assert [played.amounts(step) for _, step in played.sent] == [[70000]] * 3
    assert asked_on_page == dict.fromkeys(("instalment_due", "instalment_missed", "overdue_1"), 70000)
    assert played.case.debt("f1").plan.due_letters == ("i2", "i3")


# -- payments that were started ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "silent_until"),
    [
        ("card", "2026-07-10 10:00"),
        ("sepa_debit", "2026-07-10 10:00"),
        ("oxxo", "2026-07-13 09:00"),
        ("spei", "2026-07-13 09:00"),
    ],
)
def test_a_payment_that_was_started_silences_until_it_ends_by_itself(method, silent_until):
    started = event("2026-07-09T09:30", "checkout", id="k1", method=method)
    ladder = [{"step": "overdue_1", "anchor": "due", "days": 9}]  # 10 July
    played = play(story(started, ladder=ladder, until="2026-07-14"))
    assert played.sent[0][0] == silent_until
    assert played.case.debt("f1").checkouts[0].state == "expired"


def test_a_voucher_that_failed_is_not_told():
    events = [
        event("2026-07-09T09:30", "checkout", id="k1", method="oxxo"),
        event("2026-07-10T12:10", "checkout_result", id="k1", result="failed"),
    ]
    played = play(story(*events, ladder=[], until="2026-07-20"))
    assert played.sent == []


def test_a_voucher_is_not_told_of_when_a_later_payment_settled_the_debt():
    events = [
        event("2026-07-09T09:30", "checkout", id="k1", method="oxxo"),
        event("2026-07-10T12:10", "checkout_result", id="k1", result="expired"),
        event("2026-07-10T12:20", "payment", amount="1000.00"),
    ]
    played = play(story(*events, ladder=[], until="2026-07-20"))
    assert played.sent == []


def test_a_voucher_that_is_paid_late_after_all_is_not_told_of():
    events = [
        event("2026-07-09T09:30", "checkout", id="k1", method="oxxo", amount="300.00"),
        event("2026-07-13T07:30", "checkout_result", id="k1", result="paid"),
    ]
    played = play(story(*events, ladder=[], until="2026-07-20"))
    assert played.sent == []


def test_the_ladder_follows_a_voucher_at_its_distance():
    started = event("2026-07-06T09:30", "checkout", id="k1", method="spei")
    played = play(story(started, until="2026-08-01"))
    assert played.sent[1:] == [("2026-07-09 10:00", "voucher_expired"), ("2026-07-16 09:00", "overdue_1")]
    assert played.skips["f1/overdue_1"] == ("2026-07-08 09:00", "payment_on_its_way", "2026-07-16 09:00")


@pytest.mark.parametrize(("consents", "letters"), [(("email",), ["promise_day"]), ((), [])])
def test_nothing_goes_on_the_promised_day_to_who_may_not_be_written_to(consents, letters):
    promised = Promise(answer_world.day("2026-06-10"), answer_world.at("2026-06-05 12:00"))
    known = answer_world.case(answer_world.debt(promise=promised, ladder=()), consents=consents)
    assert [letter.step for letter in decide(known, answer_world.at("2026-06-10 10:00")).letters] == letters
