"""Rounding as invoices do it, splits that lose nothing, and amounts that are read exactly or not at all."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aldia.domain.errors import CurrencyMismatch, Refused
from aldia.domain.money import Money, from_decimal, percent_of, round_half_up, split, to_decimal


@pytest.mark.parametrize(
    ("amount_minor", "percent", "expected"),
    [
        (10125, "2", 203),  # 2.025; half-even would give 2.02
        (10075, "2", 202),  # 2.015
        (33325, "2", 667),  # 6.665; half-even 6.66
        (25, "2", 1),  # 0.005; half-even 0.00
        (12340, "2.5", 309),  # CLP 308.5; half-even 308
        (123456789, "2", 2469136),
        (249999, "1.5", 3750),
        (0, "2", 0),
    ],
)
def test_a_percentage_is_rounded_half_up_once(amount_minor, percent, expected):
    assert round_half_up(percent_of(amount_minor, Decimal(percent))) == expected


@pytest.mark.parametrize(
    ("exact", "expected"),
    [
        (Fraction(1, 2), 1),
        (Fraction(-1, 2), -1),
        (Fraction(49, 100), 0),
        (Decimal("-1.5"), -2),
        (Decimal("2.4999999999999999999999"), 2),
        (Fraction(10**30, 2), 10**30 // 2),
    ],
)
def test_a_half_goes_away_from_zero_at_any_size(exact, expected):
    assert round_half_up(exact) == expected


@pytest.mark.parametrize(
    ("total", "weights", "expected"),
    [
        (100000, (1, 1, 1), (33334, 33333, 33333)),
        (100000, (2, 2, 2), (33334, 33333, 33333)),
        (118580, (1, 1, 1, 1), (29645, 29645, 29645, 29645)),
        (5, (1, 1, 1), (2, 2, 1)),
        (121001, (50, 30, 20), (60501, 36300, 24200)),
        (50000, (1, 1, 1), (16667, 16667, 16666)),
        (1, (0, 1), (0, 1)),
        (0, (1, 3), (0, 0)),
        (10, (Fraction(1, 3), Fraction(2, 3)), (3, 7)),
    ],
)
def test_a_split_gives_what_is_left_to_the_largest_remainder_then_to_the_first(total, weights, expected):
    assert split(total, weights) == expected


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any))
def test_a_split_adds_up_and_is_never_a_whole_unit_off(total, weights):
    parts = split(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1210.00", "EUR", 121000),
        ("1210", "EUR", 121000),
        ("1210.5", "EUR", 121050),
        ("12340", "CLP", 12340),
        ("-3.10", "USD", -310),
        ("1.234", "KWD", 1234),
        ("0.1234", "CLF", 1234),
        ("2000000.00", "COP", 200000000),
    ],
)
def test_a_plain_decimal_is_read_exactly_and_written_back_with_the_currencys_decimals(text, currency, minor):
    assert from_decimal(text, currency) == minor
    assert from_decimal(to_decimal(minor, currency), currency) == minor
    assert Decimal(text) == to_decimal(minor, currency)


def test_an_amount_is_written_with_all_decimals_of_its_currency():
    assert [str(to_decimal(121000, code)) for code in ("EUR", "CLP", "KWD")] == ["1210.00", "121000", "121.000"]


@pytest.mark.parametrize(
    ("text", "currency", "key"),
    [
        ("1210.001", "EUR", "money.too_many_decimals"),
        ("1210.000", "EUR", "money.too_many_decimals"),
        ("12340.0", "CLP", "money.too_many_decimals"),
        (Decimal("0.001"), "EUR", "money.too_many_decimals"),
        ("1,210.00", "EUR", "money.not_a_number"),
        ("1e3", "EUR", "money.not_a_number"),
        ("", "EUR", "money.not_a_number"),
        (" 5", "EUR", "money.not_a_number"),
        ("5\n", "EUR", "money.not_a_number"),
        ("٥", "EUR", "money.not_a_number"),
        ("NaN", "EUR", "money.not_a_number"),
        (Decimal("NaN"), "EUR", "money.not_a_number"),
        (Decimal("Infinity"), "EUR", "money.not_a_number"),
        (Decimal("1e999999"), "EUR", "money.too_large"),
        ("9" * 20, "EUR", "money.too_large"),
        ("5", "euro", "money.unknown_currency"),
    ],
)
def test_what_is_not_an_amount_of_that_currency_is_refused(text, currency, key):
    with pytest.raises(Refused) as refused:
        from_decimal(text, currency)
    assert refused.value.key == key


def test_a_computed_decimal_may_carry_zeros_that_mean_nothing():
    assert from_decimal(Decimal("1210.0000"), "EUR") == 121000


def test_sums_of_one_currency_add_and_compare():
    ten, three = Money(1000, "EUR"), Money(300, "EUR")
    assert ten + three == Money(1300, "EUR")
    assert ten - three == Money(700, "EUR")
    assert three < ten <= ten
    assert not ten < ten
    assert ten > three >= three


@pytest.mark.parametrize("mix", [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b, lambda a, b: a >= b])
def test_two_currencies_never_mix(mix):
    with pytest.raises(CurrencyMismatch):
        mix(Money(1, "EUR"), Money(1, "USD"))


def test_equal_numbers_of_two_currencies_are_not_equal():
    assert Money(1, "EUR") != Money(1, "USD")
