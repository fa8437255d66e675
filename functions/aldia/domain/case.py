"""A case: one client with all its debts, under one account's rules. The unit of every decision.

A decision or an answer is a pure function from a case to an `Outcome`: the new case, and what has
to be written, done and told because of it. Flows load a case, ask the domain, and save the outcome
in one transaction guarded by the client's version.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from aldia.domain.account import Account
from aldia.domain.client import Client
from aldia.domain.debt import Debt

HolidayLookup = Callable[[str, int], frozenset[date]]
"""(country, year) → that year's national public holidays, observed days included."""


def no_holidays(_country: str, _year: int) -> frozenset[date]:
    """A lookup for tests: no day is a holiday."""
    return frozenset()


@dataclass(frozen=True, slots=True)
class Case:
    """The unit of work."""

    account: Account
    client: Client
    debts: tuple[Debt, ...] = ()  # in the order they were opened
    holidays: HolidayLookup = field(default=no_holidays, compare=False)

    @property
    def zone(self) -> ZoneInfo:
        """The client's zone, else the account's: it dates prices, letters and deadlines."""
        return ZoneInfo(self.client.timezone or self.account.timezone or "UTC")

    @property
    def asks_first(self) -> bool:
        """Whether every planned letter waits for the freelancer's yes."""
        own = self.client.asks_first
        return self.account.asks_first if own is None else own

    def local_day(self, at: datetime) -> date:
        """The client's calendar day at an instant."""
        return at.astimezone(self.zone).date()

    def debt(self, debt_id: str) -> Debt:
        """The debt with that id; KeyError when the case has none."""
        for debt in self.debts:
            if debt.id == debt_id:
                return debt
        raise KeyError(debt_id)

    def with_debt(self, changed: Debt) -> "Case":
        """The case with one debt replaced (or added at the end)."""
        if any(debt.id == changed.id for debt in self.debts):
            debts = tuple(changed if debt.id == changed.id else debt for debt in self.debts)
        else:
            debts = (*self.debts, changed)
        return replace(self, debts=debts)


LetterClass = Literal["answer", "dated", "ladder"]
"""answer: at once, uncounted · dated: on a day the client chose, counted, not held back by the
distance · ladder: in the window, counted, held back by the distance."""


@dataclass(frozen=True, slots=True)
class LetterPart:
    """What a letter says about one debt. `key` is the occurrence it covers in the debt's marks."""

    debt_id: str
    step: str
    key: str
    amount_minor: int  # what the letter asks for (or tells of) on that day
    currency: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that has to go to the client. Identity: (client, `day`, `step`, `cause`)."""

    step: str  # the firmest step's name
    letter_class: LetterClass
    day: date  # the client's local day
    at: datetime  # the run or the event
    parts: tuple[LetterPart, ...] = ()
    cause: str = ""  # answers: what is answered (an entry's key, an instant), so that two may share a day
    facts: dict[str, str] = field(default_factory=dict)  # what its text needs besides: dates, sums, names

    @property
    def id(self) -> str:
        """Unique within the client, the same whenever the same letter is planned again."""
        return "#".join(part for part in (self.day.isoformat(), self.step, self.cause) if part)


@dataclass(frozen=True, slots=True)
class Task:
    """Something for the freelancer to do by hand; `id` is unique within the account."""

    debt_id: str
    step: str
    at: datetime


NoticeKind = Literal[
    "paid",
    "credit",  # more came than was asked for
    "other_money",  # it came in another currency: it is kept beside the ledger
    "promised",
    "extended",  # more days, agreed at once or by the client's yes
    "planned",  # instalments, in the same way
    "proposal",  # the client asks for what the fence does not grant
    "problem",
    "problem_waits",  # the day on which the client was told to have an answer is near
    "claimed",  # the client says that it has paid
    "bounced",
    "complaint",
    "unknown",
    "stopped",
    "asked_again",  # the client wants to be written to after all; the freelancer noted its words, or it pressed so
    "wrong_person",
    "right_person",  # that was a slip: the address is the right one after all
    "review",
    "trust",
    "found_right",  # the client has the invoice, and it is right
    "opinion",  # whether the client felt treated well
    "terms_accepted",  # the client said yes to how the freelancer works
]


@dataclass(frozen=True, slots=True)
class Notice:
    """News for the freelancer, mailed bundled and shown under today."""

    kind: NoticeKind
    at: datetime
    debt_id: str = ""
    amount_minor: int | None = None
    text: str = ""  # the client's own words, or a date


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision or an answer leads to."""

    case: Case
    letters: tuple[Letter, ...] = ()
    tasks: tuple[Task, ...] = ()
    notices: tuple[Notice, ...] = ()
