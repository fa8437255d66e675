"""What becomes of a payment: at once, later, back again."""

from datetime import UTC, datetime

import pytest
import stripe

METHODS_OF_A_DELAYED_PAYMENT = {"oxxo": "mxn", "customer_balance": "mxn", "sepa_debit": "eur"}


@pytest.fixture
def started(session, client, pretend):
    """A session whose client chose a delayed method; returns (session, payment intent)."""

    def start(method, *, amount=150_000, **more):
        currency = METHODS_OF_A_DELAYED_PAYMENT[method]
        if method == "customer_balance":
            more["customer"] = client.v1.customers.create({"email": "bruno@example.com"}).id
        made = session(amount, currency, **more)
        answer = pretend.stripe.app.test_client().post(f"/c/pay/{made.id}", data={"method": method})
        assert answer.status_code == 303
        now = client.v1.checkout.sessions.retrieve(made.id, {"expand": ["payment_intent.latest_charge"]})
        return now, now.payment_intent

    return start


def test_a_card_is_paid_at_once(session, client, bank, pretend, endpoint):
    made = session()
    bank.pay(made.id, "card")
    now = client.v1.checkout.sessions.retrieve(made.id, {"expand": ["payment_intent.latest_charge"]})
    assert (now.status, now.payment_status, now.payment_intent.status) == ("complete", "paid", "succeeded")
    assert now.payment_intent.latest_charge.payment_method_details.type == "card"
    pretend.flush()
    assert set(endpoint.types) == {
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    }


def test_a_declined_card_leaves_the_session_open_for_another_try(session, client, bank):
    made = session()
    bank.fail(made.id)
    now = client.v1.checkout.sessions.retrieve(made.id, {"expand": ["payment_intent"]})
    assert (now.status, now.payment_intent.last_payment_error.code) == ("open", "card_declined")
    first_try = now.payment_intent.id
    bank.pay(made.id, "card")
    assert client.v1.checkout.sessions.retrieve(made.id).payment_intent == first_try


@pytest.mark.parametrize("method", METHODS_OF_A_DELAYED_PAYMENT)
def test_a_delayed_method_completes_the_session_unpaid_and_succeeds_later(
    started, client, bank, pretend, endpoint, method
):
    made, payment = started(method)
    assert (made.status, made.payment_status) == ("complete", "unpaid")
    assert payment.status == ("processing" if method == "sepa_debit" else "requires_action")
    bank.pay(made.id)
    now = client.v1.checkout.sessions.retrieve(made.id, {"expand": ["payment_intent.latest_charge"]})
    assert (now.payment_status, now.payment_intent.status) == ("paid", "succeeded")
    assert now.payment_intent.latest_charge.amount_captured == 150_000
    pretend.flush()
    assert endpoint.types.count("checkout.session.completed") == 1
    assert endpoint.types[-1] == "checkout.session.async_payment_succeeded"


@pytest.mark.parametrize("method", METHODS_OF_A_DELAYED_PAYMENT)
def test_a_delayed_method_may_fail(started, client, bank, pretend, endpoint, method):
    made, payment = started(method)
    bank.fail(made.id)
    now = client.v1.payment_intents.retrieve(payment.id)
    assert (now.status, now.amount_received) == ("requires_payment_method", 0)
    pretend.flush()
    assert endpoint.types[-1] == "checkout.session.async_payment_failed"


@pytest.mark.parametrize(
    ("days", "ends"),
    [
        (1, datetime(2026, 11, 22, 5, 59, tzinfo=UTC)),
        (2, datetime(2026, 11, 23, 5, 59, tzinfo=UTC)),
        (7, datetime(2026, 11, 28, 5, 59, tzinfo=UTC)),
        (None, datetime(2026, 11, 26, 5, 59, tzinfo=UTC)),
    ],
)
def test_a_voucher_ends_at_23_59_in_mexico_city_on_day_n(started, days, ends):
    # Friday 20 November, 10:00 in Mexico City (UTC-6); five days when nothing is said
    more = {} if days is None else {"payment_method_options": {"oxxo": {"expires_after_days": days}}}
    _, payment = started("oxxo", **more)
    assert payment.next_action.oxxo_display_details.expires_after == ends.timestamp()


def test_the_day_of_a_voucher_is_counted_in_mexico_not_in_utc(started, clock):
    clock.at = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)  # still Friday the 20th there
    _, payment = started("oxxo", payment_method_options={"oxxo": {"expires_after_days": 1}})
    ends = datetime(2026, 11, 22, 5, 59, tzinfo=UTC)
    assert payment.next_action.oxxo_display_details.expires_after == ends.timestamp()


@pytest.mark.parametrize("days", [0, 8])
def test_a_voucher_lives_from_one_to_seven_days(session, days):
    with pytest.raises(stripe.InvalidRequestError):
        session(payment_method_options={"oxxo": {"expires_after_days": days}})


def test_an_unpaid_voucher_expires_by_itself(started, client, pretend, clock, endpoint):
    made, payment = started("oxxo", payment_method_options={"oxxo": {"expires_after_days": 1}})
    clock.at = datetime(2026, 11, 22, 5, 58, 59, tzinfo=UTC)
    assert client.v1.payment_intents.retrieve(payment.id).status == "requires_action"
    clock.move(seconds=1)
    now = client.v1.payment_intents.retrieve(payment.id)
    assert now.status == "requires_payment_method"
    assert now.last_payment_error.code == "payment_intent_payment_attempt_expired"
    assert client.v1.checkout.sessions.retrieve(made.id).status == "complete"
    pretend.flush()
    assert endpoint.types[-1] == "checkout.session.async_payment_failed"


def test_a_debit_is_paid_days_later_by_itself(started, client, clock):
    made, _ = started("sepa_debit")
    clock.move(days=4)
    assert client.v1.checkout.sessions.retrieve(made.id).payment_status == "unpaid"
    clock.move(days=1)
    assert client.v1.checkout.sessions.retrieve(made.id).payment_status == "paid"


def test_a_transfer_may_come_in_parts(started, client, bank):
    made, payment = started("customer_balance")
    bank.pay(made.id, amount=50_000)
    now = client.v1.payment_intents.retrieve(payment.id)
    assert (now.status, now.amount_received) == ("requires_action", 0)
    assert now.next_action.display_bank_transfer_instructions.amount_remaining == 100_000
    bank.pay(made.id, amount=100_000)
    assert client.v1.payment_intents.retrieve(payment.id).amount_received == 150_000


def test_what_is_transferred_too_much_stays_in_the_customers_balance(started, client, bank, pretend, endpoint):
    made, payment = started("customer_balance")
    bank.pay(made.id, amount=160_000)
    assert client.v1.payment_intents.retrieve(payment.id).amount_received == 150_000
    pretend.flush()
    [funds] = [event for event in endpoint.events if event["type"] == "cash_balance.funds_available"]
    assert funds["data"]["object"]["available"] == {"mxn": 10_000}


def test_the_payment_intent_of_a_session_cannot_be_cancelled_by_itself(started, client):
    _, payment = started("customer_balance")
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.cancel(payment.id)


# -- refunds --------------------------------------------------------------------------------------


@pytest.fixture
def paid(session, client, bank):
    """A paid card session; returns (session id, payment intent id)."""

    def pay(amount=150_000, currency="mxn", **more):
        made = session(amount, currency, **more)
        return made.id, bank.pay(made.id, "card")["id"]

    return pay


def test_a_payment_is_refunded_in_parts_until_nothing_is_left(paid, client):
    _, payment = paid()
    client.v1.refunds.create({"payment_intent": payment, "amount": 50_000})
    charge = client.v1.payment_intents.retrieve(payment, {"expand": ["latest_charge"]}).latest_charge
    assert (charge.amount_refunded, charge.refunded) == (50_000, False)
    client.v1.refunds.create({"payment_intent": payment})
    charge = client.v1.charges.retrieve(charge.id)
    assert (charge.amount_refunded, charge.refunded) == (150_000, True)
    assert [refund.amount for refund in client.v1.refunds.list({"payment_intent": payment}).data] == [100_000, 50_000]


def test_more_than_was_captured_is_never_refunded(paid, client):
    _, payment = paid()
    client.v1.refunds.create({"payment_intent": payment, "amount": 149_999})
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        client.v1.refunds.create({"payment_intent": payment, "amount": 2})


def test_a_payment_refunded_whole_is_not_refunded_again(paid, client):
    _, payment = paid()
    client.v1.refunds.create({"payment_intent": payment})
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.refunds.create({"payment_intent": payment})
    assert refusal.value.code == "charge_already_refunded"


def test_cash_paid_at_oxxo_cannot_be_refunded(started, client, bank):
    made, payment = started("oxxo")
    bank.pay(made.id)
    with pytest.raises(stripe.InvalidRequestError, match="cannot be refunded"):
        client.v1.refunds.create({"payment_intent": payment.id})


def test_a_refund_may_fail_later_and_the_money_is_back(paid, client, bank, pretend, endpoint):
    _, payment = paid()
    refund = client.v1.refunds.create({"payment_intent": payment, "amount": 50_000})
    bank.fail_refund(refund.id)
    assert client.v1.refunds.retrieve(refund.id).status == "failed"
    charge = client.v1.payment_intents.retrieve(payment, {"expand": ["latest_charge"]}).latest_charge
    assert charge.amount_refunded == 0
    pretend.flush()
    assert "refund.failed" in endpoint.types


# -- disputes -------------------------------------------------------------------------------------


def balance(client):
    return sum(line.net for line in client.v1.balance_transactions.list({"limit": 100}).auto_paging_iter())


@pytest.mark.parametrize(("won", "left"), [(True, 150_000), (False, 0)])
def test_a_dispute_takes_the_money_and_winning_brings_it_back(paid, client, bank, pretend, endpoint, won, left):
    made, _ = paid()
    dispute = bank.dispute(made)
    assert balance(client) == 0
    bank.close_dispute(dispute["id"], won=won)
    assert balance(client) == left
    assert client.v1.disputes.retrieve(dispute["id"]).status == ("won" if won else "lost")
    pretend.flush()
    told = [kind for kind in endpoint.types if kind.startswith("charge.dispute")]
    end = ["charge.dispute.funds_reinstated"] if won else []
    assert told == ["charge.dispute.created", "charge.dispute.funds_withdrawn", *end, "charge.dispute.closed"]


def test_an_inquiry_moves_no_money_until_it_becomes_a_dispute(paid, client, bank):
    made, _ = paid()
    dispute = bank.dispute(made, inquiry=True)
    assert (dispute["status"], balance(client)) == ("warning_needs_response", 150_000)
    bank.escalate(dispute["id"])
    assert balance(client) == 0


def test_an_inquiry_that_closes_never_moved_money(paid, client, bank):
    made, _ = paid()
    closed = bank.close_dispute(bank.dispute(made, inquiry=True)["id"], won=True)
    assert (closed["status"], balance(client)) == ("warning_closed", 150_000)


def test_a_disputed_payment_cannot_be_refunded(paid, client, bank):
    made, payment = paid()
    bank.dispute(made)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.refunds.create({"payment_intent": payment})
    assert refusal.value.code == "charge_disputed"


def test_cash_paid_at_oxxo_cannot_be_disputed(started, bank):
    made, _ = started("oxxo")
    bank.pay(made.id)
    with pytest.raises(Exception, match="cannot be disputed"):
        bank.dispute(made.id)


def test_balance_transactions_add_up_to_what_is_left(paid, client):
    _, payment = paid()
    paid(20_000)
    client.v1.refunds.create({"payment_intent": payment, "amount": 1})
    assert balance(client) == 150_000 + 20_000 - 1
