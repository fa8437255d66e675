"""What the client's page shows, as plain values: prices come from the one price function."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from aldia.banking.reference import reference
from aldia.domain import checkouts, opinions
from aldia.domain.breakdown import Line, breakdown
from aldia.domain.case import Case
from aldia.domain.dates import Asked, DateTold, next_asked, told
from aldia.domain.debt import Checkout, Debt, Entry
from aldia.domain.discounts import last_day
from aldia.domain.kind_words import unkind
from aldia.domain.ledger import in_force, stand, state
from aldia.domain.money import to_decimal
from aldia.domain.parsing import Custom
from aldia.domain.quote import Quote, minimum_part, quote
from aldia.domain.spoken import OpinionAbout
from aldia.pages.ways_view import Ways, ways
from aldia.store.keys import hashed
from aldia.store.tokens import PayLink

LINK_AFTER_LAST = timedelta(days=90)  # README 18
MOST_TOGETHER = 10  # start_payment.MOST_DEBTS
RECEIVED = ("payment", "refund", "credit_out", "chargeback", "chargeback_won")


@dataclass(frozen=True, slots=True)
class DebtView:
    """One debt on the page; `mark` names it in forms and addresses instead of its id."""

    mark: str
    debt: Debt
    quote: Quote
    state: str
    due_on: date
    days_late: int
    discount_until: date | None
    why: tuple[Line, ...]  # the lines that sum to what is payable
    least_minor: int
    dates: tuple[DateTold, ...]  # where there are several
    under_way: Checkout | None
    received: tuple[Entry, ...]
    ways: Ways
    credit_minor: int = 0  # what came over and is still the client's
    opinion_about: OpinionAbout | None = None  # what the client may be asked
    opinion_now: str = ""  # what it has just said of it, and may change
    next: Asked | None = None  # what its next date asks for, where that is less than all

    @property
    def is_open(self) -> bool:
        """Something can be paid."""
        return self.quote.payable_minor > 0 and self.state != "written_off"

    @property
    def is_coming(self) -> bool:
        """Money is on its way, not only a payment page open."""
        return self.under_way is not None and self.under_way.state == "processing"

    @property
    def asks_minor(self) -> int:
        """What is asked for now, as in its letters: what the next date asks for, else all that is payable."""
        return self.next.minor if self.next else self.quote.payable_minor

    @property
    def is_late_in_parts(self) -> bool:
        """Whether several of its dates have passed with something open."""
        today = self.due_on + timedelta(days=self.days_late)
        return sum(one.open_minor > 0 and one.on < today for one in self.dates) > 1

    @property
    def has_paid(self) -> bool:
        """Money came for it, and stayed."""
        return stand(self.debt, self.quote.on).paid_minor > 0

    @property
    def may_be_right(self) -> bool:
        """Whether to ask if the invoice arrived and is right: before its first due date, where no answer says it."""
        debt = self.debt
        is_late = self.quote.on > (debt.own or debt).due_on
        is_told = debt.found_right_at or debt.claim or debt.promise or debt.proposal or debt.agreements
        return not (is_late or is_told or self.is_coming or debt.dispute or debt.problem_settled_at)

    @property
    def asks_softly(self) -> bool:
        """The client says that it is, or that something is wrong: to pay it is not what the page asks for first."""
        return bool(self.debt.claim) or self.state == "disputed"

    @property
    def note(self) -> str:
        """What the freelancer wrote beside it; what no letter may hold is not shown here either."""
        return "" if unkind(self.debt.note, "line") else self.debt.note

    @property
    def reference(self) -> str:
        """What a transfer for it is found by."""
        return reference(self.debt.id)

    @property
    def title(self) -> str:
        """The invoice's number, or what it is for."""
        return title_of(self.debt)


def bare(minor: int, currency: str, country: str) -> str:
    """A sum to paste into a bank's form there: the country's decimal mark, no thousands, no currency."""
    return f"{to_decimal(minor, currency):f}".replace(".", Custom(country=country).usual_mark)


def title_of(debt: Debt) -> str:
    """What a debt is called: the invoice's number, or what it is for."""
    return debt.number or debt.concept


@dataclass(frozen=True, slots=True)
class PayView:
    """The page: the letter's debts first, then the other open ones."""

    case: Case
    debts: tuple[DebtView, ...]
    settled: tuple[DebtView, ...]
    together: tuple[DebtView, ...] = field(default=())  # open debts that one payment can settle
    may_pay_online: bool = True  # else there is no button, and the bank details stand open
    by_owner: bool = False  # the freelancer looks at it

    @property
    def to_judge(self) -> DebtView | None:
        """The one debt about which the client is asked how it was treated, or has just said so."""
        asked = [one for one in (*self.settled, *self.debts) if one.opinion_about]
        return min(asked, key=lambda one: bool(one.opinion_now), default=None)

    @property
    def may_choose(self) -> bool:
        """There is more than one way to pay."""
        return self.may_pay_online and bool(self.case.account.bank.number or self.case.account.payment_links)

    @property
    def prefers_transfer(self) -> bool:
        """The client said so, and it can be had."""
        return self.may_choose and self.case.client.prefers == "transfer"

    @property
    def has_paid(self) -> bool:
        """Something of what is closed was paid: there is something to give thanks for."""
        return any(one.has_paid for one in self.settled)

    @property
    def together_minor(self) -> int:
        """What they come to."""
        return sum(view.quote.payable_minor for view in self.together)


def is_alive(case: Case, link: PayLink, now: datetime) -> bool:
    """Links live while a debt of the client is open, and 90 days after the last one was."""
    if link.link_version != case.client.link_version:
        return False
    shown = [debt for debt in case.debts if debt.deleted_at is None]
    if any(state(debt, case.local_day(now)) in ("open", "review", "disputed") for debt in shown):
        return True
    ends = [entry.at for debt in shown for entry in debt.entries]
    return bool(ends) and now - max(ends) < LINK_AFTER_LAST


def view(case: Case, link: PayLink, now: datetime, *, may_pay_online: bool) -> PayView:
    """Everything the page needs, from one case. Where nobody can be paid online it offers no such button."""
    views = [_debt(case, debt, now) for debt in case.debts if debt.deleted_at is None]
    views.sort(key=lambda one: (one.debt.id not in link.debt_ids, one.due_on))
    open_ones = [one for one in views if one.is_open]
    settled = [one for one in views if not one.is_open and (one.debt.id in link.debt_ids or _is_recent(one, now))]
    currency = open_ones[0].debt.currency if open_ones else ""
    together = [one for one in open_ones if one.debt.currency == currency and not one.is_coming and not one.next]
    joint = tuple(together[:MOST_TOGETHER]) if may_pay_online and len(together) > 1 else ()
    return PayView(case, tuple(open_ones), tuple(settled), joint, may_pay_online, link.by_owner)


def _is_recent(one: DebtView, now: datetime) -> bool:
    return any(now - entry.at < LINK_AFTER_LAST for entry in one.debt.entries)


def mark_of(debt: Debt) -> str:
    """A name that stays with the debt whatever else comes or goes, and tells nothing."""
    return hashed(f"debt {debt.id}")[:12]


def _debt(case: Case, debt: Debt, now: datetime) -> DebtView:
    today = case.local_day(now)
    standing, price = stand(debt, today), quote(debt, at=now, zone=case.zone)
    still_open = (part.in_force_on for part in standing.instalments if part.open_minor)
    due_on = min(still_open, default=in_force(debt)[-1].due_on)
    is_on_offer = bool(price.discount_minor) and price.holds_until is not None
    to_ask, just_said = opinions.asked(case, debt, now), opinions.just_said(debt, now)
    return DebtView(
        mark=mark_of(debt),
        debt=debt,
        quote=price,
        state=state(debt, today),
        due_on=due_on,
        days_late=max(0, (today - due_on).days),
        discount_until=_until(debt, price, case) if is_on_offer else None,
        why=breakdown(standing),
        least_minor=minimum_part(debt, percent=case.account.part_percent, at=now, zone=case.zone),
        dates=told(debt, today) if len(standing.instalments) > 1 else (),
        next=next_asked(debt, today),
        under_way=checkouts.under_way(debt, now),
        credit_minor=standing.credit_minor,
        received=tuple(entry for entry in debt.kept_entries if entry.kind in RECEIVED),
        opinion_about=to_ask or (just_said.about if just_said else None),
        opinion_now=just_said.score if just_said and not to_ask else "",
        ways=ways(case, debt, now),
    )


def _until(debt: Debt, price: Quote, case: Case) -> date | None:
    """The last day on which today's price holds, inclusive."""
    if price.holds_until is None:
        return last_day(debt)
    return case.local_day(price.holds_until) - timedelta(days=1)
