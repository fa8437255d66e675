"""One debt lives on: money in and out, back-dated too, gifts, corrections, plans, more time, days that pass.

Beside it stands a model that knows nothing of the ledger but sums: what came, what went back. What the ledger says
of money must be that, and the law of money must hold on every day so far.
"""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from aldia.domain.debt import Entry, Instalment
from aldia.domain.discounts import pinned
from aldia.domain.errors import Refused
from aldia.domain.ledger import law_of_money, stand
from aldia.domain.money import split
from aldia.domain.quote import part, quote
from aldia.domain.spoken import Plan
from aldia.domain.terms_changed import with_due
from tests.domain.random_debts import START, ZONE, amounts, debts, noon

taken: Counter[str] = Counter()
"""How often each rule changed the debt or the day, over all lives: each of these was looked at."""
idle: Counter[str] = Counter()
"""How often each was asked for and changed nothing: refused, or what it asks for is so already."""


class LedgerLife(RuleBasedStateMachine):
    """The rules name what may happen; each ends with `checked`, which looks at everything."""

    @initialize(debt=debts())
    def open_debt(self, debt):
        self.debt = debt
        self.today = START
        self.booked = []  # (kind, day, amount, key), the model's own
        self.looked_at = None
        self.checked("open")

    @property
    def now(self):
        return noon(self.today)

    @property
    def standing(self):
        return stand(self.debt, self.today)

    def book(self, kind, amount, back=0, note=""):
        on = max(START, self.today - timedelta(days=back))
        key = f"k{len(self.debt.entries)}"
        self.booked.append((kind, on, amount or 0, key))
        line = Entry(key, kind, on=on, at=self.now, amount_minor=amount, note=note)
        self.debt = replace(self.debt, entries=(*self.debt.entries, line))

    # -- what may happen --------------------------------------------------------------------------

    @rule(days=st.integers(1, 40))
    def days_pass(self, days):
        self.today += timedelta(days=days)
        self.checked("days")

    @rule(amount=amounts, back=st.sampled_from([0, 0, 0, 1, 5, 40]))
    def money_comes(self, amount, back):
        self.book("payment", amount, back)
        self.checked("payment")

    @precondition(lambda self: self.standing.payable_minor > 0)
    @rule()
    def the_price_is_paid(self):
        quoted = quote(self.debt, at=self.now, zone=ZONE)
        before = self.standing
        said = part(self.debt, amount_minor=quoted.payable_minor, at=self.now, zone=ZONE)
        self.book("payment", quoted.payable_minor)
        after = self.standing
        assert after.payable_minor == 0
        assert said.settles
        assert said.earns_minor == quoted.discount_minor == after.discount_minor - before.discount_minor
        self.checked("price paid")

    @precondition(lambda self: self.standing.paid_minor > 0)
    @rule(kind=st.sampled_from(["refund", "chargeback"]), share=st.sampled_from([1, 2, 3]))
    def money_goes_back(self, kind, share):
        before = self.standing
        back = -(-before.paid_minor // share)
        self.book(kind, back)
        after = self.standing
        assert after.paid_minor == before.paid_minor - back
        assert after.paid_minor or not after.discount_minor
        self.checked(kind)

    @precondition(lambda self: self.standing.credit_minor > 0)
    @rule(share=st.sampled_from([1, 2]))
    def what_came_over_goes_elsewhere(self, share):
        before = self.standing
        out = -(-before.credit_minor // share)
        self.book("credit_out", out)
        after = self.standing
        assert after.credit_minor == before.credit_minor - out
        if after.paid_minor or not before.discount_minor:  # a discount that took all off is earned by no money at all
            assert after.balance_minor == before.balance_minor
        self.checked("credit out")

    @precondition(lambda self: len(self._amounts("chargeback_won")) < len(self._amounts("chargeback")))
    @rule()
    def a_chargeback_is_won(self):
        lost, won = self._amounts("chargeback"), self._amounts("chargeback_won")
        self.book("chargeback_won", lost[len(won)])
        self.checked("won")

    def _amounts(self, sought):
        """What was booked as that kind, in its order; what was won is the beginning of what was charged back."""
        return [amount for kind, _on, amount, _key in self.booked if kind == sought]

    @rule(kind=st.sampled_from(["waive", "write_off"]), amount=st.none() | amounts)
    def a_part_is_given_up(self, kind, amount):
        self.book(kind, amount)
        assert amount is not None or self.standing.payable_minor == 0
        self.checked(kind)

    @precondition(lambda self: self._standing_lines("waive", "write_off"))
    @rule()
    def what_was_given_up_is_taken_back(self):
        self.book("undone", 0, note=self._standing_lines("waive", "write_off")[-1].key)
        self.checked("undone")

    @precondition(lambda self: self._may_be_taken_back() and self._standing_lines("payment"))
    @rule(which=st.integers(0, 20))
    def a_payment_noted_by_mistake_is_taken_back(self, which):
        paid = self._standing_lines("payment")
        wrong = paid[which % len(paid)]
        before = self.standing
        self.book("undone", 0, back=(self.today - wrong.on).days, note=wrong.key)
        assert self.standing.refunded_minor == before.refunded_minor
        self.checked("payment undone")

    def _standing_lines(self, *kinds):
        """The ledger's lines of these kinds that were not taken back."""
        undone = self.debt.undone_keys
        return [entry for entry in self.debt.entries if entry.kind in kinds and entry.key not in undone]

    def _may_be_taken_back(self):
        """As the product refuses it, only wider: no money has gone back on any day."""
        return not any(entry.kind in ("refund", "credit_out", "chargeback") for entry in self.debt.entries)

    @rule(amount=st.integers(0, 20000))
    def the_amount_is_corrected(self, amount):
        self.book("amount_changed", amount)
        assert self.standing.charged_minor == amount
        self.checked("amount changed")

    @rule(days=st.integers(0, 60))
    def more_time_is_granted(self, days):
        self.debt = replace(self.debt, extended_to=self.today + timedelta(days=days))
        self.checked("extended")

    @rule(days=st.integers(-20, 60))
    def the_due_date_is_corrected(self, days):
        before = self.standing
        with suppress(Refused):
            self.debt = with_due(self.debt, self.today + timedelta(days=days))
        assert self.standing.paid_minor == before.paid_minor
        self.checked("due changed")

    @precondition(lambda self: self.standing.balance_minor > 0)
    @rule(count=st.integers(1, 4), first=st.integers(0, 30))
    def a_plan_is_agreed(self, count, first):
        standing = self.standing
        paid = [p for p in standing.instalments if p.paid_minor]
        closed = [Instalment(p.id, p.due_on, p.paid_minor, extended_to=p.in_force_on) for p in paid]
        place = max(int(p.id[1:]) for p in self.debt.instalments) + 1
        new = [
            Instalment(f"i{place + n}", self.today + timedelta(days=first + 30 * n), share)
            for n, share in enumerate(split(standing.balance_minor, [1] * min(count, standing.balance_minor)))
        ]
        self.debt = replace(
            self.debt,
            instalments=(*closed, *new),
            due_on=new[-1].due_on,
            discount=pinned(self.debt),
            extended_to=None,
            plan=Plan(self.now, tuple(p.id for p in new)),
        )
        after = self.standing
        # New dates free what late days had cost; money that had paid for these days then counts for something else.
        if not _interest_paid(standing) and not _interest_paid(after) and not self._had_paid_late_days(standing):
            asked = {p.id: p.amount_minor for p in new}
            assert after.balance_minor == standing.balance_minor
            assert {p.id: p.open_minor for p in after.instalments if p.open_minor} == asked
        self.checked("plan")

    def _had_paid_late_days(self, standing):
        """Whether money may have paid interest or compensation before it went back."""
        went_back = any(kind in ("refund", "chargeback") for kind, *_ in self.booked)
        return went_back and standing.interest_minor + standing.compensation_minor > 0

    # -- what must hold ---------------------------------------------------------------------------

    def checked(self, name):
        """The law today and on some day so far, the model's sums, and a price that says when it changes.

        A rule that changed neither debt nor day is no step: it is not counted as one, nor looked at again.
        """
        if self.looked_at == (self.debt, self.today):
            idle[name] += 1
            return
        self.looked_at = (self.debt, self.today)
        taken[name] += 1
        earlier = (0, 1, 0, 7, 0, 45)[len(self.booked) % 6]
        for day in {self.today, self.today - timedelta(days=earlier)}:
            assert law_of_money(self.debt, day)
            self.sums_are_the_models(day)
        quoted = quote(self.debt, at=self.now, zone=ZONE)
        assert 0 <= quoted.payable_minor == self.standing.payable_minor
        assert quoted.holds_until is None or quoted.holds_until > self.now

    def sums_are_the_models(self, day):
        sums = Counter()
        undone = {entry.note for entry in self.debt.entries if entry.kind == "undone" and entry.on <= day}
        for kind, on, amount, key in self.booked:
            if on <= day and key not in undone:
                sums[kind] += amount
        standing = stand(self.debt, day)
        assert standing.captured_minor == sums["payment"]
        assert standing.refunded_minor == sums["refund"] + sums["credit_out"]
        assert standing.charged_back_minor == sums["chargeback"] - sums["chargeback_won"]


def _interest_paid(standing):
    return standing.interest_paid_minor + standing.compensation_paid_minor
