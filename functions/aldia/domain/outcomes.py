"""How every answer ends: the letter that says it was heard, the price after it, the next wake-up."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from aldia.domain.case import Case, Letter, LetterPart, Notice, Outcome
from aldia.domain.client import Client
from aldia.domain.dates import next_asked
from aldia.domain.debt import Debt
from aldia.domain.errors import Refused
from aldia.domain.ledger import stand
from aldia.domain.reminders import next_wakeup

Facts = Mapping[str, object]
"""What a letter's text needs besides the case: dates, minor units, words."""

ASKING = ("dispute_resolved", "payment_not_found")
"""Answers that ask for money again; the others name what is payable."""


def settled(case: Case, now: datetime, *, letters: Sequence[Letter] = (), notices: Sequence[Notice] = ()) -> Outcome:
    """The outcome of a transition, with the instant at which the job must look again."""
    client = replace(case.client, next_at=next_wakeup(case, now))
    return Outcome(replace(case, client=client), letters=tuple(letters), notices=tuple(notices))


def unchanged(case: Case) -> Outcome:
    """What happened was known already: nothing to write, nothing to say."""
    return Outcome(case)


def known_debt(case: Case, debt_id: str) -> Debt:
    """The debt, deleted or not; Refused when this client has no such debt."""
    for debt in case.debts:
        if debt.id == debt_id:
            return debt
    raise Refused("answers.unknown_debt")


def live_debt(case: Case, debt_id: str) -> Debt:
    """The debt; Refused when there is none or it is in the bin."""
    debt = known_debt(case, debt_id)
    if debt.deleted_at:
        raise Refused("answers.unknown_debt")
    return debt


def unpaid_debt(case: Case, debt_id: str, now: datetime) -> Debt:
    """The debt, on which something is still payable; Refused otherwise."""
    debt = live_debt(case, debt_id)
    if payable(case, debt, now) <= 0:
        raise Refused("answers.nothing_open")
    return debt


def payable(case: Case, debt: Debt, now: datetime) -> int:
    """What would settle the debt at that instant, in minor units."""
    return stand(debt, case.local_day(now)).payable_minor


def asked_now(case: Case, debt: Debt, now: datetime) -> int:
    """What the client's page asks for at that instant, in minor units: the next payment, else all that is payable."""
    asked = next_asked(debt, case.local_day(now))
    return asked.minor if asked else payable(case, debt, now)


def may_be_answered(client: Client) -> bool:
    """Whether an answer may go: only a missing address or consent, a bounce, a complaint or "not me" hold it back."""
    is_shut = client.bounced_at or client.complained_at or client.wrong_person_at
    return bool(client.emails) and "email" in client.consents and not is_shut


def answer(case: Case, debt: Debt, step: str, now: datetime, *, facts: Facts, cause: str = "") -> tuple[Letter, ...]:
    """The at-once letter about one debt, as a tuple of one, or of none when the client may not be written to.

    `case` is the case after the answer. Facts are neutral text: ISO dates, minor units as digits; empty ones are left
    out. Without a `cause` the letter is named by the instant and the version, so that two answers may share both.
    """
    if not may_be_answered(case.client):
        return ()
    amount_minor = (asked_now if step in ASKING else payable)(case, debt, now)
    part = LetterPart(debt.id, step, "", amount_minor, debt.currency)
    cause = f"{debt.id}/{cause or moment(case, now)}"
    return (Letter(step, "answer", case.local_day(now), now, parts=(part,), cause=cause, facts=neutral(facts)),)


def moment(case: Case, now: datetime) -> str:
    """A name for what is being done now: no two saved changes of a client share it."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%S.%f}.{case.client.version}"


def neutral(facts: Facts) -> dict[str, str]:
    """Facts as text without a language: dates as ISO, numbers as digits, nothing for None."""
    return {
        name: value.isoformat() if isinstance(value, date) else str(value)
        for name, value in facts.items()
        if value is not None and value != ""
    }
