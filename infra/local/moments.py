"""Instants that a person or a program asks the clock to go to."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FURTHEST = timedelta(days=3660)  # ten years
_DURATION = re.compile(r"P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?")


class BadMoment(Exception):
    """No such instant can be gone to; `key` names the sentence of panel.toml."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def duration_of(text: str) -> timedelta:
    """An ISO 8601 duration without years and months: P7D, PT2H, P1DT30M. BadMoment otherwise."""
    found = _DURATION.fullmatch(text)
    if not found or not any(found.groups()) or text.endswith("T"):
        raise BadMoment("bad_duration")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def instant_of(text: str, zone: ZoneInfo | None = None) -> datetime:
    """An ISO 8601 instant; a date or a time without offset is read in `zone`, or is a BadMoment without one."""
    try:
        read = datetime.fromisoformat(text)
        if "T" not in text and zone:
            read = datetime.combine(date.fromisoformat(text), time(0))
    except ValueError:
        raise BadMoment("bad_instant") from None
    if read.tzinfo is None:
        if zone is None:
            raise BadMoment("bad_instant")
        read = read.replace(tzinfo=zone)
    try:
        return read.astimezone(UTC)
    except OverflowError:
        raise BadMoment("too_far") from None


def moment_of(text: str, now: datetime, zone: ZoneInfo | None = None) -> datetime:
    """The instant that a duration or an instant leads to from now. BadMoment when it is past or too far."""
    return checked(now + duration_of(text) if text.startswith("P") else instant_of(text, zone), now)


def checked(to: datetime, now: datetime) -> datetime:
    """The same instant, unless the clock cannot go there."""
    if to < now:
        raise BadMoment("not_back")
    if to - now > FURTHEST:
        raise BadMoment("too_far")
    return to
