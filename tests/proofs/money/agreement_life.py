"""One client's debt lives on through agreements: asked for, granted, offered, refused, kept, broken, replaced.

Everything that can be done is done by the transitions that pages, mail and the payment provider lead to, and the job
runs at each moment at which it says that it must. A step is one of these, an answer or a run; after each the whole is
looked at: the law of money, the sums of the parts, the debt's own dates, the silences and the distances of letters.
"""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from aldia.domain import answers, decisions, payments, proposals, reversals
from aldia.domain.account import Account
from aldia.domain.case import Case
from aldia.domain.client import BillingContact, Client
from aldia.domain.concessions import Wish, day_choices, outside, part_choices, wished_parts
from aldia.domain.debt import Debt, Discount, Instalment, Interest, Step, Tier
from aldia.domain.errors import Refused
from aldia.domain.ledger import law_of_money, stand
from aldia.domain.reminders import decide
from aldia.domain.silences import letter_silences

START = date(2026, 6, 1)
FIRST = datetime(2026, 6, 1, 8, tzinfo=UTC)
AMOUNT = 121_003
CORRECTED = ("due changed", "resolved")
WEEK = timedelta(days=7)
taken: Counter[str] = Counter()
"""How often each kind of step was really played, over all lives."""
entered: Counter[str] = Counter()
left: Counter[str] = Counter()
"""How often an agreement, or a question, came into a state and went out of it."""

HALVES = (Instalment("i1", date(2026, 6, 20), 60_000), Instalment("i2", date(2026, 7, 15), 61_003))
WHOLE = (Instalment("i1", date(2026, 7, 1), AMOUNT),)
OFFER = Discount("tiers", tiers=(Tier(date(2026, 6, 12), percent=Decimal(3)),))
LINEAR = Discount("linear", percent=Decimal(4), partial="proportional")
CHARGED = Interest(rate=Decimal(9))


LADDER = (
    Step("pre_due", "due", -7),
    Step("overdue_1", "due", 3),
    Step("overdue_2", "due", 9),
    Step("formal_letter", "due", 12, approve=True),
)


def opened(parts, discount, interest):
    debt = Debt("f1", "bruno", "F-1", "EUR", AMOUNT, START, parts[-1].due_on, FIRST, instalments=parts,
                discount=discount, interest=interest, ladder=LADDER)  # fmt: skip
    account = Account("ana", "ana@example.com", "Ana", "ES", "Europe/Madrid")
    client = Client("bruno", "Bruno", country="ES", timezone="Europe/Madrid", contacts=(BillingContact("b@x.example"),))
    return Case(account, client, (debt,))


class AgreementLife(RuleBasedStateMachine):
    """The rules name what may happen; whatever the domain refuses has changed nothing."""

    @initialize(
        parts=st.sampled_from([WHOLE, HALVES]),
        discount=st.sampled_from([None, OFFER, LINEAR]),
        interest=st.sampled_from([None, CHARGED]),
    )
    def open_debt(self, parts, discount, interest):
        self.case, self.now = opened(parts, discount, interest), FIRST
        self.own = (parts, parts[-1].due_on)
        self.counted = []  # local days of letters that keep the distance
        self.paid, self.keys = 0, 0
        self.sign = ("", "")
        self.work()

    @property
    def debt(self):
        return self.case.debts[0]

    @property
    def today(self):
        return self.case.local_day(self.now)

    def do(self, name, transition, *given, **values):
        """One transition; a refusal is an answer too."""
        before = self.case
        try:
            outcome = transition(self.case, *given, now=self.now, **values)
        except Refused:
            assert self.case is before
            name = f"{name}, refused"
        else:
            assert all(letter.letter_class == "answer" for letter in outcome.letters)
            assert len(outcome.letters) <= 1
            self.case = outcome.case
        self.checked(name)

    def key(self):
        self.keys += 1
        return f"k{self.keys}"

    # -- time -------------------------------------------------------------------------------------

    @rule(days=st.sampled_from([1, 2, 3, 5, 8, 13, 25]))
    def days_pass(self, days):
        until = self.now + timedelta(days=days)
        while self.case.client.next_at and self.case.client.next_at <= until:
            self.now = max(self.now, self.case.client.next_at)
            self.work()
        self.now = until

    def work(self):
        """The job: what it sends is looked at against what was there before it."""
        before = self.case
        outcome = decide(before, self.now)
        for letter in outcome.letters:
            self.may_go(before, letter)
        self.case = outcome.case
        assert self.case.client.next_at is None or self.case.client.next_at > self.now
        self.checked("run")

    def may_go(self, before, letter):
        """No letter during a silence, no two steps at once, no distance passed."""
        silent = letter_silences(before, before.debts[0], self.now, letter_class=letter.letter_class)
        assert silent == [], (letter.step, silent)
        assert len(letter.parts) == 1
        assert letter.step != "formal_letter"
        if letter.letter_class == "ladder":
            assert all(abs(day - self.today) >= WEEK for day in self.counted), (letter.step, self.counted)
        assert self.today not in self.counted or letter.letter_class == "dated"
        self.counted.append(self.today)

    # -- money ------------------------------------------------------------------------------------

    @rule(minor=st.sampled_from([1, 5_000, 30_001, 60_000, 121_003]))
    def money_comes(self, minor):
        self.paid += minor
        key = self.key()
        self.do("payment", payments.record_payment, "f1", key=key, amount_minor=minor, method="card", on=self.today)

    @precondition(lambda self: self.paid > 0)
    @rule(share=st.sampled_from([1, 2]))
    def money_goes_back(self, share):
        back = -(-stand(self.debt, self.today).paid_minor // share)
        self.do("refund", reversals.refund, "f1", key=self.key(), amount_minor=back)

    @precondition(lambda self: self.debt.review_since)
    @rule()
    def the_review_ends(self):
        self.do("review ends", decisions.decide_review, "f1", outcome="reopen")

    @rule(minor=st.sampled_from([1_000, None]))
    def a_part_is_forgiven(self, minor):
        if minor or self.keys % 5 == 0:
            self.do("waived", decisions.waive, "f1", key=self.key(), amount_minor=minor)

    # -- answers ----------------------------------------------------------------------------------

    @rule(place=st.integers(0, 3))
    def days_are_chosen(self, place):
        choices = day_choices(self.case, self.debt, self.now)
        if choices:
            self.chosen(Wish(until=choices[place % len(choices)]))

    @rule(place=st.integers(0, 3))
    def parts_are_chosen(self, place):
        choices = part_choices(self.case, self.debt, self.now)
        if choices:
            self.chosen(Wish(parts=choices[place % len(choices)]))

    def chosen(self, wish):
        """What is shown as granted is granted, whatever else goes on."""
        assert outside(self.case, self.debt, wish, self.now) == ""
        balance = stand(self.debt, self.today).balance_minor
        assert not wish.parts or sum(minor for _, minor in wish.parts) == balance
        payable = stand(self.debt, self.today).payable_minor
        self.do("granted", proposals.ask, "f1", wish=wish)
        assert payable <= 0 or (self.debt.agreements[-1].by == "fence" and self.debt.proposal is None)

    @rule(days=st.integers(16, 120))
    def a_far_day_is_asked_for(self, days):
        self.do("asked", proposals.ask, "f1", wish=Wish(until=self.today + timedelta(days=days)))

    @rule(count=st.integers(5, 9), days=st.integers(0, 30))
    def many_parts_are_asked_for(self, count, days):
        self.do("asked", self.ask_parts, count=count, first_on=self.today + timedelta(days=days))

    @staticmethod
    def ask_parts(case, *, count, first_on, now):
        parts = wished_parts(case, case.debts[0], count=count, first_on=first_on, now=now)
        return proposals.ask(case, "f1", wish=Wish(parts=parts), now=now)

    @precondition(lambda self: self.debt.proposal)
    @rule(deed=st.sampled_from([proposals.accept, proposals.decline, proposals.take]))
    def it_is_answered(self, deed):
        self.do("answered", deed, "f1")

    @precondition(lambda self: self.debt.proposal)
    @rule(days=st.integers(10, 60))
    def other_terms_are_offered(self, days):
        self.do("offered", proposals.offer, "f1", wish=Wish(until=self.today + timedelta(days=days)))

    @rule(days=st.integers(0, 14))
    def a_day_is_promised(self, days):
        self.do("promise", answers.promise, "f1", on=self.today + timedelta(days=days), limits=answers.CLIENT_PAGE)

    @rule()
    def there_is_a_problem(self):
        if self.debt.dispute is None and self.keys % 3 == 0:
            self.do("dispute", answers.dispute, "f1", text="x")

    @precondition(lambda self: self.debt.dispute)
    @rule(minor=st.sampled_from([None, 90_000, 140_000]))
    def the_problem_is_solved(self, minor):
        self.do("resolved", answers.resolve_dispute, "f1", key=self.key(), amount_minor=minor)

    @rule(days=st.integers(5, 40))
    def the_due_date_is_corrected(self, days):
        if self.keys % 4 == 0:
            self.do("due changed", decisions.change_due, "f1", due_on=self.today + timedelta(days=days))

    # -- what must hold ---------------------------------------------------------------------------

    def checked(self, name):
        taken[name] += 1
        debt, standing = self.debt, stand(self.debt, self.today)
        assert law_of_money(debt, self.today)
        assert sum(part.open_minor for part in standing.instalments) == standing.balance_minor
        assert debt.amount_minor == AMOUNT
        own = (debt.own.instalments, debt.own.due_on) if debt.own else (debt.instalments, debt.due_on)
        if name in CORRECTED and debt.own is None:  # by the freelancer, while no plan stands in their place
            self.own = own
        assert own == self.own, name
        assert sum(one.state in ("open", "broken") for one in debt.agreements[:-1]) == 0
        assert debt.proposals_made <= proposals.MOST_PROPOSALS
        self.note_states(debt)

    def note_states(self, debt):
        agreed = f"{len(debt.agreements)} {debt.agreements[-1].state}" if debt.agreements else ""
        asked = f"{debt.proposal.at} {debt.proposal.by}" if debt.proposal else ""
        for was, now_is in zip(self.sign, (agreed, asked), strict=True):
            if was != now_is:
                left[was.rpartition(" ")[2]] += 1
                entered[now_is.rpartition(" ")[2]] += 1
        self.sign = (agreed, asked)
