"""A payment that the freelancer noted by mistake: taken back as if it had never been, and the client told kindly.

Only what was noted by hand: typed, a client's word confirmed, a line of a statement, a surplus moved here from another
debt, which has it again then. Money that a provider told of is the provider's to take back. Nobody is asked for the
money right away: the debt rests, and firm letters need a new yes.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from aldia.domain.case import Case, Letter, Outcome
from aldia.domain.contact_rules import with_contact
from aldia.domain.debt import Debt, Entry, Pause
from aldia.domain.errors import Refused
from aldia.domain.ledger import stand, state
from aldia.domain.one_letter import together
from aldia.domain.outcomes import answer, live_debt, settled, unchanged
from aldia.domain.payments import FROM_CREDIT
from aldia.domain.silences import is_kept, is_promise_running
from aldia.domain.terms_changed import with_entry

BY_HAND = ("hand.", "claim.", "bank.")  # how the keys of payments begin that the freelancer noted
OF_STATEMENT = "bank."
REST = timedelta(days=7)  # in which no reminder goes, the client having been thanked


def is_by_hand(entry: Entry) -> bool:
    """Whether it is a payment that the freelancer noted."""
    return entry.kind == "payment" and (entry.key.startswith(BY_HAND) or entry.method == FROM_CREDIT)


def fresh_line(debts: Iterable[Debt], key: str) -> str:
    """The key under which a line of a statement is booked: another one where it was booked here and taken back."""
    undone = frozenset(one for debt in debts for one in debt.undone_keys)
    count, free = 1, key
    while free in undone:
        count += 1
        free = f"{key}.{count}"
    return free


def without_entry(case: Case, debt: Debt, key: str, now: datetime) -> Debt:
    """The debt with a line that takes back the one of that key; money from its own day on, for it never came."""
    wrong = next(entry for entry in debt.entries if entry.key == key)
    on = wrong.on if wrong.kind in ("payment", "credit_out") else case.local_day(now)
    return with_entry(debt, Entry(f"undone/{key}", "undone", on=on, at=now, amount_minor=0, note=key))


def take_back_payment(case: Case, debt_id: str, *, key: str, now: datetime) -> Outcome:
    """The ledger without it; what the client had told of waits again, and a letter says so where thanks went out.

    A line of a statement that paid several debts of the client is taken back from all of them. Refused: some of that
    money went back or to another debt.
    """
    if key in live_debt(case, debt_id).undone_keys:
        return unchanged(case)
    about = [debt_id, *(debt.id for debt in paid_with(case, debt_id, key))]
    letters: list[Letter] = []
    for each in about:
        case, told = _without_payment(case, case.debt(each), key, now)
        letters += told
    case = _with_credit_again(case, debt_id, key, now)
    if letters:
        case = replace(case, client=with_contact(case.client, case.local_day(now)))
    return settled(case, now, letters=together(letters))


def paid_with(case: Case, debt_id: str, key: str) -> list[Debt]:
    """The other debts that this line of a statement paid, those in the bin too: the whole line is taken back."""
    if not key.startswith(OF_STATEMENT):
        return []
    others = [debt for debt in case.debts if debt.id != debt_id]
    return [debt for debt in others if any(entry.key == key for entry in debt.kept_entries)]


def _with_credit_again(case: Case, debt_id: str, key: str, now: datetime) -> Case:
    """Where it was another debt's surplus, that debt has it again."""
    paid = next(entry for entry in case.debt(debt_id).entries if entry.key == key)
    if paid.method != FROM_CREDIT:
        return case
    giver, out = case.debt(paid.note), f"{key.removesuffix('.in')}.out"
    return case.with_debt(without_entry(case, giver, out, now))


def _without_payment(case: Case, debt: Debt, key: str, now: datetime) -> tuple[Case, tuple[Letter, ...]]:
    entry = next(entry for entry in debt.entries if entry.key == key)
    today = case.local_day(now)
    before, after = stand(debt, today), without_entry(case, debt, key, now)
    left = stand(after, today)
    if (left.refunded_minor, left.charged_back_minor) != (before.refunded_minor, before.charged_back_minor):
        raise Refused("answers.money_moved_on")
    after = _as_before(case, after, entry, now)
    case = case.with_debt(after)
    if after.deleted_at or state(after, today) in ("paid", "written_off"):
        return case, ()  # other money or a gift settles it: nothing that the client was told is wrong
    facts = {
        "paid_minor": entry.amount_minor,
        "on": entry.on,
        "balance_minor": left.payable_minor,
        "looking": "1" if after.claim else None,
        "method": FROM_CREDIT if entry.method == FROM_CREDIT else None,
    }
    return case, answer(case, after, "payment_corrected", now, cause=f"undone/{key}", facts=facts)


def _as_before(case: Case, debt: Debt, entry: Entry, now: datetime) -> Debt:
    """What had followed from the payment is gone: a promise kept by it, an opinion about it, an answered claim."""
    debt = _with_promise(case, replace(debt, claim=debt.claim or entry.answered), now)
    if state(debt, case.local_day(now)) in ("paid", "written_off"):
        return debt
    opinions = tuple(opinion for opinion in debt.opinions if opinion.about != "payment")
    rests = Pause(now, case.local_day(now) + REST)
    if debt.pause and (debt.pause.until is None or debt.pause.until >= case.local_day(now) + REST):
        rests = debt.pause
    return replace(debt, opinions=opinions, approved=(), yeses=(), pause=rests)


def _with_promise(case: Case, debt: Debt, now: datetime) -> Debt:
    """A promise that only this money kept runs on while its day is to come; later nobody is told that it was broken."""
    if debt.promise is None or debt.promise.state != "kept" or is_kept(debt, debt.promise, case.local_day(now)):
        return debt
    again = replace(debt, promise=replace(debt.promise, state="open"))
    if is_promise_running(case, again, now):
        return again
    return replace(debt, promise=replace(debt.promise, state="replaced"))
