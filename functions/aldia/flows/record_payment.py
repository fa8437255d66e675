"""Money that came another way: the freelancer types it, or confirms what the client says to have paid."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from aldia.domain import answers, payments
from aldia.domain.case import Case, Outcome
from aldia.domain.debt import Debt, Entry
from aldia.domain.ledger import state
from aldia.domain.taken_back import is_by_hand
from aldia.flows import casework
from aldia.ports import Ports, Write
from aldia.store import accounts

Ids = tuple[str, str, str]
"""Account, client, debt."""
Ask = Callable[[Case, datetime], Outcome]
Twin = Literal["ask", "same", "other"]


def record_payment(ports: Ports, ids: Ids, *, key: str, amount_minor: int, method: str, on: date) -> Outcome:
    """Book a payment under the form's own key: sending the form twice books it once. Raises Refused."""

    def ask(case: Case, now: datetime) -> Outcome:
        return payments.record_payment(
            case, ids[2], key=key, amount_minor=amount_minor, method=method, on=on, now=now, by_hand=True
        )

    return booked(ports, ids, ask)


def confirm_claim(
    ports: Ports, ids: Ids, *, key: str, amount_minor: int | None, on: date | None, twin: Twin = "other"
) -> Outcome:
    """The money that the client told of is there; `twin` as in the domain's answer. Raises Refused."""

    def ask(case: Case, now: datetime) -> Outcome:
        return answers.confirm_claim(case, ids[2], key=key, amount_minor=amount_minor, paid_on=on, twin=twin, now=now)

    return booked(ports, ids, ask)


def booked(ports: Ports, ids: Ids, ask: Ask, *, also: tuple[Write, ...] = ()) -> Outcome:
    """Save what was typed; a debt that it settles may count for the account's trust, in the same transaction.

    `also`: what else has to be written with it, or not at all.
    """

    def more(case: Case, outcome: Outcome) -> list[Write]:
        return [*also, *counted(case, outcome.case)]

    return casework.change(ports, ids[0], ids[1], ask, more=more)


def counted(before: Case, after: Case) -> list[Write]:
    """What a change of payments by hand does to the account's count of paid debts.

    It goes back by what it was raised by, so that noting and taking back changes nothing, however many have counted.
    """
    was = {debt.id: debt for debt in before.debts}
    changed = [(was[debt.id], debt) for debt in after.debts if debt != was[debt.id]]
    gained = sum(_counts(after, now) - _counts(before, then) for then, now in changed)
    gained = max(gained, -before.account.trust.debts_paid)
    return [accounts.count(before.account.id, debts_paid=gained)] if gained else []


def _counts(case: Case, debt: Debt) -> bool:
    """Whether a payment by hand settled it, after a letter about it had gone on an earlier day.

    What nobody but the freelancer saw proves little: typing three on the first evening lifts no limit.
    """
    settling = _settling(debt)
    if settling is None or not is_by_hand(settling):
        return False
    noted_on = case.local_day(settling.at)
    gone = (mark.moved_to or mark.at for mark in debt.marks.values() if mark.state == "sent")
    return any(case.local_day(at) < noted_on for at in gone)


def _settling(debt: Debt) -> Entry | None:
    """The line of the ledger since which nothing is left to pay; None while something is."""
    settling, day = None, max((line.on for line in debt.entries), default=debt.issued_on)
    for place, line in reversed([*enumerate(debt.entries)]):
        if state(replace(debt, entries=debt.entries[: place + 1]), day) != "paid":
            break
        settling = line
    return settling
