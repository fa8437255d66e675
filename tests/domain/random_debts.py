"""Random debts with whatever terms there are, and random lines for their ledgers: strategies of hypothesis."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from aldia.domain.debt import Debt, Discount, Entry, Instalment, Interest, Tier
from aldia.domain.money import split

START = date(2026, 1, 1)
ZONE = ZoneInfo("America/Mexico_City")
KINDS = ("payment", "refund", "chargeback", "chargeback_won", "waive", "write_off", "amount_changed")

offsets = st.integers(0, 220)
amounts = st.integers(1, 4000) | st.sampled_from([1, 100, 9800, 9999, 10000, 10001])
percents = st.decimals("0.01", "60", places=2)


def on_day(offset):
    return START + timedelta(days=offset)


def noon(on):
    return datetime(on.year, on.month, on.day, 12, tzinfo=ZONE)


@st.composite
def discounts(draw, kinds=("tiers", "linear", "apr")):
    kind = draw(st.sampled_from(kinds))
    if kind != "tiers":
        partial = draw(st.sampled_from(["none", "proportional"]))
        return Discount(kind, percent=draw(percents), partial=partial)
    rows = draw(st.lists(st.tuples(st.integers(0, 30), percents, st.integers(0, 900)), min_size=1, max_size=3))
    tiers = tuple(
        Tier(on_day(last), fixed_minor=fixed) if fixed else Tier(on_day(last), percent=percent)
        for last, percent, fixed in rows
    )
    base = draw(st.sampled_from(["total", "net"]))
    return Discount("tiers", tiers=tiers, base=base, partial=draw(st.sampled_from(["none", "proportional"])))


interests = st.builds(
    Interest,
    rate=st.decimals("0", "60", places=2),
    table=st.sampled_from([None, "ES", "MX"]),
    rate_type=st.sampled_from(["nominal_annual", "monthly", "effective_annual"]),
    day_count=st.sampled_from(["act/365", "act/360", "act/act", "30/360"]),
    grace_days=st.integers(0, 10),
    grace_retroactive=st.booleans(),
    base=st.sampled_from(["outstanding_total", "outstanding_net"]),
    fixed_compensation_minor=st.sampled_from([0, 40]),
    compensation_percent=st.sampled_from([None, Decimal(1)]),
)


TOLERANCES = st.sampled_from([0, 0, 5, 150])


@st.composite
def debts(draw, tolerances=TOLERANCES):
    amount = draw(st.integers(1, 20000))
    count = draw(st.integers(1, min(4, amount)))
    lengths = sorted(draw(st.lists(st.integers(1, 60), min_size=count, max_size=count)))
    parts = tuple(
        Instalment(f"i{place}", on_day(length), share)
        for place, (length, share) in enumerate(zip(lengths, split(amount, [1] * count), strict=True), 1)
    )
    tax = draw(st.integers(0, amount // 2))
    return Debt(
        id="f1",
        client_id="c1",
        number="1",
        currency="EUR",
        amount_minor=amount,
        issued_on=START,
        due_on=parts[-1].due_on,
        opened_at=datetime(2026, 1, 1, tzinfo=UTC),
        net_minor=amount - tax,
        tax_minor=tax,
        discount=draw(st.none() | discounts()),
        interest=draw(st.none() | interests),
        instalments=parts,
        extended_to=draw(st.none() | st.builds(on_day, st.integers(0, 90))),
        tolerance_minor=draw(tolerances),
    )


@st.composite
def entries(draw, most=12):
    lines = draw(st.lists(st.tuples(st.sampled_from(KINDS), offsets, amounts, st.integers(0, 5)), max_size=most))
    return tuple(
        Entry(
            key=f"k{place}",
            kind=kind,
            on=on_day(offset),
            at=noon(on_day(offset)),
            amount_minor=None if kind in ("waive", "write_off") and dice < 2 else amount,
        )
        for place, (kind, offset, amount, dice) in enumerate(lines)
    )
