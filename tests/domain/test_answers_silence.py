"""Every answer silences at once, with its own reason, and what ends it ends it at once."""

import pytest

from aldia.domain import answers, checkouts, decisions, edits, payments, reversals
from aldia.domain.debt import Checkout
from aldia.domain.silences import debt_silence
from tests.domain.answer_world import at, case, day

NOW = at("2026-07-02 10:00")  # a Thursday
TODAY = day("2026-07-02")


def pay(known, amount_minor, key="p1"):
    return payments.record_payment(
        known, "f1", key=key, amount_minor=amount_minor, method="transfer", on=TODAY, now=NOW
    )


def start_to_pay(known):
    started = Checkout("k1", "oxxo", 100000, TODAY, NOW, checkouts.checkout_end("oxxo", NOW))
    return checkouts.open_checkout(known, "f1", checkout=started, now=NOW)


def give_back(known):
    return reversals.refund(pay(known, 100000).case, "f1", key="r1", amount_minor=40000, now=NOW)


ANSWERS = {
    "promise": lambda known: answers.promise(known, "f1", on=day("2026-07-14"), now=NOW),
    "extension": lambda known: answers.extension(known, "f1", until=day("2026-07-14"), now=NOW),
    "plan": lambda known: answers.plan(known, "f1", instalments=[(day("2026-07-14"), 100000)], now=NOW),
    "dispute": lambda known: answers.dispute(known, "f1", text="Falta el logo", now=NOW),
    "already_paid": lambda known: answers.claim_paid(known, "f1", now=NOW),
    "paused": lambda known: answers.pause(known, "f1", until=day("2026-07-14"), now=NOW),
    "stopped": lambda known: answers.stop(known, now=NOW),
    "bounced": lambda known: answers.bounce(known, now=NOW),
    "complaint": lambda known: answers.complaint(known, now=NOW),
    "wrong_person": lambda known: answers.wrong_person(known, now=NOW),
    "payment_on_its_way": start_to_pay,
    "paid": lambda known: pay(known, 100000),
    "written_off": lambda known: decisions.write_off(known, "f1", now=NOW),
    "review": give_back,
}

ENDS = {
    "promise": lambda known: pay(known, 100000),
    "dispute": lambda known: answers.resolve_dispute(known, "f1", now=NOW),
    "already_paid": lambda known: answers.claim_not_found(known, "f1", now=NOW),
    "paused": lambda known: answers.resume(known, "f1", now=NOW),
    "bounced": lambda known: answers.client_changed(known, client=known.client, is_reachable=True, now=NOW),
    "wrong_person": lambda known: answers.client_changed(known, client=known.client, is_reachable=True, now=NOW),
    "payment_on_its_way": lambda known: checkouts.checkout_ended(
        known, "f1", checkout_id="k1", result="failed", now=NOW
    ),
    "written_off": lambda known: edits.undo(known, "f1", key="write_off", now=NOW),
    "review": lambda known: decisions.decide_review(known, "f1", outcome="reopen", now=NOW),
}


def reason(known, now=NOW):
    silence = debt_silence(known, known.debt("f1"), now)
    return silence.reason if silence else None


def test_an_overdue_debt_is_not_silent_by_itself():
    assert reason(case()) is None


@pytest.mark.parametrize("name", ANSWERS)
def test_each_answer_silences_at_once_and_says_why(name):
    assert reason(ANSWERS[name](case()).case) == name


@pytest.mark.parametrize("name", sorted(set(ENDS) - {"promise"}))
def test_what_ends_a_silence_ends_it_at_once(name):
    assert reason(ENDS[name](ANSWERS[name](case()).case).case) is None


def test_a_promise_kept_in_part_still_silences_until_its_end():
    known = pay(ANSWERS["promise"](case()).case, 60000).case
    assert reason(known, at("2026-07-15 23:59")) == "promise"
    assert reason(known, at("2026-07-16 00:00")) is None


def test_a_promise_of_a_part_that_is_kept_has_done_its_work():
    known = answers.promise(case(), "f1", on=day("2026-07-14"), amount_minor=60000, now=NOW).case
    assert reason(pay(known, 60000).case) is None


def test_an_extension_silences_until_its_day_on_which_letters_may_go_again():
    known = ANSWERS["extension"](case()).case
    assert reason(known, at("2026-07-13 23:59")) == "extension"
    assert reason(known, at("2026-07-14 00:00")) is None


def test_a_voucher_silences_until_its_own_end():
    known = start_to_pay(case()).case
    assert reason(known, at("2026-07-05 23:58")) == "payment_on_its_way"
    assert reason(known, at("2026-07-05 23:59")) is None


def test_a_pause_of_the_client_silences_every_debt_to_the_end_of_its_last_day():
    known = answers.pause(case(), None, until=day("2026-07-14"), now=NOW).case
    assert reason(known, at("2026-07-14 23:59")) == "paused"
    assert reason(known, at("2026-07-15 00:00")) is None
