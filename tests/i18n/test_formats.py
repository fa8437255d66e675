"""Sums, dates and names as people write them. `_` stands for a no-break space."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from aldia.domain.errors import Refused
from aldia.i18n import formats

DAY = date(2026, 12, 18)


def spaced(text):
    return text.replace("_", formats.NO_BREAK)


@pytest.mark.parametrize(
    ("minor", "currency", "country", "es", "en"),
    [
        # section 3.5 of the project's facts
        (123456, "MXN", "", "$1,234.56", "MX$1,234.56"),
        (123456, "EUR", "", "1.234,56_€", "€1,234.56"),
        (123456, "USD", "US", "$1,234.56", "$1,234.56"),
        (123456, "USD", "", "US$1,234.56", "US$1,234.56"),
        (123456700, "COP", "", "$_1.234.567", "COP_1,234,567"),
        (1234567, "CLP", "", "$1.234.567", "CLP_1,234,567"),
        (123456, "ARS", "", "$_1.234,56", "ARS_1,234.56"),
        (123456, "PEN", "", "S/_1,234.56", "S/_1,234.56"),
        (123456, "BRL", "", "R$_1.234,56", "R$1,234.56"),
        (123456, "UYU", "", "$U_1.234,56", "UYU_1,234.56"),
        (123400, "CRC", "", "₡1.234", "CRC_1,234"),
        (1234567, "PYG", "", "₲_1.234.567", "PYG_1,234,567"),
        (1234567, "JPY", "", "1.234.567_JPY", "JPY_1,234,567"),
        (123456, "CHF", "", "1.234,56_CHF", "CHF_1,234.56"),
        (1234567, "KWD", "", "1.234,567_KWD", "KWD_1,234.567"),
        # where the reader is
        (123456, "MXN", "MX", "$1,234.56", "MX$1,234.56"),
        (123456, "MXN", "ES", "$1,234.56_MXN", "MX$1,234.56"),
        (1234567, "CLP", "CL", "$1.234.567", "CLP_1,234,567"),
        (1234567, "CLP", "MX", "$1.234.567_CLP", "CLP_1,234,567"),
        (123456, "USD", "EC", "$1,234.56", "$1,234.56"),
        (123456, "USD", "MX", "US$1,234.56", "US$1,234.56"),
        # the sizes
        (0, "EUR", "", "0,00_€", "€0.00"),
        (5, "EUR", "", "0,05_€", "€0.05"),
        (-123456, "EUR", "", "-1.234,56_€", "-€1,234.56"),
        (99999999999999, "EUR", "", "999.999.999.999,99_€", "€999,999,999,999.99"),
        # cents are never hidden: the price shown is the price charged
        (123456750, "COP", "", "$_1.234.567,50", "COP_1,234,567.50"),
    ],
)
def test_money_is_written_as_its_readers_write_it(minor, currency, country, es, en):
    assert formats.money(minor, currency, "es", country) == spaced(es)
    assert formats.money(minor, currency, "en", country) == spaced(en)


def test_what_is_no_currency_has_no_sum():
    with pytest.raises(Refused):
        formats.money(100, "XQX", "es")


def test_dates_are_written_in_full_and_short():
    assert formats.day(DAY, "es") == "18 de diciembre de 2026"
    assert formats.day(DAY, "en") == "18 December 2026"
    assert formats.day_short(DAY, "es") == "18 dic 2026"
    assert formats.day_short(DAY, "en") == "18 Dec 2026"


@pytest.mark.parametrize(
    ("zone", "es", "en"),
    [
        ("America/Mexico_City", "09:30 (hora de Ciudad de México)", "09:30 (Mexico City time)"),
        ("Europe/Madrid", "16:30 (hora de Madrid)", "16:30 (Madrid time)"),
        ("America/Argentina/Buenos_Aires", "12:30 (hora de Buenos Aires)", "12:30 (Buenos Aires time)"),
        ("UTC", "15:30 (UTC)", "15:30 (UTC)"),
    ],
)
def test_an_instant_says_whose_clock_it_is(zone, es, en):
    at = datetime(2026, 12, 18, 15, 30, tzinfo=UTC)
    assert formats.instant(at, ZoneInfo(zone), "es") == f"18 de diciembre de 2026, {es}"
    assert formats.instant(at, ZoneInfo(zone), "en") == f"18 December 2026, {en}"


@pytest.mark.parametrize(
    ("value", "es", "en"),
    [("2", "2_%", "2%"), ("2.50", "2,5_%", "2.5%"), ("10", "10_%", "10%"), ("0", "0_%", "0%"), ("1E+1", "10_%", "10%")],
)
def test_per_cent_has_no_needless_zeros(value, es, en):
    assert formats.percent(Decimal(value), "es") == spaced(es)
    assert formats.percent(Decimal(value), "en") == en


def test_numbers_have_the_marks_of_their_language():
    assert formats.number(1234567, "es") == "1.234.567"
    assert formats.number(Decimal("1234.5"), "es") == "1.234,5"
    assert formats.number(Decimal("1234.5"), "en") == "1,234.5"


def test_countries_and_currencies_have_names():
    assert formats.country_name("MX", "es") == "México"
    assert formats.country_name("ES", "en") == "Spain"
    assert formats.currency_name("MXN", "es") == "peso mexicano"
    assert formats.currency_name("MXN", "en") == "Mexican Peso"
    assert formats.country_name("QQ", "es") == "QQ"
