"""The ledger: what a debt's entries come to on a day. Nothing here is stored: it is read anew each time.

Entries are read by day, on one day in their order. Interest of a day is on what was open at its start, so it is
counted before that day's entries. Entries after the day that is asked about do not exist yet.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from aldia.domain.debt import Debt, DebtState, Entry, Instalment, Interest
from aldia.domain.interest import Accrual, accrue, compensation, first_interest_day
from aldia.domain.money import round_half_up
from aldia.domain.schedule import in_force, increase_before_plan, open_parts
from aldia.domain.tally import Pot, Tally, change_amount, forgive, give_back, offered, receive

__all__ = ["InstalmentStanding", "Reading", "Standing", "adds_up", "in_force", "law_of_money", "stand", "state"]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class InstalmentStanding:
    """An instalment as it stands. `due_on` is the agreed date, `in_force_on` the one after an extension."""

    id: str
    due_on: date
    amount_minor: int
    paid_minor: int  # settled, by whatever lowered the balance
    open_minor: int
    in_force_on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """What a debt comes to on a day. Minor units of its currency; `balance` is principal."""

    balance_minor: int
    interest_minor: int  # charged so far, paid or not
    interest_paid_minor: int
    interest_due_minor: int
    compensation_minor: int
    compensation_paid_minor: int
    compensation_due_minor: int
    credit_minor: int
    discount_minor: int  # earned
    offer_minor: int  # what paying the whole balance on that day takes off
    waived_minor: int
    written_off_minor: int
    paid_minor: int  # received less returned, credit included
    charged_minor: int  # the debt's amount by now
    captured_minor: int
    refunded_minor: int
    charged_back_minor: int
    instalments: tuple[InstalmentStanding, ...]  # by date
    provisional: bool  # some of the interest is by a rate that is not known yet

    @property
    def payable_minor(self) -> int:
        """What settles the debt if it is paid on that day."""
        return self.balance_minor - self.offer_minor + self.interest_due_minor + self.compensation_due_minor


_RECENT_MOST = 1024
_recent: dict[tuple[int, date], tuple[Debt, Standing]] = {}
"""What was read last. A decision asks for the same debt's standing many times; a debt never changes, a changed one
is another value. Held with its debt, so that no other one can have its identity meanwhile."""


def stand(debt: Debt, on: date) -> Standing:
    """What all entries up to and including that local day come to."""
    known = _recent.get((id(debt), on))
    if known is not None and known[0] is debt:
        return known[1]
    standing = Reading(debt, on).standing(on)
    if len(_recent) >= _RECENT_MOST:
        _recent.clear()
    _recent[id(debt), on] = (debt, standing)
    return standing


def state(debt: Debt, on: date) -> DebtState:
    """The first that holds: written_off, paid (nothing payable), review, disputed, open."""
    standing = stand(debt, on)
    if standing.payable_minor == 0:
        return "written_off" if standing.written_off_minor else "paid"
    if debt.review_since:
        return "review"
    return "disputed" if debt.dispute else "open"


def law_of_money(debt: Debt, on: date) -> bool:
    """Whether nothing was lost or made: what was charged is what settled it and what is open."""
    return adds_up(stand(debt, on))


def adds_up(at: Standing) -> bool:
    """The law of money, of the sums themselves."""
    charged = at.charged_minor + at.interest_minor + at.compensation_minor
    money = at.captured_minor - at.refunded_minor - at.charged_back_minor
    settled = money - at.credit_minor + at.discount_minor + at.waived_minor + at.written_off_minor
    still_open = at.balance_minor + at.interest_due_minor + at.compensation_due_minor
    sums_add_up = charged == settled + still_open and money == at.paid_minor
    parts_add_up = sum(part.open_minor for part in at.instalments) == at.balance_minor
    sums = [getattr(at, name) for name in Standing.__slots__ if name.endswith("_minor")]
    return sums_add_up and parts_add_up and min(sums) >= 0 and at.discount_minor <= at.charged_minor


class Reading:
    """A debt's entries read up to a day; from there it can be carried on as if nothing more happened."""

    def __init__(self, debt: Debt, on: date) -> None:
        self._debt = debt
        self._parts = in_force(debt)
        self._tally = Tally(debt, Pot(charged=debt.amount_minor))
        self._increase = -increase_before_plan(debt)  # of the last instalment, by changes of the amount
        self._accrued = Accrual()
        self._accrued_to: date | None = None
        for entry in _in_reading_order(debt, on):
            self._accrue_to(entry.on)
            self._apply(entry)
        self._accrue_to(on)

    def standing(self, on: date) -> Standing:
        """How it stands on that day, not before the one read up to, if nothing more happens."""
        later = self._carried_to(on)
        tally = later._tally
        principal, interest, compensated = tally.pots
        return Standing(
            balance_minor=principal.due,
            interest_minor=interest.charged,
            interest_paid_minor=interest.paid,
            interest_due_minor=interest.due,
            compensation_minor=compensated.charged,
            compensation_paid_minor=compensated.paid,
            compensation_due_minor=compensated.due,
            credit_minor=tally.credit,
            discount_minor=principal.discounted,
            offer_minor=offered(tally, on),
            waived_minor=tally.waived,
            written_off_minor=tally.written_off,
            paid_minor=tally.received,
            charged_minor=principal.charged,
            captured_minor=tally.captured,
            refunded_minor=tally.refunded,
            charged_back_minor=tally.charged_back,
            instalments=later._instalments(),
            provisional=later._accrued.provisional,
        )

    def payable(self, on: date) -> int:
        """What settles the debt on that day, if nothing more happens until then."""
        later = self._carried_to(on)
        return sum(pot.due for pot in later._tally.pots) - offered(later._tally, on)

    def _carried_to(self, on: date) -> "Reading":
        if self._accrued_to == on:
            return self
        later = object.__new__(Reading)
        later.__dict__.update(self.__dict__)
        later._tally = self._tally.copy()
        later._accrue_to(on)
        return later

    def _apply(self, entry: Entry) -> None:
        amount_minor = entry.amount_minor or 0
        if entry.kind == "payment":
            receive(self._tally, amount_minor, entry.on)
        elif entry.kind == "credit_out":
            give_back(self._tally, "refund", amount_minor)
        elif entry.kind in ("refund", "chargeback"):
            give_back(self._tally, entry.kind, amount_minor)
        elif entry.kind in ("waive", "write_off"):
            forgive(self._tally, entry.kind, entry.amount_minor)
        elif entry.kind == "amount_changed":
            self._increase += max(amount_minor - self._tally.principal.charged, 0)
            change_amount(self._tally, amount_minor)

    def _accrue_to(self, on: date) -> None:
        """Charge interest and compensation of the days not yet counted, up to that one."""
        interest = self._debt.interest
        start = date.min if self._accrued_to is None else self._accrued_to + _DAY
        self._accrued_to = on if start <= on else self._accrued_to
        if interest is None or start > on or not self._tally.principal.due:
            return
        if on < self._first_interest_day(interest):
            return
        for part, _amount, open_minor in self._open_parts():
            if not open_minor or on < first_interest_day(interest, part.due_on):
                continue
            principal = open_minor * self._interest_share()
            self._accrued += accrue(interest, principal_minor=principal, due_on=part.due_on, start=start, end=on)
            self._charge_compensation()
        self._tally.interest.charged = round_half_up(self._accrued.minor)

    def _first_interest_day(self, interest: Interest) -> date:
        """Before it no part bears interest."""
        return first_interest_day(interest, min(part.due_on for part in self._parts))

    def _charge_compensation(self) -> None:
        if self._debt.interest and not self._tally.compensation.charged:
            self._tally.compensation.charged = compensation(self._debt.interest, self._tally.principal.charged)

    def _interest_share(self) -> Fraction:
        """How much of the principal bears interest: all, or what is not tax."""
        debt = self._debt
        if debt.interest is None or debt.interest.base == "outstanding_total" or not debt.net_minor:
            return Fraction(1)
        return Fraction(debt.net_minor, debt.amount_minor)

    def _open_parts(self) -> list[tuple[Instalment, int, int]]:
        principal = self._tally.principal
        return open_parts(self._parts, charged=principal.charged, increase=self._increase, due=principal.due)

    def _instalments(self) -> tuple[InstalmentStanding, ...]:
        agreed = {part.id: part.due_on for part in self._debt.instalments}
        listed = [
            InstalmentStanding(
                id=part.id,
                due_on=agreed.get(part.id, self._debt.due_on),
                amount_minor=amount_minor,
                paid_minor=amount_minor - open_minor,
                open_minor=open_minor,
                in_force_on=part.due_on,
            )
            for part, amount_minor, open_minor in self._open_parts()
        ]
        return tuple(sorted(listed, key=lambda part: part.due_on))


def _in_reading_order(debt: Debt, on: date) -> list[Entry]:
    """Entries up to a day, by day and place; a chargeback won, or a line undone, by then never happened."""
    entries = sorted((entry for entry in debt.entries if entry.on <= on), key=lambda entry: entry.on)
    undone = {entry.note for entry in entries if entry.kind == "undone"}
    entries = [entry for entry in entries if entry.key not in undone]
    read = [entry for entry in entries if entry.kind != "chargeback_won"]
    for entry in entries:
        if entry.kind == "chargeback_won":
            _undo_chargeback(read, entry.amount_minor or 0)
    return read


def _undo_chargeback(read: list[Entry], amount_minor: int) -> None:
    """Take back the chargeback of that amount; where none is the same, as much as fits of the earliest."""
    places = [place for place, entry in enumerate(read) if entry.kind == "chargeback" and entry.amount_minor]
    places.sort(key=lambda place: read[place].amount_minor != amount_minor)
    for place in places:
        back = min(amount_minor, read[place].amount_minor or 0)
        read[place] = replace(read[place], amount_minor=(read[place].amount_minor or 0) - back)
        amount_minor -= back
