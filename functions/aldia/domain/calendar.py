"""Days that are closed, the next and last that are open, and local instants."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from aldia.domain.case import HolidayLookup

DAY = timedelta(days=1)
FARTHEST = 400  # days looked at before it is said that there is none


def is_closed(day: date, *, countries: Iterable[str], closed_days: Iterable[date], holidays: HolidayLookup) -> bool:
    """Whether the account closed that day or one of the countries keeps it as a holiday; weekends aside."""
    return day in closed_days or any(day in holidays(country, day.year) for country in countries if country)


def next_open_day(day: date, is_open: Callable[[date], bool]) -> date | None:
    """The first open day after `day`; None when there is none within 400 days."""
    return next((later for n in range(1, FARTHEST) if is_open(later := day + n * DAY)), None)


def previous_open_day(day: date, is_open: Callable[[date], bool]) -> date | None:
    """The last open day before `day`; None when there is none within 400 days."""
    return next((earlier for n in range(1, FARTHEST) if is_open(earlier := day - n * DAY)), None)


@lru_cache(maxsize=1024)
def local_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """That local time in UTC. A time that the clocks jump over is the instant of the jump; of two, the first."""
    naive = datetime.combine(day, at)
    instant = naive.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == naive:
        return instant
    return _jump(naive.replace(tzinfo=zone, fold=1).astimezone(UTC), instant, zone)


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first instant, to the second, that has the offset of `after`; it lies after `before`."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after
