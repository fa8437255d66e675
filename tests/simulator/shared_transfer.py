"""A tour of the bank: one transfer for three invoices of a client is booked on all of them, or on none yet."""

from aldia.domain.ledger import law_of_money
from aldia.flows import bank_statement
from aldia.store import accounts
from tests.simulator.stage import Stage

SUMS = (100_000, 25_001, 33_333)


def owes_three(stage: Stage) -> None:
    for number, minor in zip(("F-2", "F-3"), SUMS[1:], strict=True):
        stage.debt(stage.clients[0], number=number, amount_minor=minor)


def reads_transfer(stage: Stage) -> None:
    account = accounts.load(stage.ports, stage.account_id)
    assert account
    row = f"{stage.clock.at:%Y-%m-%d},TRANSF BRUNO,{sum(SUMS) / 100:.2f}\n"
    bank_statement.take_in(stage.ports, account, "b.csv", f"Fecha,Concepto,Importe\n{row}".encode())
    for one in bank_statement.board(stage.ports, account).splits:
        shares = [(share.found.debt_id, share.amount_minor) for share in one.shares]
        bank_statement.book_in_shares(
            stage.ports, account.id, one.line.id, client_id=one.shares[0].found.client_id, shares=shares
        )


def all_are_paid(stage: Stage) -> bool:
    case = stage.case(stage.clients[0])
    assert all(law_of_money(debt, stage.clock.at.date()) for debt in case.debts)
    booked = [[entry.amount_minor for entry in debt.entries] for debt in case.debts]
    return sorted(booked) == sorted([minor] for minor in SUMS)
