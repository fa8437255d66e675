"""The law of money and the price, over random debts and whatever may happen to them in whatever order."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from aldia.domain.debt import Debt, Discount, Entry, Instalment, Interest, Plan, Tier
from aldia.domain.discounts import pinned
from aldia.domain.ledger import in_force, law_of_money, stand, state
from aldia.domain.money import split
from aldia.domain.quote import part, quote

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


def has_returns_ahead(debt, on):
    """Whether more was sent back than had come in: flows refuse that, and the next money would go straight back."""
    booked = {kind: sum(e.amount_minor for e in debt.entries if e.kind == kind and e.on <= on) for kind in KINDS[:4]}
    standing = stand(debt, on)
    counted = standing.refunded_minor + standing.charged_back_minor
    return counted < booked["refund"] + booked["chargeback"] - min(booked["chargeback"], booked["chargeback_won"])


@given(debts(), entries(), offsets)
def test_whatever_happens_nothing_is_lost_or_made(debt, happened, offset):
    one = replace(debt, entries=happened)
    on = on_day(offset)
    standing = stand(one, on)
    assert law_of_money(one, on)
    assert standing.payable_minor >= 0
    assert sum(each.paid_minor + each.open_minor for each in standing.instalments) == sum(
        each.amount_minor for each in standing.instalments
    )
    assert state(one, on) in ("written_off", "paid", "open")
    assert (state(one, on) == "open") == (standing.payable_minor > 0)


@given(debts(), entries(), offsets)
def test_credit_stands_only_when_nothing_is_owed_or_given_up(debt, happened, offset):
    standing = stand(replace(debt, entries=happened), on_day(offset))
    if standing.credit_minor:
        owed = (standing.balance_minor, standing.interest_due_minor, standing.compensation_due_minor)
        assert (*owed, standing.written_off_minor) == (0, 0, 0, 0)


@given(debts(), entries(), st.randoms(use_true_random=False), offsets)
def test_the_order_of_booking_matters_only_within_a_day(debt, happened, random, offset):
    """Shuffling entries keeps the result as long as those of one day keep their order."""
    shuffled = list(happened)
    random.shuffle(shuffled)
    by_day = {entry.on: [e for e in happened if e.on == entry.on] for entry in happened}
    same_days = tuple(by_day[entry.on].pop(0) for entry in shuffled)
    on = on_day(offset)
    assert stand(replace(debt, entries=same_days), on) == stand(replace(debt, entries=happened), on)


@given(debts(), entries(), entries(), offsets)
def test_what_is_dated_later_changes_nothing_today(debt, happened, later, offset):
    on = on_day(offset)
    future = tuple(replace(entry, key=f"f{entry.key}", on=on + timedelta(days=1)) for entry in later)
    assert stand(replace(debt, entries=(*future, *happened)), on) == stand(replace(debt, entries=happened), on)


@given(debts(), entries(), offsets)
def test_paying_exactly_the_price_settles_the_debt(debt, happened, offset):
    at = noon(on_day(offset))
    one = replace(debt, entries=happened)
    assume(not has_returns_ahead(one, at.date()))
    quoted = quote(one, at=at, zone=ZONE)
    if quoted.payable_minor:
        effect = part(one, amount_minor=quoted.payable_minor, at=at, zone=ZONE)
        assert effect.settles
        assert effect.earns_minor == quoted.discount_minor
        assert effect.credit_minor == 0


@given(debts(tolerances=st.just(0)), entries(), offsets)
def test_paying_one_unit_less_never_settles_it(debt, happened, offset):
    assume(debt.discount is None or debt.discount.partial == "none")
    at = noon(on_day(offset))
    one = replace(debt, entries=happened)
    payable = quote(one, at=at, zone=ZONE).payable_minor
    if payable > 1:
        assert not part(one, amount_minor=payable - 1, at=at, zone=ZONE).settles


@given(debts(), entries(), offsets)
def test_left_alone_a_price_never_falls(debt, happened, offset):
    on = on_day(offset)
    one = replace(debt, entries=tuple(entry for entry in happened if entry.on <= on))
    prices = [stand(one, on + timedelta(days=ahead)).payable_minor for ahead in range(40)]
    assert prices == sorted(prices)


@given(debts(), entries(), offsets, st.integers(1, 20000))
def test_a_chargeback_that_is_won_leaves_no_trace(debt, happened, offset, amount):
    happened = tuple(entry for entry in happened if not entry.kind.startswith("chargeback"))
    lost_on = on_day(offset)
    took = Entry("lost", "chargeback", on=lost_on, at=noon(lost_on), amount_minor=amount)
    gave = Entry("won", "chargeback_won", on=lost_on + timedelta(days=3), at=noon(lost_on), amount_minor=amount)
    on = on_day(230)
    assert stand(replace(debt, entries=(*happened, took, gave)), on) == stand(replace(debt, entries=happened), on)


@given(debts(), entries(), offsets)
def test_an_extension_never_makes_a_debt_dearer(debt, happened, offset):
    assume(debt.discount is None)
    on = on_day(offset)
    plain = replace(debt, extended_to=None, entries=tuple(e for e in happened if e.kind == "payment"))
    longer = replace(plain, extended_to=on_day(80))
    assert stand(longer, on).interest_minor <= stand(plain, on).interest_minor
    assert all(a.due_on >= b.due_on for a, b in zip(in_force(longer), in_force(plain), strict=True))


class LedgerLife(RuleBasedStateMachine):
    """One debt lives on: entries of all kinds today or back-dated, extensions, plans, days that pass."""

    @initialize(debt=debts())
    def open_debt(self, debt):
        self.debt = debt
        self.today = START
        self.seen = {}

    def book(self, kind, amount, back=0):
        on = max(START, self.today - timedelta(days=back))
        key = f"k{len(self.debt.entries)}"
        entry = Entry(key, kind, on=on, at=noon(self.today), amount_minor=amount)
        self.debt = replace(self.debt, entries=(*self.debt.entries, entry))

    @rule(days=st.integers(1, 30))
    def days_pass(self, days):
        self.today += timedelta(days=days)

    @rule(amount=amounts, back=st.integers(0, 40))
    def money_comes(self, amount, back):
        self.book("payment", amount, back)

    @rule()
    def the_whole_is_paid(self):
        payable = stand(self.debt, self.today).payable_minor
        if payable:
            self.book("payment", payable)
            assert stand(self.debt, self.today).payable_minor == 0

    @precondition(lambda self: stand(self.debt, self.today).paid_minor > 0)
    @rule(kind=st.sampled_from(["refund", "chargeback"]), share=st.sampled_from([1, 2, 3]))
    def money_goes_back(self, kind, share):
        before = stand(self.debt, self.today)
        back = -(-before.paid_minor // share)
        self.book(kind, back)
        after = stand(self.debt, self.today)
        assert after.paid_minor == before.paid_minor - back
        if not after.paid_minor:
            assert after.discount_minor == 0

    @precondition(lambda self: any(entry.kind == "chargeback" for entry in self.debt.entries))
    @rule()
    def a_chargeback_is_won(self):
        lost = [entry.amount_minor for entry in self.debt.entries if entry.kind == "chargeback"]
        won = [entry.amount_minor for entry in self.debt.entries if entry.kind == "chargeback_won"]
        if len(won) < len(lost):
            self.book("chargeback_won", lost[len(won)])
            assert stand(self.debt, self.today).charged_back_minor <= sum(lost) - sum(won)

    @rule(kind=st.sampled_from(["waive", "write_off"]), amount=st.none() | amounts)
    def a_part_is_given_up(self, kind, amount):
        self.book(kind, amount)
        if amount is None:
            assert stand(self.debt, self.today).payable_minor == 0

    @rule(amount=st.integers(0, 20000))
    def the_amount_is_corrected(self, amount):
        self.book("amount_changed", amount)
        assert stand(self.debt, self.today).charged_minor == amount

    @rule(days=st.integers(0, 60))
    def more_time_is_granted(self, days):
        self.debt = replace(self.debt, extended_to=self.today + timedelta(days=days))

    @precondition(lambda self: stand(self.debt, self.today).balance_minor > 0)
    @rule(count=st.integers(1, 4), first=st.integers(0, 30))
    def a_plan_is_agreed(self, count, first):
        standing = stand(self.debt, self.today)
        closed = [Instalment(p.id, p.due_on, p.paid_minor) for p in standing.instalments if p.paid_minor]
        count = min(count, standing.balance_minor)
        place = max(int(p.id[1:]) for p in self.debt.instalments) + 1
        new = [
            Instalment(f"i{place + n}", self.today + timedelta(days=first + 30 * n), share)
            for n, share in enumerate(split(standing.balance_minor, [1] * count))
        ]
        self.debt = replace(
            self.debt,
            instalments=(*closed, *new),
            due_on=new[-1].due_on,
            discount=pinned(self.debt),
            extended_to=None,
            plan=Plan(noon(self.today), tuple(p.id for p in new)),
        )
        after = stand(self.debt, self.today)
        assert after.balance_minor == standing.balance_minor
        assert {p.id: p.open_minor for p in after.instalments if p.open_minor} == {p.id: p.amount_minor for p in new}

    @invariant()
    def the_law_holds_every_day_so_far(self):
        if not hasattr(self, "debt"):
            return
        for back in (0, 1, 7, 45):
            assert law_of_money(self.debt, self.today - timedelta(days=back))
        quoted = quote(self.debt, at=noon(self.today), zone=ZONE)
        assert quoted.payable_minor >= 0
        assert quoted.holds_until is None or quoted.holds_until > noon(self.today)


TestLedgerLife = LedgerLife.TestCase
TestLedgerLife.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
