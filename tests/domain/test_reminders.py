"""Whole stories: what goes to the client, on which day, at which hour, and why not earlier (domain 1.4, FORMAT)."""

import pytest

from tests.domain.driver import LONG_LADDER, play

DUE_AT_CHRISTMAS = {
    "id": "f1",
    "issued_on": "2026-11-18",
    "due_on": "2026-12-18",
    "currency": "MXN",
    "amount": "1210.00",
}


def story(country, until, *debts, events=(), outages=(), **account):
    """A story of one client in the freelancer's own country."""
    return {
        "account": {"name": "Ana", "country": country} | account,
        "debts": list(debts),
        "events": list(events),
        "outages": list(outages),
        "run": {"until": until, "every_minutes": 60},
    }


def debt(issued_on, due_on, **more):
    return {"id": "f1", "issued_on": issued_on, "due_on": due_on, "currency": "MXN", "amount": "1000.00"} | more


# -- the vectors of domain 1.4 -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "days"),
    [
        ("CO", ["2026-12-11", "2026-12-18", "2026-12-28", "2027-01-04", "2027-01-12", "2027-01-19"]),
        ("MX", ["2026-12-11", "2026-12-18", "2026-12-28", "2027-01-04", "2027-01-11", "2027-01-18"]),
    ],
)
def test_the_ladder_moves_around_holidays_and_keeps_its_distance(country, days):
    played = play(story(country, "2027-02-15T00:00:00-05:00", DUE_AT_CHRISTMAS, ladder=LONG_LADDER))
    assert played.sent == [(f"{day} 09:00", step["step"]) for day, step in zip(days, LONG_LADDER, strict=True)]


def christmas(*events, until="2027-01-20"):
    return play(story("MX", f"{until}T00:00:00-06:00", DUE_AT_CHRISTMAS, events=events, ladder=LONG_LADDER))


def test_after_a_broken_promise_the_same_level_goes_on_with_its_distance():
    played = christmas({"at": "2026-12-28T12:00:00-06:00", "type": "promise", "on": "2027-01-05"})
    assert played.sent[2:] == [
        ("2026-12-28 09:00", "overdue_1"),
        ("2027-01-05 09:00", "promise_day"),
        ("2027-01-12 09:00", "promise_missed"),
        ("2027-01-19 09:00", "overdue_3"),
    ]
    assert played.skips["f1/overdue_2"] == ("2027-01-01 09:00", "promise", "")


def test_a_voucher_that_ends_unused_is_told_kindly_before_the_ladder_goes_on():
    played = christmas({"at": "2026-12-28T12:00:00-06:00", "type": "checkout", "id": "k1", "method": "oxxo"})
    assert played.sent[2:] == [
        ("2026-12-28 09:00", "overdue_1"),
        ("2027-01-04 09:00", "voucher_expired"),
        ("2027-01-11 09:00", "overdue_2"),
        ("2027-01-18 09:00", "overdue_3"),
    ]
    assert played.skips["f1/overdue_2"] == ("2027-01-01 09:00", "closed_day", "2027-01-11 09:00")


def test_two_invoices_of_one_client_make_one_letter():
    ladder = [step for step in LONG_LADDER if step["step"] != "due_today"]
    two = (debt("2026-06-02", "2026-07-01"), debt("2026-06-02", "2026-07-01", id="f2", amount="500.50"))
    played = play(story("MX", "2026-07-02T00:00:00-06:00", *two, ladder=ladder))
    (letter,) = played.letters
    assert played.local(letter.at) == "2026-06-24 09:00"
    assert [part.debt_id for part in letter.parts] == ["f1", "f2"]
    assert played.amounts("pre_due") == [150050]


def test_a_call_that_was_logged_keeps_the_automatic_letter_away_for_seven_days():
    played = christmas({"at": "2026-12-15T16:00:00-06:00", "type": "contact", "channel": "call"}, until="2026-12-24")
    assert played.sent == [("2026-12-11 09:00", "pre_due")]
    assert played.skips["f1/due_today"] == ("2026-12-18 09:00", "cap", "")


def test_without_the_clients_consent_nothing_goes_and_the_reason_is_kept():
    silent = story("CO", "2026-12-20T00:00:00-05:00", DUE_AT_CHRISTMAS, ladder=LONG_LADDER)
    silent["clients"] = [{"id": "bruno", "name": "Bruno", "email": "bruno@example.com", "consents": []}]
    played = play(silent)
    assert played.letters == []
    assert played.skips["f1/pre_due"] == ("2026-12-11 09:00", "no_consent", "")


# -- days ----------------------------------------------------------------------------------------


def test_the_hour_is_the_clients_before_and_after_the_clocks_change():
    weekly = [{"step": "weekly", "anchor": "due", "days": 7, "repeat_every": 7, "times": 4}]
    played = play(story("ES", "2026-04-25T00:00:00+02:00", debt("2026-03-02", "2026-03-11"), ladder=weekly))
    assert [at for at, _ in played.sent] == [f"2026-{day} 09:00" for day in ("03-18", "03-25", "04-01", "04-08")]
    assert {letter.at.hour for letter in played.letters} == {8, 7}


def test_a_step_that_stays_true_only_for_a_while_moves_to_the_open_day_before():
    played = play(story("MX", "2026-07-07T00:00:00-06:00", debt("2026-06-01", "2026-06-27")))
    assert played.sent == [
        ("2026-06-01 09:00", "invoice_sent"),
        ("2026-06-19 09:00", "pre_due"),
        ("2026-06-26 09:00", "due_today"),
        ("2026-07-06 09:00", "overdue_1"),
    ]
    assert played.skips == {"f1/overdue_1": ("2026-07-04 09:00", "closed_day", "2026-07-06 09:00")}


def test_an_invoice_opened_on_a_closed_day_cannot_move_back_and_goes_on_the_next_open_day():
    played = play(story("MX", "2026-06-10T00:00:00-06:00", debt("2026-06-06", "2026-07-06")))
    assert played.sent == [("2026-06-08 09:00", "invoice_sent")]
    assert played.skips == {"f1/invoice_sent": ("2026-06-06 09:00", "closed_day", "2026-06-08 09:00")}


def test_a_debt_opened_in_the_evening_is_written_about_in_the_morning():
    evening = debt("2026-06-01", "2026-07-01", opened_at="2026-06-01T20:30:00-06:00")
    played = play(story("MX", "2026-06-10T00:00:00-06:00", evening))
    assert played.sent == [("2026-06-02 09:00", "invoice_sent")]
    assert played.skips == {"f1/invoice_sent": ("2026-06-01 21:00", "window", "2026-06-02 09:00")}


def test_a_debt_opened_in_the_middle_of_the_day_is_written_about_at_once():
    at_noon = debt("2026-06-01", "2026-07-01", opened_at="2026-06-01T12:00:00-06:00")
    played = play(story("MX", "2026-06-10T00:00:00-06:00", at_noon))
    assert played.sent == [("2026-06-01 12:00", "invoice_sent")]
    assert played.skips == {}


def test_the_account_may_send_later_in_the_day_and_close_days_of_its_own():
    closed = {"send_at": "11:30", "closed_days": ["2026-06-01"]}
    played = play(story("MX", "2026-06-10T00:00:00-06:00", debt("2026-06-01", "2026-07-01"), **closed))
    assert played.sent == [("2026-06-02 12:00", "invoice_sent")]  # the job wakes every hour


# -- competition ---------------------------------------------------------------------------------


def test_with_seven_days_to_pay_the_invoice_goes_first_and_the_early_reminder_gives_way():
    played = play(story("MX", "2026-06-20T00:00:00-06:00", debt("2026-06-01", "2026-06-08")))
    assert played.sent == [
        ("2026-06-01 09:00", "invoice_sent"),
        ("2026-06-08 09:00", "due_today"),
        ("2026-06-15 09:00", "overdue_1"),
    ]
    assert played.skips == {"f1/pre_due": ("2026-06-01 09:00", "cap", "")}


def test_of_two_steps_the_one_nearer_to_its_last_true_day_goes():
    ladder = [
        {"step": "pre_due", "anchor": "due", "days": -7},
        {"step": "discount_ending", "anchor": "discount", "days": -2},
    ]
    discount = {"kind": "tiers", "tiers": [{"percent": "2", "last_day": "2026-06-26"}]}
    both = debt("2026-06-01", "2026-07-01", discount=discount)
    played = play(story("MX", "2026-07-01T00:00:00-06:00", both, ladder=ladder))
    assert played.sent == [("2026-06-24 09:00", "discount_ending")]
    assert played.amounts("discount_ending") == [98000]
    assert played.skips == {"f1/pre_due": ("2026-06-24 09:00", "cap", "")}


def test_the_letter_is_named_after_the_step_that_is_furthest_in_the_ladder():
    two = (debt("2026-06-02", "2026-07-01"), debt("2026-06-02", "2026-06-17", id="f2"))
    played = play(story("MX", "2026-06-25T00:00:00-06:00", *two, ladder=LONG_LADDER))
    letter = played.letters[-1]
    assert (letter.step, [part.step for part in letter.parts]) == ("overdue_1", ["pre_due", "overdue_1"])


def test_a_debt_whose_step_found_no_room_waits_for_the_clients_next_letter():
    two = (debt("2026-06-02", "2026-07-01"), debt("2026-06-02", "2026-06-26", id="f2"))
    played = play(story("MX", "2026-07-02T00:00:00-06:00", *two, ladder=LONG_LADDER))
    assert played.sent == [("2026-06-19 09:00", "pre_due"), ("2026-06-26 09:00", "due_today")]
    assert [[part.step for part in letter.parts] for letter in played.letters] == [
        ["pre_due"],
        ["pre_due", "due_today"],
    ]
    assert played.skips["f1/pre_due"] == ("2026-06-24 09:00", "cap", "2026-06-26 09:00")


# -- after a standstill --------------------------------------------------------------------------


def test_after_an_outage_the_mildest_step_goes_first_and_the_others_keep_their_distance():
    outage = {"from": "2026-06-20T00:00:00-06:00", "until": "2026-07-09T08:00:00-06:00"}
    gone = story("MX", "2026-08-10T00:00:00-06:00", debt("2026-06-01", "2026-07-01"), outages=[outage])
    played = play(gone | {"account": gone["account"] | {"ladder": LONG_LADDER}})
    assert played.sent == [
        ("2026-07-09 09:00", "overdue_1"),
        ("2026-07-16 09:00", "overdue_2"),
        ("2026-07-23 09:00", "overdue_3"),
        ("2026-07-31 09:00", "overdue_4"),
    ]
    assert played.skips["f1/pre_due"] == ("2026-07-09 08:00", "overtaken", "")


def test_a_step_sent_at_the_first_run_after_an_outage_gives_no_skip():
    outage = {"from": "2026-07-01T00:00:00-06:00", "until": "2026-07-10T10:00:00-06:00"}
    gone = story("MX", "2026-07-12T00:00:00-06:00", debt("2026-06-01", "2026-07-01"), outages=[outage])
    played = play(gone)
    assert played.sent[-1] == ("2026-07-10 10:00", "overdue_1")
    assert "f1/overdue_1" not in played.skips


def test_a_long_outage_never_stacks_letters():
    outage = {"from": "2026-06-02T00:00:00-06:00", "until": "2026-12-01T12:00:00-06:00"}
    gone = story("MX", "2027-01-10T00:00:00-06:00", debt("2026-06-01", "2026-07-01"), outages=[outage])
    played = play(gone | {"account": gone["account"] | {"ladder": LONG_LADDER}})
    assert played.sent == [
        ("2026-12-01 12:00", "overdue_1"),
        ("2026-12-08 09:00", "overdue_2"),
        ("2026-12-15 09:00", "overdue_3"),
        ("2026-12-22 09:00", "overdue_4"),
    ]


def test_of_the_steps_dated_before_the_debt_was_opened_the_mildest_one_still_true_goes():
    late = debt("2026-06-01", "2026-07-01", opened_at="2026-08-05T10:00:00-06:00")
    played = play(story("MX", "2026-10-01T00:00:00-06:00", late))
    assert played.sent == [("2026-08-05 10:00", "overdue_1")]
    overtaken = {
        key for key, (at, reason, _) in played.skips.items() if (at, reason) == ("2026-08-05 10:00", "overtaken")
    }
    assert overtaken == {
        f"f1/{step}" for step in ("invoice_sent", "pre_due", "due_today", "call", "overdue_2", "formal_letter")
    }
    assert played.done == [("2026-08-31 09:00", "next_options")]  # dated Sunday 30 August


def test_an_invoice_opened_late_but_before_it_is_due_is_still_sent_as_the_mildest():
    late = debt("2026-06-01", "2026-07-01", opened_at="2026-06-26T10:00:00-06:00")
    played = play(story("MX", "2026-07-10T00:00:00-06:00", late))
    assert played.sent == [("2026-06-26 10:00", "invoice_sent"), ("2026-07-08 09:00", "overdue_1")]
    assert played.skips["f1/pre_due"] == ("2026-06-26 10:00", "overtaken", "")
    assert played.skips["f1/due_today"] == ("2026-07-01 09:00", "cap", "")


# -- clicks and tasks ----------------------------------------------------------------------------


def approved(at, until="2026-09-20"):
    events = [{"at": at, "type": "approve", "step": "formal_letter"}] if at else []
    return play(story("MX", f"{until}T00:00:00-06:00", debt("2026-06-01", "2026-07-01"), events=events))


def test_a_step_that_waits_for_a_click_is_noted_once_and_holds_nothing_up():
    played = approved("")
    assert played.skips["f1/formal_letter"] == ("2026-07-31 09:00", "needs_approval", "")
    assert played.skips["f1/last_notice"] == ("2026-08-15 09:00", "needs_approval", "")
    assert played.done == [("2026-07-15 09:00", "call"), ("2026-08-31 09:00", "next_options")]


def test_after_the_click_it_goes_at_the_next_allowed_run():
    played = approved("2026-08-15T12:00:00-06:00")  # a Saturday
    assert ("2026-08-17 09:00", "formal_letter") in played.sent
    assert played.skips["f1/formal_letter"] == ("2026-07-31 09:00", "needs_approval", "2026-08-17 09:00")


def test_a_click_in_advance_means_that_it_does_not_wait():
    played = approved("2026-07-01T12:00:00-06:00")
    assert ("2026-07-31 09:00", "formal_letter") in played.sent
    assert "f1/formal_letter" not in played.skips


def test_a_task_waits_for_no_distance_but_for_an_open_day():
    ladder = [
        {"step": "overdue_1", "anchor": "due", "days": 1},
        {"step": "call", "anchor": "due", "days": 3, "channel": "task"},
    ]
    played = play(story("MX", "2026-07-15T00:00:00-06:00", debt("2026-06-01", "2026-07-01"), ladder=ladder))
    assert (played.sent, played.done) == ([("2026-07-02 09:00", "overdue_1")], [("2026-07-06 09:00", "call")])
    assert played.skips == {"f1/call": ("2026-07-04 09:00", "closed_day", "2026-07-06 09:00")}


def test_of_several_tasks_that_are_due_the_latest_appears():
    ladder = [
        {"step": step, "anchor": "due", "days": days, "channel": "task"} for step, days in (("call", 3), ("visit", 4))
    ]
    played = play(story("MX", "2026-07-15T00:00:00-06:00", debt("2026-06-01", "2026-07-01"), ladder=ladder))
    assert played.done == [("2026-07-06 09:00", "visit")]
    assert played.skips["f1/call"] == ("2026-07-04 09:00", "closed_day", "")


# -- repeats and `last` --------------------------------------------------------------------------


def test_a_dated_step_repeats_on_its_grid_however_late_one_of_them_went():
    weekly = [{"step": "weekly", "anchor": "due", "days": 3, "repeat_every": 14, "times": 3}]
    played = play(story("MX", "2026-09-01T00:00:00-06:00", debt("2026-06-01", "2026-07-01"), ladder=weekly))
    assert played.sent == [(f"{day} 09:00", "weekly") for day in ("2026-07-06", "2026-07-20", "2026-08-03")]


def test_a_step_after_the_last_letter_counts_from_the_day_it_went():
    ladder = [
        {"step": "overdue_1", "anchor": "due", "days": 3},
        {"step": "again", "anchor": "last", "days": 10, "repeat_every": 8, "times": 3},
        {"step": "closing", "anchor": "last", "days": 7},
    ]
    played = play(story("MX", "2026-10-01T00:00:00-06:00", debt("2026-06-01", "2026-07-01"), ladder=ladder))
    assert played.sent == [
        ("2026-07-06 09:00", "overdue_1"),  # 4 July is a Saturday
        ("2026-07-16 09:00", "again"),
        ("2026-07-24 09:00", "again"),
        ("2026-08-03 09:00", "again"),  # 1 August is a Saturday
        ("2026-08-10 09:00", "closing"),
    ]


def test_a_step_after_one_that_was_given_up_counts_from_the_day_after_its_last_true_day():
    ladder = [{"step": "due_today", "anchor": "due", "days": 0}, {"step": "after", "anchor": "last", "days": 5}]
    call = {"at": "2026-06-29T12:00:00-06:00", "type": "contact", "channel": "call"}
    played = play(
        story("MX", "2026-08-01T00:00:00-06:00", debt("2026-06-01", "2026-07-01"), ladder=ladder, events=[call])
    )
    assert played.skips == {"f1/due_today": ("2026-07-01 09:00", "cap", "")}
    assert played.sent == [("2026-07-07 09:00", "after")]


# -- money comes, and goes back ------------------------------------------------------------------


def test_when_money_goes_back_the_debt_is_silent_until_it_is_decided():
    played = play(
        story(
            "MX",
            "2026-07-15T00:00:00-06:00",
            debt("2026-06-01", "2026-07-01"),
            debt("2026-06-01", "2026-07-01", id="f2"),
            events=[
                {"at": "2026-06-20T12:00:00-06:00", "type": "payment", "debt": "f1", "amount": "1000.00"},
                {"at": "2026-06-20T12:05:00-06:00", "type": "payment", "debt": "f2", "amount": "1000.00"},
                {"at": "2026-07-06T12:00:00-06:00", "type": "refund", "debt": "f1", "amount": "400.00"},
                {"at": "2026-07-06T12:05:00-06:00", "type": "refund", "debt": "f2", "amount": "1000.00"},
                {"at": "2026-07-10T11:30:00-06:00", "type": "decide", "debt": "f1", "outcome": "reopen"},
            ],
        )
    )
    assert played.sent == [("2026-06-01 09:00", "invoice_sent"), ("2026-07-10 12:00", "overdue_1")]
    assert (played.amounts("invoice_sent"), played.amounts("overdue_1")) == ([200000], [40000])
    assert played.skips["f1/due_today"] == ("2026-07-01 09:00", "paid", "")
    assert played.skips["f1/overdue_1"] == ("2026-07-08 09:00", "review", "2026-07-10 12:00")
    assert played.skips["f2/overdue_1"] == ("2026-07-08 09:00", "review", "")


def test_the_discount_reminder_is_not_sent_once_the_discount_can_no_longer_be_earned():
    discount = {"kind": "tiers", "tiers": [{"percent": "2", "last_day": "2026-06-24"}]}
    events = [
        {"at": "2026-06-10T12:00:00-06:00", "type": "payment", "amount": "980.00"},
        {"at": "2026-06-15T12:00:00-06:00", "type": "refund", "amount": "100.00"},
        {"at": "2026-06-16T12:00:00-06:00", "type": "decide", "outcome": "reopen"},
    ]
    earned = debt("2026-06-01", "2026-07-01", discount=discount)
    played = play(story("MX", "2026-07-02T00:00:00-06:00", earned, events=events))
    assert [step for _, step in played.sent] == ["invoice_sent", "pre_due", "due_today"]
    assert played.amounts("due_today") == [10000]


# -- instalments ---------------------------------------------------------------------------------

TWO_PARTS = [{"due_on": "2026-06-15", "amount": "300.00"}, {"due_on": "2026-07-15", "amount": "700.00"}]
SHORT_LADDER = [{"step": "due_today", "anchor": "due", "days": 0}, {"step": "overdue_1", "anchor": "due", "days": 7}]


def test_each_instalment_has_its_own_steps_and_asks_for_what_is_open_up_to_it():
    parts = debt("2026-06-01", "2026-07-15", instalments=TWO_PARTS)
    paid = {"at": "2026-06-18T12:00:00-06:00", "type": "payment", "amount": "100.00"}
    played = play(story("MX", "2026-07-24T00:00:00-06:00", parts, ladder=SHORT_LADDER, events=[paid]))
    assert played.sent == [
        ("2026-06-15 09:00", "due_today"),
        ("2026-06-22 09:00", "overdue_1"),
        ("2026-07-15 09:00", "due_today"),
        ("2026-07-22 09:00", "overdue_1"),
    ]
    assert (played.amounts("due_today"), played.amounts("overdue_1")) == ([30000, 90000], [20000, 90000])


def test_an_instalment_that_is_paid_needs_no_reminder():
    parts = debt("2026-06-01", "2026-07-15", instalments=TWO_PARTS)
    paid = {"at": "2026-06-12T12:00:00-06:00", "type": "payment", "amount": "300.00"}
    played = play(story("MX", "2026-07-16T00:00:00-06:00", parts, ladder=SHORT_LADDER, events=[paid]))
    assert played.sent == [("2026-07-15 09:00", "due_today")]
    assert played.skips["f1/due_today"] == ("2026-06-15 09:00", "paid", "")


def test_a_letter_about_no_instalment_asks_up_to_the_last_one_due_else_for_the_first_open_one():
    ladder = [
        {"step": step, "anchor": "issued", "days": days} for step, days in (("early", 1), ("middle", 15), ("late", 45))
    ]
    parts = debt("2026-06-01", "2026-07-15", instalments=TWO_PARTS)
    played = play(story("MX", "2026-08-01T00:00:00-06:00", parts, ladder=ladder))
    assert [played.amounts(step) for step in ("early", "middle", "late")] == [[30000], [30000], [100000]]


def test_letters_of_a_debt_in_instalments_take_no_discount_off():
    discount = {"kind": "tiers", "tiers": [{"percent": "10", "last_day": "2026-07-10"}]}
    parts = debt("2026-06-01", "2026-07-15", instalments=TWO_PARTS, discount=discount)
    played = play(story("MX", "2026-06-16T00:00:00-06:00", parts, ladder=SHORT_LADDER))
    assert played.amounts("due_today") == [30000]


# -- another date --------------------------------------------------------------------------------


def test_an_extension_silences_until_its_day_and_dates_the_ladder_from_there():
    granted = {"at": "2026-06-25T12:00:00-06:00", "type": "extension", "until": "2026-07-22"}
    played = play(story("MX", "2026-08-01T00:00:00-06:00", debt("2026-06-01", "2026-07-01"), events=[granted]))
    assert played.sent == [
        ("2026-06-01 09:00", "invoice_sent"),
        ("2026-06-24 09:00", "pre_due"),
        ("2026-07-22 09:00", "due_today"),
        ("2026-07-29 09:00", "overdue_1"),
    ]
    assert "f1/overdue_1" not in played.skips


def test_another_due_date_dates_again_only_what_has_not_gone_or_been_given_up():
    moved = {"at": "2026-07-02T12:00:00-06:00", "type": "due_changed", "due_on": "2026-07-20"}
    played = play(story("MX", "2026-08-01T00:00:00-06:00", debt("2026-06-01", "2026-07-01"), events=[moved]))
    assert played.sent == [
        ("2026-06-01 09:00", "invoice_sent"),
        ("2026-06-24 09:00", "pre_due"),
        ("2026-07-01 09:00", "due_today"),
        ("2026-07-27 09:00", "overdue_1"),
    ]


def test_a_step_noted_during_a_dispute_is_dated_again_when_it_is_settled_with_another_date():
    events = [
        {"at": "2026-07-02T12:00:00-06:00", "type": "dispute"},
        {"at": "2026-07-10T12:00:00-06:00", "type": "dispute_resolved", "due_on": "2026-07-31"},
    ]
    played = play(story("MX", "2026-08-20T00:00:00-06:00", debt("2026-06-01", "2026-07-01"), events=events))
    assert played.sent[3:] == [("2026-08-07 09:00", "overdue_1")]
    assert played.skips["f1/overdue_1"] == ("2026-07-08 09:00", "dispute", "2026-08-07 09:00")
