"""Money that came another way: the freelancer types it, or confirms what the client says to have paid."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Literal

from aldia.domain import answers, payments
from aldia.domain.case import Case, Outcome
from aldia.domain.debt import Debt
from aldia.flows import casework
from aldia.ports import Ports, Write
from aldia.store import accounts

Ids = tuple[str, str, str]
"""Account, client, debt."""
Ask = Callable[[Case, datetime], Outcome]
Twin = Literal["ask", "same", "other"]
ENOUGH = 3  # paid debts lift the trust limits; more are not counted


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
    account_id, client_id, debt_id = ids

    def more(case: Case, outcome: Outcome) -> list[Write]:
        if case.account.trust.debts_paid >= ENOUGH or all(letter.step != "thanks" for letter in outcome.letters):
            return [*also]
        was_asked = is_asked_before(case, case.debt(debt_id), outcome.letters[0].at)
        return [*also, *([accounts.count(account_id, debts_paid=1)] if was_asked else [])]

    return casework.change(ports, account_id, client_id, ask, more=more)


def is_asked_before(case: Case, debt: Debt, now: datetime) -> bool:
    """Whether a letter about it went on an earlier day.

    A payment that nobody but the freelancer saw proves little: typing three on the first evening lifts no limit.
    """
    today = case.local_day(now)
    gone = (mark.moved_to or mark.at for mark in debt.marks.values() if mark.state == "sent")
    return any(case.local_day(at) < today for at in gone)
