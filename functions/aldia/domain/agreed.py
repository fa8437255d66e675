"""Letters that follow from what was agreed: a promise, a plan, a payment that was started; and what became of these."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from aldia.domain import calendar
from aldia.domain.agreements import judged
from aldia.domain.case import Case, Letter, LetterClass, LetterPart
from aldia.domain.debt import Checkout, Debt
from aldia.domain.ladder import open_day_by
from aldia.domain.ledger import in_force, state
from aldia.domain.look import Look
from aldia.domain.silences import UNDER_WAY, is_kept, letter_silences, missed, plan_ids, promise_end, waits_for_answer
from aldia.domain.spoken import Promise

VOUCHERS = ("oxxo", "spei")
NOTICE = timedelta(days=7)  # instalment_due goes so long before


@dataclass(frozen=True, slots=True)
class Agreed:
    """A letter that is due because of something agreed, and the debt once it has gone."""

    step: str
    key: str
    look: Look
    after: Debt
    instalment_id: str = ""
    facts: dict[str, str] = field(default_factory=dict)

    def letter(self, letter_class: LetterClass) -> Letter:
        """The letter, about this debt alone."""
        look = self.look
        part = LetterPart(look.debt.id, self.step, self.key, look.ask(self.instalment_id), look.debt.currency)
        cause = f"{look.debt.id}/{self.key}"
        return Letter(self.step, letter_class, look.today, look.now, parts=(part,), cause=cause, facts=self.facts)


def brought_up_to_date(debt: Debt, case: Case, now: datetime) -> Debt:
    """The debt with what was agreed kept or broken and its checkouts ended, as far as time and money have decided."""
    is_settled = state(debt, case.local_day(now)) in ("paid", "written_off")
    ended = tuple(_ended(checkout, now) for checkout in debt.checkouts)
    debt = judged(case, debt if ended == debt.checkouts else replace(debt, checkouts=ended), now)
    if debt.promise:
        debt = replace(debt, promise=_judged(case, debt, debt.promise, now))
    if not is_settled:
        return debt
    # What is settled needs no kind word about what went wrong on the way.
    checkouts = tuple(replace(known, expired_letter=True) if _is_unused(known) else known for known in debt.checkouts)
    promise = debt.promise
    if promise and promise.state == "broken":
        promise = replace(promise, missed_letter=True)
    return replace(debt, checkouts=checkouts, promise=promise, proposal=None)


def _ended(checkout: Checkout, now: datetime) -> Checkout:
    is_over = checkout.state in UNDER_WAY and checkout.ends_at <= now
    return replace(checkout, state="expired") if is_over else checkout


def _judged(case: Case, debt: Debt, promise: Promise, now: datetime) -> Promise:
    """Kept by its money; broken without, but not while an answer is waited for, nor inside days that were agreed on."""
    if promise.state != "open":
        return promise
    if is_kept(debt, promise, case.local_day(now)):
        return replace(promise, state="kept")
    if now < promise_end(case, promise) or waits_for_answer(debt):
        return promise
    has_longer = debt.extended_to is not None and promise.on < debt.extended_to
    return replace(promise, state="replaced" if has_longer else "broken")


def promise_day_span(case: Case, debt: Debt) -> tuple[date, date] | None:
    """First and last local day on which `promise_day` may go; None when it went or no promise is open.

    It is true on the promised day, moves to an open day before it, and never goes on the day of the promise itself.
    """
    promise = debt.promise
    if promise is None or promise.state != "open" or promise.day_letter:
        return None
    made_on = case.local_day(promise.made_at)
    first = open_day_by(case, promise.on, not_before=made_on + calendar.DAY)
    return (first, promise.on) if first > made_on else None


def instalment_due_spans(case: Case, debt: Debt) -> Iterator[tuple[str, date, date]]:
    """(id, first, last local day) on which `instalment_due` may go, for each date of the plan's instalments to come.

    More days may put several on one date: one letter is about all of these, under the id of the last.
    """
    if debt.plan is None:
        return
    after = case.local_day(debt.plan.at) + calendar.DAY
    open_ids = set(plan_ids(debt)) - set(debt.plan.due_letters)
    for due_on, part_id in {part.due_on: part.id for part in in_force(debt) if part.id in open_ids}.items():
        first = max(open_day_by(case, due_on - NOTICE, not_before=after), after)
        yield part_id, first, due_on - calendar.DAY


def dated_letters(look: Look) -> Iterator[Agreed]:
    """Letters for this debt on a day that the client chose, which is today."""
    if letter_silences(look.case, look.debt, look.now, letter_class="dated"):
        return
    for part_id, first, last in chosen_days(look):
        if first <= look.today <= last:
            yield instalment_due(look, part_id) if part_id else promise_day(look)


def chosen_days(look: Look) -> Iterator[tuple[str, date, date]]:
    """(id of the instalment, "" for a promise; first, last local day) of each letter on a day that the client chose.

    A plan that was not kept, and an instalment that is paid already, have none.
    """
    found = ((part_id, *span) for part_id, *span in _chosen(look) if not look.is_given_up(chosen_key(look, part_id)))
    yield from found  # type: ignore[misc]


def _chosen(look: Look) -> Iterator[tuple[str, date, date]]:
    span = promise_day_span(look.case, look.debt)
    if span and _has(look, "promise"):
        yield "", *span
    if not _has(look, "plan"):
        return
    open_ids = {part.id for part in look.standing.instalments if part.open_minor > 0}
    yield from (span for span in instalment_due_spans(look.case, look.debt) if span[0] in open_ids)


def chosen_key(look: Look, part_id: str) -> str:
    """The key of a letter on a day that the client chose; "" for a promise's."""
    return f"instalment_due@{part_id}" if part_id else f"promise_day@{look.debt.promise and look.debt.promise.on}"


def _has(look: Look, reason: str) -> bool:
    return any(silence.reason == reason for silence in look.silences)


def promise_day(look: Look) -> Agreed:
    """Today is the promised day, or the last open one before it."""
    promise = look.debt.promise
    assert promise is not None
    after = replace(look.debt, promise=replace(promise, day_letter=True))
    return Agreed("promise_day", chosen_key(look, ""), look, after, facts=_promised(promise))


def instalment_due(look: Look, part_id: str) -> Agreed:
    """An instalment of the plan is due in a week, and with it the others of its date."""
    plan = look.debt.plan
    assert plan is not None
    day_of = {part.id: part.due_on for part in in_force(look.debt)}
    same_day = [known for known in plan_ids(look.debt) if day_of[known] == day_of[part_id]]
    told = tuple(known for known in same_day if known not in plan.due_letters)
    after = replace(look.debt, plan=replace(plan, due_letters=(*plan.due_letters, *told)))
    return Agreed("instalment_due", chosen_key(look, part_id), look, after, part_id)


def promise_missed(look: Look) -> Agreed | None:
    """The promised day went by; not when the money has come in since."""
    promise = look.debt.promise
    if promise is None or promise.state != "broken" or promise.missed_letter:
        return None
    if is_kept(look.debt, promise, look.today):
        return None
    after = replace(look.debt, promise=replace(promise, missed_letter=True))
    return Agreed("promise_missed", f"promise_missed@{promise.on}", look, after, facts=_promised(promise))


def _promised(promise: Promise) -> dict[str, str]:
    """Facts: `on`, and `amount_minor` when a sum was promised."""
    facts = {"on": promise.on.isoformat()}
    return facts if promise.amount_minor is None else facts | {"amount_minor": str(promise.amount_minor)}


def instalment_missed(look: Look) -> Agreed | None:
    """Instalments of the plan were not paid; one letter covers all of them, up to the latest.

    It is the letter of the latest that none told of yet: money that went back may open an earlier one anew.
    """
    plan = look.debt.plan
    late = missed(look.case, look.debt, look.now) if plan else ()
    if plan is None or set(late) <= set(plan.missed_letters):
        return None
    told = tuple(part_id for part_id in late if part_id not in plan.missed_letters)
    after = replace(look.debt, plan=replace(plan, missed_letters=(*plan.missed_letters, *told)))
    return Agreed("instalment_missed", f"instalment_missed@{told[-1]}", look, after, late[-1])


def voucher_expired(look: Look) -> Agreed | None:
    """A voucher or a bank reference ended without money; not when a later attempt was paid."""
    unused = [checkout for checkout in look.debt.checkouts if _is_unused(checkout)]
    paid = [checkout.opened_at for checkout in look.debt.checkouts if checkout.state == "paid"]
    if not unused or (paid and max(paid) > unused[-1].opened_at):
        return None
    told = tuple(replace(known, expired_letter=True) if known in unused else known for known in look.debt.checkouts)
    after = replace(look.debt, checkouts=told)
    facts = {"method": unused[-1].method}
    return Agreed("voucher_expired", f"voucher_expired@{unused[-1].id}", look, after, facts=facts)


def _is_unused(checkout: Checkout) -> bool:
    return checkout.state == "expired" and checkout.method in VOUCHERS and not checkout.expired_letter


LATE: tuple[Callable[[Look], Agreed | None], ...] = (promise_missed, instalment_missed, voucher_expired)
"""The held-back letters, in the order in which they go."""

TAKES_THE_STEP = ("promise_missed", "instalment_missed")


def late_letter(look: Look) -> Agreed | None:
    """The first of them that this debt has; it waits while the debt is silent for another reason."""
    letters = (found for ask in LATE if (found := ask(look)))
    return next((found for found in letters if not look.is_given_up(found.key)), None)
