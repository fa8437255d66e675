"""Plain lines, addresses and currency words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aldia.domain.errors import Refused
from aldia.domain.parsing import fold, parse_currency, parse_email, parse_line
from tests.hostile import HOSTILE
from tests.imports.import_world import outcome

WHY = ("unreadable", "several", "not_ascii")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Ana \t Ruiz\r\n", "Ana Ruiz"),
        ("Pen\u0303a", "Peña"),
        ("A\u200bn\ufeffa\u00ad", "Ana"),
        ("=1+1", "=1+1"),
        ("@SUM(A1)", "@SUM(A1)"),
        ("<b>Ana</b>", "<b>Ana</b>"),
        ("👩‍👧", "👩‍👧"),
        ("Ana\r\nBcc: x", "Ana Bcc: x"),
        ("\u200b\ufeff", ""),
    ],
)
def test_a_line_keeps_its_text_on_one_line(text, expected):
    assert parse_line(text, field="client") == expected


@pytest.mark.parametrize(
    "text", ["a\x00b", "\x1b[31m", "a\x7f", "a\x9bñ", "x\u202eñ", "\u2066a", "\ue000", "=?UTF-8?Q?=0D=0A?=", "\ud800"]
)
def test_a_line_with_hidden_characters_is_refused(text):
    with pytest.raises(Refused, match="text_hidden"):
        parse_line(text, field="client")


def test_a_line_has_a_limit_that_its_sentence_names():
    assert parse_line("a" * 120, field="client", most=120)
    with pytest.raises(Refused, match="text_too_long") as refused:
        parse_line("a" * 121, field="client", most=120)
    assert refused.value.facts == {"most": 120}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ana@example.org", "ana@example.org"),
        (" Ana.Ruiz+cobros@Example.ORG\n", "Ana.Ruiz+cobros@example.org"),
        ("a@b.co", "a@b.co"),
        ("o'neill_1@mail.example.com.mx", "o'neill_1@mail.example.com.mx"),
        ("ana@xn--and-6ma2c.example", "ana@xn--and-6ma2c.example"),
        ("", ""),
        ("  \u200b", ""),
    ],
)
def test_an_address_is_kept_as_it_is_with_its_domain_in_lower_case(text, expected):
    assert parse_email(text) == expected


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("ana", "email_unreadable"),
        ("ana@", "email_unreadable"),
        ("@example.org", "email_unreadable"),
        ("ana@localhost", "email_unreadable"),
        ("ana@example", "email_unreadable"),
        ("ana@example.1", "email_unreadable"),
        ("ana@-example.org", "email_unreadable"),
        ("ana..b@example.org", "email_unreadable"),
        (".ana@example.org", "email_unreadable"),
        ("ana.@example.org", "email_unreadable"),
        ("ana@ex ample.org", "email_unreadable"),
        ("ana@example.org\r\nBcc: x@y.org", "email_unreadable"),
        ("ana@example.org\x00", "email_unreadable"),
        ("=?utf-8?q?a?=@example.org", "email_unreadable"),
        ("=ana@example.org", "email_unreadable"),
        ("Ana <ana@example.org>", "email_unreadable"),
        ('"a b"@example.org', "email_unreadable"),
        ("ana@[127.0.0.1]", "email_unreadable"),
        ("a" * 65 + "@example.org", "email_unreadable"),
        ("a@" + "b." * 130 + "org", "email_unreadable"),
        ("a@example.org, b@example.org", "email_several"),
        ("a@example.org;b@example.org", "email_several"),
        ("ana@ñandú.example", "email_not_ascii"),
        ("ana@еxample.org", "email_not_ascii"),
    ],
)
def test_what_is_not_one_plain_address_is_refused(text, key):
    with pytest.raises(Refused) as refused:
        parse_email(text)
    assert (refused.value.key, refused.value.field) == (f"import.{key}", "email")


@pytest.mark.parametrize(
    ("text", "expected", "code"),
    [
        ("EUR", "MXN", "EUR"),
        ("eur", "", "EUR"),
        ("€", "MXN", "EUR"),
        ("$", "MXN", "MXN"),
        ("pesos", "COP", "COP"),
        ("Pesos mexicanos", "COP", "MXN"),
        ("Dólares", "USD", "USD"),
        ("US$", "MXN", "USD"),
        ("M.N.", "USD", "MXN"),
        ("soles", "", "PEN"),
        ("", "EUR", ""),
    ],
)
def test_currencies_are_understood_as_people_write_them(text, expected, code):
    assert parse_currency(text, expected=expected) == code


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("XYZ", "currency_unknown"),
        ("XXX", "currency_unknown"),
        ("$", "currency_unclear"),
        ("x" * 99, "currency_unknown"),
    ],
)
def test_a_word_that_is_no_currency_is_refused(text, key):
    with pytest.raises(Refused, match=key):
        parse_currency(text, expected="EUR")


def test_folding_forgets_accents_case_and_punctuation():
    assert fold("  Peluquería  ÑANDÚ, S.L. ") == fold("peluqueria nandu sl") == "peluqueria nandu sl"


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
def test_a_hostile_value_is_one_harmless_line_or_refused(hostile):
    line = outcome(parse_line, hostile.value, field="client", most=200)
    assert len(line) <= 200
    assert not set(line) & {"\r", "\n", "\x00", "\t", "\u2028", "\u2029", "\u202e"}
    assert "=?UTF-8?" not in line.upper()


@given(st.text())
def test_any_text_is_one_line_or_refused_and_reading_it_again_changes_nothing(text):
    line = outcome(parse_line, text, field="client")
    assert outcome(parse_line, line, field="client", most=600) == line
    assert line.splitlines() in ([], [line])


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
def test_a_hostile_value_is_no_address(hostile):
    assert outcome(parse_email, hostile.value) in ("", *(f"import.email_{why}" for why in WHY))
