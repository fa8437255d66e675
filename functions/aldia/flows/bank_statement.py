"""A bank statement: read once, matched to open debts as proposals, booked when the freelancer says so."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import get_args

from aldia.banking.reference import references_in
from aldia.domain import booked_lines
from aldia.domain.account import Account
from aldia.domain.bank_lines import BankLine, Candidate, Match, Reason, match
from aldia.domain.bank_split import Split, split
from aldia.domain.booked_lines import Shares
from aldia.domain.case import Case, Outcome
from aldia.domain.debt import Debt
from aldia.domain.errors import Refused
from aldia.flows import record_payment, statement_debts
from aldia.flows.statement_debts import Choice
from aldia.imports.bank_csv import read_statement
from aldia.ports import AlreadyThere, Conflict, Ports
from aldia.store import bank

MOST_LINES = 1000  # of one file
SHOWN = 200  # newest lines that are looked at


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a file: new lines, lines that were known, lines that could not be read (their numbers)."""

    new: int
    known: int
    bad: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """What waits: proposals, for one debt or for several of a client, and lines for which no debt was found."""

    matches: tuple[Match, ...]
    splits: tuple[Split, ...]
    others: tuple[BankLine, ...]
    debts: tuple[Choice, ...] = ()  # that a line may be given to which is not for one that was found


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
    """The open lines, each with the debt or the debts that it points to, if it does."""
    lines = [held.line for held in bank.latest(ports, account.id, limit=SHOWN) if held.state == "open"]
    found = statement_debts.clients_of(ports, account, lines) if lines else []
    priced = {on: statement_debts.candidates(found, on) for on in {line.on for line in lines}}
    alone = {line.id: match(line, references_in(line.text), priced[line.on]) for line in lines}
    came: Counter[str] = Counter()  # by debt, of the lines before
    matches: list[Match] = []
    splits: list[Split] = []
    others: list[BankLine] = []
    for line in sorted(lines, key=lambda line: _turn(line, alone[line.id])):
        known = _proposed(line, alone[line.id], priced[line.on], came)
        if isinstance(known, Split):
            splits.append(known)
            came.update({share.found.debt_id: share.amount_minor for share in known.shares})
        elif known:
            matches.append(known)
            came[known.found.debt_id] += line.amount_minor
        else:
            others.append(line)
    choices = statement_debts.choices(ports, account) if others or splits else ()
    return Board(tuple(matches), tuple(splits), tuple(others), choices)


def _turn(line: BankLine, known: Match | None) -> tuple[date, bool, str]:
    """The earliest first: what it settles, a later one of the same sum does not. Of a day, what is surest."""
    return line.on, known is None or not known.is_exact, line.id


def _proposed(
    line: BankLine, known: Match | None, candidates: list[Candidate], came: Counter[str]
) -> Match | Split | None:
    """The one debt that asks for just this; else those that do together; else the one that the line names anyway."""
    if known is None or not known.is_exact:
        untouched = [replace(one, shares=()) if came[one.debt_id] else one for one in candidates]
        several = split(line, references_in(line.text), untouched)
        if several and (known is None or known.found.debt_id in {share.found.debt_id for share in several.shares}):
            return several
    if known and (known.reason == "reference" or came[known.found.debt_id] < known.found.payable_minor):
        return known
    return None


def for_claim(ports: Ports, case: Case, debt: Debt) -> Match | Split | None:
    """The open line that shows best what the client says to have paid, alone or with other debts."""
    if debt.claim is None:
        return None
    lines = [held.line for held in bank.latest(ports, case.account.id, limit=SHOWN) if held.state == "open"]
    found = [_for_claim(line, statement_debts.candidates([case], line.on), debt) for line in lines]
    return min([known for known in found if known], key=_rank, default=None)


def _rank(known: Match | Split) -> int:
    """How well a line shows it: 0 is best."""
    if isinstance(known, Match):
        return get_args(Reason).index(known.reason)
    return 1 if known.why == "name" else 0


def _for_claim(line: BankLine, candidates: list[Candidate], debt: Debt) -> Match | Split | None:
    """None for a line that names another debt, unless it pays this one with it."""
    references = references_in(line.text)
    known = match(line, references, [one for one in candidates if one.debt_id == debt.id])
    if known is None:
        return None
    own = known if not references or known.found.reference in references else None
    if known.is_exact:
        return own
    several = split(line, references, candidates)
    return several if several and any(share.found.debt_id == debt.id for share in several.shares) else own


def book(
    ports: Ports, account_id: str, line_id: str, *, client_id: str, debt_id: str, is_what_was_told: bool = False
) -> None:
    """Book a line for a debt, once: line and ledger in one transaction. Raises Refused, Conflict.

    `is_what_was_told`: the freelancer says that it is what the client told of, whatever its sum.
    """
    line = _open_line(ports, account_id, line_id)

    def ask(case: Case, now: datetime) -> Outcome:
        return booked_lines.as_payment(case, debt_id, line, now=now, is_what_was_told=is_what_was_told)

    _book_once(ports, (account_id, client_id, debt_id), line, ask)


def book_in_shares(ports: Ports, account_id: str, line_id: str, *, client_id: str, shares: Shares) -> None:
    """Book a line for several debts of a client, once: line and all ledgers in one transaction. Raises Refused,
    Conflict.
    """
    line = _open_line(ports, account_id, line_id)

    def ask(case: Case, now: datetime) -> Outcome:
        return booked_lines.as_payments(case, line, shares, now=now)

    _book_once(ports, (account_id, client_id, shares[0][0]), line, ask)


def _open_line(ports: Ports, account_id: str, line_id: str) -> BankLine:
    held = bank.load(ports, account_id, line_id)
    if held is None or held.state != "open":
        raise Refused("bank_csv.gone")
    return held.line


def _book_once(ports: Ports, ids: record_payment.Ids, line: BankLine, ask: record_payment.Ask) -> None:
    done = bank.becomes(ids[0], line.id, "booked", was="open")
    try:
        record_payment.booked(ports, ids, ask, also=(done,))
    except Conflict as conflict:
        again = bank.load(ports, ids[0], line.id)
        if again and again.state != "open":
            raise Refused("bank_csv.gone") from conflict
        raise


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
