"""Cases: a client with its debts, read in one query and written in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from aldia.domain.account import Account
from aldia.domain.case import Case, Outcome
from aldia.domain.client import Client
from aldia.domain.debt import Debt
from aldia.domain.ladder import step_of
from aldia.domain.ledger import state
from aldia.ports import Check, Conflict, Item, PaymentTruth, Ports, Put, Query, Write
from aldia.store import accounts, books, codec, keys, needs, news, reading, references, restored, tallies, tasks
from aldia.store.books import LARGE, OPEN_STATES

MOST_WRITES = 100  # of one transaction
READ = ("sk", "schema", "version", "data")  # the rest of an item is for the indexes


def load(
    ports: Ports, account: Account, client_id: str, *, strong: bool = True, is_to_write: bool = False
) -> Case | None:
    """One client with all its debts; None when this account has no such client.

    `is_to_write`: a letter may follow. restored.InDoubt when none may yet.
    """
    pk, _ = keys.client(account.id, client_id)
    query = Query(pk, between=("CLIENT", "D#~"), strong=strong, only=READ)
    found = [*reading.every(ports, query)]
    if is_to_write and any(item["sk"] == restored.DOUBT for item in found):
        raise restored.InDoubt(client_id)
    clients = [item for item in found if item["sk"] == "CLIENT"]
    if not clients:
        return None
    debts = tuple(codec.of(Debt, item) for item in found if item["sk"].startswith("D#"))
    client = replace(codec.of(Client, clients[0]), version=clients[0]["version"])
    in_order = sorted(debts, key=lambda debt: (debt.opened_at, debt.id))  # those in the bin too: they can be restored
    return Case(account, client, tuple(in_order), ports.holidays)


def load_by_id(ports: Ports, account_id: str, client_id: str) -> Case:
    """The case with its account read as well; Conflict when either has gone."""
    account = accounts.load(ports, account_id)
    case = load(ports, account, client_id) if account else None
    if case is None:
        raise Conflict("the account or the client is gone")
    return case


def save(ports: Ports, before: Case, outcome: Outcome, *, now: datetime, more: Iterable[Write] = ()) -> Case:
    """Write what changed, all or nothing, if nobody changed the client since; Conflict otherwise.

    Letters of the outcome are planned, alone or with news: the sender takes them from the table. Returns the case as
    saved.
    """
    client = replace(outcome.case.client, version=before.client.version + 1, is_checkable=True)
    after = books.sealed(before, replace(outcome.case, client=client))
    writes: list[Write] = [_guarded(client_item(ports, after, now), before.client)]
    to_do = [tasks.put(after, task) for task in outcome.tasks] + needs.writes(before, outcome, now)
    changed = books.writes(before, after, now)
    writes += news.writes(ports, after, outcome, now)
    writes += [*tallies.writes(before, after), *more]
    if len(writes) + len(changed) + len(to_do) > MOST_WRITES:
        ahead = [*to_do, *_only_noted(before, outcome, now)]
        changed = [write for write in changed if write not in ahead]
        _write_ahead(ports, before, ahead)
        to_do = []
    _write_ahead(ports, before, references.missing(before))
    ports.table.write(*writes, *changed, *to_do)
    if outcome.letters or outcome.notices:
        ports.nudge("wakeups")
    return after


def _only_noted(before: Case, outcome: Outcome, now: datetime) -> list[Write]:
    """The debts of which only notes changed: why a step waits, what was given up, which task appeared.

    Whoever looks again at the same moment notes the same, so they need not be in the transaction that claims a letter
    or books money.
    """
    old = {debt.id: debt for debt in before.debts}
    appeared = {(task.debt_id, task.step) for task in outcome.tasks}
    noted = [debt for debt in outcome.case.debts if debt.id in old and _is_only_noted(old[debt.id], debt, appeared)]
    return books.writes(before, replace(outcome.case, debts=tuple(noted)), now)


def _is_only_noted(was: Debt, debt: Debt, appeared: set[tuple[str, str]]) -> bool:
    new = {key: mark for key, mark in debt.marks.items() if mark != was.marks.get(key)}
    went = {step_of(key) for key, mark in new.items() if mark.state == "sent"}
    return bool(new) and debt == replace(was, marks=debt.marks) and all((debt.id, step) in appeared for step in went)


def _write_ahead(ports: Ports, before: Case, writes: Sequence[Write]) -> None:
    """In transactions of their own, each only while nobody changed the client."""
    check = Check(*keys.client(before.account.id, before.client.id), {"version": before.client.version})
    for start in range(0, len(writes), MOST_WRITES - 1):
        ports.table.write(check, *writes[start : start + MOST_WRITES - 1])


def _guarded(item: Item, before: Client) -> Put:
    return Put(item, absent=True) if before.version == 0 else Put(item, version=before.version)


def client_item(ports: Ports, case: Case, now: datetime) -> Item:
    """The client's item with its wake-up and its row for the lists."""
    client = case.client
    pk, sk = keys.client(case.account.id, client.id)
    open_debts = [debt for debt in case.debts if state(debt, case.local_day(now)) in OPEN_STATES]
    email = client.emails[0] if client.emails else ""
    row = {"name": client.name, "email": email, "open": len(open_debts)}
    row |= {"tax_id": client.tax_id} if client.tax_id else {}
    row |= _silence(client)
    row |= {} if client.asks_first is None else {"asks": client.asks_first}
    item: Item = {
        "pk": pk,
        "sk": sk,
        "kind": "client",
        "schema": codec.SCHEMA,
        "version": client.version,
        "data": codec.packed(replace(client, version=0), above=LARGE),
        "account_pk": f"A#{case.account.id}#CLIENTS",
        "account_sk": f"{client.name.casefold()[:80]}#{client.id}",
        "row": row,
    }
    if client.next_at:
        item |= keys.wake(pk, sk, max(client.next_at, now), ports.settings.wake_shards)
    return item


def _silence(client: Client) -> dict[str, str]:
    """Why a list should say that the client is not written to; a pause names its last day, for it ends by itself."""
    told = {
        "wrong_person": client.wrong_person_at,
        "stopped": client.stopped_at,
        "bounced": client.bounced_at,
        "complaint": client.complained_at,
        "paused": client.pause,
    }
    sign = next((reason for reason, what in told.items() if what), "")
    until = client.pause.until if client.pause and sign == "paused" else None
    return {"sign": sign} | ({"until": until.isoformat()} if until else {})


def put_aside(account_id: str, debt_id: str, payment: PaymentTruth) -> Put:
    """Money that came for a debt and cannot stand in its ledger, under the provider's id: once, and never lost."""
    pk, _ = keys.entry(account_id, debt_id, "")
    item: Item = {"pk": pk, "sk": f"ASIDE#{payment.payment_id}", "kind": "aside", "schema": codec.SCHEMA}
    return Put(item | {"data": codec.dumps(payment)}, absent=True)
