"""Checkouts as records: what was quoted, for which debts, and where the provider has it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from aldia.ports import Item, Ports, Put, Query, Set
from aldia.store import codec, keys

RECONCILE_AFTER = timedelta(minutes=15)
FINAL = ("paid", "failed", "expired")


@dataclass(frozen=True, slots=True)
class CheckoutRecord:
    """A frozen quote on its way through the provider. Written before the provider is called."""

    id: str
    account_id: str
    client_id: str
    stripe_account: str  # where the money goes; empty: the installation's own account
    currency: str
    lines: tuple[tuple[str, int], ...]  # (debt, minor): each debt's share, exactly as quoted
    opened_at: datetime
    ends_at: datetime
    prices: Mapping[str, int] = field(default_factory=dict)  # debt → what was payable in full, for the record
    language: str = "es"
    state: str = "creating"  # creating | open | processing | paid | failed | expired
    session_id: str = ""
    payment_id: str = ""
    url: str = ""

    @property
    def amount_minor(self) -> int:
        """What the provider charges."""
        return sum(minor for _debt, minor in self.lines)

    @property
    def key(self) -> keys.Key:
        """Where it lies."""
        return keys.checkout(self.account_id, self.client_id, self.id)


def put(ports: Ports, record: CheckoutRecord, now: datetime) -> Put:
    """A new checkout; the reconciler will ask about it."""
    wake = keys.wake(*record.key, now + RECONCILE_AFTER, ports.settings.wake_shards)
    return Put(_item(record) | wake, absent=True)


def change(ports: Ports, record: CheckoutRecord, *, look_again_at: datetime | None, **values: object) -> Set:
    """The write that moves a checkout on, only from the state it was read in."""
    moved = replace(record, **values)  # type: ignore[arg-type]
    wake = keys.wake(*record.key, look_again_at, ports.settings.wake_shards) if look_again_at else keys.NO_WAKE
    made = _item(moved)
    return Set(*record.key, {"state": made["state"], "data": made["data"], **wake}, where={"state": record.state})


def load(ports: Ports, account_id: str, client_id: str, checkout_id: str) -> CheckoutRecord | None:
    """One checkout, or None."""
    found = ports.table.get(*keys.checkout(account_id, client_id, checkout_id))
    return codec.of(CheckoutRecord, found) if found else None


def of_client(ports: Ports, account_id: str, client_id: str) -> list[CheckoutRecord]:
    """The client's checkouts, newest last."""
    pk, _ = keys.client(account_id, client_id)
    items = ports.table.query(Query(pk, begins_with="S#", strong=True)).items
    return [codec.of(CheckoutRecord, item) for item in items]


def _item(record: CheckoutRecord) -> Item:
    pk, sk = record.key
    data = codec.dumps(record)
    return {"pk": pk, "sk": sk, "kind": "checkout", "schema": codec.SCHEMA, "state": record.state, "data": data}
