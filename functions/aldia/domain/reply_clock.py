"""A reported problem has a day by which the client was told to have an answer; the freelancer is reminded of it."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aldia.domain import calendar
from aldia.domain.case import Case, Notice
from aldia.domain.debt import Debt
from aldia.domain.spoken import Dispute

REPLY_DAYS = 7
NUDGE_AT = time(9)  # by the freelancer's clock, the day before
STILL_NEAR = timedelta(days=3)  # after that moment it is no news: the problem stands among what waits


def reply_by(case: Case, told: Dispute) -> date:
    """The last day of the freelancer's answer, as the client was told."""
    return told.reply_by or case.local_day(told.at) + timedelta(days=REPLY_DAYS)


def nudge_at(case: Case, told: Dispute) -> datetime:
    """When the freelancer is reminded of a problem that waits: the morning before the day that the client was told."""
    zone = ZoneInfo(case.account.timezone) if case.account.timezone else case.zone
    return calendar.local_instant(reply_by(case, told) - calendar.DAY, NUDGE_AT, zone)


def nudged(case: Case, now: datetime) -> tuple[Case, tuple[Notice, ...]]:
    """The case with the freelancer reminded of each problem whose day is near, once; and what is said of it."""
    notices = []
    for debt in case.debts:
        told = debt.dispute
        is_due = told and not told.nudged and timedelta(0) <= now - nudge_at(case, told) <= STILL_NEAR
        if told and is_due and _is_there(debt, now):
            case = case.with_debt(replace(debt, dispute=replace(told, nudged=True)))
            notices.append(Notice("problem_waits", now, debt.id, text=reply_by(case, told).isoformat()))
    return case, tuple(notices)


def _is_there(debt: Debt, now: datetime) -> bool:
    """Whatever was paid or given up meanwhile, the client was told of a day."""
    return debt.deleted_at is None and debt.opened_at <= now
