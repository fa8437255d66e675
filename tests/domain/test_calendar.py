from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from aldia.domain.calendar import is_closed, local_instant, next_open_day, previous_open_day

NEW_YEAR = date(2027, 1, 1)  # a Friday


def holidays(country, year):
    return frozenset({NEW_YEAR}) if (country, year) == ("ES", 2027) else frozenset()


def is_open(day, countries=("ES",), closed_days=()):
    return day.weekday() < 5 and not is_closed(day, countries=countries, closed_days=closed_days, holidays=holidays)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 12, 31), True),
        (NEW_YEAR, False),
        (date(2027, 1, 2), False),  # Saturday
        (date(2027, 1, 3), False),  # Sunday
        (date(2027, 1, 4), True),
    ],
)
def test_weekends_and_public_holidays_are_closed(day, expected):
    assert is_open(day) is expected


def test_a_holiday_of_either_country_closes_the_day():
    assert not is_open(NEW_YEAR, countries=("MX", "ES"))
    assert is_open(NEW_YEAR, countries=("MX", ""))


def test_the_account_may_close_days_of_its_own():
    assert not is_open(date(2026, 12, 31), closed_days=(date(2026, 12, 31),))


def test_the_next_and_the_previous_open_day_leave_out_the_day_itself():
    assert next_open_day(date(2026, 12, 31), is_open) == date(2027, 1, 4)
    assert next_open_day(date(2027, 1, 4), is_open) == date(2027, 1, 5)
    assert previous_open_day(date(2027, 1, 4), is_open) == date(2026, 12, 31)


def test_where_nothing_ever_opens_there_is_no_next_day():
    assert next_open_day(NEW_YEAR, lambda _: False) is None
    assert previous_open_day(NEW_YEAR, lambda _: False) is None


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        ("Europe/Madrid", date(2026, 3, 28), time(9), datetime(2026, 3, 28, 8, tzinfo=UTC)),
        ("Europe/Madrid", date(2026, 3, 30), time(9), datetime(2026, 3, 30, 7, tzinfo=UTC)),
        # 02:30 does not exist: the instant of the jump
        ("Europe/Madrid", date(2026, 3, 29), time(2, 30), datetime(2026, 3, 29, 1, tzinfo=UTC)),
        # 02:30 exists twice: the first
        ("Europe/Madrid", date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        # midnight does not exist
        ("America/Sao_Paulo", date(2018, 11, 4), time(0), datetime(2018, 11, 4, 3, tzinfo=UTC)),
        # the whole day does not exist
        ("Pacific/Apia", date(2011, 12, 30), time(0), datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ],
)
def test_a_local_time_is_one_instant_whatever_the_clocks_do(zone, day, at, expected):
    assert local_instant(day, at, ZoneInfo(zone)) == expected
