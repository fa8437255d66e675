"""What a letter says about one debt, every value already as its reader writes it.

Prices come from `domain.quote` and from the letter itself; nothing is computed here but what to show.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from aldia.domain.case import Case, Letter, LetterPart
from aldia.domain.debt import Debt, Instalment
from aldia.domain.discounts import last_day
from aldia.domain.ladder import named_in
from aldia.domain.ledger import in_force, stand
from aldia.domain.quote import Quote, quote
from aldia.mail.headers import one_line
from aldia.mail.reader import Reader


@dataclass(frozen=True, slots=True)
class Offer:
    """An early-payment discount that holds today."""

    full: str  # the price without it
    amount: str  # the price with it
    saving: str
    until: str  # last day of today's price, inclusive
    last_day: str  # last day of any discount; empty when unknown
    falls_daily: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One debt in a letter."""

    number: str
    concept: str
    label: str  # inside a sentence: la factura F-001
    title: str  # above its sum: Factura F-001 · Diseño web
    short_title: str  # in the subject: Factura F-001
    amount: str  # what the letter asks for (or what is payable after an answer)
    full: str  # the same without the discount of today
    due_on: date
    due: str
    when: str  # vence el … · vence hoy, … · venció el …, hace n días
    when_is: str  # the same with its verb, where the language needs one
    days_overdue: int  # negative: days to go
    offer: Offer | None
    lines: tuple[str, ...]  # below its sum: when, and what the sum is made of
    has_more: bool  # something of it comes on a later day
    has_file: bool


def part_of(case: Case, letter: Letter, part: LetterPart, reader: Reader) -> Part:
    """The words for one part of a letter."""
    debt = case.debt(part.debt_id)
    price = quote(debt, at=letter.at, zone=case.zone)
    due_on = due_day(debt, part, letter.day)
    offer = _offer(case, debt, part, price, reader=reader)
    days = (letter.day - due_on).days
    rows = _dates_asked(debt, part, letter, price)
    number, concept = one_line(debt.number, at_most=60), one_line(debt.concept, at_most=120)
    in_parts = _in_parts(rows, part, letter.day, reader)
    when = _when("when", due_on, days, reader, in_parts=in_parts)
    agreed_day = _agreed_day(case, letter, part, reader)
    schedule = [
        reader.say("detail.schedule", day=reader.day(on), amount=reader.money(n, part.currency)) for on, n in rows
    ]
    made_of = _lines(debt, part, letter, price, reader=reader, offer=offer, schedule=schedule)
    return Part(
        number=number,
        concept=concept,
        label=label_of(number, concept, reader),
        title=_title(number, concept, reader),
        short_title=_title(number, "" if number else concept, reader),
        amount=reader.money(part.amount_minor, part.currency),
        full=offer.full if offer else reader.money(part.amount_minor, part.currency),
        due_on=due_on,
        due=reader.day(due_on),
        when=when,
        when_is=_when("when_is", due_on, days, reader, in_parts=in_parts),
        days_overdue=days,
        offer=offer,
        lines=(_sentence(when), *agreed_day, *made_of),
        has_more=any(one.open_minor and one.in_force_on > letter.day for one in stand(debt, letter.day).instalments),
        has_file=bool(debt.file_name),
    )


def due_day(debt: Debt, part: LetterPart, today: date) -> date:
    """The date that a part is about: its instalment's; else the last one that is due, else the first to come."""
    dates = in_force(debt)
    named = named_in(part.key)
    about = [instalment.due_on for instalment in dates if instalment.id == named] if named else []
    return about[0] if about else _nearest(debt, dates, today)


def _nearest(debt: Debt, dates: tuple[Instalment, ...], today: date) -> date:
    """The earliest date with something open; when all is paid, the last one."""
    if len(dates) == 1:
        return dates[0].due_on
    is_open = [instalment.in_force_on for instalment in stand(debt, today).instalments if instalment.open_minor]
    return min(is_open) if is_open else max(instalment.due_on for instalment in dates)


def _in_parts(
    rows: list[tuple[date, int]], part: LetterPart, today: date, reader: Reader
) -> tuple[str, dict[str, str]]:
    """How a letter says when a sum of several dates falls due, once the first of them has passed; else an empty key."""
    late = [(on, minor) for on, minor in rows if on < today]
    if not late:
        return "", {}
    days = {"since": reader.day(rows[0][0]), "day": reader.day(rows[-1][0])}
    if len(late) == len(rows):
        return "past", days | {"n": str(len(rows))}
    told = {"late": reader.money(sum(minor for _, minor in late), part.currency)}
    return "today" if rows[-1][0] == today else "to_come", days | told


def _when(key: str, due_on: date, days: int, reader: Reader, *, in_parts: tuple[str, dict[str, str]]) -> str:
    kind, values = in_parts
    if kind:
        keys = {"past": f"{key}.parts_past", "today": f"{key}.in_parts_today", "to_come": f"{key}.in_parts"}
        return reader.say(keys[kind], **values)
    if days > 0:
        return reader.say(f"{key}.past", n=days, day=reader.day(due_on))
    return reader.say(f"{key}.today" if days == 0 else f"{key}.to_come", day=reader.day(due_on))


def label_of(number: str, concept: str, reader: Reader) -> str:
    """How a sentence calls the debt."""
    return reader.say("label.number", number=number) if number else reader.say("label.concept", concept=concept)


def _title(number: str, concept: str, reader: Reader) -> str:
    """How a heading calls the debt."""
    if number and concept:
        return reader.say("title.both", number=number, concept=concept)
    return reader.say("title.number", number=number) if number else concept


def _offer(case: Case, debt: Debt, part: LetterPart, price: Quote, *, reader: Reader) -> Offer | None:
    """Today's discount, when the letter asks for the discounted price (debts in instalments do not)."""
    if not price.discount_minor or debt.discount is None or part.amount_minor != price.payable_minor:
        return None
    ends = price.holds_until.astimezone(case.zone).date() - timedelta(days=1) if price.holds_until else None
    last = last_day(debt)
    return Offer(
        full=reader.money(price.full_minor, part.currency),
        amount=reader.money(price.payable_minor, part.currency),
        saving=reader.money(price.discount_minor, part.currency),
        until=reader.day(ends) if ends else "",
        last_day=reader.day(last) if last else "",
        falls_daily=debt.discount.kind != "tiers",
    )


def _lines(
    debt: Debt,
    part: LetterPart,
    letter: Letter,
    price: Quote,
    *,
    reader: Reader,
    offer: Offer | None,
    schedule: list[str],
) -> tuple[str, ...]:
    """What the sum is made of. `schedule`: each date that it holds, when it holds several."""
    lines = []
    if offer:
        key = "detail.discount_today" if offer.falls_daily else "detail.discount_until"
        lines.append(reader.say(key, day=offer.until, full=offer.full))
    standing = stand(debt, letter.day)
    if len(in_force(debt)) > 1 and part.amount_minor < price.payable_minor:
        total = price.full_minor
        lines.append(reader.say("detail.instalment_of", total=reader.money(total, part.currency)))
    if standing.paid_minor > 0 and standing.balance_minor > 0:
        paid, charged = (reader.money(m, part.currency) for m in (standing.paid_minor, standing.charged_minor))
        lines.append(reader.say("detail.paid", paid=paid, total=charged))
    lines += schedule
    lines += _extras(part, price, reader)
    if debt.note:
        lines.append(reader.say("detail.note", note=one_line(debt.note, at_most=280)))
    return tuple(lines)


def _agreed_day(case: Case, letter: Letter, part: LetterPart, reader: Reader) -> list[str]:
    """A kind word about more days that were not kept, in the first reminder after them."""
    debt = case.debt(part.debt_id)
    until = debt.extended_to
    if letter.letter_class != "ladder" or until is None or due_day(debt, part, letter.day) != until:
        return []
    told = (mark.moved_to or mark.at for mark in debt.marks.values() if mark.state == "sent")
    if until >= letter.day or any(until < case.local_day(at) < letter.day for at in told):
        return []
    return [reader.say("detail.agreed_day", day=reader.day(until))]


def _dates_asked(debt: Debt, part: LetterPart, letter: Letter, price: Quote) -> list[tuple[date, int]]:
    """Date and open sum of each instalment that the sum holds; none where it holds one, or not just these."""
    principal = part.amount_minor - price.interest_minor - price.compensation_minor
    asked, taken = [], 0
    for instalment in stand(debt, letter.day).instalments:
        if instalment.open_minor and taken < principal:
            taken += instalment.open_minor
            asked.append((instalment.in_force_on, instalment.open_minor))
    return asked if len(asked) > 1 and taken == principal else []


def _extras(part: LetterPart, price: Quote, reader: Reader) -> list[str]:
    """Interest and compensation, each on its own line beside the principal; nothing when there are none."""
    extras = (("detail.interest", price.interest_minor), ("detail.compensation", price.compensation_minor))
    charged = [(key, minor) for key, minor in extras if minor]
    if not charged:
        return []
    principal = part.amount_minor - sum(minor for _, minor in charged)
    rows = [("detail.principal", principal), *charged]
    return [reader.say(key, amount=reader.money(minor, part.currency)) for key, minor in rows]


def _sentence(text: str) -> str:
    """With a capital at its start."""
    return text[:1].upper() + text[1:]
