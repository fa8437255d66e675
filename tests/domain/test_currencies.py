"""The currencies that can be paid online, and all the others that a ledger may be kept in."""

from datetime import date

import pytest

from aldia.domain.currencies import CURRENCIES, decimals, is_currency
from aldia.domain.errors import Refused
from aldia.rules import load


@pytest.mark.parametrize(
    ("code", "ledger", "stripe", "shown"),
    [
        ("MXN", 2, 2, 2), ("EUR", 2, 2, 2), ("USD", 2, 2, 2), ("COP", 2, 2, 0), ("CLP", 0, 0, 0), ("ARS", 2, 2, 2),
        ("PEN", 2, 2, 2), ("BRL", 2, 2, 2), ("UYU", 2, 2, 2), ("CRC", 2, 2, 2), ("PYG", 0, 0, 0), ("JPY", 0, 0, 0),
        ("GBP", 2, 2, 2),
    ],
)  # fmt: skip
def test_a_currency_has_its_decimals_in_the_ledger_at_stripe_and_on_paper(code, ledger, stripe, shown):
    currency = CURRENCIES[code]
    assert (currency.decimals, currency.stripe_decimals, currency.show_decimals) == (ledger, stripe, shown)
    assert decimals(code) == ledger


@pytest.mark.parametrize(("code", "least"), [("USD", 50), ("EUR", 50), ("MXN", 1000)])
def test_a_card_is_charged_no_less_than_stripe_takes(code, least):
    assert CURRENCIES[code].stripe_min == least


@pytest.mark.parametrize("code", sorted(CURRENCIES))
def test_every_currency_paid_online_is_an_iso_one_with_sensible_limits_and_a_source(code):
    row = load("currencies")["currencies"][code]
    assert is_currency(code)
    assert decimals(code) == CURRENCIES[code].decimals
    assert 0 < CURRENCIES[code].stripe_min < CURRENCIES[code].min_instalment
    assert row["source"]
    assert date.fromisoformat(row["as_of"])
    assert isinstance(row["verified"], bool)


@pytest.mark.parametrize(("code", "count"), [("VES", 2), ("BOB", 2), ("KWD", 3), ("ISK", 0), ("CLF", 4), ("XAF", 0)])
def test_any_other_iso_currency_is_known_with_its_decimals(code, count):
    assert decimals(code) == count


@pytest.mark.parametrize("code", ["", "eur", "EURO", "XXX", "XAU", "ZZZ", "DEM"])
def test_what_is_no_currency_is_refused(code):
    assert not is_currency(code)
    with pytest.raises(Refused):
        decimals(code)


def test_no_code_is_listed_with_two_numbers_of_decimals():
    codes = " ".join(load("iso_4217")["decimals"].values()).split()
    assert len(codes) == len(set(codes)) > 150
    assert all(len(code) == 3 and code.isupper() for code in codes)
