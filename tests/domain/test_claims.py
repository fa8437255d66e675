import pytest

from aldia.domain.answers import ask_about_claim, claim_not_found, claim_paid, confirm_claim
from aldia.domain.errors import Refused
from aldia.domain.payments import record_payment
from tests.domain.answer_world import at, case, day, debt, news, only_letter, standing, steps, two_percent_until

NOW = at("2026-06-12 10:00")
LATER = at("2026-06-15 10:00")


def claimed(**said):
    return claim_paid(case(debt(discount=two_percent_until("2026-06-11"))), "f1", now=NOW, **said)


def test_what_the_client_says_is_noted_and_told():
    outcome = claimed(paid_on=day("2026-06-10"), amount_minor=98000)
    assert only_letter(outcome).facts == {"paid_on": "2026-06-10", "amount_minor": "98000"}
    assert steps(outcome) == ["already_paid_noted"]
    assert news(outcome) == ["claimed"]


def test_a_confirmed_claim_is_booked_for_its_day_at_the_price_of_that_day():
    outcome = confirm_claim(claimed(paid_on=day("2026-06-10")).case, "f1", key="c1", now=LATER)
    (entry,) = outcome.case.debt("f1").entries
    assert (entry.on, entry.amount_minor, entry.method) == (day("2026-06-10"), 98000, "transfer")
    assert standing(outcome.case, "2026-06-15").discount_minor == 2000
    assert steps(outcome) == ["thanks"]
    assert outcome.case.debt("f1").claim is None


def test_a_claim_without_a_day_counts_on_the_day_it_was_made():
    outcome = confirm_claim(claimed().case, "f1", key="c1", now=LATER)
    (entry,) = outcome.case.debt("f1").entries
    assert (entry.on, entry.amount_minor) == (day("2026-06-12"), 100000)


def test_the_freelancers_own_data_hold_over_the_claims():
    known = claimed(paid_on=day("2026-06-10"), amount_minor=98000).case
    outcome = confirm_claim(known, "f1", key="c1", amount_minor=50000, paid_on=day("2026-06-13"), now=LATER)
    (entry,) = outcome.case.debt("f1").entries
    assert (entry.on, entry.amount_minor) == (day("2026-06-13"), 50000)
    assert steps(outcome) == ["part_received"]


def test_the_freelancer_is_not_told_of_what_the_freelancer_typed():
    assert news(confirm_claim(claimed().case, "f1", key="c1", now=LATER)) == []


def test_a_payment_that_is_not_found_is_said_kindly_and_ends_the_silence():
    outcome = claim_not_found(claimed(paid_on=day("2026-06-10")).case, "f1", now=LATER)
    assert steps(outcome) == ["payment_not_found"]
    assert only_letter(outcome).facts == {"paid_on": "2026-06-10"}
    assert outcome.case.debt("f1").claim is None


def test_confirming_twice_books_once():
    known = confirm_claim(claimed().case, "f1", key="c1", now=LATER).case
    assert confirm_claim(known, "f1", key="c1", now=LATER).case is known


@pytest.mark.parametrize("reply", [lambda known: confirm_claim(known, "f1", key="c1", now=LATER),
                                   lambda known: claim_not_found(known, "f1", now=LATER)])  # fmt: skip
def test_there_is_nothing_to_answer_without_a_claim(reply):
    with pytest.raises(Refused, match="no_claim"):
        reply(case())


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({"paid_on": day("2026-06-13")}, "day_is_to_come"),
        ({"paid_on": day("2026-05-31")}, "day_before_debt"),
        ({"amount_minor": 0}, "amount_not_positive"),
    ],
)
def test_a_claim_that_cannot_be_true_is_refused(said, key):
    with pytest.raises(Refused, match=key):
        claimed(**said)


def test_the_same_claim_twice_is_noted_once():
    known = claimed(paid_on=day("2026-06-10")).case
    assert claim_paid(known, "f1", paid_on=day("2026-06-10"), now=LATER).case is known


@pytest.mark.parametrize("reply", [lambda known: confirm_claim(known, "f1", key="c1", amount_minor=100, now=LATER),
                                   lambda known: claim_not_found(known, "f1", now=LATER)])  # fmt: skip
def test_the_proof_of_an_earlier_claim_shows_nothing_of_the_next_one(reply):
    first = claimed(paid_on=day("2026-06-10"), proof_name="june.pdf").case
    more = claim_paid(first, "f1", paid_on=day("2026-06-10"), reference="TR-55", now=LATER).case
    assert more.debt("f1").proof_name == "june.pdf"  # the same claim, with more words
    again = claim_paid(reply(first).case, "f1", paid_on=day("2026-06-10"), now=LATER).case
    assert again.debt("f1").proof_name == ""


def test_what_the_bank_calls_it_and_the_file_that_shows_it_are_kept():
    outcome = claimed(paid_on=day("2026-06-10"), reference="TR-55", proof_name="r.pdf")
    kept = outcome.case.debt("f1")
    assert (kept.claim.reference, kept.proof_name) == ("TR-55", "r.pdf")
    assert only_letter(outcome).facts["bank_reference"] == "TR-55"


def test_the_same_again_changes_nothing_and_anything_more_is_noted():
    known = claimed(paid_on=day("2026-06-10"), reference="TR-55", proof_name="r.pdf").case
    same = claim_paid(known, "f1", paid_on=day("2026-06-10"), reference="TR-55", now=LATER)
    assert same.case is known
    for more in ({"reference": "TR-56"}, {"reference": "TR-55", "proof_name": "other.pdf"}):
        assert steps(claim_paid(known, "f1", paid_on=day("2026-06-10"), now=LATER, **more)) == ["already_paid_noted"]


def test_a_question_keeps_the_silence_and_the_same_answer_counts_again():
    asked = ask_about_claim(claimed(paid_on=day("2026-06-10")).case, "f1", words="¿Desde qué banco?", now=LATER)
    assert only_letter(asked).facts == {"paid_on": "2026-06-10", "question": "¿Desde qué banco?"}
    assert asked.case.debt("f1").claim.asked_at == LATER
    again = claim_paid(asked.case, "f1", paid_on=day("2026-06-10"), now=LATER)
    assert steps(again) == ["already_paid_noted"]
    assert again.case.debt("f1").claim.asked_at is None


# -- a payment that is booked beside it -----------------------------------------------------------


def by_hand(known, minor, *, method="transfer", is_by_hand=True):
    booked = {"key": "p1", "amount_minor": minor, "method": method, "on": day("2026-06-10")}
    return record_payment(known, "f1", **booked, now=LATER, by_hand=is_by_hand).case.debt("f1")


@pytest.mark.parametrize(
    ("minor", "booked", "is_answered"),
    [
        (30000, {}, True),
        (30001, {}, False),
        (100000, {}, True),  # nothing is left
        (30000, {"method": "credit"}, False),  # another debt's surplus is not the client's transfer
        (30000, {"is_by_hand": False}, False),  # nor is what is paid online meanwhile
    ],
)
def test_what_the_freelancer_books_answers_the_claim_of_that_sum_and_of_a_debt_that_it_settles(
    minor, booked, is_answered
):
    known = claim_paid(case(), "f1", paid_on=day("2026-06-10"), amount_minor=30000, now=NOW).case
    assert (by_hand(known, minor, **booked).claim is None) == is_answered


def test_a_payment_that_is_booked_already_is_not_booked_again_without_a_word():
    paid = case().with_debt(by_hand(case(), 30000))
    known = claim_paid(paid, "f1", paid_on=day("2026-06-10"), amount_minor=30000, now=LATER).case
    with pytest.raises(Refused, match="booked_already") as refused:
        confirm_claim(known, "f1", key="c1", twin="ask", now=LATER)
    assert refused.value.field == "twin"
    same = confirm_claim(known, "f1", key="c1", twin="same", now=LATER)
    assert (len(same.case.debt("f1").entries), same.case.debt("f1").claim) == (1, None)
    assert steps(same) == ["part_received"]
    other = confirm_claim(known, "f1", key="c1", twin="other", now=LATER)
    assert (len(other.case.debt("f1").entries), other.case.debt("f1").claim) == (2, None)
    elsewhen = confirm_claim(known, "f1", key="c1", paid_on=day("2026-06-11"), twin="ask", now=LATER)
    assert len(elsewhen.case.debt("f1").entries) == 2


def test_the_same_as_a_payment_that_is_not_there_is_refused_and_books_nothing():
    known = claim_paid(case(), "f1", paid_on=day("2026-06-10"), amount_minor=30000, now=NOW).case
    with pytest.raises(Refused, match="not_booked_yet") as refused:
        confirm_claim(known, "f1", key="c1", twin="same", now=LATER)
    assert refused.value.field == "amount"
