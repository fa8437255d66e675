"""What keeps a debt, or all debts of a client, silent now, and until when as far as time alone ends it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from aldia.domain import calendar
from aldia.domain.case import Case, LetterClass
from aldia.domain.contact_rules import is_open
from aldia.domain.debt import Checkout, Debt, Pause
from aldia.domain.ledger import Standing, in_force, stand, state
from aldia.domain.quote import quote
from aldia.domain.spoken import Promise

REASONS = (
    "written_off", "paid", "promise", "extension", "plan", "proposal", "dispute", "review", "payment_on_its_way",
    "already_paid", "wrong_person", "paused", "stopped", "bounced", "complaint",
)  # fmt: skip
AGREED = ("promise", "extension", "plan")  # silences that letters on a date the client chose pierce
UNDER_WAY = ("open", "processing")
SIGNS = {"payment": 1, "chargeback_won": 1, "refund": -1, "credit_out": -1, "chargeback": -1}


@dataclass(frozen=True, slots=True)
class Silence:
    """One of FORMAT's reasons. `until`: when time ends it (exclusive); None: only something that happens does."""

    reason: str
    until: datetime | None = None


def debt_silence(case: Case, debt: Debt, now: datetime) -> Silence | None:
    """The first reason, in FORMAT's order, why nothing goes for this debt (its client's and account's included)."""
    return next(iter(all_silences(case, debt, now)), None)


def all_silences(case: Case, debt: Debt, now: datetime) -> list[Silence]:
    """Every reason that holds for this debt now, its client's and account's included, in FORMAT's order."""
    return _in_order((*_of_debt(case, debt, now), *_of_client(case, now)))


def letter_silences(case: Case, debt: Debt, now: datetime, *, letter_class: LetterClass) -> list[Silence]:
    """Every reason why a letter of that class may not go for this debt now, in FORMAT's order.

    Answers are held back by none: an address that must not be written to is the contact rules' to know.
    """
    if letter_class == "answer":
        return []
    found = all_silences(case, debt, now)
    return found if letter_class == "ladder" else [silence for silence in found if silence.reason not in AGREED]


def client_silence(case: Case, now: datetime) -> Silence | None:
    """The first reason that silences every debt of the client."""
    return next(iter(_in_order(_of_client(case, now))), None)


def _in_order(found: Iterable[Silence]) -> list[Silence]:
    return sorted(found, key=lambda silence: REASONS.index(silence.reason))


def _of_client(case: Case, now: datetime) -> Iterator[Silence]:
    client = case.client
    told = {
        "wrong_person": client.wrong_person_at,
        "stopped": client.stopped_at,
        "bounced": client.bounced_at,
        "complaint": client.complained_at,
    }
    yield from (Silence(reason) for reason, at in told.items() if at)
    yield from _paused(case, client.pause, now)
    yield from _paused(case, case.account.paused, now)


def _of_debt(case: Case, debt: Debt, now: datetime) -> Iterator[Silence]:
    yield from _settled(case, debt, now)
    yield from _agreed(case, debt, now)
    yield from _proposed(case, debt, now)
    if debt.dispute:
        yield Silence("dispute")
    if debt.review_since:
        yield Silence("review")
    running = [checkout.ends_at for checkout in debt.checkouts if is_under_way(checkout, now)]
    if running:
        yield Silence("payment_on_its_way", max(running))
    if debt.claim:
        yield Silence("already_paid")
    yield from _paused(case, debt.pause, now)


def _settled(case: Case, debt: Debt, now: datetime) -> Iterator[Silence]:
    today = case.local_day(now)
    is_now = state(debt, today)
    if is_now in ("written_off", "paid"):
        # Where nothing is payable because a discount covers what is open, time ends it.
        is_covered = stand(debt, today).balance_minor > 0
        yield Silence(is_now, quote(debt, at=now, zone=case.zone).holds_until if is_covered else None)


def _agreed(case: Case, debt: Debt, now: datetime) -> Iterator[Silence]:
    if debt.promise and is_promise_running(case, debt, now):
        yield Silence("promise", promise_end(case, debt.promise))
    if debt.extended_to and case.local_day(now) < debt.extended_to:
        yield Silence("extension", _midnight(case, debt.extended_to))
    if debt.plan and plan_ids(debt) and not missed(case, debt, now):
        yield Silence("plan", next_plan_end(case, debt, now))


def _proposed(case: Case, debt: Debt, now: datetime) -> Iterator[Silence]:
    """While an answer is waited for, with a limit: nobody falls silent for good by asking."""
    if debt.proposal and case.local_day(now) <= debt.proposal.answer_by:
        yield Silence("proposal", _midnight(case, debt.proposal.answer_by + calendar.DAY))


def _paused(case: Case, pause: Pause | None, now: datetime) -> Iterator[Silence]:
    if pause is None:
        return
    if pause.until is None:
        yield Silence("paused")
    elif case.local_day(now) <= pause.until:
        yield Silence("paused", _midnight(case, pause.until + calendar.DAY))


def is_under_way(checkout: Checkout, now: datetime) -> bool:
    """Whether a payment was started that has not come to its end."""
    return checkout.state in UNDER_WAY and now < checkout.ends_at


def waits_for_answer(debt: Debt) -> bool:
    """Whether the freelancer still owes the client an answer: to a problem, or to "I have paid"."""
    return debt.dispute is not None or debt.claim is not None


def is_promise_running(case: Case, debt: Debt, now: datetime) -> bool:
    """Whether an open promise still has time and is not kept yet."""
    promise = debt.promise
    if promise is None or promise.state != "open" or now >= promise_end(case, promise):
        return False
    return not is_kept(debt, promise, case.local_day(now))


def promise_end(case: Case, promise: Promise) -> datetime:
    """The end of the first open day after the promised one."""
    return end_of_grace(case, promise.on)


def end_of_grace(case: Case, day: date) -> datetime:
    """The end of the first open day after `day`: by then what was agreed for `day` has to be there."""
    following = calendar.next_open_day(day, lambda later: is_open(case, later)) or day
    return _midnight(case, following + calendar.DAY)


def is_kept(debt: Debt, promise: Promise, today: date) -> bool:
    """Whether the promised sum, or all that is payable, has been received since the promise was made.

    Nothing of it is missing either once the dates that it was for are settled, by whatever settled them.
    """
    if state(debt, today) == "paid" or (promise.up_to and not _is_open_up_to(debt, promise.up_to, today)):
        return True
    return promise.amount_minor is not None and received_since(debt, promise.made_at) >= promise.amount_minor


def _is_open_up_to(debt: Debt, last_on: date, today: date) -> bool:
    return any(part.open_minor > 0 and part.in_force_on <= last_on for part in stand(debt, today).instalments)


def received_since(debt: Debt, at: datetime) -> int:
    """Money booked from that instant on, less what went back since, in minor units."""
    later = (entry for entry in debt.kept_entries if entry.at >= at)
    return sum(SIGNS.get(entry.kind, 0) * (entry.amount_minor or 0) for entry in later)


def plan_ids(debt: Debt) -> tuple[str, ...]:
    """The plan's instalments that are still part of the debt."""
    known = {instalment.id for instalment in debt.instalments}
    return tuple(part for part in debt.plan.instalment_ids if part in known) if debt.plan else ()


def missed(case: Case, debt: Debt, now: datetime) -> tuple[str, ...]:
    """The plan's instalments that were not paid by the first open day after their date, earliest first."""
    return tuple(part for part, ends_at in open_plan_ends(case, debt, now) if now >= ends_at)


def next_plan_end(case: Case, debt: Debt, now: datetime) -> datetime | None:
    """When the next instalment of the plan will count as missed unless it is paid."""
    return min((ends_at for _, ends_at in open_plan_ends(case, debt, now) if ends_at > now), default=None)


def open_plan_ends(case: Case, debt: Debt, now: datetime) -> list[tuple[str, datetime]]:
    """(id, the instant from which it counts as missed) of the plan's unpaid instalments, earliest first."""
    if not debt.plan:
        return []
    unpaid = _unpaid(stand(debt, case.local_day(now)))
    parts = sorted(in_force(debt), key=lambda part: part.due_on)
    ids = plan_ids(debt)
    return [(part.id, end_of_grace(case, part.due_on)) for part in parts if part.id in ids and part.id in unpaid]


def _unpaid(standing: Standing) -> set[str]:
    return {part.id for part in standing.instalments if part.open_minor > 0}


def _midnight(case: Case, day: date) -> datetime:
    return calendar.local_instant(day, time.min, case.zone)
