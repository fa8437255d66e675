"""One debt of a scenario: its money, its dates and what was agreed about them."""

from dataclasses import dataclass, replace
from datetime import UTC, date, time, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from aldia.domain import opening
from aldia.domain.account import TermLine
from aldia.domain.calendar import local_instant
from aldia.domain.client import Client
from aldia.domain.currencies import decimals
from aldia.domain.debt import Debt, Discount, Instalment, Interest, Tier
from aldia.domain.errors import Refused
from aldia.domain.interest import table_names
from aldia.domain.terms import instalments as from_terms
from aldia.replay.faults import (
    Fields,
    Names,
    Wrong,
    day,
    flag,
    instant,
    money,
    one_of,
    percent,
    sentence,
    text,
    whole,
    words,
)
from aldia.replay.people import FARTHEST_DAYS, People, number_of


@dataclass(frozen=True, slots=True)
class Frame:
    """What the parts of a debt are held against; None where it could not be read."""

    issued_on: date | None
    due_on: date | None
    amount_minor: int | None
    currency: str


DAY_COUNTS = ("act/365", "act/360", "act/act", "30/360")
Part = tuple[date, int]


def read_debt(fields: Fields, own_id: str, people: People, clients: Names[Client]) -> tuple[str, Debt | None]:
    """(the file's id, the debt under an id of ours); None when it is wrong, which is noted."""
    before = len(fields.faults.lines)
    name = fields.need("id", text) or ""
    client = clients.get(fields.need("client", clients.named) or "")
    currency = fields.need("currency", _currency)
    debt = _debt(fields, own_id, client, currency) if currency else None
    if not currency:
        _leave_unread(fields)
    fields.close()
    if debt is None or currency is None or len(fields.faults.lines) > before:
        return name, None
    tolerance = people.tolerance.scaleb(decimals(currency)).to_integral_value(ROUND_FLOOR)
    debt = replace(debt, ladder=people.ladder, tolerance_minor=int(tolerance))
    try:
        return name, opening.checked(debt, is_limited=False)
    except Refused as refused:
        fields.wrong(refused.field if refused.field and fields.has(refused.field) else "amount", sentence(refused))
        return name, None


def _currency(value: Any) -> str:
    decimals(text(value))
    return str(value)


def _leave_unread(fields: Fields) -> None:
    """Without a currency no sum can be read: the other fields are taken as they are."""
    for name in (
        "number", "issued_on", "due_on", "amount", "net", "tax", "withheld", "opened_at", "discount", "interest",
        "instalments", "terms",
    ):  # fmt: skip
        fields.find(name, lambda value: value)


def _debt(fields: Fields, own_id: str, client: Client | None, currency: str) -> Debt | None:
    number = fields.need("number", number_of)
    issued_on, due_on = fields.need("issued_on", day), fields.need("due_on", day)
    amount_minor = fields.need("amount", money(currency))
    opened_at = fields.find("opened_at", instant)
    sums = {name: fields.find(name, money(currency, least=0)) for name in ("net", "tax", "withheld")}
    frame = Frame(issued_on, due_on, amount_minor, currency)
    discount = _discount(fields, frame) if fields.has("discount") else None
    interest = _interest(fields.inner("interest"), currency) if fields.has("interest") else None
    parts = _parts(fields, frame)
    if number is None or issued_on is None or due_on is None or amount_minor is None or client is None:
        return None
    midnight = local_instant(issued_on, time.min, ZoneInfo(client.timezone or "UTC"))
    return Debt(
        id=own_id,
        client_id=client.id,
        number=number,
        currency=currency,
        amount_minor=amount_minor,
        issued_on=issued_on,
        due_on=due_on,
        opened_at=(opened_at or midnight).astimezone(UTC),
        net_minor=sums["net"],
        tax_minor=sums["tax"],
        withheld_minor=sums["withheld"],
        discount=discount,
        interest=interest,
        instalments=parts,
    )


# -- instalments ---------------------------------------------------------------------------------


def read_parts(fields: Fields, name: str, currency: str) -> list[Part]:
    """A list of dated sums."""
    parts = []
    for part in fields.items(name):
        due_on, amount_minor = part.need("due_on", day), part.need("amount", money(currency))
        part.close()
        if due_on and amount_minor:
            parts.append((due_on, amount_minor))
    return parts


def _parts(fields: Fields, frame: Frame) -> tuple[Instalment, ...]:
    if fields.has("terms"):
        if fields.has("instalments"):
            fields.wrong("terms", "instalments and terms do not go together")
            fields.find("instalments", lambda value: value)
        return _from_terms(fields, frame)
    before = len(fields.faults.lines)
    parts = sorted(read_parts(fields, "instalments", frame.currency), key=lambda part: part[0])
    if not fields.has("instalments") or len(fields.faults.lines) > before or frame.due_on is None:
        return ()
    if not parts or parts[-1][0] != frame.due_on:
        fields.wrong("instalments", "the last one must be due on due_on")
    return tuple(Instalment(f"i{place}", on, minor) for place, (on, minor) in enumerate(parts, start=1))


def _from_terms(fields: Fields, frame: Frame) -> tuple[Instalment, ...]:
    before = len(fields.faults.lines)
    lines = tuple(_term(line, frame.currency) for line in fields.items("terms"))
    if len(fields.faults.lines) > before or frame.issued_on is None or frame.amount_minor is None:
        return ()
    try:
        return from_terms(amount_minor=frame.amount_minor, issued_on=frame.issued_on, terms=lines)
    except Refused as refused:
        fields.wrong("terms", sentence(refused))
        return ()


def _term(fields: Fields, currency: str) -> TermLine:
    kinds = [name for name in ("share", "fixed", "rest") if fields.has(name)]
    if len(kinds) != 1 and not fields.is_broken:
        fields.faults.add(fields.path, "needs one of share, fixed and rest")
    share = fields.find("share", percent)
    if fields.has("of") and share is None:
        fields.wrong("of", "goes with share")
    line = TermLine(
        after=fields.need("after", words) or (),
        share=share,
        of=fields.take("of", one_of(("total", "rest")), "total"),
        fixed_minor=fields.find("fixed", money(currency)),
        rest=fields.take("rest", _true, default=False),
    )
    fields.close()
    return line


def _true(value: Any) -> bool:
    if not flag(value):
        raise Wrong("must be true")
    return True


# -- discount and interest -----------------------------------------------------------------------


def _discount(debt: Fields, frame: Frame) -> Discount | None:
    fields = debt.inner("discount")
    if fields is None:
        return None
    kind = fields.need("kind", one_of(("tiers", "linear", "apr")))
    tiers: tuple[Tier, ...] = ()
    rate: Decimal | None = None
    if kind == "tiers":
        tiers = tuple(tier for line in fields.items("tiers", required=True) if (tier := _tier(line, frame)))
        if fields.is_empty("tiers"):
            fields.wrong("tiers", "needs a tier at least")
    elif kind:
        rate = fields.need("percent", _share)
    base: Literal["total", "net"] = fields.take("base", one_of(("total", "net")), "total")
    if base == "net" and not debt.has("net"):
        fields.wrong("base", "needs the debt's net")
    partial: Literal["none", "proportional"] = fields.take("partial", one_of(("none", "proportional")), "none")
    if kind:
        fields.close()
    return Discount(kind or "tiers", tiers, rate, base=base, partial=partial)


def _share(value: Any) -> Decimal:
    share = percent(value)
    if not 0 < share < 100:
        raise Wrong("must be more than 0 and less than 100")
    return share


def _tier(fields: Fields, frame: Frame) -> Tier | None:
    _just_one(fields, "percent", "fixed")
    _just_one(fields, "last_day", "days")
    share, fixed_minor = fields.find("percent", _share), fields.find("fixed", money(frame.currency))
    if fixed_minor and frame.amount_minor and fixed_minor >= frame.amount_minor:
        fields.wrong("fixed", "must be less than the amount")
    last_day, days = fields.find("last_day", day), fields.find("days", whole(0, FARTHEST_DAYS))
    fields.close()
    if days is not None and frame.issued_on is not None:
        last_day = frame.issued_on + timedelta(days=days)
    if last_day and frame.issued_on and frame.due_on and not frame.issued_on <= last_day <= frame.due_on:
        fields.wrong("days" if days is not None else "last_day", "must lie between issue date and due date")
    return Tier(last_day, share, fixed_minor) if last_day else None


def _interest(fields: Fields | None, currency: str) -> Interest | None:
    if fields is None:
        return None
    _just_one(fields, "rate", "table")
    interest = Interest(
        rate=fields.find("rate", percent),
        table=fields.find("table", one_of(table_names())),
        day_count=fields.take("day_count", one_of(DAY_COUNTS), "act/365"),
        grace_days=fields.take("grace_days", whole(0, FARTHEST_DAYS), 0),
        fixed_compensation_minor=fields.take("fixed_compensation", money(currency, least=0), 0),
    )
    fields.close()
    return interest


def _just_one(fields: Fields, one: str, other: str) -> None:
    if fields.has(one) == fields.has(other) and not fields.is_broken:
        fields.faults.add(fields.path, f"needs either {one} or {other}")
