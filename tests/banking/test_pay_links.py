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


def test_a_wallet_takes_no_address_and_an_unknown_provider_nothing():
    for text in ("https://bizum.es/x", "llama al 600 000 000", "<b>600000000"):
        assert pay_links.checked("bizum", text) is None
    assert pay_links.checked("nobody", "https://paypal.me/ana") is None
