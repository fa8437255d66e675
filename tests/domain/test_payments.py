from dataclasses import replace

import pytest

from aldia.domain.answers import extension
from aldia.domain.decisions import write_off
from aldia.domain.errors import Refused
from aldia.domain.ledger import law_of_money, state
from aldia.domain.payments import record_payment
from tests.domain.answer_world import at, case, day, debt, news, only_letter, standing, steps, two_percent_until

NOW = at("2026-07-10 12:00")


def pay(known, amount_minor, on="2026-07-10", key="p1", now=NOW, **more):
    return record_payment(
        known, "f1", key=key, amount_minor=amount_minor, method="transfer", on=day(on), now=now, **more
    )


@pytest.mark.parametrize(("on", "tone"), [("2026-06-30", "early"), ("2026-07-01", "on_time"), ("2026-07-02", "late")])
def test_the_thanks_know_whether_the_money_came_early_in_time_or_late(on, tone):
    letter = only_letter(pay(case(), 100000, on=on))
    assert letter.step == "thanks"
    assert letter.facts == {"tone": tone, "paid_minor": "100000", "on": on}


def test_an_extended_debt_is_paid_in_time_until_its_new_date():
    known = extension(case(), "f1", until=day("2026-07-12"), now=at("2026-07-01 10:00")).case
    assert only_letter(pay(known, 100000)).facts["tone"] == "on_time"


def test_the_thanks_name_the_discount_that_was_earned():
    known = case(debt(discount=two_percent_until("2026-07-01")))
    letter = only_letter(pay(known, 98000, on="2026-07-01"))
    assert (letter.facts["tone"], letter.facts["discount_minor"]) == ("early", "2000")
    assert letter.parts[0].amount_minor == 0


def test_a_discount_earned_by_an_early_part_does_not_make_a_late_rest_early():
    share = replace(two_percent_until("2026-06-11"), partial="proportional")
    known = pay(case(debt(discount=share)), 49000, on="2026-06-10", now=at("2026-06-10 12:00")).case
    letter = only_letter(pay(known, 50000, key="p2"))
    assert (letter.step, letter.facts["tone"], letter.facts["discount_minor"]) == ("thanks", "late", "1000")


def test_a_part_is_received_with_what_is_left():
    letter = only_letter(pay(case(), 40000))
    assert (letter.step, letter.cause) == ("part_received", "f1/p1")
    assert letter.facts == {"paid_minor": "40000", "on": "2026-07-10", "balance_minor": "60000"}
    assert letter.parts[0].amount_minor == 60000


def test_a_repeated_key_changes_nothing_and_sends_nothing():
    known = pay(case(), 40000).case
    again = pay(known, 40000, now=at("2026-07-11 12:00"))
    assert again.case is known
    assert (again.letters, again.notices) == ((), ())


def test_a_payment_online_is_told_and_one_typed_by_hand_is_not():
    assert news(pay(case(), 40000)) == ["paid"]
    assert news(pay(case(), 40000, by_hand=True)) == []


def test_money_on_a_paid_debt_becomes_credit_which_is_told_and_thanks_nobody_twice():
    known = pay(case(), 100000).case
    outcome = pay(known, 30000, key="p2", by_hand=True)
    assert standing(outcome.case, "2026-07-10").credit_minor == 30000
    assert (steps(outcome), news(outcome)) == ([], ["credit"])
    assert outcome.notices[0].amount_minor == 30000


def test_a_payment_that_settles_and_is_too_much_is_thanked_and_its_surplus_told():
    outcome = pay(case(), 120000)
    assert (steps(outcome), news(outcome)) == (["thanks"], ["paid", "credit"])
    assert outcome.notices[1].amount_minor == 20000


def test_what_stays_within_the_tolerance_is_waived_and_the_debt_is_paid():
    outcome = pay(case(debt(tolerance_minor=500)), 99500)
    assert steps(outcome) == ["thanks"]
    assert standing(outcome.case, "2026-07-10").waived_minor == 500


def test_one_cent_more_than_the_tolerance_stays_open():
    assert steps(pay(case(debt(tolerance_minor=500)), 99499)) == ["part_received"]


def test_a_back_dated_payment_counts_on_its_day():
    known = case(debt(discount=two_percent_until("2026-06-11")))
    outcome = pay(known, 98000, on="2026-06-11")
    assert steps(outcome) == ["thanks"]
    assert standing(outcome.case, "2026-07-10").discount_minor == 2000


def test_money_after_a_write_off_takes_it_back_and_is_thanked():
    known = write_off(case(), "f1", now=at("2026-07-05 12:00")).case
    part = pay(known, 40000)
    assert state(part.case.debt("f1"), day("2026-07-10")) == "written_off"
    whole = pay(part.case, 60000, key="p2")
    assert state(whole.case.debt("f1"), day("2026-07-10")) == "paid"
    assert (steps(part), steps(whole)) == (["thanks"], ["thanks"])
    assert standing(whole.case, "2026-07-10").written_off_minor == 0


def test_money_takes_a_debt_out_of_the_bin():
    known = case(debt(deleted_at=at("2026-07-01 10:00")))
    assert pay(known, 40000).case.debt("f1").deleted_at is None


@pytest.mark.parametrize(
    ("changes", "key", "field"),
    [
        ({"amount_minor": 0}, "answers.amount_not_positive", "amount"),
        ({"amount_minor": -100}, "answers.amount_not_positive", "amount"),
        ({"on": "2026-07-11"}, "answers.day_is_to_come", "paid_on"),
        ({"on": "2026-05-31"}, "answers.day_before_debt", "paid_on"),
    ],
)
def test_money_that_cannot_have_come_is_refused_beside_its_field(changes, key, field):
    with pytest.raises(Refused) as refused:
        pay(case(), **{"amount_minor": 100, **changes})
    assert (refused.value.key, refused.value.field) == (key, field)


def test_the_law_of_money_holds_after_each_payment():
    known = case(debt(discount=two_percent_until("2026-07-01"), tolerance_minor=10))
    for place, minor in enumerate([1, 50000, 47990, 7, 90000]):
        known = pay(known, minor, key=f"p{place}").case
        assert law_of_money(known.debt("f1"), day("2026-07-10"))


def test_two_debts_paid_by_one_payment_get_letters_with_names_of_their_own():
    known = case(debt(), debt(id="f2"))
    first = pay(known, 100000)
    second = record_payment(
        first.case, "f2", key="p1", amount_minor=100000, method="card", on=day("2026-07-10"), now=NOW
    )
    assert only_letter(first).id != only_letter(second).id
