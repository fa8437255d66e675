"""The ways out that change dates, as the client's page shows them: to choose, asked for, offered, agreed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aldia.domain.agreements import in_effect
from aldia.domain.case import Case
from aldia.domain.concessions import Wish, day_choices, fitted, last_first_day, part_choices
from aldia.domain.debt import Debt
from aldia.domain.ledger import stand
from aldia.domain.plans import Part
from aldia.domain.proposals import is_late, is_past
from aldia.domain.spoken import Agreement, Proposal
from aldia.i18n import formats
from aldia.pages.render import language, t


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan that may be chosen; `key` names it in the form, so that nothing else is agreed than what was shown."""

    parts: tuple[Part, ...]

    @property
    def key(self) -> str:
        """Its days and sums."""
        return key_of(self.parts)


@dataclass(frozen=True, slots=True)
class Ways:
    """Of one debt."""

    days: tuple[date, ...]  # granted at once
    plans: tuple[Plan, ...]
    first_on: date  # a day for the first part of another plan
    asked: Proposal | None  # by the client, without an answer
    is_late: bool  # the answer is
    is_past: bool  # its day is: nobody can agree to it any more
    offered: Proposal | None  # by the freelancer, while it can be taken
    was_offered: Proposal | None  # and cannot be taken any more
    offered_parts: tuple[Part, ...]
    agreed: Agreement | None

    @property
    def wish(self) -> str:
        """What is proposed, by either side, in words."""
        proposal = self.asked or self.offered or self.was_offered
        return in_words(Wish(proposal.until, proposal.parts)) if proposal else ""

    @property
    def offer_key(self) -> str:
        """Names what is offered in the form."""
        return f"{self.offered.at:%Y%m%dT%H%M%S%f}" if self.offered else ""


def key_of(parts: Sequence[Part]) -> str:
    """Days and sums as a form carries them."""
    return " ".join(f"{day}={minor}" for day, minor in parts)


def ways(case: Case, debt: Debt, now: datetime) -> Ways:
    """What there is to choose, and how what was chosen stands."""
    proposal = debt.proposal
    by = proposal.by if proposal else ""
    balance_minor = stand(debt, case.local_day(now)).balance_minor
    has_passed = bool(proposal and is_past(case, proposal, now))
    return Ways(
        days=day_choices(case, debt, now),
        plans=tuple(Plan(parts) for parts in part_choices(case, debt, now)),
        first_on=last_first_day(case, debt, now),
        asked=proposal if by == "client" else None,
        is_late=bool(proposal and is_late(case, proposal, now)),
        is_past=has_passed,
        offered=proposal if by == "freelancer" and not has_passed else None,
        was_offered=proposal if by == "freelancer" and has_passed else None,
        offered_parts=fitted(proposal.parts, balance_minor, debt.currency) if proposal else (),
        agreed=in_effect(debt),
    )


def in_words(wish: Wish) -> str:
    """Other dates, as a piece of a sentence."""
    if wish.until:
        return t("ways.wish_days", day=formats.day(wish.until, language()))
    return t("ways.wish_parts", n=len(wish.parts), day=formats.day(wish.parts[0][0], language()))
