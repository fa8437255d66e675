"""What a replay prints: letters, tasks, skips, prices and debts, as the store holds them at the end."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from aldia.adapters.public_holidays import data_version
from aldia.domain.case import LetterPart
from aldia.domain.debt import Debt
from aldia.domain.ladder import ladder_of, step_of, went_at
from aldia.domain.ledger import stand, state
from aldia.domain.money import to_decimal
from aldia.domain.quote import Quote
from aldia.ports import Ports, Query
from aldia.replay.play import Played
from aldia.replay.scenario import Scenario
from aldia.store import cases, keys, letters, reading
from aldia.store.letters import LetterRecord

Document = dict[str, Any]


class Report:
    """The document of one replay."""

    def __init__(self, scenario: Scenario, ports: Ports, played: Played) -> None:
        self._scenario = scenario
        self._ports = ports
        self._played = played
        self._cases = {
            client.id: cases.load_by_id(ports, scenario.account.id, client.id) for client in scenario.clients
        }
        self._places = {debt.id: place for place, debt in enumerate(scenario.debts)}
        self._debts = [self._stored(debt) for debt in scenario.debts]

    def document(self) -> Document:
        """Everything, in the order of the format."""
        return {
            "rules": {"holidays": data_version()},
            "letters": self._letters(),
            "tasks": self._tasks(),
            "skips": self._skips(),
            "quotes": [self._quote(at, price) for at, price in self._played.quotes],
            "debts": {self._name(debt.id): self._debt(debt) for debt in self._debts},
        }

    def _stored(self, debt: Debt) -> Debt:
        """The debt as it is stored; as it was written when the story ends before it was opened."""
        case = self._cases[debt.client_id]
        return case.debt(debt.id) if any(known.id == debt.id for known in case.debts) else debt

    def _name(self, own_id: str) -> str:
        return self._scenario.names[own_id]

    def _at(self, at: datetime, client_id: str) -> str:
        """An instant as the client's clocks show it."""
        return at.astimezone(self._cases[client_id].zone).isoformat()

    # -- letters -----------------------------------------------------------------------------------

    def _letters(self) -> list[Document]:
        records = [record for client_id in self._cases for record in self._records(client_id)]
        records.sort(
            key=lambda record: (record.letter.at, self._name(record.client_id), record.letter.step, record.key)
        )
        return [self._letter(record) for record in records]

    def _records(self, client_id: str) -> Iterator[LetterRecord]:
        """What was handed over to the mail provider. A letter whose fate is not known is a failure of ours."""
        pk, _ = keys.client(self._scenario.account.id, client_id)
        for item in reading.every(self._ports, Query(pk, begins_with="R#", strong=True)):
            record = letters.decoded(item)
            if record.state not in ("accepted", "skipped"):
                raise RuntimeError(f"a letter ended as {record.state}: {record.letter.id}")
            if record.state == "accepted":
                yield record

    def _letter(self, record: LetterRecord) -> Document:
        letter = record.letter
        parts = sorted(letter.parts, key=lambda part: self._places[part.debt_id])
        return {
            "at": self._at(letter.at, record.client_id),
            "client": self._name(record.client_id),
            "debts": [self._name(part.debt_id) for part in parts],
            "step": letter.step,
            "steps": [part.step for part in parts],
            "language": self._cases[record.client_id].client.language,
            "subject": record.subject,
            **_amounts(parts),
        }

    # -- what became of the steps --------------------------------------------------------------------

    def _tasks(self) -> list[Document]:
        """Steps that are tasks and appeared."""
        found = []
        for debt in self._debts:
            tasks = {step.step for step in ladder_of(debt) if step.channel == "task"}
            for key, mark in debt.marks.items():
                if step_of(key) in tasks and mark.state == "sent":
                    found.append((went_at(mark), self._places[debt.id], debt, step_of(key)))
        found.sort(key=lambda task: task[:2])
        return [
            {"at": self._at(at, debt.client_id), "debt": self._name(debt.id), "step": step}
            for at, _place, debt, step in found
        ]

    def _skips(self) -> list[Document]:
        """Steps that did not go when they fell due, and when they went after all."""
        found = []
        for debt in self._debts:
            rungs = [step.step for step in ladder_of(debt)]
            for key, mark in debt.marks.items():
                if mark.reason and step_of(key) in rungs:
                    found.append((mark.at, self._places[debt.id], rungs.index(step_of(key)), key, debt, mark))
        found.sort(key=lambda skip: skip[:4])
        return [
            {"at": self._at(mark.at, debt.client_id), "debt": self._name(debt.id), "step": step_of(key)}
            | {"reason": mark.reason}
            | ({"moved_to": self._at(mark.moved_to, debt.client_id)} if mark.moved_to else {})
            for *_, key, debt, mark in found
        ]

    # -- money ---------------------------------------------------------------------------------------

    def _quote(self, at: datetime, price: Quote) -> Document:
        client_id = next(debt.client_id for debt in self._debts if debt.id == price.debt_id)
        sums = {
            "payable": price.payable_minor,
            "discount": price.discount_minor,
            "interest": price.interest_minor,
            "compensation": price.compensation_minor,
            "balance": price.balance_minor,
        }
        return {
            "at": self._at(at, client_id),
            "debt": self._name(price.debt_id),
            **{name: written(minor, price.currency) for name, minor in sums.items()},
            "holds_until": self._at(price.holds_until, client_id) if price.holds_until else None,
            **({"provisional": True} if price.provisional else {}),
        }

    def _debt(self, debt: Debt) -> Document:
        on = self._cases[debt.client_id].local_day(self._scenario.until)
        at = stand(debt, on)
        sums = {
            "balance": at.balance_minor,
            "paid": at.paid_minor,
            "discount": at.discount_minor,
            "waived": at.waived_minor,
            "written_off": at.written_off_minor,
            "interest": at.interest_minor,
            "compensation": at.compensation_minor,
            "credit": at.credit_minor,
        }
        return {
            "state": state(debt, on),
            **{name: written(minor, debt.currency) for name, minor in sums.items()},
            "due_on": debt.due_on.isoformat(),
            "extended_to": debt.extended_to.isoformat() if debt.extended_to else None,
            "instalments": [
                {
                    "due_on": part.due_on.isoformat(),
                    "amount": written(part.amount_minor, debt.currency),
                    "paid": written(part.paid_minor, debt.currency),
                }
                for part in at.instalments
            ],
        }


def written(minor: int, currency: str) -> str:
    """A sum as a decimal string in major units, with the currency's own decimals."""
    return f"{to_decimal(minor, currency):f}"


def _amounts(parts: list[LetterPart]) -> Mapping[str, Any]:
    """One amount and its currency; several currencies, or none, as a list."""
    sums: dict[str, int] = {}
    for part in parts:
        sums[part.currency] = sums.get(part.currency, 0) + part.amount_minor
    listed = [{"amount": written(minor, currency), "currency": currency} for currency, minor in sums.items()]
    if len(listed) == 1:
        return listed[0]
    return {"amounts": [{"currency": one["currency"], "amount": one["amount"]} for one in listed]}
