"""What client and freelancer told each other about a debt: promises, problems, claims, other dates and what was agreed.

Plain values, as in `debt.py`: the debt holds them, money is integer minor units, dates are the client's local dates.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

AgreementState = Literal["open", "kept", "broken", "replaced"]
OpinionAbout = Literal["payment", "problem"]
OpinionScore = Literal["good", "fair", "bad"]


@dataclass(frozen=True, slots=True)
class Promise:
    """The client says when it will pay. `amount_minor` None: all that is payable."""

    on: date
    made_at: datetime
    amount_minor: int | None = None
    state: Literal["open", "kept", "broken", "replaced"] = "open"
    day_letter: bool = False  # promise_day went
    missed_letter: bool = False  # promise_missed went
    up_to: date | None = None  # the sum is what was open up to that date of the debt's; None: no such date


@dataclass(frozen=True, slots=True)
class Dispute:
    """A problem the client reported, in the client's words."""

    at: datetime
    text: str = ""
    kind: str = ""  # one of disputes.KINDS, empty when it was not asked
    reply_by: date | None = None  # the day that the client was told; None: problems from before there was one
    file_name: str = ""  # what the client showed, empty when nothing
    nudged: bool = False  # the freelancer was reminded of the day


@dataclass(frozen=True, slots=True)
class Opinion:
    """Whether the client felt treated well, once a payment or a problem was settled."""

    about: OpinionAbout
    score: OpinionScore
    at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """The client says that it has paid already; the freelancer has not answered yet."""

    at: datetime
    paid_on: date | None = None
    amount_minor: int | None = None
    reference: str = ""  # what the client's bank calls it, in the client's words
    asked_at: datetime | None = None  # the freelancer asked for more; None: nobody has answered yet


@dataclass(frozen=True, slots=True)
class Plan:
    """An instalment plan accepted at `at`; its parts are the debt's instalments named here."""

    at: datetime
    instalment_ids: tuple[str, ...]
    due_letters: tuple[str, ...] = ()  # instalments whose instalment_due went
    missed_letters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Agreement:
    """Other dates than the debt's own that both sides agreed on. The newest stands last, and replaces those before."""

    kind: Literal["extension", "plan"]
    at: datetime
    last_on: date  # the last day that it names
    by: Literal["fence", "freelancer", "client"] = "freelancer"  # whose yes made it: the fence's means at once
    state: AgreementState = "open"
    broken_on: date | None = None  # the local day on which it was first found broken; stays when it is caught up late
    until: date | None = None  # of a plan that was given more time: the day to which its next parts were moved


@dataclass(frozen=True, slots=True)
class Proposal:
    """Other dates that one side asks for; the other has not answered yet. One of `until` and `parts`."""

    at: datetime
    by: Literal["client", "freelancer"]
    answer_by: date  # silence to the end of that local day
    until: date | None = None  # more days; or
    parts: tuple[tuple[date, int], ...] = ()  # day and minor units, by date
    why: str = ""  # why the fence did not grant it: the end of a key of fence.toml
