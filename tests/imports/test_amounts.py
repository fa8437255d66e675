"""Amounts as people type them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aldia.domain.errors import Refused
from aldia.domain.parsing import Custom, decimal_mark, parse_amount, read_amount
from tests.imports.import_world import outcome


@pytest.mark.parametrize(
    ("text", "currency", "expected"),
    [
        ("1.234,56", "EUR", "1234.56"),
        ("1,234.56", "USD", "1234.56"),
        ("1234.5", "EUR", "1234.50"),
        ("1234,5", "EUR", "1234.50"),
        ("$ 1.234.567", "CLP", "1234567"),
        ("$1.000.-", "CLP", "1000"),
        ("100,- €", "EUR", "100.00"),
        ("1 234,56", "EUR", "1234.56"),
        ("1\u202f234\u00a0567,8", "EUR", "1234567.80"),
        ("$1'234,567.50 M.N.", "MXN", "1234567.50"),
        ("1’234.50", "CHF", "1234.50"),
        ("980,00 €", "EUR", "980.00"),
        ("EUR 980", "EUR", "980.00"),
        ("980 euros", "EUR", "980.00"),
        ("500 pesos", "MXN", "500.00"),
        ("US$ 99.90", "USD", "99.90"),
        ("S/.50", "PEN", "50.00"),
        ("Bs.500", "BOB", "500.00"),
        ("1 000 000", "EUR", "1000000.00"),
        ("+7", "EUR", "7.00"),
        ("0,05", "EUR", "0.05"),
        ("12.00", "CLP", "12"),
        ("1,234", "KWD", "1.234"),
        ("  42  ", "EUR", "42.00"),
        ("999999999999.99", "EUR", "999999999999.99"),
    ],
)
def test_an_amount_is_read_to_the_cent(text, currency, expected):
    assert str(parse_amount(text, currency)) == expected


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "amount_missing"),
        ("  ", "amount_missing"),
        ("(100)", "amount_negative"),
        ("-5", "amount_negative"),
        ("5-", "amount_negative"),
        ("−5", "amount_negative"),
        ("- $ 5", "amount_negative"),
        ("0", "amount_zero"),
        ("0,00 €", "amount_zero"),
        ("1000000000000", "amount_too_big"),
        ("9" * 59, "amount_too_big"),
        ("9" * 400, "amount_unreadable"),
        ("1,005.001", "amount_decimals"),
        ("1.2345", "amount_decimals"),
        ("1.23.456", "amount_unreadable"),
        ("1.234,56,78", "amount_unreadable"),
        ("12,34.567.89", "amount_unreadable"),
        ("$.50", "amount_unreadable"),
        (".50", "amount_unreadable"),
        ("100.", "amount_unreadable"),
        ("1e5", "amount_unreadable"),
        ("NaN", "amount_unreadable"),
        ("0x1F", "amount_unreadable"),
        ("21 %", "amount_unreadable"),
        ("=100+1", "amount_unreadable"),
        ("١٢٣", "amount_unreadable"),
        ("１２３", "amount_unreadable"),
        ("100 perros", "amount_unreadable"),
        ("$ 100", "currency_unclear"),
        ("100 MXN", "amount_other_currency"),
    ],
)
def test_what_is_no_amount_in_euros_is_refused_with_its_own_sentence(text, key):
    with pytest.raises(Refused) as refused:
        parse_amount(text, "EUR", field="total")
    assert (refused.value.key, refused.value.field) == (f"import.{key}", "total")


@pytest.mark.parametrize(
    ("currency", "custom", "expected", "assumed"),
    [
        ("EUR", Custom(), "1234", "thousands"),  # a currency of two decimals has no three
        ("CLP", Custom(), "1234", "thousands"),
        ("KWD", Custom(country="US"), "1.234", "decimals"),
        ("KWD", Custom(country="ES"), "1234", "thousands"),
        ("KWD", Custom(language="en"), "1.234", "decimals"),
        ("KWD", Custom(language="es"), "1234", "thousands"),
        ("KWD", Custom(mark=",", country="US"), "1234", ""),  # the column's proof is stronger
        ("EUR", Custom(mark=","), "1234", ""),
        ("KWD", Custom(mark="."), "1.234", ""),
    ],
)
def test_a_lone_mark_before_three_digits_is_read_by_the_best_evidence_and_says_so(currency, custom, expected, assumed):
    read = read_amount("1.234", currency, custom=custom)
    assert (read.value, read.assumed) == (Decimal(expected), assumed)


def test_three_decimals_that_the_column_proves_are_refused_rather_than_multiplied_by_a_thousand():
    with pytest.raises(Refused, match="amount_decimals"):
        read_amount("1.234", "EUR", custom=Custom(mark="."))


def test_a_column_that_proves_both_marks_leaves_no_guess():
    assert decimal_mark(["1.234,56", "99.50"]) == "both"
    with pytest.raises(Refused, match="amount_ambiguous"):
        read_amount("1.234", "EUR", custom=Custom(mark="both"))


@pytest.mark.parametrize(
    ("column", "mark"),
    [
        (["1.234", "5.678"], ""),
        (["1.234", "10,5"], ","),
        (["1,234", "1.5 €"], "."),
        (["1.234.567"], ","),
        (["0.123"], "."),
        (["1234.567"], "."),
        (["hola", "", "1e5", "9" * 500], ""),
    ],
)
def test_a_column_proves_its_decimal_mark(column, mark):
    assert decimal_mark(column) == mark


def test_a_symbol_of_several_currencies_means_the_expected_one():
    assert read_amount("$ 100", "MXN").currency == "MXN"
    assert read_amount("€ 100", "MXN").currency == "EUR"


def grouped(value, thousands, mark):
    whole, _, cents = f"{value:.2f}".partition(".")
    groups = f"{int(whole):,}".replace(",", thousands)
    return f"{groups}{mark}{cents}"


@given(st.integers(1, 10**13), st.sampled_from([(".", ","), (",", "."), (" ", ","), ("'", "."), ("", ",")]))
def test_every_amount_comes_back_from_how_it_is_usually_written(minor, style):
    value = Decimal(minor).scaleb(-2)
    assert parse_amount(grouped(value, *style), "EUR") == value


@given(st.text(max_size=80) | st.text("0123456789.,' -$€()", max_size=14))
def test_any_text_is_an_amount_in_range_or_refused(text):
    found = outcome(parse_amount, text, "EUR")
    assert found.startswith("import.") if isinstance(found, str) else Decimal("0.01") <= found < 10**12
