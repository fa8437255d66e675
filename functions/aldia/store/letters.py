"""Letters as records: planned → sending → accepted → delivered | bounced | complained,
with the side exits skipped, failed and unknown. Each has one key: (client, day, kind, cause)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from aldia.domain.case import Case, Letter
from aldia.ports import Item, Message, Ports, Put, Query, Set, Write
from aldia.store import codec, keys, packing

RECOVER_AFTER = timedelta(minutes=60)  # far longer than any event of the mail provider takes (reliability 0.3)
ORDER = ("planned", "sending", "unknown", "accepted", "delivered", "bounced", "complained")
FINAL = ("skipped", "failed")
_TOKEN = re.compile(r"(/(?:p|c|v|r|baja)/)[A-Za-z0-9_-]{40,}")  # a link's: 43 characters


@dataclass(frozen=True, slots=True)
class LetterRecord:
    """A letter and what became of it."""

    letter: Letter
    account_id: str
    client_id: str
    client_name: str
    state: str = "planned"
    attempts: int = 0
    started_at: datetime | None = None
    reason: str = ""  # why it was skipped or failed
    to: tuple[str, ...] = ()
    subject: str = ""
    provider_id: str = ""
    told: str = ""  # a name for what it told when it was claimed (domain/tried_again.py); answers have none

    @property
    def key(self) -> keys.Key:
        """Where it lies."""
        return keys.letter(self.account_id, self.client_id, self.letter.id)


def planned(ports: Ports, case: Case, letter: Letter, now: datetime) -> Put:
    """An answer that the sender will take at once; planning it twice is a no-op by its key."""
    record = LetterRecord(letter, case.account.id, case.client.id, case.client.name)
    return Put(item(record, wake=_wake(ports, record, now)), absent=True)


def sending(record: LetterRecord, message: Message, now: datetime) -> LetterRecord:
    """The record as it stands from the point of no return on."""
    return replace(
        record,
        state="sending",
        attempts=record.attempts + 1,
        started_at=now,
        to=(*message.to, *message.cc),
        subject=message.subject,
    )


def item(record: LetterRecord, *, wake: dict[str, str] | None = None, text: str = "") -> Item:
    """The record as an item; `text` is kept compressed, as the receiver reads it, without the links' tokens."""
    pk, sk = record.key
    made: Item = {
        "pk": pk,
        "sk": sk,
        "kind": "letter",
        "schema": codec.SCHEMA,
        "state": record.state,
        "data": _data(record),
        "account_pk": f"A#{record.account_id}#LETTERS",
        "account_sk": _in_order(record),
        "row": _row(record),
    }
    if text:
        made["text"] = packing.pack(_without_tokens(text))
    return made | (wake or {})


def _data(record: LetterRecord) -> str | bytes:
    return codec.packed(record) if record.attempts else codec.dumps(record)


def _row(record: LetterRecord) -> dict[str, Any]:
    """What lists show of it."""
    letter = record.letter
    debts = [part.debt_id for part in letter.parts]
    return {"client": record.client_name, "step": letter.step, "state": record.state, "debts": debts}


def _in_order(record: LetterRecord) -> str:
    """Its place among the account's letters: by when its sending began."""
    return f"{record.started_at or record.letter.at:%Y-%m-%dT%H:%M:%S}#{record.client_id}"


def _as_read(record: LetterRecord) -> dict[str, str]:
    """The condition that it is still as it was read: its state, and which sending of it (an answer may go twice)."""
    return {"state": record.state, "account_sk": _in_order(record)}


def _wake(ports: Ports, record: LetterRecord, at: datetime) -> dict[str, str]:
    return keys.wake(*record.key, at, ports.settings.wake_shards)


def claim(
    ports: Ports, record: LetterRecord, message: Message, now: datetime, *, woken: str = ""
) -> tuple[LetterRecord, Write]:
    """Take the letter for sending: the write succeeds for one taker only. It wakes the recovery later.

    `woken`: the wake-up with which it was read. It must still be planned under it: who tries it and plans it again
    sets another. Empty: it was never planned in the table, so its key must be free.
    """
    taken = sending(record, message, now)
    wake = _wake(ports, taken, now + RECOVER_AFTER)
    made = item(taken, wake=wake, text=message.text)
    if not woken:
        return taken, Put(made, absent=True)
    values = {name: value for name, value in made.items() if name not in ("pk", "sk")}
    return taken, Set(*record.key, values, where={"state": "planned", "wake_sk": woken})


def failed(record: LetterRecord, now: datetime, reason: str) -> Put:
    """A letter that could not be written at all: it is shown, and never tried again by itself."""
    return ended(record, now, state="failed", reason=reason)


def ended(record: LetterRecord, now: datetime, *, state: str, reason: str) -> Put:
    """A letter that never was a record, as it ended."""
    return Put(item(replace(record, state=state, reason=reason, started_at=now)), absent=True)


def finished(record: LetterRecord, *, state: str, provider_id: str = "", reason: str = "") -> Set:
    """The write of what became of a letter; refused when an event or another run told it first."""
    done = replace(record, state=state, provider_id=provider_id or record.provider_id, reason=reason)
    return _moved(done, keys.NO_WAKE, where=_as_read(record))


def finish(ports: Ports, record: LetterRecord, *, state: str, provider_id: str = "", reason: str = "") -> None:
    """Write the outcome of a send; never goes backwards from what an event told already.

    When the answer is lost, the repetition is refused by what it did itself: the letter is recorded either way.
    """
    ports.table.write(replace(finished(record, state=state, provider_id=provider_id, reason=reason), alone=True))


def rest(ports: Ports, record: LetterRecord) -> None:
    """Nothing is left to do for it: take its wake-up away."""
    ports.table.write(Set(*record.key, keys.NO_WAKE, where=_as_read(record), alone=True))


def plan_again(ports: Ports, record: LetterRecord, at: datetime, reason: str) -> None:
    """The provider refused for now: look again at `at`."""
    again = replace(record, state="planned", reason=reason)
    ports.table.write(_moved(again, _wake(ports, again, at), where=_as_read(record)))


def _moved(record: LetterRecord, wake: Mapping[str, str | None], *, where: dict[str, str]) -> Set:
    values = {"state": record.state, "data": _data(record), "row": _row(record)}
    return Set(*record.key, values | dict(wake), where=where)


def decoded(found: Item) -> LetterRecord:
    """The record in an item."""
    return codec.of(LetterRecord, found)


def woken(found: Item) -> str:
    """The wake-up (UTC, to the second) that a letter in the table waits for; empty when it waits for none."""
    return str(found.get("wake_sk", ""))


def is_due(found: Item, now: datetime) -> bool:
    """Has its wake-up come? Whoever comes by an older look into the index finds it taken, or planned for later."""
    return "" < woken(found) <= f"{now:%Y-%m-%dT%H:%M:%S}"


def text(found: Item) -> str:
    """The letter's text as it was sent, without its links' tokens; empty while it is only planned."""
    return _without_tokens(packing.unpack(found["text"])) if "text" in found else ""  # some were kept with them


def _without_tokens(text: str) -> str:
    """Only the receiver holds the tokens: we keep their hashes. A letter that goes again is composed again."""
    return _TOKEN.sub(r"\1…", text)


def load(ports: Ports, key: keys.Key) -> LetterRecord | None:
    """One letter, or None."""
    found = ports.table.get(*key)
    return decoded(found) if found else None


def is_forward(now: str, then: str) -> bool:
    """May a letter go from state `now` to `then`? Events arrive in any order and repeat."""
    return now not in FINAL and then in ORDER and ORDER.index(then) > ORDER.index(now)


def of_client(ports: Ports, account_id: str, client_id: str, *, limit: int = 200) -> list[Item]:
    """The newest letters of a client, newest first; `decoded` and `text` read them."""
    pk, _ = keys.client(account_id, client_id)
    return ports.table.query(Query(pk, begins_with="R#", backwards=True, limit=limit)).items
