"""One debt and what happens to its money, written shortly: amounts in major units, days as text."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from aldia.domain.debt import Debt, Discount, Entry, Instalment, Interest, Tier
from aldia.domain.money import from_decimal, to_decimal
from aldia.domain.quote import quote

MADRID = ZoneInfo("Europe/Madrid")
MEXICO = ZoneInfo("America/Mexico_City")


def day(text):
    return date.fromisoformat(text)


def minor(amount, currency="EUR"):
    return from_decimal(amount, currency)


def major(amount_minor, currency="EUR"):
    return str(to_decimal(amount_minor, currency))


def debt(amount="1000.00", *, currency="EUR", issued="2026-06-01", due="2026-07-01", parts=(), split=None, **fields):
    """A debt; `parts`: (day, amount) of its instalments; `split`: (net, tax, withheld)."""
    amount_minor = minor(amount, currency)
    listed = parts or ((due, amount),)
    base = Debt(
        id="f1",
        client_id="bruno",
        number="F-001",
        currency=currency,
        amount_minor=amount_minor,
        issued_on=day(issued),
        due_on=day(due),
        opened_at=datetime.combine(day(issued), datetime.min.time(), tzinfo=UTC),
        instalments=tuple(
            Instalment(f"i{place}", day(when), minor(part, currency)) for place, (when, part) in enumerate(listed, 1)
        ),
    )
    if split:
        net, tax, withheld = (minor(part, currency) for part in split)
        base = replace(base, net_minor=net, tax_minor=tax, withheld_minor=withheld)
    return replace(base, **fields)


def tiers(*rows, base="total", partial="none"):
    """("2", last day) is 2 %; ("=15.00", last day) is 15.00 EUR."""
    return Discount(
        "tiers",
        tiers=tuple(
            Tier(day(last), fixed_minor=minor(off[1:])) if off[0] == "=" else Tier(day(last), percent=Decimal(off))
            for off, last in rows
        ),
        base=base,
        partial=partial,
    )


def yearly(rate="8", **fields):
    return Interest(rate=Decimal(rate), **fields)


def booked(one, *lines):
    """The debt after entries (kind, day, amount or None); their keys are their places."""
    entries = list(one.entries)
    for kind, on, amount in lines:
        at = datetime.combine(day(on), datetime.min.time(), tzinfo=UTC)
        amount_minor = None if amount is None else minor(amount, one.currency)
        entries.append(Entry(f"k{len(entries)}", kind, on=day(on), at=at, amount_minor=amount_minor))
    return replace(one, entries=tuple(entries))


def instant(text, zone=MADRID):
    """An instant of a local clock: "2026-06-11 23:30"."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def price(one, on, zone=MADRID):
    """The quote at noon of a local day."""
    return quote(one, at=instant(f"{on} 12:00", zone), zone=zone)
