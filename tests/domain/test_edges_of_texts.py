"""Where what people type stops being read: the first character too many, half of a pair, limits by default."""

import pytest

from aldia.domain.errors import Refused
from aldia.domain.money import from_decimal
from aldia.domain.parsing import (
    day_order,
    decimal_mark,
    parse_amount,
    parse_currency,
    parse_date,
    parse_email,
    parse_line,
    read_amount,
    read_date,
)


def refusal(ask, *told, **more):
    with pytest.raises(Refused) as refused:
        ask(*told, **more)
    return refused.value.key


def test_only_a_pair_of_brackets_makes_an_amount_negative():
    assert refusal(parse_amount, "(100)", "EUR") == "import.amount_negative"
    assert refusal(parse_amount, "(100", "EUR") == "import.amount_unreadable"
    assert refusal(parse_amount, "100)", "EUR") == "import.amount_unreadable"


def test_nothing_is_no_amount_unless_it_is_asked_for():
    assert refusal(read_amount, "0,00", "EUR") == "import.amount_zero"
    assert read_amount("0,00", "EUR", is_zero_ok=True).value == 0


def test_a_date_has_sixty_characters_at_most():
    longest = "5 " + "de " * 15 + "enero de 2026"
    assert len(longest) == 60
    assert parse_date(longest, "ES").isoformat() == "2026-01-05"
    assert refusal(parse_date, longest + ".", "ES") == "import.date_unreadable"


def test_a_line_has_two_hundred_characters_at_most_unless_another_limit_is_named():
    assert parse_line("a" * 200, field="note") == "a" * 200
    assert refusal(parse_line, "a" * 201, field="note") == "import.text_too_long"


def test_an_address_has_254_characters_at_most():
    local, labels = "a" * 64, ".".join(["b" * 61] * 3)
    longest = f"{local}@{labels}.com"
    assert len(longest) == 254
    assert parse_email(longest) == longest
    assert refusal(parse_email, f"{local}@{labels}.info") == "import.email_unreadable"


def test_what_is_no_number_is_quoted_shortly():
    with pytest.raises(Refused) as refused:
        from_decimal("9" * 40 + "x", "EUR")
    assert refused.value.facts["text"] == "9" * 40


def test_what_repeats_groups_thousands_whichever_mark_it_is():
    assert decimal_mark(["1,234,567"]) == "."
    assert parse_amount("1,234,567", "EUR") == parse_amount("1.234.567", "EUR") == 1234567


def test_a_text_that_is_too_long_for_an_amount_proves_no_mark():
    assert decimal_mark(["1" * 58 + ",5"]) == ","
    assert decimal_mark(["1" * 59 + ",5"]) == ""


def test_a_currency_has_forty_characters_at_most():
    assert parse_currency("EUR".ljust(40)) == "EUR"
    assert refusal(parse_currency, "EUR".ljust(41)) == "import.currency_unknown"


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("13/05/2026", "day"), ("05/13/2026", "month"), ("12/05/2026", ""), ("05/12/2026", ""), ("12/13/2026", "month"),
        ("13/12/2026", "day"),
    ],
)  # fmt: skip
def test_a_number_above_twelve_can_only_be_the_day(text, order):
    assert day_order([text]) == order


def test_the_largest_sum_is_ten_to_the_fifteenth_minor_units_and_not_one_more():
    assert from_decimal("10000000000000.00", "EUR") == 10**15
    assert refusal(from_decimal, "10000000000000.01", "EUR") == "money.too_large"


def test_a_date_in_words_may_begin_with_the_year():
    assert parse_date("2026 enero 5", "ES") == parse_date("5 enero 2026", "ES")


def test_what_a_date_proves_itself_is_stronger_than_its_column():
    assert read_date("31/01/2026", order="month").value == parse_date("2026-01-31", "ES")
    assert read_date("01/31/2026", order="day").value == parse_date("2026-01-31", "ES")
