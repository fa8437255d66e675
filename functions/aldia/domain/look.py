"""One debt looked at at one instant: what is due, what holds it back, what a letter would ask for."""

from datetime import date, datetime
from functools import cached_property

from aldia.domain.case import Case
from aldia.domain.contact_rules import is_mailable
from aldia.domain.dates import asked
from aldia.domain.debt import Debt, Mark
from aldia.domain.firm_letters import is_clicked
from aldia.domain.ladder import Occurrence, day_begins, expires_at, falls_due_on, occurrences, went_at
from aldia.domain.ledger import Standing, stand
from aldia.domain.silences import Silence, all_silences
from aldia.domain.yeses import is_given

RECENT_MOST = 256


def is_open_mark(mark: Mark | None) -> bool:
    """Whether a step so marked may still go."""
    return mark is None or mark.state == "waiting"


class Look:
    """A debt of a case at an instant; what is asked for more than once is worked out once."""

    def __init__(self, case: Case, debt: Debt, now: datetime) -> None:
        self.case = case
        self.debt = debt
        self.now = now

    @cached_property
    def today(self) -> date:
        """The client's day."""
        return self.case.local_day(self.now)

    @cached_property
    def standing(self) -> Standing:
        """What the ledger comes to today."""
        return stand(self.debt, self.today)

    @cached_property
    def silences(self) -> list[Silence]:
        """Why the debt is silent, in FORMAT's order; empty when it is not."""
        return all_silences(self.case, self.debt, self.now)

    @cached_property
    def occurrences(self) -> tuple[Occurrence, ...]:
        """All dated steps, gone or to come."""
        return occurrences(self.case, self.debt)

    @cached_property
    def open_steps(self) -> list[Occurrence]:
        """Steps that have neither gone nor been given up."""
        return [step for step in self.occurrences if is_open_mark(self.mark(step))]

    @cached_property
    def due_steps(self) -> list[Occurrence]:
        """Open steps that have fallen due."""
        return [step for step in self.open_steps if self._has_come(step)]

    def _has_come(self, step: Occurrence) -> bool:
        """Whether it has fallen due; the hour is worked out on its own day only."""
        day = falls_due_on(self.case, self.debt, step)
        return day < self.today or (day == self.today and day_begins(self.case, day) <= self.now)

    def mark(self, step: Occurrence) -> Mark | None:
        """What became of a step so far."""
        return self.debt.marks.get(step.key)

    def is_expired(self, step: Occurrence) -> bool:
        """Whether its last true day is over, by the hour at which letters go."""
        expires = expires_at(self.case, step)
        return expires is not None and expires <= self.now

    def hindrance(self, step: Occurrence) -> str:
        """Why the step may not go, whatever the hour and the distance; empty when it may."""
        first = self.silences[0].reason if self.silences else ""
        if first in ("written_off", "paid"):
            return first
        if self._is_settled(step.instalment_id):
            return "paid"
        if first:
            return first
        if not step.is_task and not is_mailable(self.case.client):
            return "no_consent"
        if self._waits_for_click(step):
            return "needs_approval"
        if step.step.anchor == "discount" and not self._is_discount_open():
            return "overtaken"
        return "zero_amount" if not step.is_task and self.ask(step.instalment_id) <= 0 else ""

    def _waits_for_click(self, step: Occurrence) -> bool:
        """A step of the ladder that waits for a click, or any letter where each one is asked for."""
        if step.step.approve:
            return not is_clicked(self.debt, step.key) and not self._has_yes(step.key)
        return not step.is_task and self.needs_yes(step.key)

    def needs_yes(self, key: str) -> bool:
        """Whether that letter waits for the freelancer's yes, each letter of this client being asked for."""
        return self.case.asks_first and not self._has_yes(key)

    def _has_yes(self, key: str) -> bool:
        return is_given(self.case, self.debt, key, self.today)

    def is_given_up(self, key: str) -> bool:
        """Whether that letter will not go any more."""
        mark = self.debt.marks.get(key)
        return mark is not None and mark.state == "given_up"

    def _is_settled(self, instalment_id: str) -> bool:
        """Whether nothing is open of that instalment while something is of another one."""
        parts = self.standing.instalments
        still_open = {part.id for part in parts if part.open_minor > 0}
        return bool(instalment_id) and len(parts) > 1 and bool(still_open) and instalment_id not in still_open

    def _is_discount_open(self) -> bool:
        """Whether paying today would still take a discount off."""
        return self.standing.offer_minor > 0

    def ask(self, instalment_id: str = "") -> int:
        """What a letter asks for today, in minor units.

        All that is payable; for a debt with several instalments what is open of them up to the one that the letter
        is about, with interest and compensation and no discount taken off.
        """
        if len(self.standing.instalments) <= 1:
            return self.standing.payable_minor
        return asked(self.debt, self.today, instalment_id).minor

    def sent_today(self) -> list[str]:
        """Keys of what went to the client today about this debt, tasks left out."""
        tasks = {step.key for step in self.occurrences if step.is_task}
        sent = ((key, mark) for key, mark in self.debt.marks.items() if mark.state == "sent" and key not in tasks)
        return [key for key, mark in sent if self.case.local_day(went_at(mark)) == self.today]

    def has_room(self, step: Occurrence | None) -> bool:
        """Rules off: one letter a day, but steps that are all on their own date may share one, one a run.

        `step` None: a letter outside the ladder.
        """
        sent = self.sent_today()
        if not sent:
            return True
        on_their_date = {known.key for known in self.occurrences if known.on == self.today}
        is_fresh = all(went_at(self.debt.marks[key]) < self.now for key in sent)
        return is_fresh and step is not None and {step.key, *sent} <= on_their_date


_recent: dict[tuple[int, datetime], Look] = {}
"""What was looked at last: a decision looks at an unchanged debt again and again. Each holds its own debt, client and
account, so that no other value can have their identity meanwhile."""


def looked_at(case: Case, debt: Debt, now: datetime) -> Look:
    """The debt looked at at that instant. A look asks the case for its client, account and holidays only, and for its
    other debts where the debt has a yes: it holds for the whole letter."""
    if debt.yeses:
        return Look(case, debt, now)
    known = _recent.get((id(debt), now))
    if known is not None and known.debt is debt and _is_same(known.case, case):
        return known
    if len(_recent) >= RECENT_MOST:
        _recent.clear()
    _recent[id(debt), now] = look = Look(case, debt, now)
    return look


def _is_same(one: Case, other: Case) -> bool:
    return one.client is other.client and one.account is other.account and one.holidays == other.holidays
