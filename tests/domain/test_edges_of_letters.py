"""Which letter goes when two might, and which one is no longer needed."""

import pytest

from aldia.domain import answers
from aldia.domain.account import Account
from aldia.domain.agreed import brought_up_to_date
from aldia.domain.case import Notice, Outcome
from aldia.domain.contact_rules import time_reason
from aldia.domain.debt import Checkout, Step
from aldia.domain.errors import Refused
from aldia.domain.imported import bring
from aldia.domain.look import Look
from aldia.domain.needs import changed
from aldia.domain.own_ladder import bounds, checked_ladder
from aldia.domain.payments import record_payment
from aldia.domain.reminders import decide
from aldia.domain.silences import Silence, debt_silence
from aldia.domain.spoken import Promise
from aldia.domain.steps import next_step
from aldia.domain.tone import check
from aldia.domain.wakeups import next_after
from tests.domain.answer_world import at, case, day, debt, two_percent_until
from tests.domain.driver import play
from tests.domain.test_agreed_letters import event, story

NOW = at("2026-07-02 12:00")
HELLO = Step("hello", "issued", 23)  # 24 June, and true for ever
PRE_DUE = Step("pre_due", "due", -7)  # 24 June, and true until 30 June


def sent(*events, **more):
    return [step for _, step in play(story(*events, **more)).sent]


def test_of_two_letters_of_a_day_the_one_that_is_true_for_a_shorter_time_goes_first():
    known = case(debt(ladder=(HELLO, PRE_DUE)))
    assert next_step(Look(known, known.debt("f1"), at("2026-06-24 12:00"))).key == "pre_due"


def test_before_a_discount_ends_its_letter_goes_and_after_it_was_earned_no_more():
    ladder = (Step("discount_ending", "discount", -2),)
    known = case(debt(ladder=ladder, discount=two_percent_until("2026-06-11")))
    assert [letter.step for letter in decide(known, at("2026-06-09 12:00")).letters] == ["discount_ending"]


def test_an_invoice_that_would_be_announced_after_its_due_date_is_noted_as_overtaken():
    known = case(debt(ladder=(Step("invoice_sent", "issued", 40),)))
    outcome = decide(known, at("2026-07-13 12:00"))
    assert outcome.letters == ()
    assert outcome.case.debt("f1").marks["invoice_sent"].state == "given_up"


def test_a_promise_without_a_sum_names_none_in_its_letter():
    played = play(story(event("2026-07-02T10:00", "promise", on="2026-07-14"), until="2026-07-15"))
    assert played.letters[-1].step == "promise_day"
    assert played.letters[-1].facts == {"on": "2026-07-14"}


def test_a_voucher_is_told_of_though_a_card_was_tried_in_vain_after_it():
    events = [
        event("2026-07-09T09:30", "checkout", id="k1", method="oxxo"),
        event("2026-07-10T12:10", "checkout_result", id="k1", result="expired"),
        event("2026-07-10T12:20", "checkout", id="k2", method="card"),
        event("2026-07-10T12:40", "checkout_result", id="k2", result="failed"),
    ]
    assert sent(*events, ladder=[], until="2026-07-20") == ["voucher_expired"]


def test_a_voucher_is_not_told_of_when_a_later_attempt_was_paid_in_part():
    events = [
        event("2026-07-09T09:30", "checkout", id="k1", method="oxxo"),
        event("2026-07-10T07:10", "checkout_result", id="k1", result="expired"),
        event("2026-07-10T07:20", "checkout", id="k2", method="card", amount="300.00"),
        event("2026-07-10T07:40", "checkout_result", id="k2", result="paid"),
    ]
    assert sent(*events, ladder=[], until="2026-07-20") == []


def test_of_two_payments_on_their_way_the_later_end_ends_the_silence():
    def started(name, end):
        return Checkout(name, "oxxo", 50000, day("2026-07-09"), at("2026-07-09 12:00"), at(end))

    owed = debt(checkouts=(started("k1", "2026-07-12 23:59"), started("k2", "2026-07-11 23:59")))
    silence = debt_silence(case(owed), owed, at("2026-07-10 10:00"))
    assert silence == Silence("payment_on_its_way", at("2026-07-12 23:59"))


def test_a_task_dated_before_the_opening_does_not_take_the_place_of_the_mildest_letter():
    ladder = (Step("call", "due", 3, channel="task"), Step("overdue_1", "due", 7))
    known = case(debt(ladder=ladder, opened_at=at("2026-07-20 10:00")))
    outcome = decide(known, at("2026-07-20 12:00"))
    assert [letter.step for letter in outcome.letters] == ["overdue_1"]
    assert outcome.case.debt("f1").marks["call"].reason == "overtaken"


def test_a_new_account_has_earned_no_trust_and_gives_nothing_away():
    new = Account("ana", "ana@example.com")
    assert (new.trust.letters_sent, new.trust.debts_paid, new.trust.reports, new.trust.complaints) == (0, 0, 0, 0)
    assert (new.stripe_ready, new.tolerance_days, new.tolerance_minor, new.part_percent) == (False, 0, 0, 10)
    assert (new.policy.enabled, new.policy.min_days_between, new.paused) == (True, 7, None)


def test_a_letter_about_the_end_of_a_discount_may_go_on_its_very_last_day():
    ladder = (Step("discount_ending", "discount", 0),)
    known = case(debt(ladder=ladder, discount=two_percent_until("2026-06-11")))
    assert [letter.step for letter in decide(known, at("2026-06-11 12:00")).letters] == ["discount_ending"]


def test_before_dawn_of_the_day_after_a_letter_is_no_longer_true():
    known = case(debt(ladder=(PRE_DUE,)))
    assert next_step(Look(known, known.debt("f1"), at("2026-07-01 00:30"))) is None
    assert next_step(Look(known, known.debt("f1"), at("2026-06-30 23:30"))).key == "pre_due"


def test_of_the_letters_dated_before_the_opening_one_that_is_no_longer_true_is_not_the_mildest():
    known = case(debt(ladder=(PRE_DUE, Step("overdue_1", "due", 7)), opened_at=at("2026-07-20 10:00")))
    assert [letter.step for letter in decide(known, at("2026-07-20 12:00")).letters] == ["overdue_1"]


def test_a_voucher_that_still_runs_when_the_debt_is_settled_may_yet_be_told_of():
    voucher = Checkout("k1", "oxxo", 100000, day("2026-07-09"), at("2026-07-09 12:00"), at("2026-07-12 23:59"))
    paid = record_payment(
        case(debt(checkouts=(voucher,))), "f1", key="p1", amount_minor=100000, method="cash", on=day("2026-07-10"),
        now=at("2026-07-10 10:00"),
    ).case  # fmt: skip
    after = [
        brought_up_to_date(paid.debt("f1"), paid, at(now)).checkouts[0]
        for now in ("2026-07-10 12:00", "2026-07-13 12:00")
    ]
    assert [(known.state, known.expired_letter) for known in after] == [("open", False), ("expired", True)]


def test_the_clients_word_ends_its_stop_and_nothing_else_does():
    stopped = answers.stop(case(), now=NOW).case
    outcome = answers.asked_again(stopped, words=" Escríbeme otra vez. ", now=NOW)
    assert (outcome.case.client.stopped_at, outcome.letters) == (None, ())
    assert [(notice.kind, notice.text) for notice in outcome.notices] == [("asked_again", "Escríbeme otra vez.")]
    with pytest.raises(Refused, match="asked_again_missing"):
        answers.asked_again(stopped, words="  ", now=NOW)


def test_who_never_said_stop_cannot_ask_again():
    known = case()
    assert answers.asked_again(known, words="Sí", now=NOW).case is known


@pytest.mark.parametrize(
    ("planned", "first"),
    [(None, "2026-07-02 13:00"), ("2026-07-02 12:30", "2026-07-02 13:00"), ("2026-07-09 09:00", "2026-07-09 09:00")],
)
def test_while_more_of_a_clients_debts_are_brought_its_letters_wait_an_hour(planned, first):
    known = case(debt(), next_at=at(planned) if planned else None)
    brought = bring(known, [debt(id="f2", number="F-002"), debt(number="F-999")], now=NOW, is_last=False).case
    assert [one.number for one in brought.debts] == ["F-001", "F-002"]
    assert brought.client.next_at == at(first)


def test_a_firm_letter_is_no_sooner_than_the_kind_one_though_one_of_them_is_a_task():
    same_day = (Step("overdue_1", "due", 7), Step("overdue_2", "due", 7, channel="task"))
    with pytest.raises(Refused, match="ladder_order"):
        checked_ladder(same_day)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("invoice_sent", 0, 30), ("discount_ending", -30, 0), ("pre_due", -60, -1), ("due_today", 0, 0),
        ("overdue_1", 1, 365), ("call", 1, 365),
    ],
)  # fmt: skip
def test_a_step_stands_between_its_first_and_last_day(name, first, last):
    assert bounds(Step(name, "due", 0)) == (first, last)


@pytest.mark.parametrize(
    ("anchor", "first", "last"), [("issued", 0, 365), ("due", -60, 365), ("discount", -30, 0), ("last", 1, 365)]
)
def test_an_own_step_stands_where_its_anchor_allows(anchor, first, last):
    assert bounds(Step("mine", anchor, 0)) == (first, last)


def test_while_it_is_saturday_in_one_of_two_possible_zones_the_day_is_closed():
    unknown = case(timezone="")  # of a client in Mexico, written to from Madrid
    assert time_reason(unknown, at("2026-07-03 17:30")) == "closed_day"
    assert time_reason(unknown, at("2026-07-02 17:30")) == "window"


def test_the_reminder_of_a_promise_may_move_to_the_very_day_after_the_promise():
    promise = event("2026-07-09T07:00", "promise", on="2026-07-12")  # from Sunday to Friday
    assert play(story(promise, ladder=[], until="2026-07-13")).sent == [("2026-07-10 09:00", "promise_day")]


def test_only_a_letter_whose_fate_is_unknown_is_told_as_such():
    paid = Outcome(case(), notices=(Notice("paid", NOW, "f1"),))
    assert changed(case(), paid, NOW)[0] == frozenset()


def test_two_words_of_one_kind_in_a_sentence_are_one_finding_and_in_two_sentences_two():
    def found(text):
        return [finding for finding in check(text, step="overdue_1", language="es").findings if finding.rule == "crime"]

    assert len(found("Esto es un fraude y acaba en la cárcel.")) == 1
    assert len(found("Esto es un fraude. Acaba en la cárcel.")) == 2


def test_what_time_has_decided_already_wakes_nobody():
    over = case(debt(promise=Promise(day("2026-06-10"), at("2026-06-05 10:00"))))
    woken = next_after(over, NOW)
    assert woken is None or woken > NOW
