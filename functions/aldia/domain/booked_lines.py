"""A line of a bank statement in the ledger: for one debt, or in shares for several of a client."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from aldia.domain import answers, payments
from aldia.domain.bank_lines import BankLine, has_clients_reference
from aldia.domain.bank_split import shares_of
from aldia.domain.case import Case, Letter, Notice, Outcome
from aldia.domain.claims import twin_of
from aldia.domain.errors import Refused
from aldia.domain.one_letter import together
from aldia.domain.outcomes import live_debt
from aldia.domain.taken_back import OF_STATEMENT, fresh_line

Shares = Sequence[tuple[str, int]]
"""Of a line: the debt's id, and minor units of the line's currency."""


def as_payment(
    case: Case, debt_id: str, line: BankLine, *, now: datetime, is_what_was_told: bool = False, key: str = ""
) -> Outcome:
    """The line in the ledger; it answers what the client told of when it is that. Refused: another currency, or such a
    payment was noted by hand. Two lines are two payments, so another line of the same day and sum is no doubt.

    `is_what_was_told`: the freelancer says so, whatever its sum. `key`: the line's own when empty.
    """
    debt = live_debt(case, debt_id)
    if debt.currency != line.currency:
        raise Refused("bank_csv.other_currency", currency=line.currency)
    if twin_of(debt, line.amount_minor, line.on, besides=OF_STATEMENT):
        raise Refused(
            "bank_csv.booked_already", client=case.client.name, amount_minor=line.amount_minor, currency=line.currency
        )
    key, told = key or fresh_line((debt,), f"{OF_STATEMENT}{line.id}"), debt.claim
    if told and (
        is_what_was_told or told.amount_minor in (None, line.amount_minor) or has_clients_reference(line, told)
    ):
        return answers.confirm_claim(case, debt_id, key=key, amount_minor=line.amount_minor, paid_on=line.on, now=now)
    return payments.record_payment(
        case,
        debt_id,
        key=key,
        amount_minor=line.amount_minor,
        method="transfer",
        on=line.on,
        now=now,
        by_hand=True,
    )


def as_payments(case: Case, line: BankLine, shares: Shares, *, now: datetime) -> Outcome:
    """The line in several ledgers under one key, and one letter about all of it.

    Refused when the shares are not the line's whole sum, or a debt does not ask for its share any more.
    """
    debts = [live_debt(case, debt_id) for debt_id, _minor in shares]
    is_whole = sum(minor for _debt_id, minor in shares) == line.amount_minor
    if not is_whole or not len({debt.id for debt in debts}) == len(debts) > 1:
        raise Refused("bank_csv.gone")
    if any(debt.currency != line.currency for debt in debts):
        raise Refused("bank_csv.other_currency", currency=line.currency)
    if any(minor not in shares_of(debt, line.on) for debt, (_id, minor) in zip(debts, shares, strict=True)):
        raise Refused("bank_csv.changed")
    key = fresh_line(debts, f"{OF_STATEMENT}{line.id}")
    letters: list[Letter] = []
    notices: list[Notice] = []
    total = Outcome(case)
    for debt_id, minor in shares:
        total = as_payment(total.case, debt_id, replace(line, amount_minor=minor), now=now, key=key)
        letters += total.letters
        notices += total.notices
    return replace(total, letters=together(letters), notices=tuple(notices))
