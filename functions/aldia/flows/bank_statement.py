"""A bank statement: read once, matched to open debts as proposals, booked when the freelancer says so."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aldia.banking.reference import reference, references_in
from aldia.domain import answers, payments
from aldia.domain.account import Account
from aldia.domain.bank_lines import BankLine, Candidate, Match, has_clients_reference, match
from aldia.domain.case import Case, Outcome
from aldia.domain.claims import twin_of
from aldia.domain.debt import Debt
from aldia.domain.errors import Refused
from aldia.domain.ledger import stand, state
from aldia.domain.outcomes import live_debt
from aldia.domain.parsing import fold
from aldia.domain.taken_back import OF_STATEMENT, fresh_line
from aldia.flows import record_payment
from aldia.imports.bank_csv import read_statement
from aldia.ports import AlreadyThere, Conflict, Item, Ports
from aldia.store import bank, cases, lists, troubles

MOST_LINES = 1000  # of one file
SHOWN = 200  # newest lines that are looked at
MOST_DEBTS = 2000  # open debts that are looked through
MOST_CHOICES = 200  # open debts that a line may be given to by choosing
MOST_CLIENTS = 60  # whose debts are read whole


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a file: new lines, lines that were known, lines that could not be read (their numbers)."""

    new: int
    known: int
    bad: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """An open debt that the freelancer may choose for a line."""

    client_id: str
    debt_id: str
    name: str
    currency: str
    balance_minor: int


@dataclass(frozen=True, slots=True)
class Board:
    """What waits: proposals, and lines for which no debt was found."""

    matches: tuple[Match, ...]
    others: tuple[BankLine, ...]
    debts: tuple[Choice, ...] = ()  # that such a line may be given to


def take_in(ports: Ports, account: Account, name: str, data: bytes) -> Read:
    """Read a statement and keep its incoming money. The same file again changes nothing. Refused (field `file`)."""
    statement = read_statement(name, data, country=account.country, currency=account.currency)
    if len(statement.lines) > MOST_LINES:
        raise Refused("bank_csv.too_many", field="file", most=MOST_LINES)
    if not statement.lines:
        raise Refused("bank_csv.nothing", field="file")
    now = ports.clock.now()
    try:
        new = bank.add(ports, account.id, statement.lines, now)
    except AlreadyThere:  # the same file from another window: the next reading knows what is there
        new = bank.add(ports, account.id, statement.lines, now)
    return Read(new, len(statement.lines) - new, statement.bad)


def board(ports: Ports, account: Account) -> Board:
    """The open lines, each with the debt that it points to, if one does."""
    lines = [held.line for held in bank.latest(ports, account.id, limit=SHOWN) if held.state == "open"]
    found = _cases(ports, account, lines) if lines else []
    matches: list[Match] = []
    others: list[BankLine] = []
    for line in reversed(lines):  # the earliest first: what it settles, a later one of the same sum does not
        settled = _settled(matches)
        known = match(line, references_in(line.text), _candidates(found, line.on))
        if known and (known.reason == "reference" or known.found.debt_id not in settled):
            matches.append(known)
        else:
            others.append(line)
    return Board(tuple(matches), tuple(others), _choices(ports, account) if others else ())


def _choices(ports: Ports, account: Account) -> tuple[Choice, ...]:
    """Open debts in the order of their list."""
    found = []
    for item in lists.rows(ports, account.id, "OPEN", limit=MOST_CHOICES).rows:
        row = item["row"]
        name = " · ".join(filter(None, (row["client"], row["number"] or row["concept"])))
        ids = item["pk"].split("#")[3], item["sk"].removeprefix("D#")
        found.append(Choice(*ids, name, row["currency"], row["balance"]))
    return tuple(found)


def _settled(matches: Iterable[Match]) -> set[str]:
    """The debts that these lines together would settle."""
    came: Counter[str] = Counter()
    for one in matches:
        came[one.found.debt_id] += one.line.amount_minor
    return {one.found.debt_id for one in matches if came[one.found.debt_id] >= one.found.payable_minor}


def for_claim(ports: Ports, case: Case, debt: Debt) -> Match | None:
    """The open line that shows what the client says to have paid."""
    if debt.claim is None:
        return None
    for held in bank.latest(ports, case.account.id, limit=SHOWN):
        if held.state == "open":
            own = [one for one in _candidates([case], held.line.on) if one.debt_id == debt.id]
            known = match(held.line, references_in(held.line.text), own)
            if known:
                return known
    return None


def _cases(ports: Ports, account: Account, lines: Sequence[BankLine]) -> list[Case]:
    """The clients that any of the lines may be from, with all their debts."""
    said = {word for line in lines for word in fold(line.text).split()}
    sums = {(line.currency, line.amount_minor) for line in lines}
    wanted = {found for line in lines for found in references_in(line.text)}

    def may_be(item: Item) -> bool:
        row = item["row"]
        is_named = bool(said & set(fold(row["client"]).split()))
        is_known = reference(item["sk"].removeprefix("D#")) in wanted
        return is_known or is_named or row["sign"] == "already_paid" or (row["currency"], row["balance"]) in sums

    rows = lists.rows(ports, account.id, "OPEN", limit=MOST_DEBTS, keep=may_be, most=MOST_DEBTS).rows
    clients = list(dict.fromkeys(row["pk"].split("#")[3] for row in rows))[:MOST_CLIENTS]
    found: list[Case] = []
    for client_id in clients:
        with troubles.passed_over([], client_id):  # the jobs list it; the others' payments are found
            case = cases.load(ports, account, client_id)
            found += [case] if case else []
    return found


def _candidates(found: Iterable[Case], on: date) -> list[Candidate]:
    """Every open debt of these clients, with its price on that day."""
    return [
        Candidate(
            case.client.id,
            debt.id,
            case.client.name,
            reference(debt.id),
            debt.currency,
            stand(debt, on).payable_minor,
            debt.claim,
            _next_part(debt, on),
        )
        for case in found
        for debt in case.debts
        if debt.deleted_at is None and state(debt, on) not in ("paid", "written_off")
    ]


def _next_part(debt: Debt, on: date) -> int:
    """What is open of the earliest part that is not paid; 0 for a debt of one part."""
    parts = stand(debt, on).instalments
    still_open = [part for part in parts if part.open_minor] if len(parts) > 1 else []
    return min(still_open, key=lambda part: part.in_force_on).open_minor if still_open else 0


def book(
    ports: Ports, account_id: str, line_id: str, *, client_id: str, debt_id: str, is_what_was_told: bool = False
) -> None:
    """Book a line for a debt, once: line and ledger in one transaction. Raises Refused, Conflict.

    `is_what_was_told`: the freelancer says that it is what the client told of, whatever its sum.
    """
    held = bank.load(ports, account_id, line_id)
    if held is None or held.state != "open":
        raise Refused("bank_csv.gone")
    line = held.line

    def ask(case: Case, now: datetime) -> Outcome:
        return _as_payment(case, debt_id, line, now=now, is_what_was_told=is_what_was_told)

    done = bank.becomes(account_id, line_id, "booked", was="open")
    try:
        record_payment.booked(ports, (account_id, client_id, debt_id), ask, also=(done,))
    except Conflict as conflict:
        again = bank.load(ports, account_id, line_id)
        if again and again.state != "open":
            raise Refused("bank_csv.gone") from conflict
        raise


def _as_payment(case: Case, debt_id: str, line: BankLine, *, now: datetime, is_what_was_told: bool) -> Outcome:
    """The line in the ledger; it answers what the client told of when it is that. Refused: another currency, or such a
    payment was noted by hand. Two lines are two payments, so another line of the same day and sum is no doubt."""
    debt = live_debt(case, debt_id)
    if debt.currency != line.currency:
        raise Refused("bank_csv.other_currency", currency=line.currency)
    if twin_of(debt, line.amount_minor, line.on, besides=OF_STATEMENT):
        raise Refused(
            "bank_csv.booked_already", client=case.client.name, amount_minor=line.amount_minor, currency=line.currency
        )
    key, told = fresh_line(debt, f"{OF_STATEMENT}{line.id}"), debt.claim
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


def put_aside(ports: Ports, account_id: str, line_id: str) -> None:
    """This money is for no debt here. Refused when it has been booked meanwhile."""
    _move(ports, account_id, line_id, "aside", was="open")


def bring_back(ports: Ports, account_id: str, line_id: str) -> None:
    """It may be for a debt after all."""
    _move(ports, account_id, line_id, "open", was="aside")


def _move(ports: Ports, account_id: str, line_id: str, to: bank.State, *, was: bank.State) -> None:
    held = bank.load(ports, account_id, line_id)
    if held is None or held.state != was:
        raise Refused("bank_csv.gone")
    try:
        ports.table.write(bank.becomes(account_id, line_id, to, was=was))
    except Conflict as conflict:
        raise Refused("bank_csv.gone") from conflict
