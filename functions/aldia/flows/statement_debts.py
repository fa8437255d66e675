"""The open debts that lines of a statement may be for, each with its price on the line's day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from aldia.banking.reference import reference, references_in
from aldia.domain.account import Account
from aldia.domain.bank_lines import BankLine, Candidate, match
from aldia.domain.bank_split import next_part, shares_of, split
from aldia.domain.case import Case
from aldia.domain.debt import Debt
from aldia.domain.ledger import stand, state
from aldia.domain.parsing import fold
from aldia.ports import Item, Ports
from aldia.store import cases, keys, lists, troubles

MOST_DEBTS = 2000  # open debts that are looked through
MOST_CHOICES = 200  # open debts that a line may be given to by choosing
MOST_CLIENTS = 60  # whose debts are read whole


@dataclass(frozen=True, slots=True)
class Choice:
    """An open debt that the freelancer may choose for a line."""

    client_id: str
    debt_id: str
    name: str
    currency: str
    balance_minor: int


def choices(ports: Ports, account: Account) -> tuple[Choice, ...]:
    """Open debts in the order of their list."""
    found = []
    for item in lists.rows(ports, account.id, "OPEN", limit=MOST_CHOICES).rows:
        row = item["row"]
        name = " · ".join(filter(None, (row["client"], row["number"] or row["concept"])))
        ids = keys.client_of(item["pk"]), item["sk"].removeprefix("D#")
        found.append(Choice(*ids, name, row["currency"], row["balance"]))
    return tuple(found)


def clients_of(ports: Ports, account: Account, lines: Sequence[BankLine]) -> list[Case]:
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
    clients = list(dict.fromkeys(keys.client_of(row["pk"]) for row in rows))[:MOST_CLIENTS]
    found: list[Case] = []
    for client_id in clients:
        with troubles.passed_over([], client_id):  # the jobs list it; the others' payments are found
            case = cases.load(ports, account, client_id)
            found += [case] if case else []
    return found


def candidates(found: Iterable[Case], on: date) -> list[Candidate]:
    """Every open debt of these clients, with its price on that day."""
    return [
        _candidate(case, debt, on)
        for case in found
        for debt in case.debts
        if debt.deleted_at is None and state(debt, on) not in ("paid", "written_off")
    ]


def _candidate(case: Case, debt: Debt, on: date) -> Candidate:
    standing = stand(debt, on)
    return Candidate(
        case.client.id,
        debt.id,
        case.client.name,
        reference(debt.id),
        debt.currency,
        standing.payable_minor,
        debt.claim,
        next_part(debt, on),
        standing.offer_minor,
        shares_of(debt, on),
        debt.number or debt.concept,
    )


def would_be_found(case: Case, shares: Mapping[str, int], named: Debt, on: date) -> bool:
    """Whether a transfer of that day with that debt's reference would be proposed as just these shares, by debt."""
    line, known = BankLine("", on, sum(shares.values()), named.currency, ""), candidates([case], on)
    alone = match(line, (reference(named.id),), known)
    found = None if alone and alone.is_exact else split(line, (reference(named.id),), known)
    return found is not None and {share.found.debt_id: share.amount_minor for share in found.shares} == dict(shares)
