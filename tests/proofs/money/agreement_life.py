"""One client's debt lives on through agreements: the world of such a life, and all that is looked at after each step.

Everything that can be done (`agreement_deeds.py`) is done by the transitions that pages, mail and the payment provider
lead to, and the job runs at each moment at which it says that it must. A step is one of these, an answer or a run;
after each the whole is looked at: the law of money, the sums of the parts, the debt's own dates, the silences and the
distances of letters.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from aldia.domain import decisions, proposals
from aldia.domain.account import Account
from aldia.domain.case import Case
from aldia.domain.client import BillingContact, Client
from aldia.domain.contact_rules import Allowed, may_write
from aldia.domain.debt import Debt, Discount, Instalment, Interest, Step, Tier
from aldia.domain.errors import Refused
from aldia.domain.ledger import law_of_money, stand, state
from aldia.domain.reminders import decide
from aldia.domain.silences import all_silences, letter_silences, waits_for_answer

START = date(2026, 6, 1)
FIRST = datetime(2026, 6, 1, 8, tzinfo=UTC)
AMOUNT = 121_003
CONTACTS_LOOKED_AT = 10
CORRECTED = ("due changed", "resolved")
WEEK, MONTH = timedelta(days=7), timedelta(days=30)
BY_HAND = (timedelta(days=3), 2, 6)
"""The most that the freelancer may do (domain 1.1): the least distance, the most in seven days and in thirty."""
A_SECOND = timedelta(seconds=1)
MOST_A_MONTH = 5  # that go by themselves, besides those on a day that the client chose
taken: Counter[str] = Counter()
"""How often each kind of step was really played, over all lives."""
entered: Counter[str] = Counter()
left: Counter[str] = Counter()
"""How often something came into a state and went out of it: "agreement kept", "silent for promise"…"""

HALVES = (Instalment("i1", date(2026, 6, 20), 60_000), Instalment("i2", date(2026, 7, 15), 61_003))
WHOLE = (Instalment("i1", date(2026, 7, 1), AMOUNT),)
OFFER = Discount("tiers", tiers=(Tier(date(2026, 6, 12), percent=Decimal(3)),))
LINEAR = Discount("linear", percent=Decimal(4), partial="proportional")
CHARGED = Interest(rate=Decimal(9))
TERMS = [
    (parts, discount, interest)
    for parts in (WHOLE, HALVES)
    for discount in (None, OFFER, LINEAR)
    for interest in (None, CHARGED)
]

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


class AgreementLife:
    """A case and its present; whatever the domain refuses has changed nothing."""

    def __init__(self, parts, discount, interest):
        self.case, self.now = opened(parts, discount, interest), FIRST
        self.own = (parts, parts[-1].due_on)
        self.counted = []  # local days with a letter that counts; two on days that the client chose may share one
        self.held_back = []  # of those among them that keep the distance and go by themselves
        self.gone = set()  # steps of the ladder that went
        self.keys = 0
        self.states = set()
        self.work()

    @property
    def debt(self):
        return self.case.debts[0]

    @property
    def today(self):
        return self.case.local_day(self.now)

    def do(self, name, transition, *given, **values):
        """One transition; a refusal is an answer too. No two happen at the same instant."""
        self.now += A_SECOND
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
            self.count_answer(before)
        self.checked(name)

    def count_answer(self, before):
        """An answer that ends a wait is a contact of its day: the next reminder keeps its distance to it."""
        was, is_counted = before.debts[0], self.case.client.contact_days[-1:] == (self.today,)
        waited = was.dispute or was.claim or was.proposal
        if waited and not waits_for_answer(self.debt) and is_counted and self.today not in self.counted:
            self.counted.append(self.today)

    def key(self):
        self.keys += 1
        return f"k{self.keys}"

    # -- time -------------------------------------------------------------------------------------

    def days_pass(self, days):
        """The job runs at each moment at which it said that it must."""
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
        """No letter during a silence, no two steps at once, none twice, no distance passed."""
        silent = letter_silences(before, before.debts[0], self.now, letter_class=letter.letter_class)
        assert silent == [], (letter.step, silent)
        promised = [] if letter.letter_class == "dated" else [*_agreed_until(self.debt, self.today)]
        assert [*_unanswered(before, self.debt, self.now), *promised] == [], letter.step
        assert len(letter.parts) == 1
        assert letter.step != "formal_letter"
        if letter.letter_class == "ladder":
            self.held_back.append(self.today)
            assert len(self.within(MONTH, self.held_back)) <= MOST_A_MONTH, self.held_back
            assert all(abs(day - self.today) >= WEEK for day in self.counted), (letter.step, self.counted)
            key = letter.parts[0].key
            assert not key or key not in self.gone, key
            self.gone.add(key)
        assert self.today not in self.counted or letter.letter_class == "dated"
        if self.today not in self.counted:
            self.counted.append(self.today)

    def within(self, span, days):
        """Those of the days that lie in the span which ends today."""
        return [day for day in days[-CONTACTS_LOOKED_AT:] if self.today - day < span]

    def written_by_hand(self):
        """The freelancer writes whenever it may: no cap is passed by it, and the letters after it keep theirs."""
        if not isinstance(may_write(self.case, self.now, by_hand=True), Allowed):
            return
        between, a_week, a_month = BY_HAND
        assert self.within(between, self.counted) == [], self.counted
        assert len(self.within(WEEK, self.counted)) < a_week, self.counted
        assert len(self.within(MONTH, self.counted)) < a_month, self.counted
        self.counted.append(self.today)
        self.do("written by hand", decisions.log_contact)

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
        assert (*self.counted[-CONTACTS_LOOKED_AT:],) == self.case.client.contact_days, "what counts is noted, no more"
        self.note_states()

    def note_states(self):
        """What was entered and left by this step; an agreement that follows another is another one."""
        now_is = set(_states(self.case, self.debt, self.now))
        for name, _which in self.states - now_is:
            left[name] += 1
        for name, _which in now_is - self.states:
            entered[name] += 1
        self.states = now_is


def _unanswered(case: Case, debt: Debt, now: datetime) -> Iterator[str]:
    """What nobody writes over, read from the fields themselves and not by the rules for silences."""
    today = case.local_day(now)
    yield from (name for name in ("dispute", "claim", "review_since") if getattr(debt, name))
    yield from ("stopped",) if case.client.stopped_at else ()
    yield from ("paused",) if debt.pause and (debt.pause.until is None or debt.pause.until >= today) else ()
    yield from ("asked",) if debt.proposal and debt.proposal.answer_by >= today else ()
    under_way = (one for one in debt.checkouts if one.state in ("open", "processing") and one.ends_at > now)
    yield from (f"checkout {one.id}" for one in under_way)
    yield from ("paid",) if stand(debt, today).payable_minor == 0 else ()


def _agreed_until(debt: Debt, today: date) -> Iterator[str]:
    """Dates to come that were agreed on."""
    if debt.promise and debt.promise.state == "open" and debt.promise.on >= today:
        yield "promise"
    if debt.extended_to and debt.extended_to > today:
        yield "extension"


def _states(case: Case, debt: Debt, now: datetime) -> Iterator[tuple[str, object]]:
    """(state, which one of its kind) of everything that has states."""
    yield f"debt {state(debt, case.local_day(now))}", ""
    yield from ((f"silent for {silence.reason}", "") for silence in all_silences(case, debt, now))
    if debt.agreements:
        yield f"agreement {debt.agreements[-1].state}", len(debt.agreements)
    if debt.proposal:
        yield f"question of the {debt.proposal.by}", debt.proposal.at
    if debt.promise:
        yield f"promise {debt.promise.state}", debt.promise.made_at
    if debt.claim:
        yield f"claim {'asked about' if debt.claim.asked_at else 'made'}", debt.claim.at
    if debt.checkouts:
        yield f"checkout {debt.checkouts[-1].state}", debt.checkouts[-1].id
