"""Instants and durations that the clock is asked to go to."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from infra.local.moments import BadMoment, duration_of, instant_of, moment_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("P7D", timedelta(days=7)),
        ("PT2H", timedelta(hours=2)),
        ("P1DT30M", timedelta(days=1, minutes=30)),
        ("P2W", timedelta(weeks=2)),
        ("PT90S", timedelta(seconds=90)),
        ("P0D", timedelta()),
    ],
)
def test_an_iso_duration_is_read(text, length):
    assert duration_of(text) == length


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1DT", "7D", "P1Y", "P1M", "P-1D", "p7d", "P7D ", "P1.5D", "P999999D"]
)
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(BadMoment, match="bad_duration"):
        duration_of(text)


def test_an_instant_without_offset_needs_a_zone():
    madrid = ZoneInfo("Europe/Madrid")
    assert instant_of("2026-12-01T09:00", madrid) == datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert instant_of("2026-12-01", madrid) == datetime(2026, 11, 30, 23, tzinfo=UTC)
    with pytest.raises(BadMoment, match="bad_instant"):
        instant_of("2026-12-01T09:00")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("2026-11-20T11:59:59+00:00", "not_back"),
        ("2199-01-01T00:00:00+00:00", "too_far"),
        ("9999-12-31T23:59:59-12:00", "too_far"),
        ("P99999D", "too_far"),
        ("tomorrow", "bad_instant"),
        ("2026-13-01T00:00:00Z", "bad_instant"),
    ],
)
def test_the_clock_goes_neither_back_nor_ten_years_on(text, key):
    with pytest.raises(BadMoment, match=key):
        moment_of(text, NOW)
