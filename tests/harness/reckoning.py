"""What the table and the provider's log say together, after everything: each trouble is one sentence."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aldia.adapters.dynamo_table import _decoded
from aldia.domain.client import Client
from aldia.domain.debt import Debt, Entry
from aldia.domain.ledger import law_of_money
from aldia.ports import Item, Ports
from aldia.store import books, codec, keys, letters
from aldia.store.letters import LetterRecord

ARRIVED = ("accepted", "delivered")
FIRST = "invoice_sent"


@dataclass
class Reckoning:
    """Everything that is stored, sorted by what it is."""

    items: dict[str, list[Item]]  # by kind
    mails: Counter[str]  # how often the provider took each letter, by the letter's name in its tags
    letters: dict[str, LetterRecord] = field(default_factory=dict)  # by the same name
    told_unknown: Counter[str] = field(default_factory=Counter)  # by (client, debt)

    @classmethod
    def of(cls, ports: Ports, mails: list[dict[str, Any]]) -> "Reckoning":
        by_kind: dict[str, list[Item]] = defaultdict(list)
        for item in everything(ports):
            by_kind[item.get("kind", "")].append(item)
        made = cls(by_kind, Counter(name_in(mail["tags"]) for mail in mails if "letter" in mail["tags"]))
        records = [letters.decoded(item) for item in by_kind["letter"]]
        made.letters = {_name(record): record for record in records}
        news = [item["row"] for item in by_kind["news"]]
        made.told_unknown = Counter(f"{row['client_id']} {row['debt']}" for row in news if row["kind"] == "unknown")
        return made

    @property
    def reminders(self) -> dict[str, LetterRecord]:
        """The letters that nobody asked for; the others answer a payment."""
        return {name: record for name, record in self.letters.items() if record.letter.letter_class != "answer"}

    @property
    def unknown(self) -> list[LetterRecord]:
        """Reminders whose fate stayed unknown."""
        return [record for record in self.reminders.values() if record.state == "unknown"]

    def duplicates(self) -> int:
        """Reminders that the provider took more than once."""
        return sum(times > 1 for name, times in self.mails.items() if name in self.reminders)

    # -- what is wrong --------------------------------------------------------------------------

    def badly_sent(self) -> Iterator[str]:
        """Each letter ended: taken once, or told to be unknown. Only an answer may have been repeated, once."""
        for name in self.mails:
            if name not in self.letters:
                yield f"{name} was sent and nobody knows of it"
        for name, record in self.letters.items():
            times = self.mails[name]
            most = 2 if record.letter.letter_class == "answer" else 1
            if times > most:
                yield f"{name} was sent {times} times"
            if record.state in ARRIVED and times == 0:
                yield f"{name} is said to have arrived and was never sent"
            if record.state == "unknown" and not self._is_told(record):
                yield f"{name} is unknown and nobody was told"
            if record.state not in (*ARRIVED, "unknown"):
                yield f"{name} stayed {record.state}"

    def silent(self) -> Iterator[str]:
        """Each client who has not paid was written to, once; each mark that says so has its letter."""
        debts = [codec.loads(Debt, item["data"]) for item in self.items["debt"]]
        paid = {debt.client_id for debt in debts if any(entry.kind == "payment" for entry in debt.entries)}
        written = Counter(record.client_id for record in self.letters.values() if record.letter.step == FIRST)
        covered = {(part.debt_id, part.key) for record in self.letters.values() for part in record.letter.parts}
        for item in self.items["client"]:
            client_id = codec.loads(Client, item["data"]).id
            if written[client_id] > 1 or (written[client_id] < 1 and client_id not in paid):
                yield f"{client_id} has {written[client_id]} first letters"
        for debt in debts:
            for key, mark in debt.marks.items():
                if mark.state == "sent" and (debt.id, key) not in covered:
                    yield f"{key} of {debt.id} is marked as sent and there is no letter"

    def _is_told(self, record: LetterRecord) -> bool:
        return self.told_unknown[f"{record.client_id} {record.letter.parts[0].debt_id}"] > 0

    def badly_kept(self, at: datetime) -> Iterator[str]:
        """The table agrees with itself: money, entries, counters, links, wake-ups."""
        clients = {item["pk"]: codec.loads(Client, item["data"]) for item in self.items["client"]}
        yield from self._money(at, clients)
        yield from self._counters()
        for item in self.items["letter"]:
            if "wake_sk" in item:
                yield f"{item['pk']} {item['sk']} ended and still wakes"
        for item in self.items["client"]:
            client = clients[item["pk"]]
            planned = f"{client.next_at:%Y-%m-%dT%H:%M:%S}" if client.next_at else None
            if item.get("wake_sk") != planned:
                yield f"{client.id} wakes at {item.get('wake_sk')} instead of {planned}"
        if self.items["trouble"]:
            yield f"{len(self.items['trouble'])} healthy items are listed as trouble"

    def _money(self, at: datetime, clients: dict[str, Client]) -> Iterator[str]:
        for item in self.items["debt"]:
            debt = codec.loads(Debt, item["data"])
            if not law_of_money(debt, at.date()):
                yield f"{debt.id} breaks the law of money"
            if item["seal"] != books.seal(debt) or len({entry.key for entry in debt.entries}) < len(debt.entries):
                yield f"{debt.id} holds entries that were not booked, or twice"
            if item["pk"] not in clients:
                yield f"{debt.id} has no client"
        yield from (f"{item['pk']} {item['sk']} stands beside a sealed ledger" for item in self.items["entry"])

    def _counters(self) -> Iterator[str]:
        claimed = Counter[str]()
        for record in self.letters.values():
            claimed[record.account_id] += 1
        for item in self.items["trust"]:
            owner = keys.owner(item["pk"])
            if item["letters_sent"] != claimed.pop(owner, 0):
                yield f"{owner} counts {item['letters_sent']} letters, and has others"
        yield from (f"{owner} counted no letter, and has some" for owner in claimed)

    def payments(self) -> list[Entry]:
        """Every payment in the ledger."""
        debts = [codec.loads(Debt, item["data"]) for item in self.items["debt"]]
        return [entry for debt in debts for entry in debt.entries if entry.kind == "payment"]


def everything(ports: Ports) -> Iterator[Item]:
    """Every item of the table."""
    table: Any = ports.table
    for page in table._client.get_paginator("scan").paginate(TableName=table.name, ConsistentRead=True):
        yield from (_decoded(item) for item in page["Items"])


def name_in(tags: dict[str, str]) -> str:
    """What a letter is called by the tags that came back."""
    return f"{tags['client']} {tags['letter']}"


def _name(record: LetterRecord) -> str:
    return f"{record.client_id} {keys.hashed(record.letter.id)[:32]}"
