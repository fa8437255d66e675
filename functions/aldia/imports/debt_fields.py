"""From a row to what a debt needs: dates filled in from the client's terms, else from the account's."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from aldia.domain.account import Account, TermLine
from aldia.domain.debt import Instalment
from aldia.domain.terms import instalments
from aldia.imports.rows import InvoiceFields


@dataclass(frozen=True, slots=True)
class DebtFields:
    """What opening a debt takes from a row; named as in `Debt`. `due_from` says where the due date comes from."""

    number: str
    concept: str
    currency: str
    amount_minor: int
    net_minor: int | None
    tax_minor: int | None
    withheld_minor: int | None
    issued_on: date
    due_on: date
    instalments: tuple[Instalment, ...]
    external_id: str
    paid_minor: int  # to be entered as a payment before the import
    due_from: Literal["file", "client", "account"]
    is_issue_assumed: bool  # the file has no issue date


def to_debt_fields(
    fields: InvoiceFields, *, account: Account, client_terms: tuple[TermLine, ...] = (), today: date
) -> DebtFields:
    """Due date: the file's, else by the client's terms, else by the account's (domain 6.1).

    Without an issue date it is `today`, or the due date if that is earlier. Refused when terms do not fit the amount.
    """
    issued_on = fields.issued_on or min(today, fields.due_on or today)
    parts = _parts(fields, issued_on, client_terms or account.defaults.terms)
    return DebtFields(
        number=fields.number,
        concept=fields.concept,
        currency=fields.currency,
        amount_minor=fields.amount_minor,
        net_minor=fields.net_minor,
        tax_minor=fields.tax_minor,
        withheld_minor=fields.withheld_minor,
        issued_on=issued_on,
        due_on=parts[-1].due_on,
        instalments=parts,
        external_id=fields.external_id,
        paid_minor=fields.paid_minor,
        due_from="file" if fields.due_on else "client" if client_terms else "account",
        is_issue_assumed=fields.issued_on is None,
    )


def _parts(fields: InvoiceFields, issued_on: date, terms: tuple[TermLine, ...]) -> tuple[Instalment, ...]:
    """The dated parts: one on the file's due date, else what the terms say."""
    if fields.due_on:
        return (Instalment("i1", fields.due_on, fields.amount_minor),)
    return instalments(amount_minor=fields.amount_minor, issued_on=issued_on, terms=terms)
