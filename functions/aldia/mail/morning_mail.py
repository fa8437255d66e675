"""The morning mail to a freelancer who is asked before each letter: which would go, to whom, and a door to let them."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from aldia.domain.account import Account
from aldia.domain.approvals import Asked
from aldia.domain.case import LetterPart
from aldia.domain.dates import days_in
from aldia.domain.debt import Debt
from aldia.i18n import catalog, formats
from aldia.mail.headers import clean_header, one_line
from aldia.mail.parts import label_of
from aldia.mail.reader import Reader
from aldia.mail.render import render
from aldia.ports import Message


def compose_morning(
    account: Account, asked: Sequence[Asked], *, doors: Sequence[str], now: datetime, more: int, settings_link: str
) -> Message:
    """`doors`: the page with all of them, then the place of each on it; `more`: letters that are not listed."""
    language, count = account.language, len(asked) + more
    values = {
        "name": one_line(account.name),
        "subject": catalog.text(language, "approvals.mail_subject", n=count),
        "letters": [
            {"title": _title(one, language), "lines": _lines(one, account, now), "link": door}
            for one, door in zip(asked, doors[1:], strict=True)
        ],
        "more": more,
        "link": doors[0],
        "settings_link": settings_link,
    }
    said = render("morning", values, language=language, links=frozenset((*doors, settings_link)))
    return Message(
        to=(clean_header(account.email),), subject=clean_header(said.subject), text=said.text, html=said.html
    )


def _title(one: Asked, language: str) -> str:
    step, key = one.letter.step, f"step.{one.letter.step}"
    said = catalog.text(language, key) if catalog.has(language, key) else one_line(step, at_most=60)
    return f"{one_line(one.case.client.name, at_most=60)} · {said}"


def _lines(one: Asked, account: Account, now: datetime) -> list[str]:
    """What it asks for, in all and debt by debt, and when it would go by the freelancer's clock."""
    reader = Reader(account.language, account.country)
    debts = {debt.id: debt for debt in one.case.debts}
    parts = one.letter.parts
    names = [_named(debts[part.debt_id], part, one.letter.day, reader) for part in parts]
    sums = [reader.money(part.amount_minor, part.currency) for part in parts]
    total = reader.total((part.amount_minor, part.currency) for part in parts)
    told = names if len(parts) == 1 else [f"{name}: {asked}" for name, asked in zip(names, sums, strict=True)]
    return [total, *told, _when(one.at, account, now)]


def _named(debt: Debt, part: LetterPart, day: date, reader: Reader) -> str:
    """A debt, with the dates that the letter asks for where they are several."""
    name, days = _label(debt.number, debt.concept, reader), days_in(debt, day, part.amount_minor)
    if len(days) < 2:
        return name
    listed = reader.listed([formats.day_short(day, reader.language) for day in days])
    return catalog.text(reader.language, "approvals.mail_dates", label=name, days=listed)


def _label(number: str, concept: str, reader: Reader) -> str:
    said = label_of(one_line(number, at_most=60), one_line(concept, at_most=80), reader)
    return said[:1].upper() + said[1:]


def _when(at: datetime, account: Account, now: datetime) -> str:
    """When a letter would go, as a line."""
    zone = ZoneInfo(account.timezone or "UTC")
    local, time = at.astimezone(zone), f"{at.astimezone(zone):%H:%M}"
    if local.date() == now.astimezone(zone).date():
        when = catalog.text(account.language, "approvals.when_today", time=time)
    else:
        day = formats.day(local.date(), account.language)
        when = catalog.text(account.language, "approvals.when_day", day=day, time=time)
    return catalog.text(account.language, "approvals.mail_would", when=when)
