"""Money that goes back, dates that move, and the law that nothing is lost: what the wrong line would change."""

from dataclasses import replace

import pytest

from aldia.domain.answers import plan
from aldia.domain.checkouts import checkout_paid, checkout_processing
from aldia.domain.debt import Checkout, Discount, Instalment, Tier
from aldia.domain.decisions import change_amount
from aldia.domain.errors import Refused
from aldia.domain.ledger import adds_up, stand
from aldia.domain.opening import checked
from aldia.domain.payments import record_payment
from aldia.domain.reversals import refund, refund_failed
from aldia.domain.silences import debt_silence, received_since
from aldia.domain.terms_changed import with_due
from tests.domain.answer_world import at, case, day, debt
from tests.domain.money_world import booked, price, tiers, yearly
from tests.domain.money_world import debt as owed

NOW = at("2026-07-06 12:00")
FIRST, LATER = Instalment("i1", day("2026-07-01"), 40000), Instalment("i2", day("2026-08-01"), 60000)


def refunded():
    paid = record_payment(
        case(), "f1", key="p1", amount_minor=100000, method="card", on=day("2026-06-10"), now=at("2026-06-10 12:00")
    )
    return refund(paid.case, "f1", key="r1", amount_minor=30000, now=NOW).case


def test_a_refund_that_failed_is_told_with_its_own_sum():
    outcome = refund_failed(refunded(), "f1", key="r1", now=NOW)
    assert [notice.amount_minor for notice in outcome.notices] == [30000]


def test_a_refund_that_nobody_booked_cannot_fail():
    known = refunded()
    assert refund_failed(known, "f1", key="r2", now=NOW).case is known


def test_what_came_in_since_a_day_leaves_out_refunds_that_failed_and_lines_that_move_no_money():
    known = refunded()
    since = at("2026-06-01 00:00")
    assert received_since(known.debt("f1"), since) == 70000
    assert received_since(known.debt("f1"), NOW) == -30000
    failed = refund_failed(known, "f1", key="r1", now=NOW).case.debt("f1")
    assert received_since(failed, since) == 100000


def test_an_instalment_after_the_last_due_date_does_not_hold_that_date():
    moved = with_due(debt(instalments=(FIRST, LATER)), day("2026-07-15"))
    assert [part.due_on for part in moved.instalments] == [day("2026-07-15"), day("2026-08-01")]


def test_of_two_instalments_on_the_due_date_only_the_newest_moves_and_not_before_the_other():
    known = debt(instalments=(FIRST, replace(LATER, due_on=day("2026-07-01"))))
    assert [part.due_on for part in with_due(known, day("2026-07-15")).instalments] == [FIRST.due_on, day("2026-07-15")]
    with pytest.raises(Refused, match="due_before_instalment"):
        with_due(known, day("2026-06-20"))


@pytest.mark.parametrize(
    ("taken", "counts_on"), [("2026-06-12 11:00", "2026-06-11"), ("2026-06-12 13:00", "2026-06-12")]
)
def test_money_that_is_told_late_counts_at_the_price_held_only_when_it_was_taken_in_time(taken, counts_on):
    held = Checkout(
        "k1", "card", 98000, day("2026-06-11"), at("2026-06-11 20:00"), at("2026-06-12 12:00"), state="expired"
    )
    outcome = checkout_paid(
        case(debt(checkouts=(held,))), "f1", checkout_id="k1", key="pi_1", amount_minor=98000,
        now=at("2026-06-12 18:00"), paid_at=at(taken),
    )  # fmt: skip
    assert outcome.case.debt("f1").entries[-1].on == day(counts_on)


EVERYTHING = booked(
    owed(interest=yearly(fixed_compensation_minor=4000), discount=tiers(("2", "2026-06-11"), partial="proportional")),
    ("payment", "2026-06-10", "490.00"),
    ("waive", "2026-06-12", "50.00"),
    ("refund", "2026-07-02", "20.00"),
    ("chargeback", "2026-07-03", "30.00"),
    ("write_off", "2026-07-05", "100.00"),
)
TOO_MUCH = booked(owed(), ("payment", "2026-06-10", "1070.00"))


def changed(standing, wrong):
    return replace(standing, **{name: getattr(standing, name) + more for name, more in wrong.items()})


@pytest.mark.parametrize(
    "wrong",
    [
        {"charged_minor": 1}, {"paid_minor": 1}, {"balance_minor": 1}, {"credit_minor": 1}, {"waived_minor": 1},
        {"interest_minor": 1}, {"interest_due_minor": 1}, {"compensation_minor": 1}, {"written_off_minor": 1},
        {"balance_minor": 1, "charged_minor": 1}, {"credit_minor": 1, "captured_minor": 1},
    ],
    ids=str,
)  # fmt: skip
def test_the_law_of_money_sees_every_sum_that_does_not_add_up(wrong):
    for one in (debt(), EVERYTHING, TOO_MUCH):
        right = stand(one, day("2026-08-01"))
        assert adds_up(right)
        assert not adds_up(changed(right, wrong))


@pytest.mark.parametrize(
    "wrong",
    [
        {"credit_minor": -1, "waived_minor": -1}, {"discount_minor": 1, "waived_minor": -1}, {"offer_minor": -1},
        {"captured_minor": -1, "refunded_minor": -1}, {"discount_minor": 100001, "interest_minor": 100001},
    ],
    ids=str,
)  # fmt: skip
def test_the_law_of_money_knows_no_sum_below_zero_and_no_discount_above_the_whole(wrong):
    assert not adds_up(changed(stand(debt(), day("2026-06-06")), wrong))


def test_the_law_of_money_holds_of_a_debt_to_which_everything_happened():
    at_last = stand(EVERYTHING, day("2026-08-01"))
    sums = (
        "discount",
        "waived",
        "written_off",
        "refunded",
        "charged_back",
        "interest_due",
        "compensation_due",
        "balance",
    )
    assert all(getattr(at_last, f"{name}_minor") > 0 for name in sums)
    assert stand(TOO_MUCH, day("2026-08-01")).credit_minor == 7000


def test_what_the_bank_took_and_gave_back_counts_in_what_came_in():
    taken = booked(owed(), ("payment", "2026-06-10", "500.00"), ("chargeback", "2026-06-12", "200.00"))
    won = booked(taken, ("chargeback_won", "2026-06-20", "200.00"))
    since = at("2026-06-01 00:00")
    assert (received_since(taken, since), received_since(won, since)) == (30000, 50000)


def test_a_discount_that_takes_nothing_off_is_refused():
    with pytest.raises(Refused, match="discount_percent"):
        checked(debt(discount=Discount("tiers", (Tier(day("2026-06-11")),))))


def test_after_a_discount_ended_a_part_payment_earns_none_of_it():
    late = booked(
        owed(discount=tiers(("2", "2026-06-11"), partial="proportional")), ("payment", "2026-06-12", "500.00")
    )
    whole = booked(owed(discount=tiers(("2", "2026-06-11"))), ("payment", "2026-06-10", "500.00"))
    assert [stand(one, day("2026-06-12")).discount_minor for one in (late, whole)] == [0, 0]


def test_what_is_forgiven_or_given_up_is_no_money_that_came_in():
    lowered = booked(owed(), ("waive", "2026-06-10", "300.00"), ("write_off", "2026-06-11", "100.00"))
    assert received_since(lowered, at("2026-06-01 00:00")) == 0


def test_a_last_cent_that_a_discount_covers_is_silent_until_the_discount_ends():
    one_cent = booked(owed(discount=tiers(("=15.00", "2026-07-15"))), ("waive", "2026-06-10", "999.99"))
    assert debt_silence(case(one_cent), one_cent, NOW).until == at("2026-07-16 00:00")


@pytest.mark.parametrize(("rate", "changes"), [("0.0084", True), ("0.0082", False)])
def test_a_price_that_holds_for_more_than_sixty_years_holds(rate, changes):
    """Of 1.00 the first cent of interest is charged after half a cent: in 59.5 and in 61 years."""
    quoted = price(owed("1.00", interest=yearly(rate)), "2026-07-01")
    assert (quoted.holds_until is not None) is changes


@pytest.mark.parametrize("method", ["", "oxxo"])
def test_a_message_that_the_money_is_on_its_way_is_believed_though_the_session_just_ended(method):
    held = Checkout("k1", "card", 98000, day("2026-06-11"), at("2026-06-11 20:00"), at("2026-06-12 12:00"))
    outcome = checkout_processing(
        case(debt(checkouts=(held,))), "f1", checkout_id="k1", now=at("2026-06-12 13:00"), method=method
    )
    assert outcome.case.debt("f1").checkouts[0].method == (method or "card")
    assert [letter.step for letter in outcome.letters] == ["payment_on_its_way"]


def test_a_plan_for_what_is_left_of_a_half_paid_part_is_another_plan():
    parts = ((day("2026-07-20"), 60000), (day("2026-08-20"), 40000))
    planned = plan(case(), "f1", instalments=parts, now=NOW).case
    paid = record_payment(
        planned, "f1", key="p1", amount_minor=10000, method="cash", on=day("2026-07-07"), now=at("2026-07-07 12:00")
    ).case
    left = ((day("2026-07-20"), 50000), (day("2026-08-20"), 40000))
    again = plan(paid, "f1", instalments=left, now=at("2026-07-08 12:00")).case.debt("f1")
    assert [(part.id, part.amount_minor) for part in again.instalments] == [("i2", 10000), ("i4", 50000), ("i5", 40000)]


@pytest.mark.parametrize(("key", "booked_as"), [("form-1", "form-1"), ("", "amount")])
def test_a_change_of_the_amount_is_booked_under_the_forms_own_key(key, booked_as):
    changed_to = change_amount(case(), "f1", amount_minor=90000, key=key, now=NOW).case
    assert changed_to.debt("f1").entries[-1].key == booked_as


@pytest.mark.parametrize(("gone_at", "on"), [("2026-07-04 12:00", "2026-07-04"), ("2026-07-08 12:00", "2026-07-06")])
def test_money_that_a_provider_says_went_back_counts_on_its_day_and_never_ahead(gone_at, on):
    known = refund(refunded(), "f1", key="r2", amount_minor=100, now=NOW, gone_at=at(gone_at)).case
    assert known.debt("f1").entries[-1].on == day(on)


def test_an_amount_may_be_changed_to_a_single_cent():
    assert (
        stand(change_amount(case(), "f1", amount_minor=1, now=NOW).case.debt("f1"), day("2026-07-06")).charged_minor
        == 1
    )
