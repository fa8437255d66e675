"""Whether a client may be written to now: address and consent, open days, hours, distance (domain 1.1, FORMAT).

The account's policy may tighten what the ceilings and the rows of both countries allow, never loosen it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import lru_cache
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from aldia.domain import calendar
from aldia.domain.account import ContactPolicy
from aldia.domain.case import Case
from aldia.domain.client import Client
from aldia.domain.countries import main_zone
from aldia.rules import load

SATURDAY = 5
WEEK, MONTH = 7, 30
CONTACTS_KEPT = 10

Hours = tuple[time, time]
"""From, until; the end is exclusive."""
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Allowed:
    """It may go now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now: `closed_day`, `window` or `cap`. `until`: the next moment it may; None: none within a year."""

    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Not until something changes: `wrong_person`, `stopped`, `bounced`, `complaint` or `no_consent`."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that hold between one account and one client. Saturday None: closed."""

    mon_fri: Hours
    sat: Hours | None
    days_between: int  # local calendar days from one counted contact to the next
    per_week: int | None = None  # contacts on a local day and the six before it
    per_month: int | None = None  # on a local day and the 29 before it
    every_day: bool = False  # rules off: closed days do not count


def country_policy(country: str) -> dict[str, Any]:
    """The row of rules/contact_policies.json, with its source; empty for a country without one."""
    row: dict[str, Any] = load("contact_policies")["countries"].get(country, {})
    return row


def automatic_rules(case: Case) -> Rules:
    """What holds for letters that go by themselves: the account's policy, no looser than the ceilings."""
    return _automatic(case.account.policy, _countries(case))


@lru_cache
def _automatic(policy: ContactPolicy, countries: tuple[str, ...]) -> Rules:
    if not policy.enabled:
        return Rules((policy.send_at, time.max), None, 0, every_day=True)
    edges = strictest(countries)
    return replace(
        edges,
        mon_fri=_overlap(((policy.send_at, policy.window_end), edges.mon_fri)),
        sat=None,
        days_between=max(policy.min_days_between, edges.days_between),
        per_week=None,  # the distance of a week keeps both caps
        per_month=None,
    )


def strictest(countries: Iterable[str]) -> Rules:
    """The ceilings, tightened by every country's row: what holds for a letter written by hand."""
    ceiling = load("contact_policies")["ceiling"]
    rows = [country_policy(country) for country in countries]
    known = [row for row in rows if row]
    is_saturday_open = bool(rows) and all(row.get("sat") for row in rows)
    return Rules(
        mon_fri=_overlap(_hours(row["mon_fri"]) for row in (ceiling, *known)),
        sat=_overlap(_hours(row["sat"]) for row in (ceiling, *rows)) if is_saturday_open else None,
        days_between=max(row.get("days_between", 0) for row in (ceiling, *known)),
        per_week=min(row["per_7_days"] for row in (ceiling, *known) if "per_7_days" in row),
        per_month=ceiling["per_30_days"],
    )


def _hours(row: list[str]) -> Hours:
    return time.fromisoformat(row[0]), time.fromisoformat(row[1])


def _overlap(hours: Iterable[Hours]) -> Hours:
    starts, ends = zip(*hours, strict=True)
    return max(starts), min(ends)


def _countries(case: Case) -> tuple[str, ...]:
    return _known(case.client.country, case.account.country)


@lru_cache
def _known(*countries: str) -> tuple[str, ...]:
    return tuple(sorted({*countries} - {""}))


def may_write(case: Case, now: datetime, *, by_hand: bool = False) -> Allowed | Wait | Stop:
    """Whether a counted letter may go to this client at this instant.

    `by_hand`: a letter that the freelancer writes now. It may use the ceilings (Saturday where the law allows it,
    three days' distance), not pass them; the client's stop, a bounce, a complaint and "not me" hold for it too.
    """
    blocked = stop_reason(case.client)
    if blocked:
        return Stop(blocked)
    rules = strictest(_countries(case)) if by_hand else automatic_rules(case)
    reason = time_reason(case, now, rules=rules) or ("" if is_far_enough(case, now, rules=rules) else "cap")
    if not reason:
        return Allowed()
    free = calendar.local_instant(max(free_day(case, rules), case.local_day(now)), time.min, case.zone)
    return Wait(next_slot(case, max(now, free), rules=rules), reason)


def stop_reason(client: Client) -> str:
    """Why nothing may be written to this client, whenever; empty when nothing stands against it."""
    told = (
        ("wrong_person", client.wrong_person_at),
        ("stopped", client.stopped_at),
        ("bounced", client.bounced_at),
        ("complaint", client.complained_at),
    )
    return next((reason for reason, at in told if at), "" if is_mailable(client) else "no_consent")


def is_mailable(client: Client) -> bool:
    """Whether there is an address and the consent to write to it."""
    return bool(client.emails) and "email" in client.consents


def time_reason(case: Case, now: datetime, *, rules: Rules | None = None) -> str:
    """`closed_day`, `window`, or empty when this is an open day between the hours."""
    rules = rules or automatic_rules(case)
    if next_slot(case, now, rules=rules) == now:
        return ""
    days = {now.astimezone(zone).date() for zone in zones(case)}
    return "window" if all(_hours_of(case, rules, day) for day in days) else "closed_day"


def is_far_enough(case: Case, now: datetime, *, rules: Rules | None = None) -> bool:
    """Whether the distance to the client's last counted contact is kept."""
    return case.local_day(now) >= free_day(case, rules or automatic_rules(case))


def free_day(case: Case, rules: Rules) -> date:
    """The first local day that is far enough from the counted contacts over all debts of the client."""
    days = sorted(case.client.contact_days)
    if not days:
        return date.min
    free = days[-1] + rules.days_between * calendar.DAY
    for most, span in ((rules.per_week, WEEK), (rules.per_month, MONTH)):
        if most and len(days) >= most:
            free = max(free, days[-most] + span * calendar.DAY)
    return free


def with_contact(client: Client, day: date) -> Client:
    """The client with one more counted contact on that local day, whatever its channel."""
    days = sorted({*client.contact_days, day})
    return replace(client, contact_days=tuple(days[-CONTACTS_KEPT:]))


def is_open(case: Case, day: date) -> bool:
    """Whether automatic letters may go on that local day at all."""
    return _hours_of(case, automatic_rules(case), day) is not None


def next_slot(case: Case, at: datetime, *, rules: Rules | None = None) -> datetime | None:
    """The first instant from `at` on, inside the hours of an open day, the distance aside."""
    rules = rules or automatic_rules(case)
    today = case.local_day(at)
    for n in range(calendar.FARTHEST):
        for start, end in sorted(_spans(case, rules, today + n * calendar.DAY)):
            if at < end:
                return max(start, at)
    return None


def zones(case: Case) -> tuple[ZoneInfo, ...]:
    """Whose hours count: the client's; while its zone is not known, the account's and its country's main one."""
    main = main_zone(case.client.country)
    if case.client.timezone or not main or main == str(case.zone):
        return (case.zone,)
    return case.zone, ZoneInfo(main)


def _spans(case: Case, rules: Rules, day: date) -> Iterator[Span]:
    """When letters may go on that day of the first zone: within the hours of every zone."""
    home, *others = zones(case)
    near = (day - calendar.DAY, day, day + calendar.DAY)
    choices = [_span(case, rules, home, [day]), *(_span(case, rules, zone, near) for zone in others)]
    for spans in product(*choices):
        start, end = max(span[0] for span in spans), min(span[1] for span in spans)
        if start < end:
            yield start, end


def _span(case: Case, rules: Rules, zone: ZoneInfo, days: Iterable[date]) -> list[Span]:
    spans = []
    for day in days:
        hours = _hours_of(case, rules, day)
        if hours:
            spans.append((calendar.local_instant(day, hours[0], zone), calendar.local_instant(day, hours[1], zone)))
    return spans


def _hours_of(case: Case, rules: Rules, day: date) -> Hours | None:
    """The hours of that day; None when it is closed."""
    if rules.every_day:
        return rules.mon_fri
    if day.weekday() > SATURDAY or (day.weekday() == SATURDAY and rules.sat is None):
        return None
    closed_days = case.account.policy.closed_days
    if calendar.is_closed(day, countries=_countries(case), closed_days=closed_days, holidays=case.holidays):
        return None
    return rules.sat if day.weekday() == SATURDAY else rules.mon_fri
