"""A payment noted by mistake: taken back as if it had never been, told kindly, and nobody is asked right away."""

from dataclasses import replace

import pytest

from aldia.domain.answers import claim_paid, confirm_claim, promise
from aldia.domain.credits import return_credit
from aldia.domain.edits import undo
from aldia.domain.errors import Refused
from aldia.domain.ledger import law_of_money, stand, state
from aldia.domain.opinions import asked, opinion
from aldia.domain.payments import record_payment
from aldia.domain.relation import counted
from aldia.domain.silences import debt_silence
from tests.domain.answer_world import at, case, day, debt, only_letter, steps

NOW = at("2026-07-20 10:00")
TODAY = day("2026-07-20")


def noted(known, key="hand.p", amount=100_000, debt_id="f1"):
    return record_payment(
        known, debt_id, key=key, amount_minor=amount, method="cash", on=TODAY, now=NOW, by_hand=True
    ).case


def test_the_debt_is_open_again_both_lines_stay_and_the_client_is_told_with_an_apology():
    back = undo(noted(case()), "f1", key="hand.p", now=NOW)
    known = back.case.debt("f1")
    assert law_of_money(known, TODAY)
    assert (stand(known, TODAY).payable_minor, stand(known, TODAY).refunded_minor) == (100_000, 0)
    assert [entry.key for entry in known.entries] == ["hand.p", "undone/hand.p"]
    assert known.kept_entries == ()
    letter = only_letter(back)
    assert (letter.step, letter.facts) == (
        "payment_corrected",
        {"paid_minor": "100000", "on": "2026-07-20", "balance_minor": "100000"},
    )
    assert back.notices == ()
    assert known.review_since is None
    assert undo(back.case, "f1", key="hand.p", now=NOW).case is back.case


def test_no_reminder_goes_for_a_week_and_firm_letters_need_a_new_yes():
    known = case()
    known = known.with_debt(replace(known.debt("f1"), approved=("formal_letter",)))
    back = undo(noted(known), "f1", key="hand.p", now=NOW).case
    assert back.debt("f1").approved == ()
    assert debt_silence(back, back.debt("f1"), at("2026-07-27 23:00")).reason == "paused"
    assert debt_silence(back, back.debt("f1"), at("2026-07-28 10:00")) is None
    assert TODAY in back.client.contact_days


def test_a_client_who_cannot_be_written_to_was_not_written_to_on_that_day():
    known = case()
    known = noted(replace(known, client=replace(known.client, bounced_at=NOW)))
    back = undo(known, "f1", key="hand.p", now=NOW)
    assert back.letters == ()
    assert back.case.client.contact_days == known.client.contact_days


def test_what_the_client_had_told_of_waits_again():
    told = claim_paid(case(), "f1", paid_on=day("2026-07-19"), reference="TR-5", now=NOW).case
    booked = confirm_claim(told, "f1", key="claim.c", now=NOW).case
    assert booked.debt("f1").claim is None
    back = undo(booked, "f1", key="claim.c", now=NOW)
    assert back.case.debt("f1").claim == told.debt("f1").claim
    assert only_letter(back).facts["looking"] == "1"
    typed = noted(told)
    assert typed.debt("f1").claim is None
    assert undo(typed, "f1", key="hand.p", now=NOW).case.debt("f1").claim == told.debt("f1").claim


def test_a_promise_that_it_kept_runs_on_and_the_opinion_about_it_is_gone():
    promised = promise(case(), "f1", on=day("2026-07-24"), now=NOW).case
    paid = noted(promised)
    assert paid.debt("f1").promise.state == "kept"
    said = opinion(paid, "f1", about="payment", score="good", now=NOW).case
    back = undo(said, "f1", key="hand.p", now=NOW).case
    assert back.debt("f1").promise.state == "open"
    assert back.debt("f1").opinions == ()
    assert asked(back, back.debt("f1"), NOW) is None
    assert counted(paid, back) == {}
    later = undo(said, "f1", key="hand.p", now=at("2026-08-10 10:00")).case
    assert later.debt("f1").promise.state == "replaced"  # nobody is told that it was broken


def test_where_other_money_settles_the_debt_no_letter_goes():
    twice = noted(noted(case()), key="hand.q")
    back = undo(twice, "f1", key="hand.q", now=NOW)
    assert steps(back) == []
    assert state(back.case.debt("f1"), TODAY) == "paid"
    assert back.case.debt("f1").pause is None


def test_a_line_that_paid_two_debts_is_taken_back_from_both():
    two = noted(case(debt(), debt(id="f2", number="F-2")), key="bank.l1")
    two = noted(two, key="bank.l1", debt_id="f2")
    back = undo(two, "f2", key="bank.l1", now=NOW)
    letter = only_letter(back)
    assert (letter.step, [part.debt_id for part in letter.parts]) == ("payment_corrected", ["f2", "f1"])
    assert (letter.facts["paid_minor"], letter.facts["balance_minor"]) == ("200000", "200000")
    assert [stand(one, TODAY).payable_minor for one in back.case.debts] == [100_000, 100_000]


def test_money_that_went_on_and_money_that_others_told_of_is_not_taken_back():
    over = noted(case(), amount=130_000)
    sent = return_credit(over, "f1", key="r", now=NOW).case
    with pytest.raises(Refused, match="money_moved_on"):
        undo(sent, "f1", key="hand.p", now=NOW)
    with pytest.raises(Refused, match="not_undoable"):
        undo(noted(case(), key="pi_1"), "f1", key="pi_1", now=NOW)
