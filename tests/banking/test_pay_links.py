"""Pasted ways to pay: only an address of the provider itself, or the number of a phone wallet."""

import pytest

from aldia.banking import pay_links


@pytest.mark.parametrize(
    ("provider", "text"),
    [
        ("mercadopago", "https://mpago.la/2aBcD"),
        ("mercadopago", "https://link.mercadopago.com.ar/anaruiz"),
        ("paypal", "https://www.paypal.me/anaruiz/10EUR"),
        ("bizum", "+34 600 000 000"),
        ("nequi", "3001234567"),
    ],
)
def test_what_belongs_to_the_provider_is_taken_as_it_is(provider, text):
    assert pay_links.checked(provider, text) == text


@pytest.mark.parametrize(
    "text",
    [
        "http://paypal.me/ana",
        "https://paypal.me.evil.example/ana",
        "https://evilpaypal.me/ana",
        "https://paypal.me@evil.example/",
        "https://paypal.me:8443/ana",
        "https://paypal.me./ana",
        "https://evil.example/paypal.me",
        "https://paypal.me\\@evil.example",
        "https://paypal.me/<script>",
        "https://pаypal.me/ana",
        "javascript:alert(1)//paypal.me",
        "//paypal.me/ana",
        "https://[::1/",
        "https://paypal.me/" + "a" * 300,
        "paypal.me/ana",
    ],
)
def test_what_only_looks_like_it_is_refused(text):
    assert pay_links.checked("paypal", text) is None


@pytest.mark.parametrize(
    ("provider", "text"),
    [
        ("pse", "https://www.psepagos.co/x"),
        ("modo", "https://modo.com.ar/x"),
        ("uala", "https://www.uala.com.ar/x"),
        ("mach", "https://pay.somosmach.com/x"),
        ("revolut", "https://revolut.me/ana"),
        ("payoneer", "https://link.payoneer.com/x"),
        ("other", "https://pagos.mibanco.example/ana"),
    ],
)
def test_other_ways_are_taken_and_an_unknown_host_is_read_in_full(provider, text):
    assert pay_links.checked(provider, text) == text
    shown = pay_links.shown_name(pay_links.provider(provider), text)
    assert shown == ("pagos.mibanco.example" if provider == "other" else pay_links.provider(provider).name)


@pytest.mark.parametrize(
    "text",
    [
        "http://a.example/x",
        "https://paypal.me@evil.example/",
        "https://a.example:8443/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://xn--pypal-4ve.com/",
        "https://a.example./",
        "https://a.example/<script>",
        "600000000",
    ],
)
def test_another_link_is_an_ordinary_address_by_https(text):
    assert pay_links.checked("other", text) is None


def test_a_wallet_takes_no_address_and_an_unknown_provider_nothing():
    for text in ("https://bizum.es/x", "llama al 600 000 000", "<b>600000000"):
        assert pay_links.checked("bizum", text) is None
    assert pay_links.checked("nobody", "https://paypal.me/ana") is None
