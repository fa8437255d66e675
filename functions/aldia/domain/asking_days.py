"""When a freelancer who is asked before each letter is asked: on the mornings of their working days."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aldia.domain import calendar
from aldia.domain.account import Account
from aldia.domain.case import Case
from aldia.domain.client import Client
from aldia.domain.contact_rules import is_open

MORNING = time(8, 0)  # of the freelancer: an hour before any letter may go
EVENING = time(18, 0)  # what could not be asked for by then is asked for on the next morning


def next_morning(case: Case, after: date) -> datetime | None:
    """When the freelancer is asked next after that day of theirs: on a working day, in the morning."""
    own = replace(case, client=Client("", "", country=case.account.country, timezone=case.account.timezone))
    day = calendar.next_open_day(after, lambda later: is_open(own, later))
    return calendar.local_instant(day, MORNING, own_zone(case.account)) if day else None


def horizon(case: Case, now: datetime) -> datetime:
    """Until when letters are asked for now: those that would go after it are asked for on the next morning."""
    today = own_day(case.account, now)
    return next_morning(case, today) or now + timedelta(days=7)


def own_day(account: Account, now: datetime) -> date:
    """The freelancer's day."""
    return now.astimezone(own_zone(account)).date()


def own_zone(account: Account) -> ZoneInfo:
    """The freelancer's zone."""
    return ZoneInfo(account.timezone or "UTC")


def is_morning(case: Case, now: datetime) -> bool:
    """Whether the freelancer may be asked now: on a working day, before the evening."""
    today = own_day(case.account, now)
    morning = next_morning(case, today - calendar.DAY)
    is_working = morning is not None and own_day(case.account, morning) == today
    return is_working and now.astimezone(own_zone(case.account)).time() < EVENING
