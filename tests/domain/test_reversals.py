import pytest

from aldia.domain.decisions import decide_review
from aldia.domain.errors import Refused
from aldia.domain.ledger import law_of_money, state
from aldia.domain.payments import record_payment
from aldia.domain.reversals import chargeback, chargeback_closed, refund, refund_failed
from tests.domain.answer_world import at, case, day, debt, news, standing, steps, two_percent_until

NOW = at("2026-07-06 12:00")
LATER = at("2026-07-10 11:30")


def paid(amount_minor=100000, on="2026-06-10", **changes):
    known = case(debt(**changes))
    return record_payment(
        known, "f1", key="p1", amount_minor=amount_minor, method="card", on=day(on), now=at(f"{on} 12:00")
    ).case


def refunded(amount_minor=40000):
    return refund(paid(), "f1", key="r1", amount_minor=amount_minor, now=NOW)


def charged_back(amount_minor=100000, **changes):
    return chargeback(paid(**changes), "f1", key="d1", amount_minor=amount_minor, now=NOW).case


def closed(known, won, key="d1w"):
    return chargeback_closed(known, "f1", key=key, won=won, now=LATER)


def test_a_refund_opens_the_balance_again_and_waits_for_a_decision():
    outcome = refunded()
    assert standing(outcome.case, "2026-07-06").balance_minor == 40000
    assert outcome.case.debt("f1").review_since == NOW
    assert state(outcome.case.debt("f1"), day("2026-07-06")) == "review"
    assert (steps(outcome), news(outcome)) == ([], ["review"])


def test_a_refund_told_twice_counts_once():
    known = refunded().case
    assert refund(known, "f1", key="r1", amount_minor=40000, now=LATER).case is known


def test_a_part_that_goes_back_leaves_the_discount():
    known = paid(98000, discount=two_percent_until("2026-06-11"))
    known = refund(known, "f1", key="r1", amount_minor=50000, now=NOW).case
    assert standing(known, "2026-07-06").discount_minor == 2000
    assert standing(known, "2026-07-06").balance_minor == 50000


def test_when_all_the_money_went_back_the_discount_is_taken_back():
    known = paid(98000, discount=two_percent_until("2026-06-11"))
    known = refund(known, "f1", key="r1", amount_minor=98000, now=NOW).case
    assert standing(known, "2026-07-06").discount_minor == 0
    assert standing(known, "2026-07-06").balance_minor == 100000


def test_a_won_chargeback_is_as_if_the_money_had_never_left():
    before = paid(98000, discount=two_percent_until("2026-06-11"))
    known = chargeback(before, "f1", key="d1", amount_minor=98000, now=NOW).case
    known = closed(known, won=True).case
    after = standing(known, "2026-07-10")
    assert (after.balance_minor, after.discount_minor, after.paid_minor) == (0, 2000, 98000)
    assert known.debt("f1").review_since == NOW


def test_a_lost_chargeback_leaves_the_balance_open_and_the_review():
    known = closed(charged_back(), won=False).case
    assert standing(known, "2026-07-10").balance_minor == 100000
    assert state(known.debt("f1"), day("2026-07-10")) == "review"


@pytest.mark.parametrize("won", [True, False])
def test_a_chargeback_is_closed_once(won):
    known = closed(charged_back(), won=won).case
    assert closed(known, won=won).case is known
    with pytest.raises(Refused, match="no_chargeback"):
        closed(known, won=True, key="other")


def test_of_two_chargebacks_the_named_one_is_closed_else_the_oldest():
    known = chargeback(paid(), "f1", key="d1", amount_minor=30000, now=NOW).case
    known = chargeback(known, "f1", key="d2", amount_minor=20000, now=NOW).case
    second = chargeback_closed(known, "f1", key="w", won=True, chargeback_key="d2", now=LATER).case
    assert standing(second, "2026-07-10").balance_minor == 30000
    assert standing(closed(known, won=True).case, "2026-07-10").balance_minor == 20000


@pytest.mark.parametrize("goes_back", [refund, chargeback])
@pytest.mark.parametrize(
    ("amount_minor", "key"), [(100001, "more_than_received"), (0, "amount_not_positive"), (-1, "amount_not_positive")]
)
def test_no_more_goes_back_than_came(goes_back, amount_minor, key):
    with pytest.raises(Refused, match=key):
        goes_back(paid(), "f1", key="r1", amount_minor=amount_minor, now=NOW)


def test_what_went_back_already_cannot_go_back_again():
    with pytest.raises(Refused, match="more_than_received"):
        refund(refunded(60000).case, "f1", key="r2", amount_minor=40001, now=LATER)


@pytest.mark.parametrize(
    ("outcome", "state_after", "field", "minor"),
    [
        ("reopen", "open", "balance_minor", 40000),
        ("waive", "paid", "waived_minor", 40000),
        ("write_off", "written_off", "written_off_minor", 40000),
    ],
)
def test_the_freelancer_ends_a_review(outcome, state_after, field, minor):
    known = decide_review(refunded().case, "f1", outcome=outcome, now=LATER).case
    assert known.debt("f1").review_since is None
    assert state(known.debt("f1"), day("2026-07-10")) == state_after
    assert getattr(standing(known, "2026-07-10"), field) == minor
    assert law_of_money(known.debt("f1"), day("2026-07-10"))


def test_a_review_of_a_won_chargeback_ends_with_nothing_to_forgive():
    known = closed(charged_back(), won=True).case
    known = decide_review(known, "f1", outcome="waive", now=LATER).case
    assert state(known.debt("f1"), day("2026-07-10")) == "paid"
    assert standing(known, "2026-07-10").waived_minor == 0


def test_there_is_nothing_to_decide_outside_a_review():
    with pytest.raises(Refused, match="no_review"):
        decide_review(paid(), "f1", outcome="reopen", now=NOW)


def test_a_refund_of_credit_opens_nothing():
    known = refund(paid(120000), "f1", key="r1", amount_minor=20000, now=NOW).case
    assert standing(known, "2026-07-06").balance_minor == 0
    assert state(known.debt("f1"), day("2026-07-06")) == "paid"


def test_a_refund_that_failed_is_told_with_its_own_sum_and_only_when_there_is_one():
    known = refunded().case
    outcome = refund_failed(known, "f1", key="r1", now=LATER)
    assert [notice.amount_minor for notice in outcome.notices] == [40000]
    assert standing(outcome.case, "2026-07-10").balance_minor == 0
    assert refund_failed(known, "f1", key="r2", now=LATER).case is known
    assert refund_failed(outcome.case, "f1", key="r1", now=LATER).case is outcome.case
