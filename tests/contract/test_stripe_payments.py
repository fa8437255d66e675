"""Our adapter, over HTTP: what flows ask of it and what it makes of Stripe's moods."""

import socket
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aldia.adapters.stripe_payments import StripePayments
from aldia.adapters.stripe_units import from_stripe, to_stripe
from aldia.domain.currencies import CURRENCIES
from aldia.ports import PaymentRefused, PaymentUnknown
from tests.contract.conftest import KEY, MARKS


def in_euros(wish, **more):
    return replace(wish, currency="EUR", **more)


# -- starting -------------------------------------------------------------------------------------


def test_a_checkout_is_for_the_exact_sum_and_carries_our_marks(payments, wish, client):
    started = payments.start_checkout(wish)
    made = client.v1.checkout.sessions.retrieve(started.session_id)
    assert (made.amount_total, made.currency, made.expires_at) == (150_000, "mxn", int(wish.expires_at.timestamp()))
    assert made.metadata.to_dict() == MARKS
    assert started.url == made.url
    assert payments.read_session(started.session_id, "").metadata == MARKS


def test_repeating_with_the_same_key_gives_the_same_checkout(payments, wish, client):
    assert payments.start_checkout(wish) == payments.start_checkout(wish)
    assert len(client.v1.checkout.sessions.list().data) == 1


def test_another_sum_under_the_same_key_is_refused(payments, wish):
    payments.start_checkout(wish)
    with pytest.raises(PaymentRefused):
        payments.start_checkout(replace(wish, amount_minor=100_000, lines=wish.lines[:1]))


def test_lines_that_do_not_add_up_never_reach_stripe(payments, wish, client):
    with pytest.raises(PaymentRefused, match="lines_do_not_add_up"):
        payments.start_checkout(replace(wish, amount_minor=150_001))
    assert client.v1.checkout.sessions.list().data == []


@pytest.mark.parametrize(
    ("currency", "excluded", "methods"),
    [
        ("MXN", (), ["card", "oxxo", "customer_balance"]),
        ("MXN", ("spei",), ["card", "oxxo"]),
        ("MXN", ("oxxo", "spei"), ["card"]),
        ("EUR", (), ["card", "sepa_debit"]),
        ("USD", (), ["card"]),
    ],
)
def test_only_ways_to_pay_that_we_know_are_offered(payments, wish, client, currency, excluded, methods):
    started = payments.start_checkout(replace(wish, currency=currency, exclude_methods=excluded))
    assert client.v1.checkout.sessions.retrieve(started.session_id).payment_method_types == methods


def test_a_checkout_on_a_connected_account_is_a_direct_charge_there(payments, wish, client, connected):
    started = payments.start_checkout(replace(wish, account=connected))
    assert payments.read_session(started.session_id, connected).status == "open"
    with pytest.raises(PaymentRefused, match="resource_missing"):
        payments.read_session(started.session_id, "")


@pytest.mark.parametrize(
    ("currency", "minor"), [("CLP", 12_340), ("MXN", 12_340), ("COP", 1_234_500), ("PEN", 12_340), ("JPY", 12_340)]
)
def test_no_currency_is_off_by_a_hundred(payments, wish, client, bank, currency, minor):
    if currency not in CURRENCIES:
        pytest.fail(f"{currency} is not in the data file")
    started = payments.start_checkout(
        replace(wish, currency=currency, amount_minor=minor, lines=(("F-001", minor),), customer_email="")
    )
    paid = bank.pay(started.session_id, "card")
    decimals = 0 if currency in ("CLP", "JPY") else 2
    assert CURRENCIES[currency].decimals == CURRENCIES[currency].stripe_decimals == decimals
    assert paid["amount_received"] == minor
    assert payments.read_payment(paid["id"], "").captured_minor == minor


@pytest.mark.parametrize("currency", sorted(CURRENCIES))
def test_a_sum_survives_the_way_to_stripe_and_back(currency):
    assert from_stripe(to_stripe(123_400, currency), currency.lower()) == 123_400


def test_a_currency_that_is_not_paid_online_is_refused_before_stripe(payments, wish):
    with pytest.raises(PaymentRefused, match="currency_not_online"):
        payments.start_checkout(replace(wish, currency="XAU"))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"amount_minor": 999, "lines": (("F-001", 999),)}, "amount_too_small"),
        ({"expires_at": datetime(2026, 11, 20, 16, 29, tzinfo=UTC)}, "parameter_invalid"),
        ({"account": "acct_unknown"}, "account_invalid"),
    ],
)
def test_what_stripe_refuses_for_good_says_why(payments, wish, change, reason):
    with pytest.raises(PaymentRefused, match=reason):
        payments.start_checkout(replace(wish, **change))


def test_a_wrong_key_is_refused_for_good(pretend, wish):
    with pytest.raises(PaymentRefused):
        StripePayments("sk_live_wrong", endpoint=pretend.url).start_checkout(wish)


# -- bad days -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["busy", "lost_answer"])
def test_an_unknown_outcome_can_be_repeated_and_happens_once(payments, wish, client, bank, kind):
    bank.fault(kind, "/v1/checkout/sessions")
    with pytest.raises(PaymentUnknown):
        payments.start_checkout(wish)
    started = payments.start_checkout(wish)
    assert [made.id for made in client.v1.checkout.sessions.list().data] == [started.session_id]


def test_an_answer_that_takes_too_long_is_unknown_and_the_work_is_found_again(pretend, wish, client, bank):
    hasty = StripePayments(KEY, endpoint=pretend.url, timeout=(1, 0.3))
    bank.fault("slow", "/v1/checkout/sessions", seconds=0.8)
    with pytest.raises(PaymentUnknown):
        hasty.start_checkout(wish)
    threading.Event().wait(0.8)  # the slow request ends by itself
    started = hasty.start_checkout(wish)
    assert [made.id for made in client.v1.checkout.sessions.list().data] == [started.session_id]


def test_a_key_still_in_use_is_unknown_not_refused(payments, pretend, wish, bank):
    hasty = StripePayments(KEY, endpoint=pretend.url, timeout=(1, 0.2))
    bank.fault("slow", "/v1/checkout/sessions", seconds=1)
    with pytest.raises(PaymentUnknown):
        hasty.start_checkout(in_euros(wish))
    with pytest.raises(PaymentUnknown):
        payments.start_checkout(in_euros(wish))


def test_a_server_that_never_answers_is_asked_once_and_given_up_quickly(wish):
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as silent:

        def accept():
            while True:
                try:
                    asked.append(silent.accept())
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        hasty = StripePayments(KEY, endpoint=f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=(1, 0.3))
        with pytest.raises(PaymentUnknown):
            hasty.start_checkout(in_euros(wish))
        silent.shutdown(socket.SHUT_RDWR)
    assert len(asked) == 1
    asked[0][0].close()


def test_no_server_at_all_is_unknown(wish):
    with pytest.raises(PaymentUnknown):
        StripePayments(KEY, endpoint="http://127.0.0.1:9").start_checkout(wish)


def test_an_error_of_stripes_own_is_unknown_and_kept_under_its_key(payments, wish, bank):
    bank.fault("broken", "/v1/checkout/sessions")
    for _ in range(2):
        with pytest.raises(PaymentUnknown):
            payments.start_checkout(wish)
    assert payments.start_checkout(replace(wish, idempotency_key="checkout-2")).session_id


# -- the truth ------------------------------------------------------------------------------------


def test_the_truth_of_a_card_payment(payments, wish, bank, clock):
    started = payments.start_checkout(wish)
    paid_at = clock.now()
    payment_id = bank.pay(started.session_id, "card")["id"]
    clock.move(days=3)
    truth = payments.read_payment(payment_id, "")
    assert (truth.status, truth.method, truth.currency) == ("succeeded", "card", "MXN")
    assert (truth.captured_minor, truth.captured_at, truth.metadata) == (150_000, paid_at, MARKS)
    session = payments.read_session(started.session_id, "")
    assert (session.status, session.payment_status, session.payment_id) == ("complete", "paid", payment_id)


@pytest.mark.parametrize(
    ("method", "ours", "currency", "status"),
    [
        ("oxxo", "oxxo", "MXN", "requires_action"),
        ("customer_balance", "spei", "MXN", "requires_action"),
        ("sepa_debit", "sepa_debit", "EUR", "processing"),
    ],
)
def test_the_truth_of_a_payment_on_its_way(payments, wish, bank, pretend, method, ours, currency, status):
    started = payments.start_checkout(replace(wish, currency=currency))
    pretend.stripe.app.test_client().post(f"/c/pay/{started.session_id}", data={"method": method})
    session = payments.read_session(started.session_id, "")
    truth = payments.read_payment(session.payment_id, "")
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    assert (truth.status, truth.method, truth.captured_minor, truth.captured_at) == (status, ours, 0, None)
    bank.pay(started.session_id)
    assert payments.read_payment(session.payment_id, "").captured_minor == 150_000


def test_a_voucher_says_until_when_and_that_it_expired(payments, wish, pretend, clock):
    started = payments.start_checkout(wish)
    pretend.stripe.app.test_client().post(f"/c/pay/{started.session_id}", data={"method": "oxxo"})
    payment_id = payments.read_session(started.session_id, "").payment_id
    ends = datetime(2026, 11, 24, 5, 59, tzinfo=UTC)  # 23:59 in Mexico City on day 3
    assert payments.read_payment(payment_id, "").waits_until == ends
    clock.at = ends
    truth = payments.read_payment(payment_id, "")
    assert (truth.status, truth.failure, truth.waits_until) == ("requires_payment_method", "expired", None)


def test_a_failed_payment_is_not_called_expired(payments, wish, pretend, bank):
    started = payments.start_checkout(in_euros(wish))
    pretend.stripe.app.test_client().post(f"/c/pay/{started.session_id}", data={"method": "sepa_debit"})
    payment_id = bank.fail(started.session_id)["id"]
    assert payments.read_payment(payment_id, "").failure not in ("", "expired")


def test_refunds_and_disputes_are_all_there_with_their_own_ids(payments, wish, bank, clock):
    started = payments.start_checkout(wish)
    payment_id = bank.pay(started.session_id, "card")["id"]
    refund = payments.refund(payment_id, "", amount_minor=50_000, currency="MXN", key="refund-1")
    assert payments.refund(payment_id, "", amount_minor=50_000, currency="MXN", key="refund-1") == refund
    failed = bank.refund(started.session_id, amount=10_000)["id"]
    bank.fail_refund(failed)
    inquiry = bank.dispute(started.session_id, amount=20_000, inquiry=True)["id"]
    lost = bank.dispute(started.session_id, amount=30_000)["id"]
    bank.close_dispute(lost, won=False)
    truth = payments.read_payment(payment_id, "")
    assert {found.id: (found.amount_minor, found.status) for found in truth.refunds} == {
        refund: (50_000, "succeeded"),
        failed: (10_000, "failed"),
    }
    assert {found.id: (found.status, found.is_inquiry) for found in truth.disputes} == {
        inquiry: ("warning_needs_response", True),
        lost: ("lost", False),
    }
    assert truth.captured_minor == 150_000


def test_more_than_a_page_of_refunds_is_read_to_the_end(payments, wish, bank):
    started = payments.start_checkout(wish)
    payment_id = bank.pay(started.session_id, "card")["id"]
    for _ in range(101):
        bank.refund(started.session_id, amount=1)
    assert len(payments.read_payment(payment_id, "").refunds) == 101


def test_more_than_is_left_is_not_refunded(payments, wish, bank):
    payment_id = bank.pay(payments.start_checkout(wish).session_id, "card")["id"]
    with pytest.raises(PaymentRefused):
        payments.refund(payment_id, "", amount_minor=150_001, currency="MXN", key="refund-1")


def test_an_open_checkout_can_be_closed_and_a_paid_one_cannot(payments, wish, bank):
    first = payments.start_checkout(wish)
    payments.expire_session(first.session_id, "")
    assert payments.read_session(first.session_id, "").status == "expired"
    second = payments.start_checkout(replace(wish, idempotency_key="checkout-2"))
    bank.pay(second.session_id, "card")
    with pytest.raises(PaymentRefused):
        payments.expire_session(second.session_id, "")


def test_an_account_is_opened_once_and_ready_after_onboarding(payments, bank):
    account = payments.open_account(email="ana@example.com", country="MX", key="open-ana")
    assert payments.open_account(email="ana@example.com", country="MX", key="open-ana") == account
    assert payments.account_ready(account) is False
    urls = {"return_url": "https://aldia.example/ajustes", "refresh_url": "https://aldia.example/ajustes/cobros"}
    assert payments.onboarding_link(account, **urls).startswith("http://127.0.0.1")
    bank.onboard(account)
    assert payments.account_ready(account) is True
    bank.restrict(account)
    assert payments.account_ready(account) is False


def test_the_installations_own_account_is_ready(payments):
    assert payments.account_ready("") is True
