"""When clients may be written to, and silence for all: the account may be stricter than the rules, never looser."""

import re
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, g

from aldia.domain.account import Account, ContactPolicy
from aldia.domain.contact_rules import strictest
from aldia.domain.errors import Refused
from aldia.domain.parsing import parse_date
from aldia.flows import apply_defaults, pause_account, settings_change
from aldia.i18n import formats
from aldia.pages import guard
from aldia.pages.forms import Typed
from aldia.pages.render import language, ports, t
from aldia.pages.settings_shell import back_to, save, screen, shown, tried
from aldia.rules import load

EARLIEST, LATEST, LAST_END = time(9, 0), time(17, 59), time(18, 0)
LEAST_SPAN = timedelta(minutes=30)  # letters go every few minutes: a shorter window might be missed
LEAST_DAYS, MOST_DAYS = 7, 90
MOST_CLOSED = 120
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.h]?([0-5][0-9])?h?", re.ASCII)
_UNTIL = re.compile(r"\s+(?:a|al|to|until|hasta|–|—|-)\s+", re.IGNORECASE)


@screen.get("/ajustes/horario")
@guard.signed_in
def contact() -> Response:
    """The hours, the distance, the closed days, and the countries' own rules."""
    return contact_page(Typed(as_typed(g.account.policy)))


@screen.post("/ajustes/horario")
@guard.signed_in
def save_contact() -> Response:
    """Save them; the next letters are dated anew."""
    typed = Typed()
    policy = _read(typed, g.account.policy)
    if save(typed, "contact", policy=policy) is None:
        return contact_page(typed)
    apply_defaults.step(ports(), g.account.id)
    return back_to("contact", "saved")


@screen.post("/ajustes/pausa")
@guard.signed_in
def pause() -> Response:
    """Silence for all clients, or on with it."""
    typed = Typed(as_typed(g.account.policy) | Typed().values)
    is_resumed = typed.get("do") == "resume"
    if tried(typed, _resume if is_resumed else lambda: _pause(typed)) is None:
        return contact_page(typed)
    return back_to("contact", "resumed" if is_resumed else "paused")


def _resume() -> Account:
    resumed = pause_account.resume(ports(), g.account)
    apply_defaults.step(ports(), resumed.id)
    return resumed


def _pause(typed: Typed) -> Account:
    text = typed.get("until").strip()
    until = parse_date(text, g.account.country, field="until") if text else None
    today = ports().clock.now().astimezone(ZoneInfo(g.account.timezone or "UTC")).date()
    return pause_account.pause(ports(), g.account, reason=typed.get("reason"), until=until, today=today)


def as_typed(policy: ContactPolicy) -> dict[str, str]:
    """The account's hours as the form shows them."""
    return {
        "send_at": f"{policy.send_at:%H:%M}",
        "window_end": f"{policy.window_end:%H:%M}",
        "days_between": str(policy.min_days_between),
        "closed_days": "\n".join(_spans(policy.closed_days)),
    }


def _spans(days: tuple[date, ...]) -> list[str]:
    """Days in a row as one line."""
    lines: list[list[date]] = []
    for day in sorted(days):
        if lines and day - lines[-1][-1] == timedelta(days=1):
            lines[-1].append(day)
        else:
            lines.append([day])
    sign = t("settings.until_sign")
    return [f"{run[0]}" if len(run) == 1 else f"{run[0]} {sign} {run[-1]}" for run in lines]


def _read(typed: Typed, policy: ContactPolicy) -> ContactPolicy:
    send_at = typed.take("send_at", lambda text: _clock(text, "send_at", (EARLIEST, LATEST)), EARLIEST)
    window_end = typed.take("window_end", lambda text: _clock(text, "window_end", (EARLIEST, LAST_END)), LAST_END)
    start, end = (timedelta(hours=at.hour, minutes=at.minute) for at in (send_at, window_end))
    if not typed.errors and end - start < LEAST_SPAN:
        typed.refuse(Refused("settings.window_short", field="window_end"))
    days = typed.take("days_between", _days, LEAST_DAYS)
    none: tuple[date, ...] = ()
    closed = typed.take("closed_days", _closed, none)
    return replace(policy, send_at=send_at, window_end=window_end, min_days_between=days, closed_days=closed)


def _clock(text: str, field: str, edges: tuple[time, time]) -> time:
    found = _CLOCK.fullmatch(text.strip().lower())
    if not found:
        raise Refused("settings.clock", field=field)
    at = time(int(found[1]), int(found[2] or 0))
    if not edges[0] <= at <= edges[1]:
        raise Refused("settings.clock_edges", field=field, first=f"{edges[0]:%H:%M}", last=f"{edges[1]:%H:%M}")
    return at


def _days(text: str) -> int:
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 3 and LEAST_DAYS <= int(plain) <= MOST_DAYS):
        raise Refused("settings.days_between", field="days_between", first=LEAST_DAYS, last=MOST_DAYS)
    return int(plain)


def _closed(text: str) -> tuple[date, ...]:
    """A day or a span of days on each line."""
    days: set[date] = set()
    for line in text.splitlines()[:MOST_CLOSED]:
        if not line.strip():
            continue
        ends = [parse_date(part, g.account.country, field="closed_days") for part in _UNTIL.split(line.strip())]
        if len(ends) > 2 or ends[-1] < ends[0] or (ends[-1] - ends[0]).days > MOST_CLOSED:
            raise Refused("settings.closed_span", field="closed_days", line=line.strip()[:40])
        days |= {ends[0] + timedelta(days=n) for n in range((ends[-1] - ends[0]).days + 1)}
    if len(days) > MOST_CLOSED:
        raise Refused("settings.closed_many", field="closed_days", n=MOST_CLOSED)
    return tuple(sorted(days))


def contact_page(typed: Typed) -> Response:
    """The whole page, with what was typed in one of its forms."""
    country = g.account.country
    return shown(
        "contact",
        typed,
        rules=strictest((country,) if country else ()),
        rows=_rows(country),
        has_own=country in load("contact_policies")["countries"],
        is_trust=pause_account.is_trust(g.account),
        operator=ports().settings.mail_operator,
        asks_seen=settings_change.fingerprint(g.account, "asks"),
    )


def _rows(own: str) -> list[dict[str, Any]]:
    """The countries' rules as they stand in the file, the account's own first."""
    rules = load("contact_policies")
    rows = [
        {"code": code, "name": formats.country_name(code, language()), "is_own": code == own, **row}
        for code, row in rules["countries"].items()
    ]
    return sorted(rows, key=lambda row: (not row["is_own"], str(row["name"])))
