"""What only the freelancer can settle, seen from the case itself: a problem to answer, an address to mend.

Tasks of the ladder (`call`, `next_options`) are not among these; they come and go by their dates.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal, NamedTuple, get_args

from aldia.domain.case import Case, Notice, Outcome
from aldia.domain.contact_rules import is_mailable
from aldia.domain.debt import Debt
from aldia.domain.held import waits
from aldia.domain.ladder import ladder_of
from aldia.domain.ledger import stand, state
from aldia.domain.open_limit import to_tell
from aldia.domain.silences import waits_for_answer

NeedKind = Literal[
    "problem", "proposal", "review", "claim", "credit", "wrong_person", "bounced", "no_email", "approval", "yes",
    "promise_broken",
    "letter_note",  # a personal note that waits: the linter blocks it, or nobody knows whether it went
    "own_text",  # the linter blocked the freelancer's words in a letter, which went with ours
    "own_words",  # the same of a footer, a debt's note or an answer: the letter went without them
    "over_limit",  # more is open than the freelancer's limit for the client
    "unknown",
]  # fmt: skip
KINDS: tuple[str, ...] = get_args(NeedKind)
"""The most pressing first."""

SETTLED = ("paid", "written_off")

ASKING: dict[str, NeedKind] = {
    "credit": "credit",
    "review": "review",
    "proposal": "proposal",
    "claimed": "claim",
    "problem": "problem",
    "problem_waits": "problem",
}
"""Of news that ask for an answer: what they ask for."""


class Need(NamedTuple):
    """One thing; `debt_id` is empty where it concerns the client."""

    debt_id: str
    kind: NeedKind


def needs(case: Case, now: datetime) -> frozenset[Need]:
    """All that the case itself shows; of what is paid or written off only what the client was told to expect."""
    today = case.local_day(now)
    present = [debt for debt in case.debts if debt.deleted_at is None]
    alive = [debt for debt in present if not _is_settled(case, debt, now)]
    found = {need for debt in alive for need in _of_debt(case, debt, now)}
    found |= {Need(debt.id, "problem") for debt in present if debt.dispute}
    found |= {Need(debt.id, "credit") for debt in present if stand(debt, today).credit_minor}
    if alive and to_tell(case, now):
        found.add(Need("", "over_limit"))
    return frozenset(found | set(_of_client(case)) if alive else found)


def _of_debt(case: Case, debt: Debt, now: datetime) -> Iterator[Need]:
    if debt.proposal and debt.proposal.by == "client":
        yield Need(debt.id, "proposal")
    if debt.review_since:
        yield Need(debt.id, "review")
    if debt.claim:
        yield Need(debt.id, "claim")
    if debt.promise and debt.promise.state == "broken" and not waits_for_answer(debt):
        yield Need(debt.id, "promise_broken")
    if debt.letter_note and debt.letter_note.held:
        yield Need(debt.id, "letter_note")
    if waits(case, debt, now):
        yield Need(debt.id, "yes" if case.asks_first else "approval")


def _of_client(case: Case) -> Iterator[Need]:
    client = case.client
    if client.wrong_person_at:
        yield Need("", "wrong_person")
    elif client.bounced_at:
        yield Need("", "bounced")
    elif not is_mailable(client):
        yield Need("", "no_email")


def changed(before: Case, outcome: Outcome, now: datetime) -> tuple[frozenset[Need], frozenset[Need]]:
    """(what a change adds, a letter whose fate nobody knows included; what it settles)."""
    was, after = needs(before, now), needs(outcome.case, now)
    doubts = {Need(notice.debt_id, "unknown") for notice in outcome.notices if notice.kind == "unknown"}
    return after - was | _again(outcome.case, after, now) | doubts, was - after


def _again(case: Case, found: Iterable[Need], now: datetime) -> set[Need]:
    """Those that may be without an item although they are not new: a limit begins by another setting, and what waits
    of a settled debt was not written by earlier releases. To write an item twice changes nothing."""
    closed = {debt.id for debt in case.debts if _is_settled(case, debt, now)}
    return {need for need in found if need.kind == "over_limit" or need.debt_id in closed}


def asked(case: Case, notice: Notice, now: datetime) -> Need | None:
    """What news ask the freelancer to settle; None for those that only tell, and where nothing waits for it."""
    kind = ASKING.get(notice.kind)
    need = Need(notice.debt_id, kind) if kind else None
    return need if need and need in needs(case, now) else None


def ended_tasks(before: Case, after: Case, now: datetime) -> list[tuple[str, str]]:
    """(debt, step) of tasks that appeared for a debt which this change settles: nobody has to call any more."""
    was_open = {debt.id for debt in before.debts if not _is_settled(before, debt, now)}
    settled = [debt for debt in after.debts if debt.id in was_open and _is_settled(after, debt, now)]
    return [
        (debt.id, step.step)
        for debt in settled
        for step in ladder_of(debt)
        if step.channel == "task" and any(key.startswith(step.step) for key in debt.marks)
    ]


def _is_settled(case: Case, debt: Debt, now: datetime) -> bool:
    return state(debt, case.local_day(now)) in SETTLED
