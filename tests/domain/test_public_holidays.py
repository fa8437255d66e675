from datetime import date

import pytest

from aldia.adapters.public_holidays import national_holidays


@pytest.mark.parametrize(
    ("country", "days"), [("MX", 7), ("ES", 9), ("CO", 19), ("CL", 17), ("AR", 17), ("PE", 17), ("US", 15)]
)
def test_national_holidays_of_2027_are_those_that_were_looked_up(country, days):
    assert len(national_holidays(country, 2027)) == days


def test_observed_days_are_included_and_stay_in_their_year():
    assert date(2027, 12, 31) in national_holidays("US", 2027)  # 1 January 2028 is a Saturday
    assert date(2027, 12, 31) not in national_holidays("US", 2028)
    assert date(2027, 1, 11) in national_holidays("CO", 2027)  # Epiphany moves to Monday


def test_regional_holidays_are_left_out():
    assert date(2026, 5, 2) not in national_holidays("ES", 2026)  # Madrid


@pytest.mark.parametrize("country", ["XX", ""])
def test_an_unknown_country_has_no_holidays(country):
    assert national_holidays(country, 2026) == frozenset()


def test_a_year_is_looked_up_once():
    assert national_holidays("ES", 2026) is national_holidays("ES", 2026)
