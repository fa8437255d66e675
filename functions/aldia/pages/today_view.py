"""What today's page shows, read with the same few requests however many debts there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from aldia.domain.account import Account
from aldia.domain.case import Notice
from aldia.flows.after_restore import is_stopped
from aldia.flows.allowance import allowance
from aldia.i18n import formats
from aldia.mail.account_mail import News, news_line
from aldia.pages import today_ahead, today_near
from aldia.pages.debt_list import FIRST
from aldia.pages.long_list import longest
from aldia.pages.own import broken
from aldia.pages.render import language, step_name, t
from aldia.pages.today_ahead import Coming
from aldia.ports import Item, Ports
from aldia.store import keys, lists, mornings, troubles

ALL_DEBTS = f"/cobros?filas={longest(FIRST)}"  # the list that adds up as much as one page can
RECENT, LETTERS, NEWS = timedelta(days=7), 6, 6
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
    is_all_late: bool  # and this every one that is past its date
    all_debts: str  # where more of them are added up
    counted: int  # debts that the sums hold
    news: list[Line]
    sent: list[Line]
    ahead: list[Line]
    is_all_ahead: bool  # every open debt was asked what comes next
    is_first: bool  # nothing was ever written down


def view(ports: Ports, account: Account, now: datetime) -> View:
    """Read and arrange it."""
    zone = ZoneInfo(account.timezone or "UTC")
    today = now.astimezone(zone).date()
    near = today_near.near(ports, account.id, today)
    ahead = today_ahead.ahead(ports, account, near, now)
    news = lists.rows(ports, account.id, "NEWS", limit=NEWS, backwards=True).rows
    since = f"{now - RECENT:%Y-%m-%dT%H:%M:%S}"
    sent = lists.rows(ports, account.id, "LETTERS", limit=LETTERS, backwards=True, between=(since, "~")).rows
    is_bare = near.is_empty and not news and not sent
    return View(
        owing(near.rows, today),
        near.is_all,
        not near.late.after,
        ALL_DEBTS,
        len(near.rows),
        [_happened(account, item, now) for item in news],
        [_letter(item, zone, now) for item in sent],
        [_planned(account, one, now) for one in ahead.coming],
        ahead.is_all,
        is_bare and lists.rows(ports, account.id, "CLIENTS", limit=1).is_empty,
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
    state = (
        "good"
        if held["kind"] in ("paid", "credit", "promised", "asked_again", "right_person", "terms_accepted")
        else "unknown"
    )
    zone = ZoneInfo(account.timezone or "UTC")
    return Line(spoken(at, zone, now), news_line(news, language(), account.country), href, state)


def _letter(item: Item, zone: ZoneInfo, now: datetime) -> Line:
    held = item["row"]
    at = datetime.fromisoformat(item["account_sk"].partition("#")[0]).replace(tzinfo=now.tzinfo)
    client_id = keys.client_of(item["pk"])
    href = f"/cobros/{client_id}/{held['debts'][0]}" if held["debts"] else f"/clientes/{client_id}"
    text = t("today.letter_to", step=step_name(held["step"]), client=held["client"])
    state = STATES.get(held["state"], "skipped")
    return Line(spoken(at, zone, now), text, href, state, t(f"clients.letter.{held['state']}"))


# -- what comes next ----------------------------------------------------------------------------


def _planned(account: Account, one: Coming, now: datetime) -> Line:
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
        "waiting" if one.is_asked else "next" if step.kind == "letter" else "task",
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
    """What the last runs could not read or handle: clients, to whom nothing goes, and the morning's mail."""
    found = troubles.current(ports, account.id, now)
    names = troubles.clients(ports, account.id, found)
    banners = [Banner("stop", broken(names), t("ui.help_url"), t("today.broken_do"))] if names else []
    if troubles.name_of(f"A#{account.id}", mornings.SK) in found:
        banners.append(Banner("stop", t("today.broken_morning"), "/visto-bueno", t("today.broken_morning_do")))
    return banners


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
