"""The debts of a case and their ledgers as records: a ledger is written only by who has read it whole.

A debt's item carries a seal, made of the keys of its ledger. Whoever writes the debt names the seal of the ledger that
was read: no line is booked twice, and none is lost, even if a reading was wrong. Debts that were stored before there
were seals have an item for each line of their ledger instead; the first write seals them.
"""

import hashlib
from dataclasses import replace
from datetime import datetime

from aldia.domain.case import Case
from aldia.domain.debt import Debt, Entry
from aldia.domain.held import waits
from aldia.domain.ledger import stand, state
from aldia.ports import Item, Put, Write
from aldia.store import codec, keys, references

OPEN_STATES = ("open", "review", "disputed")
LARGE = 500  # bytes of JSON, from which on a record is packed
CONCEPT = 80  # characters of it that a list shows; a debt's row keeps the rest for the search


def sealed(before: Case, case: Case) -> Case:
    """The case as it will be read once the debts that changed are written."""
    old = {debt.id: debt for debt in before.debts}
    debts = (debt if debt == old.get(debt.id) else replace(debt, is_sealed=True) for debt in case.debts)
    return replace(case, debts=tuple(debts))


def seal(debt: Debt) -> str:
    """A short name for what its ledger holds: how many lines, and which."""
    booked = sorted(entry.key for entry in debt.entries)
    return f"{len(booked)}.{hashlib.sha256(chr(10).join(booked).encode()).hexdigest()[:12]}"


def writes(before: Case, after: Case, now: datetime) -> list[Write]:
    """The debts that changed, each only while its ledger is the one that was read."""
    old = {debt.id: debt for debt in before.debts}
    made: list[Write] = []
    for debt in after.debts:
        was = old.get(debt.id)
        if debt == was:
            continue
        item = debt_item(after, debt, now)
        if was is None:
            made += [Put(item, absent=True), references.put(after.account.id, debt)]
        elif was.is_sealed:
            made.append(Put(item, where={"seal": seal(was)}))
        else:
            made += [Put(item, where={"seal": None}), *_entries(after, was, debt)]
    return made


def _entries(after: Case, was: Debt, debt: Debt) -> list[Write]:
    """What is booked in a debt from before there were seals, each line under its own key."""
    booked = {entry.key for entry in was.entries}
    return [_entry(after, debt, entry) for entry in debt.entries if entry.key not in booked]


def _entry(case: Case, debt: Debt, entry: Entry) -> Put:
    pk, sk = keys.entry(case.account.id, debt.id, entry.key)
    return Put({"pk": pk, "sk": sk, "kind": "entry", "schema": codec.SCHEMA, "data": codec.dumps(entry)}, absent=True)


def debt_item(case: Case, debt: Debt, now: datetime) -> Item:
    """The debt's item with its seal, and its row for the lists."""
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
        "data": codec.packed(debt if debt.is_sealed else replace(debt, is_sealed=True), above=LARGE),
        "seal": seal(debt),
        "account_pk": f"A#{case.account.id}#{shelf}",
        "account_sk": f"{order}#{debt.id}",
        "row": row,
    }


def _sign(case: Case, debt: Debt, now: datetime) -> str:
    """The one thing about an open debt that a list should show beside its date."""
    today = case.local_day(now)
    if debt.claim:  # first of all: it waits for the freelancer, and holds what else was agreed in its state
        return "already_paid"
    if debt.promise and debt.promise.state == "open":
        return "promise"
    if any(checkout.state == "processing" for checkout in debt.checkouts):
        return "payment_on_its_way"
    if waits(case, debt, now) and (case.asks_first or (debt.extended_to or debt.due_on) < today):
        return "needs_approval"
    return "paused" if debt.pause else "plan" if debt.plan else ""
