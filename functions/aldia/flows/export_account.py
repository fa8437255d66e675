"""Everything of an account as one ZIP, made while it is sent: whole as JSON, the lists as CSV, and the files."""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from aldia.domain.account import Account
from aldia.domain.case import Case
from aldia.domain.client import Client
from aldia.domain.debt import Debt
from aldia.flows import export_tables
from aldia.flows.debt_files import invoice_key, problem_key, proof_key
from aldia.flows.export_records import Left, Record, read
from aldia.flows.export_tables import Sheet
from aldia.ports import Item, Ports
from aldia.store import own_texts, reading, troubles, working_terms

OWN_PARTITIONS = {"tasks": "T", "waiting_for_you": "W", "imports": "I", "bank_lines": "B"}
PLURAL = {"client": "client", "debt": "debts", "letter": "letters", "news": "news", "checkout": "checkouts"}


def export(ports: Ports, account: Account, *, say: Callable[[str], str]) -> Iterator[bytes]:
    """The ZIP, piece by piece. `say`: the sentences of `export.…` in the reader's language.

    One read for each client; the rows of the lists wait in temporary files until the JSON is complete. A record that
    cannot be read is left out, named in it, and joins the troubles.
    """
    outlet, left = _Outlet(), Left()
    now = ports.clock.now()
    sheets = {name: Sheet(name, language=account.language, say=say) for name in export_tables.NAMES}
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{say('readme_name')}.txt", say("readme"))
        files: list[tuple[str, str]] = []
        with archive.open("aldia.json", "w", force_zip64=True) as out:
            out.write(_head(ports, account, now, left))
            for place, items in enumerate(_clients(ports, account)):
                records, case = _read(ports, account, items, left)
                _rows(sheets, case, records, left, now=now)
                files += [kept for debt in case.debts for kept in _files(account.id, debt)]
                out.write((b",\n" if place else b"\n") + msgspec.json.encode(_client(records)))
                yield outlet.taken()
            out.write(b'\n],"unreadable":' + msgspec.json.encode(left.names) + b"}\n")
        if left.keys:
            troubles.note(ports, left.keys)
            archive.writestr(f"{say('unreadable_name')}.txt", say("unreadable") + left.lines(say))
        yield from _sheets(archive, sheets, say, outlet)
        for key, name in files:
            _file(ports, archive, key, f"{say('files_folder')}/{name}")
            yield outlet.taken()
    yield outlet.taken()


class _Outlet(io.RawIOBase):
    """Where the ZIP is written: what has come is taken away and sent."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        return len(data)

    def taken(self) -> bytes:
        """What has come since."""
        held, self._held = bytes(self._held), bytearray()
        return held


def _head(ports: Ports, account: Account, now: datetime, left: Left) -> bytes:
    """Everything before the clients, which come one by one."""
    own: dict[str, Any] = {
        name: [record.told for record in read(reading.partition(ports, f"A#{account.id}#{part}"), left)]
        for name, part in OWN_PARTITIONS.items()
    }
    texts = read(own_texts.stored(ports, account.id), left)
    own["own_texts"] = {own_texts.name_of(record.item): record.told for record in texts}
    own["terms"] = [record.told for record in read(working_terms.stored(ports, account.id), left)]
    return msgspec.json.encode({"made_at": now, "account": account, **own})[:-1] + b',"clients":['


def _clients(ports: Ports, account: Account) -> Iterator[list[Item]]:
    """All items of each client."""
    for row in reading.partition(ports, f"A#{account.id}#CLIENTS", index="by_account"):
        yield list(reading.partition(ports, row["pk"]))


def _read(ports: Ports, account: Account, items: list[Item], left: Left) -> tuple[list[Record], Case]:
    """What can be read of a client, and its case for the lists; one that cannot be read itself has only a name."""
    own = next((item for item in items if item["sk"] == "CLIENT"), items[0])
    name = troubles.name_in(own) or own["pk"].rpartition("#")[2]
    records = read(items, left, name)
    client = next((record.value for record in records if record.kind == "client"), None)
    debts = (record.value for record in records if record.kind == "debt")
    in_order = tuple(sorted(debts, key=lambda debt: (debt.opened_at, debt.id)))
    case = Case(account, client or Client(own["pk"].rpartition("#")[2], name), in_order, ports.holidays)
    with left.reading(own, name):
        if case.zone:  # raises where there is none such
            return records, case
    return records, replace(case, client=replace(case.client, timezone=""))


def _client(records: list[Record]) -> dict[str, Any]:
    """One client with everything that is kept of it; itself is null when it cannot be read."""
    whole: dict[str, Any] = {"client": None}
    for record in records:
        if record.kind == "client":
            whole["client"] = record.told
        elif record.kind == own_texts.KIND:
            whole.setdefault("own_texts", {})[own_texts.name_of(record.item)] = record.told
        else:
            whole.setdefault(PLURAL.get(record.kind) or record.kind, []).append(record.told)
    return whole


def _rows(sheets: dict[str, Sheet], case: Case, records: list[Record], left: Left, *, now: datetime) -> None:
    for record in records:
        with left.reading(record.item, case.client.name):
            for name, rows in export_tables.rows_of(case, record, now).items():
                sheets[name].add(rows)


def _sheets(
    archive: zipfile.ZipFile, sheets: dict[str, Sheet], say: Callable[[str], str], outlet: _Outlet
) -> Iterator[bytes]:
    for name, sheet in sheets.items():
        with archive.open(f"{say(f'sheet_{name}')}.csv", "w", force_zip64=True) as out:
            for piece in sheet.pieces():
                out.write(piece)
                yield outlet.taken()


def _files(account_id: str, debt: Debt) -> Iterator[tuple[str, str]]:
    """(where it lies, its name in the archive) of the invoice, and of what the client showed: a problem, a payment."""
    if debt.file_name:
        yield invoice_key(account_id, debt.id), f"{debt.id}-{debt.file_name}"
    if debt.dispute and debt.dispute.file_name:
        yield problem_key(account_id, debt.id), f"{debt.id}-problem-{debt.dispute.file_name}"
    if debt.proof_name:
        yield proof_key(account_id, debt.id), f"{debt.id}-proof-{debt.proof_name}"


def _file(ports: Ports, archive: zipfile.ZipFile, key: str, name: str) -> None:
    try:
        archive.writestr(name, ports.files.get(key))
    except (FileNotFoundError, KeyError):
        return
