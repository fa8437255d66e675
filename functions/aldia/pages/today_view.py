"""What today's page shows, read with the same few requests however many debts there are."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aldia.domain.account import Account
from aldia.domain.case import Case, Notice
from aldia.domain.client import Client
from aldia.domain.debt import Debt
from aldia.domain.reminders import Planned, preview
from aldia.flows.after_restore import is_stopped
from aldia.flows.allowance import Allowance, allowance
from aldia.i18n import formats
from aldia.mail.account_mail import News, news_line
from aldia.mail.headers import one_line
from aldia.pages.render import language, step_name, t
from aldia.ports import Item, Ports
from aldia.store import codec, keys, lists, troubles

OPEN_ROWS = 200  # of the open debts, the earliest due, that the sums are made from
RECENT, LETTERS, NEWS = timedelta(days=7), 6, 6
AHEAD, LOOKED_BACK = timedelta(days=21), timedelta(days=75)  # a ladder is over by then
CLIENTS_AHEAD, AT_ONCE, STEPS_AHEAD = 20, 100, 6
STATES = {"accepted": "sent", "delivered": "sent", "complained": "sent", "unknown": "unknown", "planned": "next"}


@dataclass(frozen=True, slots=True)
class Owing:
    """What is open in one currency, and how much of it is past its date."""

    currency: str
    count: int
    open_minor: int
    late_minor: int


@dataclass(frozen=True, slots=True)
class Line:
    """Something that happened or will: one sentence, when, and where it leads."""

    when: str
    text: str
    href: str
    state: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """Today's page, but for what waits."""

    owing: list[Owing]
    is_all: bool  # the sums hold every open debt
    news: list[Line]
    sent: list[Line]
    ahead: list[Line]
    is_first: bool  # nothing was ever written down


def view(ports: Ports, account: Account, now: datetime) -> View:
    """Read and arrange it."""
    zone = ZoneInfo(account.timezone or "UTC")
    today = now.astimezone(zone).date()
    shelf = lists.rows(ports, account.id, "OPEN", limit=OPEN_ROWS)
    news = lists.rows(ports, account.id, "NEWS", limit=NEWS, backwards=True).rows
    since = f"{now - RECENT:%Y-%m-%dT%H:%M:%S}"
    sent = lists.rows(ports, account.id, "LETTERS", limit=LETTERS, backwards=True, between=(since, "~")).rows
    is_bare = not shelf.rows and not news and not sent
    return View(
        owing(shelf.rows, today),
        not shelf.after,
        [_happened(account, item, now) for item in news],
        [_letter(item, zone, now) for item in sent],
        _ahead(ports, account, _likely(ports, account, shelf, today), now),
        is_bare and not lists.rows(ports, account.id, "CLIENTS", limit=1).rows,
    )


def owing(rows: Iterable[Item], today: date) -> list[Owing]:
    """Sums by currency, the one with the most debts first."""
    sums: dict[str, list[int]] = {}
    for item in rows:
        held = item["row"]
        of_currency = sums.setdefault(held["currency"], [0, 0, 0])
        of_currency[0] += 1
        of_currency[1] += held["balance"]
        of_currency[2] += held["balance"] if held["due"] < today.isoformat() else 0
    found = [Owing(currency, *figures) for currency, figures in sums.items()]
    return sorted(found, key=lambda one: (-one.count, one.currency))


def spoken(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """An instant as people say it: today at ten, yesterday, a date."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return t("today.at_today", time=f"{local:%H:%M}")
    if local.date() == today - timedelta(days=1):
        return t("today.at_yesterday")
    if local.date() == today + timedelta(days=1):
        return t("today.at_tomorrow")
    return formats.day_short(local.date(), language())


def label(number: str, concept: str) -> str:
    """What a debt is called in a sentence."""
    return number or concept or t("today.a_debt")


def _happened(account: Account, item: Item, now: datetime) -> Line:
    held = item["row"]
    at = datetime.fromisoformat(item["account_sk"].partition("#")[0]).replace(tzinfo=now.tzinfo)
    notice = Notice(held["kind"], at, held["debt"], held["amount"], held["text"])
    news = News(notice, held["client"], number=held["number"], concept=held["concept"], currency=held["currency"])
    href = f"/cobros/{held['client_id']}/{held['debt']}" if held["debt"] else f"/clientes/{held['client_id']}"
    state = "good" if held["kind"] in ("paid", "credit", "promised", "asked_again") else "unknown"
    zone = ZoneInfo(account.timezone or "UTC")
    return Line(spoken(at, zone, now), news_line(news, language(), account.country), href, state)


def _letter(item: Item, zone: ZoneInfo, now: datetime) -> Line:
    held = item["row"]
    at = datetime.fromisoformat(item["account_sk"].partition("#")[0]).replace(tzinfo=now.tzinfo)
    client_id = item["pk"].split("#")[3]
    href = f"/cobros/{client_id}/{held['debts'][0]}" if held["debts"] else f"/clientes/{client_id}"
    text = t("today.letter_to", step=step_name(held["step"]), client=held["client"])
    state = STATES.get(held["state"], "skipped")
    return Line(spoken(at, zone, now), text, href, state, t(f"clients.letter.{held['state']}"))


# -- what comes next ----------------------------------------------------------------------------


def _likely(ports: Ports, account: Account, shelf: lists.Page, today: date) -> list[Item]:
    """Open debts whose ladder may still have steps; where there are many, read from those due lately."""
    since = (today - LOOKED_BACK).isoformat()
    if shelf.after:
        return lists.rows(ports, account.id, "OPEN", limit=AT_ONCE, between=(since, "~")).rows
    return sorted(shelf.rows, key=lambda item: (item["row"]["due"] < since, item["row"]["due"]))


def _ahead(ports: Ports, account: Account, likely: Sequence[Item], now: datetime) -> list[Line]:
    """The next letters and tasks of the clients whose turn comes first; read in one request."""
    room, coming = allowance(ports, account, now), list[_Coming]()
    for case in _cases(ports, account, likely, now):
        if len(coming) >= STEPS_AHEAD and coming[STEPS_AHEAD - 1].step.at <= (case.client.next_at or now):
            break  # nothing of this client, or of those after it, comes before what is found
        coming += _coming(case, room, now)
        coming.sort(key=lambda one: one.step.at)
    return [_planned(account, one, now) for one in coming[:STEPS_AHEAD]]


def _cases(ports: Ports, account: Account, likely: Sequence[Item], now: datetime) -> list[Case]:
    """Cases of the clients that are looked at first, with those of their debts that are on the page."""
    wanted: list[keys.Key] = []
    for item in likely:
        wanted += [key for key in ((item["pk"], "CLIENT"), (item["pk"], item["sk"])) if key not in wanted]
        if len(wanted) > AT_ONCE:
            break
    items = ports.table.get_many(wanted[:AT_ONCE], strong=False) if wanted else []
    found = cases_in(ports, account, items)
    soon = [case for case in found if case.client.next_at and case.client.next_at < now + AHEAD]
    return sorted(soon, key=lambda case: case.client.next_at or now)[:CLIENTS_AHEAD]


def cases_in(ports: Ports, account: Account, items: Iterable[Item]) -> list[Case]:
    """The cases made of the clients and debts among some items."""
    clients: dict[str, Client] = {}
    debts: dict[str, list[Debt]] = {}
    for item in items:
        with suppress(ValueError):  # the job has listed it; the others are shown
            if item["sk"] == "CLIENT":
                clients[item["pk"]] = _with_zone(codec.of(Client, item))
            else:
                debts.setdefault(item["pk"], []).append(codec.of(Debt, item))
    return [
        Case(account, client, tuple(sorted(debts.get(pk, []), key=lambda debt: debt.opened_at)), ports.holidays)
        for pk, client in clients.items()
    ]


@dataclass(frozen=True, slots=True)
class _Coming:
    case: Case
    step: Planned
    is_held: bool = False  # by the limits of new accounts: it would have gone before


def _with_zone(client: Client) -> Client:
    """The client; ValueError for a zone that there is not."""
    try:
        ZoneInfo(client.timezone or "UTC")
    except ZoneInfoNotFoundError as problem:
        raise ValueError(client.timezone) from problem
    return client


def _coming(case: Case, room: Allowance | None, now: datetime) -> list[_Coming]:
    """The client's next letters and tasks, from the day on which the first letter has its place."""

    @cache
    def steps(start: datetime) -> list[Planned]:
        return [step for step in preview(case, start, until=now + AHEAD) if step.kind != "skip"]

    def first(start: datetime) -> datetime | None:
        return next((step.at for step in steps(start) if step.kind == "letter"), None)

    start = room.start(case, now, first) if room else now
    asked = first(now)
    found = steps(start)
    moved = first(start) if start > now else None
    return [_Coming(case, step, is_held=step.at == moved and moved != asked) for step in found]


def _planned(account: Account, one: _Coming, now: datetime) -> Line:
    case, step = one.case, one.step
    debt = case.debt(step.debt_id)
    key = "today.next_letter" if step.kind == "letter" else "today.next_task"
    why = label(debt.number, debt.concept)
    if step.amount_minor is not None:
        why += f" · {formats.money(step.amount_minor, step.currency, language(), account.country)}"
    when = spoken(step.at, ZoneInfo(account.timezone or "UTC"), now)
    return Line(
        f"{when} · {t('today.held')}" if one.is_held else when,
        t(key, step=step_name(step.step), client=case.client.name),
        f"/cobros/{case.client.id}/{debt.id}",
        "next" if step.kind == "letter" else "task",
        why,
    )


# -- what holds the whole account back ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Banner:
    """Something about the account itself, with what to do."""

    kind: str
    text: str
    href: str = ""
    action: str = ""


def banners(ports: Ports, account: Account, now: datetime) -> list[Banner]:
    """Why nothing goes, or not as much as usual."""
    found = [*_paused(account, now), *_broken(ports, account, now)]
    if not account.name:
        found.append(Banner("warm", t("today.no_sender"), "/ajustes", t("today.no_sender_do")))
    room = allowance(ports, account, now)
    if room and room.is_full(now):
        found.append(_limited(ports))
    return found


def _limited(ports: Ports) -> Banner:
    """What lifts the limits; an installation with its own account has no Stripe account to connect."""
    if ports.settings.stripe_own_account:
        return Banner("sea", f"{t('today.limited')} {t('today.limited_ends')}")
    return Banner("sea", f"{t('today.limited')} {t('today.limited_connect')}", "/ajustes/cobro", t("today.limited_do"))


def _broken(ports: Ports, account: Account, now: datetime) -> list[Banner]:
    """Clients whose data the last runs could not read or handle: nothing goes to them, and somebody has to know."""
    names = troubles.clients(ports, account.id, now)
    text = t("today.broken", clients=", ".join(one_line(name, at_most=60) for name in names))
    return [Banner("stop", text, t("ui.help_url"), t("today.broken_do"))] if names else []


def _paused(account: Account, now: datetime) -> list[Banner]:
    pause = account.paused
    today = now.astimezone(ZoneInfo(account.timezone or "UTC")).date()
    if pause is None or (pause.until is not None and pause.until < today):
        return []
    if pause.reason == "trust":
        return [Banner("stop", t("today.paused_trust"), t("ui.help_url"), t("today.paused_trust_do"))]
    if is_stopped(account):
        return [Banner("stop", t("today.paused_restored"), "/copia", t("today.paused_restored_do"))]
    if pause.until:
        text = t("today.paused_until", day=formats.day(pause.until, language()))
        return [Banner("warm", text, "/ajustes", t("today.paused_do"))]
    return [Banner("warm", t("today.paused"), "/ajustes", t("today.paused_do"))]
