"""What the provider tells is booked as it is: late, in parts, of many debts, given back and given back in vain."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aldia.domain.case import Case
from aldia.domain.debt import Discount, Tier
from aldia.domain.errors import Refused
from aldia.domain.ledger import law_of_money, stand
from aldia.flows import casework, settle, start_payment
from aldia.ports import DisputeTruth, PaymentTruth, RefundTruth
from aldia.store import accounts, checkouts
from tests.flows.test_faults import letters_of, press, recover, session_of, written
from tests.world import START


def truth(record, captured_minor, at, **more):
    return PaymentTruth("pi_1", "succeeded", "card", record.currency, captured_minor, at, {}, **more)


def record_of(world, ana, debt):
    return checkouts.of_client(world.ports, ana.id, debt.client_id)[-1]


def pressed(world, given, shown=10**9, **more):
    ana, debt, _address = given
    wish = start_payment.Wish((debt.id,), shown_minor=shown, return_path="/p/x", **more)
    return start_payment.start_payment(world.ports, ana.id, debt.client_id, wish)


def held(world, given):
    ana, debt, _address = given
    return world.case(ana, debt).debt(debt.id)


def standing(world, given):
    debt = held(world, given)
    today = world.case(*given[:2]).local_day(world.clock.at)
    assert law_of_money(debt, today)
    return stand(debt, today)


def discounted(world):
    """A debt of 1,000 with 10 % off to the end of 10 June, just before that midnight in Mexico City."""
    ana = world.account("ana@disco.example")
    tier = Tier(START.date() + timedelta(days=9), percent=10)
    debt = world.debt(ana, discount=Discount("tiers", (tier,)))
    world.advance(hours=2)
    world.clock.at = datetime(2026, 6, 11, 5, 50, tzinfo=UTC)
    return ana, debt, "bruno@example.com"


def test_a_card_paid_in_time_has_its_price_though_the_message_comes_after_the_jobs_ended_it(world):
    given = discounted(world)
    pressed(world, given)
    record = record_of(world, *given[:2])
    assert record.amount_minor == 90_000
    paid_at = world.clock.at + timedelta(minutes=20)  # after midnight, inside the window
    world.clock.at += timedelta(days=3)
    world.jobs()
    settle.apply(world.ports, record_of(world, *given[:2]), None, truth(record, 90_000, paid_at))
    assert standing(world, given).payable_minor == 0
    assert standing(world, given).discount_minor == 10_000


def test_a_card_paid_after_the_window_counts_on_its_own_day(world):
    given = discounted(world)
    pressed(world, given)
    record = record_of(world, *given[:2])
    paid_at = world.clock.at + timedelta(hours=30)
    world.clock.at += timedelta(days=3)
    world.jobs()
    settle.apply(world.ports, record_of(world, *given[:2]), None, truth(record, 90_000, paid_at))
    assert standing(world, given).payable_minor == 10_000


def test_a_voucher_told_of_after_the_session_ended_here_still_holds_its_price_and_silences(world):
    given = discounted(world)
    url = pressed(world, given)
    session = world.ports.payments.read_session(session_of(url), "")
    complete = replace(session, status="complete", payment_status="unpaid")
    world.clock.at += timedelta(minutes=45)
    casework.change(world.ports, given[0].id, given[1].client_id, _looked_at)
    voucher = PaymentTruth("pi_1", "requires_action", "oxxo", "MXN", 0, None, {})
    settle.apply(world.ports, record_of(world, *given[:2]), complete, voucher)
    assert [(one.state, one.method) for one in held(world, given).checkouts] == [("processing", "oxxo")]
    assert record_of(world, *given[:2]).state == "processing"
    paid_at = world.clock.at + timedelta(days=2)
    world.clock.at += timedelta(days=6)
    settle.apply(
        world.ports, record_of(world, *given[:2]), None, replace(truth(record_of(world, *given[:2]), 90_000, paid_at))
    )
    assert standing(world, given).payable_minor == 0


def _looked_at(case: Case, now: datetime):
    """What a scheduled run does to a checkout whose time is over."""
    from aldia.domain.agreed import brought_up_to_date
    from aldia.domain.case import Outcome

    debt = case.debts[0]
    return Outcome(case.with_debt(brought_up_to_date(debt, case, now)))


def test_pressing_again_after_midnight_takes_up_the_price_that_is_held(world):
    given = discounted(world)
    first = pressed(world, given, shown=90_000)
    world.clock.at += timedelta(minutes=15)
    assert pressed(world, given, shown=90_000) == first
    assert pressed(world, given, shown=100_000) == first


def test_the_price_is_held_through_a_silence_of_the_provider(world, monkeypatch):
    from aldia.ports import PaymentUnknown

    given = discounted(world)
    real = world.ports.payments.start_checkout

    def silent(_wish):
        raise PaymentUnknown("timeout")

    monkeypatch.setattr(world.ports.payments, "start_checkout", silent)
    with pytest.raises(PaymentUnknown):
        pressed(world, given, shown=90_000)
    monkeypatch.setattr(world.ports.payments, "start_checkout", real)
    world.clock.at += timedelta(minutes=0, seconds=50)
    pressed(world, given, shown=90_000)
    assert record_of(world, *given[:2]).amount_minor == 90_000


def test_an_old_page_without_a_held_price_is_asked_again(world):
    given = discounted(world)
    world.clock.at += timedelta(minutes=15)
    with pytest.raises(start_payment.PriceRose) as rose:
        pressed(world, given, shown=90_000)
    assert rose.value.now_minor == 100_000


def test_money_booked_between_reading_and_writing_is_not_charged_again(world, monkeypatch):
    from aldia.domain import payments

    given = written(world)
    ana, debt, _address = given
    fresh = world.ports.ids.new
    turns = iter(["first"])

    def new():
        if next(turns, ""):  # the price has been read and is about to be written down: cash is typed now
            today = world.case(ana, debt).local_day(world.clock.at)
            casework.change(
                world.ports, ana.id, debt.client_id,
                lambda case, now: payments.record_payment(
                    case, debt.id, key="cash", amount_minor=40_000, method="cash", on=today, now=now
                ),
            )  # fmt: skip
        return fresh()

    monkeypatch.setattr(world.ports.ids, "new", new)
    press(world.ports, given)
    assert record_of(world, ana, debt).amount_minor == 60_000


def many(world, count=10):
    """A client with so many overdue debts whose tasks have appeared, and one checkout for all."""
    ana = world.account("ana@many.example")
    first = world.debt(ana)
    debts = [first, *(world.debt(ana, number=f"F-{n}", amount_minor=1_000 * n) for n in range(2, count + 1))]
    for _ in range(70):
        world.clock.at += timedelta(days=1)
        from aldia.flows import run_jobs

        run_jobs.run(world.ports)
    return ana, debts


def test_one_payment_of_as_many_debts_as_may_be_chosen_is_booked_with_all_that_ever_happened_to_it(world):
    ana, debts = many(world)
    ids = tuple(debt.id for debt in debts)
    wish = start_payment.Wish(ids, shown_minor=10**9, return_path="/p/x")
    start_payment.start_payment(world.ports, ana.id, debts[0].client_id, wish)
    record = record_of(world, ana, debts[0])
    at = world.clock.at
    told = truth(
        record,
        record.amount_minor,
        at,
        refunds=(RefundTruth("re_1", 5_000, at, "succeeded"),),
        disputes=(DisputeTruth("dp_1", record.amount_minor, at, "lost"),),
    )
    settle.apply(world.ports, record, None, told)
    settle.apply(world.ports, record_of(world, ana, debts[0]), None, told)
    case = world.case(ana, debts[0])
    assert all(law_of_money(debt, case.local_day(at)) for debt in case.debts)
    sums = {
        kind: sum(entry.amount_minor for debt in case.debts for entry in debt.entries if entry.kind == kind)
        for kind in ("payment", "refund", "chargeback")
    }
    assert sums == {"payment": record.amount_minor, "refund": 5_000, "chargeback": record.amount_minor}
    assert accounts.load(world.ports, ana.id).trust.debts_paid == len(debts)


def test_too_many_debts_in_one_payment_are_refused_with_a_sentence(world):
    ana, debts = many(world, 2)
    ids = tuple(f"d{n}" for n in range(start_payment.MOST_DEBTS + 1))
    wish = start_payment.Wish(ids, shown_minor=10**9)
    with pytest.raises(Refused) as refused:
        start_payment.start_payment(world.ports, ana.id, debts[0].client_id, wish)
    assert refused.value.key == "pay.choose_debts"


def test_two_debts_that_are_each_being_paid_can_be_paid_together_at_the_first_press(world):
    ana, debts = many(world, 2)
    for debt in debts:
        pressed(world, (ana, debt, ""))
    wish = start_payment.Wish(tuple(debt.id for debt in debts), shown_minor=10**9, return_path="/p/x")
    start_payment.start_payment(world.ports, ana.id, debts[0].client_id, wish)
    states = sorted(record.state for record in checkouts.of_client(world.ports, ana.id, debts[0].client_id))
    assert states == ["expired", "expired", "open"]


def test_a_session_that_ran_out_at_the_provider_does_not_stand_in_the_way_of_a_new_one(world):
    given = written(world)
    url = press(world.ports, given)
    world.stripe.bank.webhooks("lose")
    world.stripe.bank.expire(session_of(url))
    ana, debt, _address = given
    wish = start_payment.Wish((debt.id,), shown_minor=10**9, part_minor=50_000, return_path="/p/x")
    start_payment.start_payment(world.ports, ana.id, debt.client_id, wish)
    assert record_of(world, ana, debt).amount_minor == 50_000


def paid(world):
    given = written(world)
    press(world.ports, given)
    record = record_of(world, *given[:2])
    told = truth(record, 100_000, world.clock.at)
    settle.apply(world.ports, record, None, told)
    return given, record_of(world, *given[:2]), told


def test_a_refund_that_failed_at_the_bank_is_taken_back(world):
    given, record, told = paid(world)
    at = world.clock.at
    for status in ("pending", "failed", "failed"):
        settle.apply(world.ports, record, None, replace(told, refunds=(RefundTruth("re_1", 30_000, at, status),)))
    assert standing(world, given).payable_minor == 0
    assert standing(world, given).refunded_minor == 0
    assert held(world, given).review_since


def test_a_refund_that_failed_before_we_heard_of_it_leaves_no_trace(world):
    given, record, told = paid(world)
    failed = replace(told, refunds=(RefundTruth("re_1", 30_000, world.clock.at, "failed"),))
    settle.apply(world.ports, record, None, failed)
    assert [entry.kind for entry in held(world, given).entries] == ["payment"]


def test_a_dispute_of_what_was_refunded_already_is_booked_and_not_refused(world):
    given, record, told = paid(world)
    at = world.clock.at
    told = replace(
        told,
        refunds=(RefundTruth("re_1", 40_000, at, "succeeded"),),
        disputes=(DisputeTruth("dp_1", 100_000, at, "needs_response"),),
    )
    settle.apply(world.ports, record, None, told)
    assert [entry.kind for entry in held(world, given).entries] == ["payment", "refund", "chargeback"]
    won = replace(told, disputes=(DisputeTruth("dp_1", 100_000, at, "won"),))
    settle.apply(world.ports, record, None, won)
    assert standing(world, given).payable_minor == 40_000


def test_a_refund_counts_on_the_providers_day_however_late_it_is_told(world):
    given, record, told = paid(world)
    at = world.clock.at + timedelta(days=1)
    world.clock.at += timedelta(days=5)
    settle.apply(world.ports, record, None, replace(told, refunds=(RefundTruth("re_1", 40_000, at, "succeeded"),)))
    case = world.case(*given[:2])
    assert held(world, given).entries[-1].on == case.local_day(at)


def test_a_late_payment_of_an_expired_checkout_is_booked_and_its_record_is_paid(world):
    given = written(world)
    press(world.ports, given)
    record = record_of(world, *given[:2])
    settle.end(world.ports, record, "expired")
    world.clock.at += timedelta(days=2)
    settle.apply(world.ports, record_of(world, *given[:2]), None, truth(record, 100_000, world.clock.at))
    assert standing(world, given).payable_minor == 0
    assert record_of(world, *given[:2]).state == "paid"
    recover(world, 1)
    assert ("thanks", "accepted") in letters_of(world, *given[:2])


def test_money_of_another_account_is_never_booked(world):
    given, record, told = paid(world)
    event_account = "acct_of_somebody_else"
    assert record.stripe_account != event_account
    from aldia.ports import ProviderEvent
    from aldia.store import inbox

    event = ProviderEvent("evt_x", "charge.refunded", event_account, world.clock.at, False, "ch", metadata={
        "account": given[0].id, "client": given[1].client_id, "checkout": record.id,
    })  # fmt: skip
    inbox.keep(world.ports, event, world.clock.at)
    settle.settle_event(world.ports, inbox.place(event))
    assert world.ports.table.get(inbox.place(event), "EVENT")["note"] == "not ours"
    assert [entry.kind for entry in held(world, given).entries] == ["payment"]
    assert told
