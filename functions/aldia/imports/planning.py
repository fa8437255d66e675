"""From rows and choices to what will be saved: debts by client, cut so that each part fits one transaction."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from aldia.domain import opening
from aldia.domain.account import Account, TermLine
from aldia.domain.client import BillingContact, Client
from aldia.domain.debt import Debt, Discount, Pause
from aldia.domain.errors import Refused
from aldia.domain.imported import Choices, paid_before
from aldia.imports.debt_fields import to_debt_fields
from aldia.imports.identity import row_keys
from aldia.imports.matching import People, Person, short_id
from aldia.imports.rows import FileReading, ImportRow, InvoiceFields, Problem

MOST_WRITES = 88  # of one transaction, besides the client and the import
TO_SAVE = ("ok", "waits_for_email")


@dataclass(frozen=True, slots=True)
class Line:
    """A row that can be saved, whose file it is in, by place, and whose debt it is."""

    row: ImportRow
    fields: InvoiceFields
    file: int
    person_id: str


@dataclass(frozen=True, slots=True)
class PlannedDebt:
    """A debt to be saved, and every hash by which its invoice is known; `file`: the one to keep with it."""

    debt: Debt
    keys: tuple[str, ...]
    file: int | None = None

    @property
    def writes(self) -> int:
        """How many items it takes: itself, its reference, the hashes, the lines of its ledger."""
        return 2 + len(self.keys) + len(self.debt.entries)


@dataclass(frozen=True, slots=True)
class Batch:
    """Debts of one client that are saved together. `client` is what the files tell of it."""

    client: Client
    debts: tuple[PlannedDebt, ...]
    is_new: bool
    is_last: bool = True


@dataclass(frozen=True, slots=True)
class Frame:
    """What every debt of one import shares."""

    account: Account
    import_id: str
    at: datetime  # when the set was confirmed
    choices: Choices = field(default_factory=Choices)

    @property
    def today(self) -> date:
        """The account's day."""
        return self.at.astimezone(ZoneInfo(self.account.timezone or "UTC")).date()


def lines(readings: Sequence[FileReading], people: People) -> list[Line]:
    """The rows that can be saved, each with its client, in the order of the files."""
    found = ((place, row) for place, reading in enumerate(readings) for row in reading.rows if row.verdict in TO_SAVE)
    return [Line(row, row.fields, place, people.of(row.fields).id) for place, row in found if row.fields is not None]


def plan(found: Sequence[Line], people: People, frame: Frame, *, kinds: Sequence[str]) -> tuple[Batch, ...]:
    """What will be saved, client by client. `kinds`: of each file; the file of a CFDI stays with its debt."""
    by_client: dict[str, list[PlannedDebt]] = {}
    for place, line in enumerate(found):
        debt = debt_of(line.fields, frame, client_id=line.person_id)
        # One instant apart, so that they stand in the order of the file.
        debt = replace(debt, opened_at=frame.at - timedelta(microseconds=len(found) - place))
        kept = line.file if kinds[line.file] == "cfdi" else None
        by_client.setdefault(line.person_id, []).append(PlannedDebt(debt, row_keys(line.fields), kept))
    return tuple(
        batch for person_id, debts in by_client.items() for batch in _batches(people.now(person_id), debts, frame)
    )


def _batches(person: Person, debts: list[PlannedDebt], frame: Frame) -> Iterator[Batch]:
    client = client_of(person, frame)
    parts = list(_parts(debts))
    for place, part in enumerate(parts):
        yield Batch(client, tuple(part), person.is_new, is_last=place == len(parts) - 1)


def _parts(debts: list[PlannedDebt]) -> Iterator[list[PlannedDebt]]:
    part: list[PlannedDebt] = []
    room = MOST_WRITES
    for planned in debts:
        if planned.writes > room:
            yield part
            part, room = [], MOST_WRITES
        part.append(planned)
        room -= planned.writes
    yield part


def client_of(person: Person, frame: Frame) -> Client:
    """A new client in the account's country, zone and language; of a known one only what the files tell counts."""
    account = frame.account
    email = person.email or frame.choices.emails.get(person.id, "")
    return Client(
        person.id,
        person.name,
        country=account.country,
        timezone=account.timezone,
        language=account.language,
        tax_id=person.tax_id,
        contacts=(BillingContact(email),) if email else (),
        created_at=frame.at,
    )


def debt_of(fields: InvoiceFields, frame: Frame, *, client_id: str = "") -> Debt:
    """The debt that a row becomes. Refused when its dates or sums cannot be a debt's."""
    account, choices = frame.account, frame.choices
    terms = () if choices.due_days is None else (TermLine(after=(f"days+{choices.due_days}",), rest=True),)
    told = to_debt_fields(fields, account=account, client_terms=terms, today=frame.today)
    debt = Debt(
        id=short_id("debt", account.id, frame.import_id, row_keys(fields)[0]),
        client_id=client_id,
        number=told.number,
        concept=told.concept,
        currency=told.currency,
        amount_minor=told.amount_minor,
        net_minor=told.net_minor,
        tax_minor=told.tax_minor,
        withheld_minor=told.withheld_minor,
        issued_on=told.issued_on,
        due_on=told.due_on,
        instalments=told.instalments,
        opened_at=frame.at,
        interest=account.defaults.interest,
        ladder=account.defaults.ladder,
        tolerance_days=account.tolerance_days,
        tolerance_minor=account.tolerance_minor,
        entries=paid_before(told.paid_minor, on=frame.today, at=frame.at),
        pause=Pause(frame.at) if _is_quiet(told.due_on, frame) else None,
        source=f"import:{frame.import_id}",
        external_id=told.external_id,
    )
    return opening.checked(_with_discount(debt, frame))


def _is_quiet(due_on: date, frame: Frame) -> bool:
    """Whether it is overdue for so long that nothing shall be written about it."""
    most = frame.choices.quiet_days
    return most is not None and (frame.today - due_on).days > most


def _with_discount(debt: Debt, frame: Frame) -> Debt:
    """The account's discount, where it was chosen, fits the debt and has not ended."""
    rule = frame.account.defaults.discount
    if rule is None or not frame.choices.has_discount:
        return debt
    discount = opening.from_rule(rule, issued_on=debt.issued_on, due_on=debt.due_on)
    if discount is None or _has_ended(discount, frame.today) or (rule.base == "net" and debt.net_minor is None):
        return debt
    return replace(debt, discount=discount)


def _has_ended(discount: Discount, today: date) -> bool:
    return all(tier.last_day < today for tier in discount.tiers)


def checked(rows: Iterable[ImportRow], frame: Frame) -> tuple[ImportRow, ...]:
    """The rows, with what cannot become a debt called bad, and why."""
    return tuple(_checked(row, frame) for row in rows)


def _checked(row: ImportRow, frame: Frame) -> ImportRow:
    if row.fields is None or row.verdict not in TO_SAVE:
        return row
    try:
        debt_of(row.fields, frame)
    except Refused as refused:
        return replace(row, verdict="bad", fields=None, problems=(*row.problems, Problem.of(refused)))
    return row
