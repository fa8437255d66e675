"""What a client sees at the pretend Stripe, without JavaScript; and the bank's buttons over HTTP."""

import re

import pytest
import requests
import stripe

from infra.local.pretend_stripe import RemoteBank
from infra.local.pretend_stripe.texts import TEXTS


@pytest.fixture
def browser(pretend):
    return pretend.stripe.app.test_client()


def path(url, pretend):
    return url.removeprefix(pretend.url)


def buttons(page):
    return re.findall(r'<button name="method" value="([a-z_]+)"', page)


def test_the_page_shows_what_is_paid_to_whom_and_how(session, client, browser, pretend):
    customer = client.v1.customers.create({"email": "b@example.com"})
    page = browser.get(path(session(locale="es", customer=customer.id).url, pretend)).text
    assert "1,500.00 MXN" in page
    assert "Factura F-001" in page
    assert buttons(page) == ["card", "oxxo", "customer_balance", "card_declined"]
    assert 'href="https://shop.example/volver"' in page
    assert '<html lang="es">' in page
    assert "<script" not in page


@pytest.mark.parametrize(
    ("locale", "accepted", "language"),
    [("es", "en", "es"), ("es-419", "en", "es"), ("en", "es", "en"), ("auto", "es-MX,es", "es"), ("auto", "fr", "en")],
)
def test_the_page_speaks_the_clients_language(session, browser, pretend, locale, accepted, language):
    made = session(locale=locale)
    page = browser.get(path(made.url, pretend), headers={"Accept-Language": accepted}).text
    assert TEXTS[language]["how"] in page


def test_both_languages_have_the_same_sentences():
    assert TEXTS["es"].keys() == TEXTS["en"].keys()


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "shown"),
    [
        (121_000, "eur", "es", "1.210,00 EUR"),
        (121_000, "eur", "en", "1,210.00 EUR"),
        (12_340, "clp", "es", "12.340 CLP"),
        (5_000, "jpy", "en", "5,000 JPY"),
    ],
)
def test_sums_have_the_decimals_of_their_currency(session, browser, pretend, amount, currency, locale, shown):
    page = browser.get(path(session(amount, currency, locale=locale).url, pretend)).text
    assert shown in page


def test_names_from_outside_are_only_text(session, browser, pretend):
    price = {"currency": "mxn", "unit_amount": 5000, "product_data": {"name": "<b>F</b>{{7*7}}"}}
    page = browser.get(path(session(line_items=[{"price_data": price, "quantity": 1}]).url, pretend)).text
    assert "&lt;b&gt;F&lt;/b&gt;{{7*7}}" in page


def test_a_connected_seller_is_called_by_its_name(session, client, bank, browser, pretend):
    account = client.v1.accounts.create({"country": "MX", "business_profile": {"name": "Ana Diseño"}})
    bank.onboard(account.id)
    made = session(locale="es", options={"stripe_account": account.id})
    assert "Pagar a Ana Diseño" in browser.get(path(made.url, pretend)).text


def test_looking_at_the_page_changes_nothing(session, client, browser, pretend):
    made = session()
    for _ in range(3):
        browser.get(path(made.url, pretend))
        browser.head(path(made.url, pretend))
    assert client.v1.checkout.sessions.retrieve(made.id).payment_intent is None
    assert client.v1.events.list().data == []


def test_paying_by_card_sends_the_client_back_with_the_sessions_id(session, client, browser, pretend):
    made = session()
    answer = browser.post(path(made.url, pretend), data={"method": "card"})
    assert (answer.status_code, answer.location) == (303, f"https://shop.example/gracias?s={made.id}")
    assert client.v1.checkout.sessions.retrieve(made.id).payment_status == "paid"


def test_pressing_twice_pays_once(session, client, browser, pretend):
    made = session()
    for _ in range(2):
        browser.post(path(made.url, pretend), data={"method": "card"})
    assert len(client.v1.charges.list().data) == 1


def test_a_declined_card_is_said_kindly_and_can_be_tried_again(session, browser, pretend):
    made = session(locale="es")
    answer = browser.post(path(made.url, pretend), data={"method": "card_declined"})
    page = browser.get(answer.location).text
    assert TEXTS["es"]["declined"] in page
    assert "card" in buttons(page)


def test_the_voucher_shows_number_sum_and_last_day_and_can_be_paid(session, client, browser, pretend):
    made = session(locale="es")
    voucher = browser.post(path(made.url, pretend), data={"method": "oxxo"}).location
    page = browser.get(voucher).text
    assert "1,500.00 MXN" in page
    assert "2026-11-25" in page
    assert client.v1.checkout.sessions.retrieve(made.id).payment_status == "unpaid"
    assert browser.post(voucher).location.startswith("https://shop.example/gracias")
    assert client.v1.checkout.sessions.retrieve(made.id).payment_status == "paid"
    assert browser.get(voucher).status_code == 200


def test_the_transfer_page_shows_the_clabe(session, client, browser, pretend):
    customer = client.v1.customers.create({"email": "b@example.com"})
    made = session(locale="es", customer=customer.id)
    page = browser.get(browser.post(path(made.url, pretend), data={"method": "customer_balance"}).location).text
    assert re.search(r"\b\d{18}\b", page)


@pytest.mark.parametrize("end", ["expired", "complete"])
def test_a_session_that_has_ended_offers_no_button(session, bank, browser, pretend, end):
    made = session(locale="es")
    bank.expire(made.id) if end == "expired" else bank.pay(made.id, "card")
    page = browser.get(path(made.url, pretend)).text
    assert TEXTS["es"][f"{end}_title"] in page
    assert buttons(page) == []


def test_a_method_that_is_not_offered_is_not_taken(session, client, browser, pretend):
    made = session(currency="eur")
    for method in ("oxxo", "nonsense", ""):
        assert browser.post(path(made.url, pretend), data={"method": method}).status_code == 303
    assert client.v1.checkout.sessions.retrieve(made.id).status == "open"


def test_pages_that_do_not_exist_are_404(browser):
    for where in ("/c/pay/cs_none", "/c/voucher/pi_none", "/connect/link_none", "/elsewhere"):
        assert browser.get(where).status_code == 404


# -- the bank over HTTP ---------------------------------------------------------------------------


def test_the_bank_works_the_same_over_http(session, client, pretend):
    remote = RemoteBank(pretend.url)
    made = session()
    assert remote.pay(session=made.id, method="card")["status"] == "succeeded"
    assert remote.refund(session=made.id, amount=1000)["amount"] == 1000
    [card] = remote.overview()["sessions"]
    assert card["session"]["id"] == made.id
    assert [refund["amount"] for refund in card["refunds"]] == [1000]
    assert remote.flush()["tried"] > 0
    assert {delivery["state"] for delivery in remote.deliveries()} == {"done"}


def test_the_bank_refuses_with_a_sentence(pretend):
    with pytest.raises(Exception, match=r"No such checkout\.session"):
        RemoteBank(pretend.url).pay(session="cs_none")
    with pytest.raises(Exception, match="No such verb"):
        RemoteBank(pretend.url).rob()
    with pytest.raises(Exception, match="missing a required argument"):
        RemoteBank(pretend.url).pay(nonsense=1)


def test_a_form_on_some_web_page_cannot_press_the_banks_buttons(session, pretend):
    made = session()
    answer = requests.post(pretend.url + "/_bank/expire", data={"session": made.id}, timeout=5)
    assert answer.status_code == 415


def test_a_refused_deed_leaves_no_trace(session, client, bank):
    made = session()
    with pytest.raises(Exception, match="not offered"):
        bank.pay(made.id, "sepa_debit")
    assert client.v1.checkout.sessions.retrieve(made.id).payment_intent is None
    assert client.v1.events.list().data == []


def test_an_expired_session_takes_no_money_from_the_bank(session, bank, clock):
    made = session()
    clock.move(hours=24)
    with pytest.raises(Exception, match="Nobody has tried"):
        bank.pay(made.id, "card")


def test_no_pretend_stripe_answers_a_live_key(pretend):
    client = stripe.StripeClient("sk_live_1", base_addresses={"api": pretend.url})
    with pytest.raises(stripe.AuthenticationError):
        client.v1.checkout.sessions.list()
