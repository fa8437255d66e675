"""Cases: a client with its debts, read in one query and written in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from aldia.domain.account import Account
from aldia.domain.case import Case, Outcome
from aldia.domain.client import Client
from aldia.domain.debt import Debt, Entry
from aldia.domain.held import waits
from aldia.domain.ledger import stand, state
from aldia.ports import Check, Conflict, Item, PaymentTruth, Ports, Put, Query, Write
from aldia.store import accounts, codec, keys, needs, news, references, tallies, tasks

OPEN_STATES = ("open", "review", "disputed")
MOST_WRITES = 100  # of one transaction
READ = ("sk", "schema", "version", "data")  # the rest of an item is for the indexes
LARGE = 500  # bytes of JSON, from which on a record is packed
CONCEPT = 80  # characters of it that a list shows; a debt's row keeps the rest for the search


def load(ports: Ports, account: Account, client_id: str, *, strong: bool = True) -> Case | None:
    """One client with all its debts; None when this account has no such client."""
    pk, _ = keys.client(account.id, client_id)
    query = Query(pk, between=("CLIENT", "D#~"), strong=strong, only=READ)
    page = ports.table.query(query)
    found = page.items
    while page.last:
        page = ports.table.query(replace(query, after=page.last))
        found += page.items
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
    after = replace(outcome.case, client=client)
    writes: list[Write] = [_guarded(client_item(ports, after, now), before.client)]
    to_do = [tasks.put(after, task) for task in outcome.tasks] + needs.writes(before, outcome, now)
    changed = debt_writes(before, after, now)
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
    return debt_writes(before, replace(outcome.case, debts=tuple(noted)), now)


def _is_only_noted(was: Debt, debt: Debt, appeared: set[tuple[str, str]]) -> bool:
    new = {key: mark for key, mark in debt.marks.items() if mark != was.marks.get(key)}
    went = {key.partition("@")[0].partition("/")[0] for key, mark in new.items() if mark.state == "sent"}
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


def debt_writes(before: Case, after: Case, now: datetime) -> list[Write]:
    """The debts that changed, and each new ledger entry under its own key."""
    old = {debt.id: debt for debt in before.debts}
    writes: list[Write] = []
    for debt in after.debts:
        was = old.get(debt.id)
        if debt == was:
            continue
        writes.append(Put(debt_item(after, debt, now), absent=was is None))
        if was is None:
            writes.append(references.put(after.account.id, debt))
        booked = {entry.key for entry in was.entries} if was else set()
        writes += [_entry(after, debt, entry) for entry in debt.entries if entry.key not in booked]
    return writes


def debt_item(case: Case, debt: Debt, now: datetime) -> Item:
    """The debt's item with its row for the lists."""
    pk, sk = keys.debt(case.account.id, debt.client_id, debt.id)
    today = case.local_day(now)
    standing = stand(debt, today)
    is_open = debt.deleted_at is None and state(debt, today) in OPEN_STATES
    row = {
        "client": case.client.name,
        "number": debt.number,
        "concept": debt.concept[:CONCEPT],
        "currency": debt.currency,
        "balance": standing.balance_minor,
        "amount": debt.amount_minor,
        "due": (debt.extended_to or debt.due_on).isoformat(),
        "state": "deleted" if debt.deleted_at else state(debt, today),
        "sign": _sign(case, debt, now),
    }
    row |= {"rest": debt.concept[CONCEPT:]} if len(debt.concept) > CONCEPT else {}
    shelf, order = ("OPEN", row["due"]) if is_open else ("SHUT", today.isoformat())
    return {
        "pk": pk,
        "sk": sk,
        "kind": "debt",
        "schema": codec.SCHEMA,
        "data": codec.packed(debt, above=LARGE),
        "account_pk": f"A#{case.account.id}#{shelf}",
        "account_sk": f"{order}#{debt.id}",
        "row": row,
    }


def _sign(case: Case, debt: Debt, now: datetime) -> str:
    """The one thing about an open debt that a list should show beside its date."""
    today = case.local_day(now)
    if debt.promise and debt.promise.state == "open":
        return "promise"
    if any(checkout.state == "processing" for checkout in debt.checkouts):
        return "payment_on_its_way"
    if waits(case, debt, now) and (case.asks_first or (debt.extended_to or debt.due_on) < today):
        return "needs_approval"
    return "already_paid" if debt.claim else "paused" if debt.pause else "plan" if debt.plan else ""


def _entry(case: Case, debt: Debt, entry: Entry) -> Put:
    pk, sk = keys.entry(case.account.id, debt.id, entry.key)
    return Put({"pk": pk, "sk": sk, "kind": "entry", "schema": codec.SCHEMA, "data": codec.dumps(entry)}, absent=True)


def put_aside(account_id: str, debt_id: str, payment: PaymentTruth) -> Put:
    """Money that came for a debt and cannot stand in its ledger, under the provider's id: once, and never lost."""
    pk, _ = keys.entry(account_id, debt_id, "")
    item: Item = {"pk": pk, "sk": f"ASIDE#{payment.payment_id}", "kind": "aside", "schema": codec.SCHEMA}
    return Put(item | {"data": codec.dumps(payment)}, absent=True)
