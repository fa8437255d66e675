"""Everything that the page of one debt shows, as plain values. Prices come from the one price function."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from aldia.domain.case import Case, Task
from aldia.domain.checkouts import is_coming
from aldia.domain.contact_rules import Allowed, Stop, Wait
from aldia.domain.debt import Debt, Entry
from aldia.domain.discounts import last_day
from aldia.domain.edits import is_known_to_client
from aldia.domain.held import waits
from aldia.domain.ledger import InstalmentStanding, Standing, in_force, stand, state
from aldia.domain.quote import Quote, quote
from aldia.domain.reply_clock import reply_by
from aldia.domain.silences import Silence, debt_silence
from aldia.domain.taken_back import is_by_hand, paid_with
from aldia.flows import write_by_hand
from aldia.pages.debt_ahead import Ahead, outlook_within
from aldia.pages.debt_list import date_state
from aldia.pages.debt_story import Moment, story
from aldia.pages.render import t
from aldia.pages.ways_view import Ways, ways
from aldia.ports import Ports
from aldia.store import tasks

SAID = ("promise", "extension", "plan", "proposal", "payment_on_its_way", "already_paid", "paused")
SAID_OF_CLIENT = ("wrong_person", "stopped", "bounced", "complaint")


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of the ledger and what was open after it."""

    entry: Entry
    is_undone: bool
    balance_minor: int

    @property
    def is_wrong(self) -> bool:
        """A payment that the freelancer noted, and may take back."""
        return is_by_hand(self.entry) and not self.is_undone


@dataclass(frozen=True, slots=True)
class DebtPage:
    """One debt, now."""

    case: Case
    debt: Debt
    today: date
    quote: Quote
    standing: Standing
    state: str  # a key of state.toml
    silence: Silence | None
    due_on: date
    discount_until: date | None
    lines: list[Line]
    instalments: tuple[InstalmentStanding, ...]
    ahead: list[Ahead]
    story: list[Moment]
    tasks: list[Task]
    moment: Allowed | Wait | Stop
    ways: Ways
    why: str  # a proposal lies outside the fence, in a sentence
    is_known: bool  # to the client: from then on its terms hold

    @property
    def title(self) -> str:
        """The invoice's number, or what it is for."""
        return self.debt.number or self.debt.concept

    def paid_with(self, line: Line) -> str:
        """The other debts that a transfer paid as well, by their names; empty when it paid this one alone."""
        return ", ".join(debt.number or debt.concept for debt in paid_with(self.case, self.debt.id, line.entry.key))

    @property
    def is_silent(self) -> bool:
        """Nothing goes until something happens."""
        return bool(self.silence and self.silence.until is None and self.is_open)

    @property
    def silent_through(self) -> date | None:
        """The client's last whole day without letters; None where the silence ends within a day, or not by itself."""
        ends = self.silence.until.astimezone(self.case.zone) if self.silence and self.silence.until else None
        return ends.date() - timedelta(days=1) if ends and ends.time() == time() else None

    @property
    def is_open(self) -> bool:
        """Something can be paid."""
        return self.quote.payable_minor > 0 and not self.debt.deleted_at

    @property
    def reply_by(self) -> date | None:
        """By when the client expects an answer to its problem."""
        return reply_by(self.case, self.debt.dispute) if self.debt.dispute else None

    @property
    def is_reply_late(self) -> bool:
        """That day has come."""
        return self.reply_by is not None and self.today >= self.reply_by

    @property
    def verdict(self) -> str:
        """Whether a letter by hand may go: allowed, wait or stop."""
        return type(self.moment).__name__.lower()

    @property
    def takes_credit(self) -> list[tuple[str, str]]:
        """(id, name) of the client's other debts that a surplus of this one may pay."""
        return [
            (other.id, other.number or other.concept)
            for other in self.case.debts
            if other.id != self.debt.id
            and other.currency == self.debt.currency
            and other.deleted_at is None
            and other.issued_on <= self.today
            and stand(other, self.today).payable_minor > 0
        ]

    @property
    def path(self) -> str:
        """Where its page lives."""
        return f"/cobros/{self.case.client.id}/{self.debt.id}"

    @property
    def next_change(self) -> date | None:
        """The last day on which today's price holds, inclusive."""
        if self.quote.holds_until is None:
            return None
        return self.case.local_day(self.quote.holds_until) - timedelta(days=1)


def view(ports: Ports, case: Case, debt: Debt, now: datetime) -> DebtPage:
    """The page's values, in five reads however long the story is."""
    today = case.local_day(now)
    standing, price = stand(debt, today), quote(debt, at=now, zone=case.zone)
    due_on = next((part.in_force_on for part in standing.instalments if part.open_minor), in_force(debt)[-1].due_on)
    silence = _as_shown(debt, debt_silence(case, debt, now), now)
    return DebtPage(
        case=case,
        debt=debt,
        today=today,
        quote=price,
        standing=standing,
        state=shown_state(
            debt, standing, silence=silence, due_on=due_on, today=today, is_waiting=waits(case, debt, now)
        ),
        silence=silence,
        due_on=due_on,
        discount_until=last_day(debt),
        lines=_lines(debt),
        instalments=standing.instalments if len(standing.instalments) > 1 else (),
        ahead=_ahead(outlook_within(case, debt.id, now), silence),
        story=story(ports, case, debt),
        tasks=tasks.of_debt(ports, case.account.id, case.client.id, debt.id),
        moment=write_by_hand.moment(case, now),
        ways=ways(case, debt, now),
        why=t(f"fence.why.{debt.proposal.why}") if debt.proposal and debt.proposal.why else "",
        is_known=is_known_to_client(debt),
    )


def _as_shown(debt: Debt, silence: Silence | None, now: datetime) -> Silence | None:
    """The silence under the name that is true for who reads it: a payment page that is open is no money yet."""
    if silence and silence.reason == "payment_on_its_way" and not is_coming(debt, now):
        return replace(silence, reason="payment_started")
    return silence


def _ahead(foretold: list[Ahead], silence: Silence | None) -> list[Ahead]:
    """Without what a silence that only an event can end keeps back: the page says that once, above."""
    if silence is None or silence.until:
        return foretold
    return [one for one in foretold if one.state != "skipped" or one.reason != silence.reason]


def shown_state(
    debt: Debt, standing: Standing, *, silence: Silence | None, due_on: date, today: date, is_waiting: bool
) -> str:
    """The one word that says how it stands."""
    if debt.deleted_at:
        return "deleted"
    is_now = state(debt, today)
    if is_now == "paid" and standing.waived_minor and not standing.paid_minor:
        return "waived"
    if is_now != "open":
        return is_now
    if silence and silence.reason in (*SAID, *SAID_OF_CLIENT):
        return silence.reason
    return "needs_approval" if is_waiting else date_state(due_on, today)


def _lines(debt: Debt) -> list[Line]:
    """The ledger in the order in which it is read, each with the balance after it."""
    entries = sorted(debt.entries, key=lambda entry: entry.on)
    undone = debt.undone_keys
    lines = []
    for place, entry in enumerate(entries, 1):
        after = stand(replace(debt, entries=tuple(entries[:place])), entry.on)
        lines.append(Line(entry, entry.key in undone, after.balance_minor))
    return lines
