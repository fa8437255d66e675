"""The whole price around every change of the clocks, in every zone, over two years, to the second."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from aldia.domain.debt import Discount, Tier
from aldia.domain.quote import quote
from tests.domain.money_world import debt

ZONES = sorted(available_timezones() - {"localtime", "build/etc/localtime"})
FROM, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def offset(zone, at):
    return at.astimezone(zone).utcoffset()


def changes(zone):
    """(first instant with the new offset, the old one, the new one) of each change of the clocks."""
    at = FROM
    while at < UNTIL:
        later = at + timedelta(hours=6)
        before, after = offset(zone, at), offset(zone, later)
        if before != after:
            low, high = at, later
            while high - low > SECOND:
                middle = (low + (high - low) / 2).replace(microsecond=0)
                low, high = (middle, high) if offset(zone, middle) == before else (low, middle)
            yield high, before, after
        at = later


def local_day(at, change, before, after):
    """The calendar day there, by sums alone: what the clock shows is UTC and the offset in force."""
    return (at + (before if at < change else after)).date()


@pytest.mark.slow
def test_the_price_is_right_to_the_second_around_every_change_of_the_clocks():
    priced = zones = 0
    for name in ZONES:
        zone, moved = ZoneInfo(name), False
        for change, before, after in changes(zone):
            moved = True
            first = local_day(change, change, before, after)
            for last_day in (first - DAY, first):
                one = _discounted(last_day)
                for at in _instants(change, last_day, before, after):
                    on = local_day(at, change, before, after)
                    price = quote(one, at=at, zone=zone)
                    assert price.on == on, (name, at)
                    assert price.payable_minor == (98_000 if on <= last_day else 100_000), (name, at, last_day)
                    assert price.holds_until is None or _turns(price.holds_until, last_day, change, before, after)
                    assert (price.holds_until is None) == (on > last_day)
                    priced += 1
        zones += moved
    assert zones > 150
    assert priced > 5_000


def _discounted(last_day):
    """1,000.00 with two per cent off to the end of that day."""
    one = debt("1000.00", issued=(last_day - 20 * DAY).isoformat(), due=(last_day + 20 * DAY).isoformat())
    return replace(one, discount=Discount("tiers", (Tier(last_day, percent=2),)))


def _instants(change, last_day, before, after):
    """A second before, at and after the change, and midnight by either offset at the ends of both days."""
    midnight = datetime(last_day.year, last_day.month, last_day.day, tzinfo=UTC) + DAY
    turns = {change, midnight - before, midnight - after, midnight - before - DAY, midnight - after - DAY}
    return sorted({turn + step * SECOND for turn in turns for step in (-1, 0, 1)})


def _turns(end, last_day, change, before, after):
    """Whether the day changes there: a second earlier it was the last one still, now it is not."""
    return local_day(end - SECOND, change, before, after) <= last_day < local_day(end, change, before, after)
