"""Dates as people and spreadsheets write them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aldia.domain.errors import Refused
from aldia.domain.parsing import day_order, parse_date, read_date
from tests.imports.import_world import outcome

FIFTH = date(2026, 1, 5)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05",
        "2026/1/5",
        "2026.01.05",
        "20260105",
        "05/01/2026",
        "5/1/26",
        "05-01-26",
        "05.01.2026",
        "5 / 1 / 2026",
        "05/01/2026 10:30",
        "2026-01-05T10:30:00.000",
        "2026-01-05 00:00:00",
        "2026-01-05T00:00:00Z",
        "05/01/2026 9:05 a. m.",
        "5 ene 2026",
        "5-ene-26",
        "5 de enero de 2026",
        "lunes, 5 de enero de 2026",
        "5º enero 2026",
        "Jan 5, 2026",
        "January 5th, 2026",
        "Monday 5 January 2026",
        "5 ENE. 2026",
        " 5\u00a0ene\u00a02026 ",
    ],
)
def test_a_date_is_read_however_it_is_written(text):
    assert parse_date(text, "ES") == FIFTH


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "date_missing"),
        ("2026-02-30", "date_no_such"),
        ("31/02/2026", "date_no_such"),
        ("29/02/2026", "date_no_such"),
        ("13/13/2026", "date_no_such"),
        ("0000-00-00", "date_no_such"),
        ("00/00/00", "date_no_such"),
        ("31 abr 2026", "date_no_such"),
        ("31/12/9999", "date_range"),
        ("31/12/1999", "date_range"),
        ("01/01/10000", "date_no_such"),
        ("10000-01-01", "date_unreadable"),
        ("2026-01-05T23:30:00Z", "date_zone"),
        ("2026-01-05T00:00:00-06:00", "date_zone"),
        ("2026-01-05 10:00 +02:00", "date_zone"),
        ("mañana", "date_unreadable"),
        ("enero 2026", "date_unreadable"),
        ("05/01", "date_unreadable"),
        ("5 ene feb 2026", "date_unreadable"),
        ("99999", "date_unreadable"),
        ("12345", "date_unreadable"),
        ("٠٥/٠١/٢٠٢٦", "date_unreadable"),
        ("05/01-2026", "date_unreadable"),
        ("\x0005/01/2026", "date_unreadable"),
        ("5" * 500, "date_unreadable"),
    ],
)
def test_what_is_no_date_is_refused_with_its_own_sentence(text, key):
    with pytest.raises(Refused) as refused:
        parse_date(text, "ES", field="due")
    assert (refused.value.key, refused.value.field) == (f"import.{key}", "due")


@pytest.mark.parametrize(
    ("country", "order", "expected", "assumed"),
    [
        ("ES", "", date(2026, 1, 5), "day_first"),
        ("MX", "", date(2026, 1, 5), "day_first"),
        ("US", "", date(2026, 5, 1), "month_first"),
        ("US", "day", date(2026, 1, 5), ""),  # the column's proof is stronger than the country
        ("ES", "month", date(2026, 5, 1), ""),
    ],
)
def test_an_unclear_order_is_read_by_the_best_evidence_and_says_so(country, order, expected, assumed):
    read = read_date("05/01/2026", country=country, order=order)
    assert (read.value, read.assumed) == (expected, assumed)


@pytest.mark.parametrize(
    ("column", "order"),
    [
        (["05/01/2026", "31/01/2026"], "day"),
        (["05/01/2026", "01/31/2026"], "month"),
        (["31/01/2026", "01/31/2026"], "both"),
        (["05/01/2026", "06/01/2026"], ""),
        (["2026-01-31", "hola", "x" * 900], ""),
        (["31/01/2026 10:00"], "day"),
    ],
)
def test_a_column_proves_its_order(column, order):
    assert day_order(column) == order


def test_a_column_that_proves_both_orders_leaves_no_guess():
    assert read_date("31/01/2026", order="both").value == date(2026, 1, 31)
    assert read_date("05/05/2026", order="both").value == date(2026, 5, 5)
    with pytest.raises(Refused, match="date_ambiguous"):
        read_date("05/01/2026", order="both")


def test_a_spreadsheet_number_is_a_date_and_says_so():
    assert read_date("46027") == read_date("46027,75")
    assert (read_date("46027").value, read_date("46027").assumed) == (FIFTH, "serial")


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%Y%m%d"]))
def test_every_date_of_the_century_comes_back(day, style):
    assert parse_date(day.strftime(style), "ES") == day


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_spreadsheet_number_is_days_since_the_end_of_1899(day):
    assert read_date(str((day - date(1899, 12, 30)) // timedelta(days=1))).value == day


@given(st.text(max_size=80) | st.text("0123456789/-. :TZ+ene", max_size=24))
def test_any_text_is_a_date_of_the_century_or_refused(text):
    found = outcome(parse_date, text, "MX")
    assert found.startswith("import.") if isinstance(found, str) else 2000 <= found.year <= 2099
