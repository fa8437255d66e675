"""Days and hours of a story, worked out from the format and the holiday library, not by our code."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from tests.replay.stories.people import ZONES

DAY = timedelta(days=1)


@lru_cache
def _public(country, year):
    return frozenset(holidays.country_holidays(country, years=year, observed=True, categories=(holidays.PUBLIC,)))


class Calendar:
    """The days of one client."""

    def __init__(self, account, client):
        self.zone = ZoneInfo(ZONES[client["country"]])
        self._countries = {account["country"], client["country"]}
        self._closed = {date.fromisoformat(day) for day in account.get("closed_days", [])}
        self._from = time.fromisoformat(account.get("send_at", "09:00"))

    def day(self, at):
        return at.astimezone(self.zone).date()

    def is_open(self, day):
        is_holiday = any(day in _public(country, day.year) for country in self._countries)
        return day.weekday() < 5 and day not in self._closed and not is_holiday

    def may_write(self, at):
        """Whether a letter may go at that instant at all."""
        return self.is_open(self.day(at)) and self._from <= at.astimezone(self.zone).time() < time(18)

    def midnight(self, day):
        return datetime.combine(day, time.min, self.zone)

    def end_of_next_open_day(self, day):
        day += DAY
        while not self.is_open(day):
            day += DAY
        return self.midnight(day + DAY)
