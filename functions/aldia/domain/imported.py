"""Debts that an import brings to a client, and takes back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from aldia.domain.case import Case, Outcome
from aldia.domain.client import Client
from aldia.domain.debt import Debt, Entry
from aldia.domain.edits import is_known_to_client
from aldia.domain.open_limit import fresh
from aldia.domain.outcomes import settled
from aldia.domain.working_terms import stamped

PAID_BEFORE = "import/paid"  # the ledger's key of what was paid before the import
HOLD = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person chose for the whole set."""

    due_days: int | None = None  # of invoices without a due date, from the day of issue; None: the account's terms
    quiet_days: int | None = None  # nothing is written about debts overdue for longer; None: about all
    has_discount: bool = False  # the account's discount is offered
    emails: Mapping[str, str] = field(default_factory=dict)  # client id → address


def paid_before(amount_minor: int, *, on: date, at: datetime) -> tuple[Entry, ...]:
    """What the file says was paid already: a line of the ledger, and no letter."""
    return (Entry(PAID_BEFORE, "payment", on=on, at=at, amount_minor=amount_minor),) if amount_minor else ()


def bring(case: Case, debts: Sequence[Debt], *, now: datetime, is_last: bool = True) -> Outcome:
    """The case with these debts, checked before; those that it has already stay as they are.

    `is_last` False: more of this client follow. The first letter waits an hour for them, so that it names them all.
    """
    known, case = {debt.id for debt in case.debts}, fresh(case, now)
    case = replace(case, debts=(*case.debts, *(stamped(case, debt) for debt in debts if debt.id not in known)))
    if is_last:
        return settled(case, now)
    at = max(case.client.next_at or now, now + HOLD)
    return Outcome(replace(case, client=replace(case.client, next_at=at)))


def with_identity(client: Client, told: Client) -> Client:
    """The client with the address and the tax id that the file tells, where it has none."""
    contacts = client.contacts or told.contacts
    return replace(client, contacts=contacts, tax_id=client.tax_id or told.tax_id)


def is_untouched(debt: Debt) -> bool:
    """Whether nothing happened since it was brought: no letter, money or answer."""
    since = tuple(entry for entry in debt.entries if entry.key != PAID_BEFORE)
    return not is_known_to_client(replace(debt, entries=since))


def take_back(case: Case, debt_ids: Collection[str], *, now: datetime) -> tuple[Outcome, tuple[str, ...]]:
    """The case with these debts in the bin, and which went there: not those to which something happened."""
    gone = tuple(
        debt.id for debt in case.debts if debt.id in debt_ids and debt.deleted_at is None and is_untouched(debt)
    )
    debts = tuple(replace(debt, deleted_at=now) if debt.id in gone else debt for debt in case.debts)
    return settled(replace(case, debts=debts), now), gone
