"""Thousands of clients and debts, quickly: one life is lived by the domain, then copied under other names."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from aldia.adapters import dynamo_table
from aldia.adapters.public_holidays import national_holidays
from aldia.domain import opening, payments
from aldia.domain.account import Account, BankDetails
from aldia.domain.case import Case
from aldia.domain.client import BillingContact, Client
from aldia.domain.debt import Debt
from aldia.domain.reminders import decide
from aldia.flows import send_letter
from aldia.ports import Item, Ports
from aldia.store import accounts, books, cases

OPENED = datetime(2026, 5, 4, 15, 0, tzinfo=UTC)  # a Monday
DUE = date(2026, 5, 18)
AMOUNT = 1_250_000  # minor units
AT_ONCE = 25  # writes of one BatchWriteItem
STEP = "overdue_1"  # the letter that is due in `waiting_for_letter`


def freelancer(number: int, **values) -> Account:
    """An account that is past its first letters and days: no trust limit, no early counting."""
    known = {
        "name": "Ana Ruiz Fotografía",
        "country": "MX",
        "timezone": "America/Mexico_City",
        "currency": "MXN",
        "bank": BankDetails("Ana Ruiz", "BBVA", "012180001234567895"),
    }
    return Account(
        f"acc{number:05d}", f"ana{number}@example.com", created_at=OPENED - timedelta(days=90), **known | values
    )


def waiting_for_letter(account: Account, *, debts: int = 1) -> tuple[Case, datetime]:
    """A client that has had its first letters, and the instant at which the next one falls due."""
    case = Case(account, _client("c0"), (), national_holidays)
    for place in range(debts):
        case = opening.open_debt(case, _debt(f"d{place}", "c0"), now=OPENED).case
    while case.client.next_at:
        at = case.client.next_at
        outcome = decide(case, at)
        if any(letter.step == STEP for letter in outcome.letters):
            return case, at
        case = send_letter.known_now(outcome.case)
    raise AssertionError("the ladder ended without that letter")


def with_one_paid(case: Case, now: datetime) -> Case:
    """Its last debt was paid: what a page shows beside the open ones."""
    debt = case.debts[-1]
    return payments.record_payment(
        case, debt.id, key="bench", amount_minor=debt.amount_minor, method="transfer", on=case.local_day(now), now=now,
        by_hand=True,
    ).case  # fmt: skip


def _client(client_id: str) -> Client:
    return Client(
        client_id,
        "Estudio Naranja, S.A. de C.V.",
        country="MX",
        timezone="America/Mexico_City",
        contacts=(BillingContact(f"pagos.{client_id}@naranja.example", "Bruno Díaz"),),
        created_at=OPENED,
    )


def _debt(debt_id: str, client_id: str) -> Debt:
    return Debt(
        debt_id, client_id, "F-2026-0117", "MXN", AMOUNT, issued_on=OPENED.date(), due_on=DUE, opened_at=OPENED,
        concept="Sesión de fotos y retoque de la campaña de otoño",
    )  # fmt: skip


def copies(case: Case, number: int, *, prefix: str) -> Iterator[Case]:
    """That many clients like this one, each with ids and an address of its own."""
    for n in range(number):
        client_id = f"{prefix}{n:06d}"
        contacts = (BillingContact(f"pagos.{client_id}@naranja.example", "Bruno Díaz"),)
        known = tuple(contact.email for contact in contacts) if case.client.known_addresses else ()
        client = replace(
            case.client, id=client_id, name=f"{case.client.name} {n:05d}", contacts=contacts, known_addresses=known
        )
        debts = tuple(replace(debt, id=f"{client_id}-{debt.id}", client_id=client_id) for debt in case.debts)
        yield replace(case, client=client, debts=debts)


def asleep(case: Case, until: datetime) -> Case:
    """The same client, with nothing due before that instant."""
    return replace(case, client=replace(case.client, next_at=until))


def items(ports: Ports, found: Iterable[Case], now: datetime) -> Iterator[Item]:
    """Clients and debts as the store writes them, each at its first version."""
    for case in found:
        stored = replace(case, client=replace(case.client, version=1, is_checkable=True))
        yield cases.client_item(ports, stored, case.client.next_at or now)
        for debt in case.debts:
            yield books.debt_item(stored, debt, now)


def seed(ports: Ports, client, found: Iterable[Item]) -> int:
    """Put them into the table, 25 at a time; how many."""
    number, rest = 0, iter(found)
    while some := [{"PutRequest": {"Item": dynamo_table._encoded(item)}} for item in islice(rest, AT_ONCE)]:
        client.batch_write_item(RequestItems={ports.table.name: some})
        number += len(some)
    return number


def sweep(ports: Ports, client, found: Iterable[Item]) -> None:
    """Take them out of the table again."""
    rest = ({"DeleteRequest": {"Key": dynamo_table._encoded({"pk": item["pk"], "sk": item["sk"]})}} for item in found)
    while some := list(islice(rest, AT_ONCE)):
        client.batch_write_item(RequestItems={ports.table.name: some})


def sign_up(ports: Ports, account: Account) -> Account:
    """Save the account, with counters as they stand after its first weeks."""
    trusted = accounts.count(account.id, letters_sent=send_letter.EARLY_LETTERS + 1, debts_paid=3)
    saved = accounts.save(ports, account, trusted)
    found = accounts.load(ports, saved.id)
    assert found
    return found
