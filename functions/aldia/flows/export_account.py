"""Everything of an account as one ZIP, made while it is sent: whole as JSON, the lists as CSV, and the files."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from aldia.domain.account import Account
from aldia.domain.case import Case, Notice
from aldia.domain.client import Client
from aldia.domain.debt import Debt
from aldia.flows import export_tables
from aldia.flows.debt_files import invoice_key, problem_key, proof_key
from aldia.flows.export_tables import Sheet
from aldia.ports import Item, Ports, Query
from aldia.store import codec, letters, own_texts, working_terms
from aldia.store.checkouts import CheckoutRecord
from aldia.store.letters import LetterRecord

OWN_PARTITIONS = {"tasks": "T", "waiting_for_you": "W", "imports": "I", "bank_lines": "B"}
KINDS: dict[str, Any] = {
    "client": Client,
    "debt": Debt,
    "letter": LetterRecord,
    "news": Notice,
    "checkout": CheckoutRecord,
}
PLURAL = {"client": "client", "debt": "debts", "letter": "letters", "news": "news", "checkout": "checkouts"}


def export(ports: Ports, account: Account, *, say: Callable[[str], str]) -> Iterator[bytes]:
    """The ZIP, piece by piece. `say`: the sentences of `export.…` in the reader's language.

    One read for each client; the rows of the lists wait in temporary files until the JSON is complete.
    """
    outlet = _Outlet()
    now = ports.clock.now()
    sheets = {name: Sheet(name, language=account.language, say=say) for name in export_tables.NAMES}
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{say('readme_name')}.txt", say("readme"))
        files: list[tuple[str, str]] = []
        with archive.open("aldia.json", "w", force_zip64=True) as out:
            out.write(_head(ports, account, now))
            for place, items in enumerate(_clients(ports, account)):
                case = _case(ports, account, items)
                _rows(sheets, case, items, now)
                files += [kept for debt in case.debts for kept in _files(account.id, debt)]
                out.write((b",\n" if place else b"\n") + _json(_client(items)))
                yield outlet.taken()
            out.write(b"\n]}\n")
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


def _head(ports: Ports, account: Account, now: datetime) -> bytes:
    """Everything before the clients, which come one by one."""
    own: dict[str, Any] = {
        name: [_plain(item) for item in _all(ports, f"A#{account.id}#{part}")] for name, part in OWN_PARTITIONS.items()
    }
    own["own_texts"] = own_texts.every(ports, account.id)
    own["terms"] = working_terms.every(ports, account.id)
    return msgspec.json.encode({"made_at": now, "account": account, **own})[:-1] + b',"clients":['


def _clients(ports: Ports, account: Account) -> Iterator[list[Item]]:
    """All items of each client."""
    for row in _all(ports, f"A#{account.id}#CLIENTS", index="by_account"):
        yield list(_all(ports, row["pk"]))


def _case(ports: Ports, account: Account, items: list[Item]) -> Case:
    debts = [codec.loads(Debt, item["data"]) for item in items if item["kind"] == "debt"]
    client = next(codec.loads(Client, item["data"]) for item in items if item["kind"] == "client")
    return Case(account, client, tuple(sorted(debts, key=lambda debt: (debt.opened_at, debt.id))), ports.holidays)


def _client(items: list[Item]) -> dict[str, Any]:
    """One client with everything that is kept of it."""
    whole: dict[str, Any] = {}
    for item in items:
        value = _plain(item)
        if item["kind"] == "client":
            whole = {"client": value, **whole}
        elif item["kind"] == own_texts.KIND:
            whole.setdefault("own_texts", {})[own_texts.name_of(item)] = value
        else:
            whole.setdefault(PLURAL.get(item["kind"]) or str(item["kind"]), []).append(value)
    return whole


def _plain(item: Item) -> Any:
    """A stored value with all its fields, and a letter with its text."""
    if item["kind"] not in KINDS:
        return json.loads(item["data"]) if "data" in item else {"key": item["sk"]}
    value = msgspec.to_builtins(codec.loads(KINDS[item["kind"]], item["data"]))
    return value | {"text": letters.text(item)} if item["kind"] == "letter" else value


def _json(value: Any) -> bytes:
    return msgspec.json.encode(value)


def _rows(sheets: dict[str, Sheet], case: Case, items: list[Item], now: datetime) -> None:
    for name, rows in export_tables.rows_of(case, items, now).items():
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


def _all(ports: Ports, pk: str, *, index: str = "") -> Iterator[Item]:
    query = Query(pk, index=index, strong=not index)
    page = ports.table.query(query)
    yield from page.items
    while page.last:
        page = ports.table.query(replace(query, after=page.last))
        yield from page.items
