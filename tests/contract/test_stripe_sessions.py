"""The rules of Checkout Sessions, by the real SDK over HTTP."""

from datetime import timedelta

import pytest
import stripe


def seconds(clock, **parts):
    return int((clock.now() + timedelta(**parts)).timestamp())


def test_a_new_session_is_open_unpaid_and_has_no_payment_intent_yet(session):
    made = session()
    assert (made.status, made.payment_status, made.payment_intent, made.livemode) == ("open", "unpaid", None, False)


def test_a_session_ends_after_24_hours_when_nothing_is_said(session, clock):
    assert session().expires_at == seconds(clock, hours=24)


@pytest.mark.parametrize("minutes", [30, 31, 24 * 60])
def test_a_session_may_live_from_30_minutes_to_24_hours(session, clock, minutes):
    assert session(expires_at=seconds(clock, minutes=minutes)).expires_at == seconds(clock, minutes=minutes)


@pytest.mark.parametrize("moment", [{"minutes": 30, "seconds": -1}, {"hours": 24, "seconds": 1}, {"hours": -1}])
def test_a_session_shorter_or_longer_is_refused(session, clock, moment):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        session(expires_at=seconds(clock, **moment))
    assert refusal.value.param == "expires_at"


def test_an_open_session_expires_by_itself_at_its_second(session, client, pretend, clock, endpoint):
    made = session(expires_at=seconds(clock, minutes=30))
    clock.move(minutes=29, seconds=59)
    assert client.v1.checkout.sessions.retrieve(made.id).status == "open"
    clock.move(seconds=1)
    assert client.v1.checkout.sessions.retrieve(made.id).status == "expired"
    pretend.flush()
    assert endpoint.types == ["checkout.session.expired"]


def test_an_open_session_can_be_expired_on_request(session, client):
    made = client.v1.checkout.sessions.expire(session().id)
    assert (made.status, made.url) == ("expired", None)


@pytest.mark.parametrize("end", ["complete", "expired"])
def test_only_an_open_session_can_be_expired(session, client, bank, end):
    made = session()
    bank.pay(made.id, "card") if end == "complete" else bank.expire(made.id)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.expire(made.id)


def test_payment_method_types_is_no_parameter_any_more(session):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        session(payment_method_types=["card"])
    assert (refusal.value.param, refusal.value.code) == ("payment_method_types", "parameter_unknown")


def test_allowed_methods_are_a_filter_on_what_is_eligible(session):
    assert session(currency="eur", allowed_payment_method_types=["card", "oxxo"]).payment_method_types == ["card"]


def test_excluded_methods_are_not_offered(session):
    assert session(excluded_payment_method_types=["oxxo"]).payment_method_types == ["card"]


def test_allowed_and_excluded_methods_exclude_each_other(session):
    with pytest.raises(stripe.InvalidRequestError):
        session(allowed_payment_method_types=["card"], excluded_payment_method_types=["oxxo"])


@pytest.mark.parametrize(
    ("amount", "currency", "methods"),
    [
        (150_000, "mxn", ["card", "oxxo"]),
        (1_000_001, "mxn", ["card"]),  # above OXXO's 10,000 MXN
        (150_000, "eur", ["card", "sepa_debit"]),
        (1_000_001, "eur", ["card"]),  # above SEPA's 10,000 EUR
        (150_000, "usd", ["card"]),
    ],
)
def test_methods_follow_the_currency_and_the_amount(session, amount, currency, methods):
    assert session(amount, currency).payment_method_types == methods


def test_a_bank_transfer_is_offered_only_to_a_customer(session, client):
    customer = client.v1.customers.create({"email": "bruno@example.com"})
    assert "customer_balance" not in session().payment_method_types
    assert "customer_balance" in session(customer=customer.id).payment_method_types


def test_an_account_outside_mexico_is_not_offered_mexican_methods(session, client, bank):
    account = client.v1.accounts.create({"country": "ES"})
    bank.onboard(account.id)
    assert session(options={"stripe_account": account.id}).payment_method_types == ["card"]


@pytest.mark.parametrize(
    ("amount", "currency", "taken"),
    [
        (999, "mxn", False),
        (1000, "mxn", True),
        (49, "eur", False),
        (50, "eur", True),
        (49, "jpy", False),
        (50, "jpy", True),
    ],
)
def test_amounts_below_the_minimum_are_too_small(session, amount, currency, taken):
    if taken:
        assert session(amount, currency).amount_total == amount
        return
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        session(amount, currency)
    assert refusal.value.code == "amount_too_small"


def test_zero_decimal_currencies_are_taken_as_they_are(session, client, bank):
    made = session(12_340, "clp")
    bank.pay(made.id)
    payment = client.v1.payment_intents.retrieve(client.v1.checkout.sessions.retrieve(made.id).payment_intent)
    assert (payment.amount_received, payment.currency) == (12_340, "clp")


def test_lines_of_two_currencies_are_refused(client):
    lines = [
        {"price_data": {"currency": currency, "unit_amount": 5000, "product_data": {"name": "x"}}, "quantity": 1}
        for currency in ("mxn", "eur")
    ]
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(
            {"mode": "payment", "line_items": lines, "success_url": "https://a.example/"}
        )


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"nonsense": "1"}, "parameter_unknown"),
        ({"success_url": "gracias"}, "url_invalid"),
        ({"success_url": ""}, "parameter_missing"),
        ({"customer_email": "nobody"}, "email_invalid"),
        ({"metadata": {"k" * 41: "v"}}, "parameter_invalid"),
        ({"locale": "xx"}, "parameter_invalid"),
        ({"line_items": []}, "parameter_missing"),
        ({"expires_at": "soon"}, "parameter_invalid_integer"),
        ({"customer": "cus_nobody"}, "resource_missing"),
    ],
)
def test_a_wrong_parameter_is_refused_with_its_code(session, more, code):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        session(**more)
    assert refusal.value.code == code


def test_the_line_items_of_a_session_can_be_listed(session, client):
    [line] = client.v1.checkout.sessions.line_items.list(session().id).data
    assert (line.description, line.amount_total) == ("Factura F-001", 150_000)
