from datetime import timedelta

import pytest

from aldia.domain.checkouts import (
    checkout_end,
    checkout_ended,
    checkout_paid,
    checkout_processing,
    open_checkout,
    under_way,
)
from aldia.domain.debt import Checkout
from aldia.domain.errors import Refused
from aldia.domain.payments import record_payment
from tests.domain.answer_world import at, case, day, debt, news, only_letter, standing, steps, two_percent_until

OPENED = at("2026-06-11 20:00")


def voucher(name="k1", method="oxxo", opened=OPENED, amount_minor=98000):
    on = day("2026-06-11") if opened is OPENED else case().local_day(opened)
    return Checkout(name, method, amount_minor, on=on, opened_at=opened, ends_at=checkout_end(method, opened))


def opened(**changes):
    known = case(debt(discount=two_percent_until("2026-06-11")))
    return open_checkout(known, "f1", checkout=voucher(**changes), now=OPENED).case


def processing(known, now=OPENED, **more):
    return checkout_processing(known, "f1", checkout_id="k1", now=now, **more)


def ended(known, result, now):
    return checkout_ended(known, "f1", checkout_id="k1", result=result, now=at(now))


def paid(known, now, key="pi_1", amount_minor=98000, **more):
    return checkout_paid(known, "f1", checkout_id="k1", key=key, amount_minor=amount_minor, now=at(now), **more)


@pytest.mark.parametrize(
    ("method", "opened", "deadline", "end"),
    [
        ("card", "2026-06-11 20:00", None, "2026-06-12 20:00"),
        ("sepa_debit", "2026-06-11 20:00", None, "2026-06-12 20:00"),
        ("card", "2026-06-11 20:00", "2026-06-12 00:00", "2026-06-12 00:00"),
        ("card", "2026-06-11 23:59", "2026-06-12 00:00", "2026-06-12 00:29"),
        ("card", "2026-06-11 20:00", "2026-06-20 00:00", "2026-06-12 20:00"),
        ("card", "2026-06-12 00:00", "2026-06-12 00:00", "2026-06-12 00:30"),
        ("spei", "2026-06-11 20:00", "2026-06-12 00:00", "2026-06-14 20:00"),
        ("oxxo", "2026-06-11 20:00", "2026-06-12 00:00", "2026-06-14 23:59"),
        ("oxxo", "2026-06-11 00:00", None, "2026-06-14 23:59"),
        ("oxxo", "2026-06-11 23:59", None, "2026-06-14 23:59"),
    ],
)
def test_a_price_is_held_as_long_as_its_way_of_paying_lives(method, opened, deadline, end):
    deadline = at(deadline) if deadline else None
    assert checkout_end(method, at(opened), discount_deadline=deadline) == at(end)


def test_a_payment_that_was_started_holds_its_debt_until_its_end():
    known = opened()
    assert under_way(known.debt("f1"), at("2026-06-14 23:58")).id == "k1"
    assert under_way(known.debt("f1"), at("2026-06-14 23:59")) is None


def test_starting_to_pay_writes_to_nobody():
    outcome = open_checkout(case(), "f1", checkout=voucher(), now=OPENED)
    assert (steps(outcome), news(outcome)) == ([], [])


def test_a_voucher_shown_is_said_to_be_on_its_way_once():
    outcome = processing(opened())
    assert only_letter(outcome).step == "payment_on_its_way"
    assert only_letter(outcome).facts == {"method": "oxxo", "paid_minor": "98000", "until": "2026-06-14"}
    assert processing(outcome.case).case is outcome.case


def test_the_providers_own_end_is_kept_when_it_says_one():
    known = processing(opened(), ends_at=OPENED + timedelta(days=9)).case
    assert under_way(known.debt("f1"), OPENED + timedelta(days=8)).state == "processing"


@pytest.mark.parametrize(
    ("method", "end"),
    [("oxxo", "2026-06-14 23:59"), ("spei", "2026-06-14 20:00"), ("sepa_debit", "2026-07-02 20:00")],
)
def test_a_method_chosen_on_the_payment_page_moves_the_end(method, end):
    known = processing(opened(method="card"), method=method).case
    (checkout,) = known.debt("f1").checkouts
    assert (checkout.method, checkout.ends_at) == (method, at(end))


def test_a_method_that_was_known_keeps_its_end():
    known = processing(opened(method="sepa_debit"), method="sepa_debit").case
    assert known.debt("f1").checkouts[0].ends_at == at("2026-06-12 20:00")


def test_the_ledger_says_what_was_really_paid_with():
    known = paid(opened(), "2026-06-12 11:00", method="bizum").case
    assert known.debt("f1").entries[0].method == "bizum"


def test_a_voucher_paid_in_time_counts_on_its_own_day_at_the_price_held():
    outcome = paid(opened(), "2026-06-12 11:00")
    assert standing(outcome.case, "2026-06-12").discount_minor == 2000
    assert steps(outcome) == ["thanks"]
    assert outcome.case.debt("f1").checkouts[0].state == "paid"
    assert news(outcome) == ["paid"]


def test_the_message_repeated_changes_nothing():
    known = paid(opened(), "2026-06-12 11:00").case
    assert paid(known, "2026-06-12 11:05").case is known
    assert paid(known, "2026-06-12 11:05", key="evt_2").case is known


@pytest.mark.parametrize("before", [lambda known: known, lambda known: ended(known, "expired", "2026-06-14 23:59").case,
                                    lambda known: ended(known, "failed", "2026-06-12 09:00").case])  # fmt: skip
def test_money_after_the_end_is_taken_at_the_day_it_arrives(before):
    outcome = paid(before(opened()), "2026-06-14 23:59")
    after = standing(outcome.case, "2026-06-14")
    assert (after.balance_minor, after.discount_minor) == (2000, 0)
    assert steps(outcome) == ["part_received"]


def test_a_message_that_comes_days_late_tells_when_the_money_was_taken():
    outcome = paid(opened(), "2026-06-18 11:00", paid_at=at("2026-06-12 11:00"))
    assert standing(outcome.case, "2026-06-18").discount_minor == 2000


def test_a_failed_payment_ends_the_hold_and_lets_another_start():
    known = ended(opened(), "failed", "2026-06-12 09:00").case
    assert known.debt("f1").checkouts[0].state == "failed"
    again = voucher(name="k2", opened=at("2026-06-12 09:05"), amount_minor=100000)
    assert len(open_checkout(known, "f1", checkout=again, now=at("2026-06-12 09:05")).case.debt("f1").checkouts) == 2


def test_a_failure_told_after_the_end_leaves_it_expired():
    assert ended(opened(), "failed", "2026-06-15 09:00").case.debt("f1").checkouts[0].state == "expired"


@pytest.mark.parametrize("result", ["failed", "expired"])
def test_results_after_the_first_change_nothing(result):
    known = paid(opened(), "2026-06-12 11:00").case
    assert ended(known, result, "2026-06-12 12:00").case is known


def test_a_second_payment_cannot_start_while_the_first_is_under_way():
    with pytest.raises(Refused, match="checkout_open"):
        open_checkout(opened(), "f1", checkout=voucher(name="k2"), now=OPENED)


def test_a_payment_may_start_once_the_first_ended_by_itself():
    later = at("2026-06-14 23:59")
    known = open_checkout(opened(), "f1", checkout=voucher(name="k2", opened=later), now=later).case
    assert [checkout.id for checkout in known.debt("f1").checkouts] == ["k1", "k2"]


def test_starting_the_same_payment_twice_is_one_payment():
    known = opened()
    assert open_checkout(known, "f1", checkout=voucher(), now=OPENED).case is known


def test_nothing_can_be_started_on_a_paid_debt():
    known = record_payment(
        case(), "f1", key="p", amount_minor=100000, method="cash", on=day("2026-06-11"), now=OPENED
    ).case
    with pytest.raises(Refused, match="nothing_open"):
        open_checkout(known, "f1", checkout=voucher(), now=OPENED)


def test_a_voucher_and_a_transfer_both_paid_leave_credit():
    known = record_payment(
        opened(), "f1", key="p", amount_minor=98000, method="transfer", on=day("2026-06-11"), now=OPENED
    ).case
    outcome = paid(known, "2026-06-12 11:00")
    assert standing(outcome.case, "2026-06-12").credit_minor == 98000
    assert news(outcome) == ["paid", "credit"]


@pytest.mark.parametrize("call", [lambda known: paid(known, "2026-06-12 11:00"), processing,
                                  lambda known: ended(known, "failed", "2026-06-12 11:00")])  # fmt: skip
def test_an_unknown_payment_is_refused(call):
    with pytest.raises(Refused, match="unknown_checkout"):
        call(case())


@pytest.mark.parametrize(("told", "on"), [({}, "2026-06-12"), ({"paid_at": at("2026-06-12 11:00")}, "2026-06-11")])
def test_money_on_a_checkout_that_was_closed_early_counts_as_held_only_when_the_provider_says_when(told, on):
    known = ended(opened(), "expired", "2026-06-12 10:00").case
    assert paid(known, "2026-06-12 12:00", **told).case.debt("f1").entries[0].on == day(on)
