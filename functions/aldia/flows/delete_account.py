"""An account goes with everything that was its own, in steps that survive an interruption.

1. One transaction takes away the profile and the address: from then on no session, no link and no job finds an
   account, so nothing is shown, sent or charged, and the address may sign up again.
2. What is left is found through the tenant's own partitions and shelves and deleted; a client's record goes last of
   its partition, since it is what the partition is found by.
3. The address is told. An hour later one more look finds what an index had not shown yet; then the marker goes too.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from aldia.domain.account import Account
from aldia.mail.account_mail import compose_account_change
from aldia.mail.links import Links
from aldia.ports import (
    AlreadyThere,
    Conflict,
    Delete,
    Item,
    MailRefused,
    MailUnknown,
    PaymentRefused,
    PaymentUnknown,
    Ports,
    Put,
    Set,
)
from aldia.store import accounts, codec, keys, reading, references, troubles
from aldia.store.checkouts import CheckoutRecord

log = logging.getLogger(__name__)

SK = "GONE"
SHELVES = ("KEYS", "OPEN", "SHUT", "LETTERS", "NEWS", "CLIENTS")
PARTITIONS = ("T", "W", "I", "X", "B")  # tasks, needs, imports, imported invoices, lines of bank statements
FOLDERS = ("{}", "drafts/{}", "staged/{}", "proofs/{}")
BATCH = 50
BUDGET = timedelta(seconds=12)  # of one call; a request has to end
LAST_LOOK = timedelta(hours=1)  # far longer than an index lags behind


def begin(ports: Ports, account: Account) -> None:
    """Close the account for good. Doing it twice closes it once."""
    now = ports.clock.now()
    told = Account(account.id, account.email, account.name, timezone=account.timezone, language=account.language)
    pk = f"A#{account.id}"
    item: Item = {"pk": pk, "sk": SK, "kind": "gone", "schema": codec.SCHEMA, "state": "going"}
    item |= {"data": codec.dumps(told)} | keys.wake(pk, SK, now, ports.settings.wake_shards)
    try:
        ports.table.write(
            Put(item, absent=True),
            Delete(*keys.account(account.id)),
            Delete(*keys.trust(account.id)),
            accounts.release_email(account.email),
        )
    except AlreadyThere:
        log.info("already_going")
    ports.nudge("wakeups")


def go_on(ports: Ports, account_id: str) -> bool:
    """Delete for some seconds; whether nothing but the marker is left. Repeating it is harmless."""
    marker = ports.table.get(f"A#{account_id}", SK)
    if marker is None:
        return True
    if not _purge(ports, account_id, until=ports.clock.now() + BUDGET):
        return False
    if marker["state"] == "going":
        _tell(ports, marker)
    elif ports.clock.now() >= datetime.fromisoformat(marker["last_look"]):
        ports.table.write(Delete(marker["pk"], SK))
    return True


def _tell(ports: Ports, marker: Item) -> None:
    """Forget the address, then write to it for the last time; of two runs only one does."""
    at = ports.clock.now() + LAST_LOOK
    wake = keys.wake(marker["pk"], SK, at, ports.settings.wake_shards)
    done = {"state": "gone", "data": None, "last_look": at.isoformat()} | wake
    try:
        ports.table.write(Set(marker["pk"], SK, done, where={"state": "going"}))
    except Conflict:
        return
    account = codec.loads(Account, marker["data"])
    message = compose_account_change(
        "account_deleted",
        account,
        to=account.email,
        at=ports.clock.now(),
        link=Links(ports.settings.base_url).today(),
        reply_to=ports.settings.mail_operator,
    )
    try:
        ports.mailer.send(message)
    except (MailRefused, MailUnknown):
        log.warning("deletion_not_mailed")


def _purge(ports: Ports, account_id: str, *, until: datetime) -> bool:
    """Delete what is found; False when time ran out first."""
    for pk, is_shelf in _places(account_id):
        for item in reading.partition(ports, pk, index="by_account" if is_shelf else ""):
            if is_shelf and item["sk"] == "CLIENT":
                _client(ports, account_id, item["pk"])
            else:
                _delete(ports, [(item["pk"], item["sk"])])
            if ports.clock.now() > until:
                return False
    for folder in FOLDERS:
        ports.files.erase(folder.format(account_id))
    _delete(ports, [(item["pk"], item["sk"]) for item in _troubles(ports, account_id)])
    rest = [(item["pk"], item["sk"]) for item in reading.partition(ports, f"A#{account_id}") if item["sk"] != SK]
    _delete(ports, rest)
    return True


def _places(account_id: str) -> Iterator[tuple[str, bool]]:
    """(a partition or a shelf of the index, whether it is a shelf): secrets first, clients with all that is theirs."""
    yield f"A#{account_id}#KEYS", True
    yield f"A#{account_id}#CLIENTS", True
    yield from ((f"A#{account_id}#{part}", False) for part in PARTITIONS)
    yield from ((f"A#{account_id}#{shelf}", True) for shelf in SHELVES if shelf not in ("KEYS", "CLIENTS"))


def _client(ports: Ports, account_id: str, pk: str) -> None:
    """One client's partition, its record last, and the ledger of each debt."""
    found = list(reading.partition(ports, pk))
    for item in found:
        if item["sk"].startswith("D#"):
            debt_id = item["sk"].removeprefix("D#")  # by its key: what cannot be read is deleted as well
            entries = reading.partition(ports, keys.entry(account_id, debt_id, "")[0])
            _delete(ports, [(entry["pk"], entry["sk"]) for entry in entries])
            ports.table.write(references.forget(account_id, keys.client_of(pk), debt_id))
        elif item["sk"].startswith("S#"):
            with troubles.passed_over([], item["sk"]):
                _shut(ports, codec.loads(CheckoutRecord, item["data"]))
    _delete(ports, [(item["pk"], item["sk"]) for item in found if item["sk"] != "CLIENT"])
    _delete(ports, [(pk, "CLIENT")])


def _shut(ports: Ports, record: CheckoutRecord) -> None:
    """A payment page that is open at the provider is closed, if it can be: nobody here would note its money."""
    if record.state != "open" or not record.session_id:
        return
    try:
        ports.payments.expire_session(record.session_id, record.stripe_account)
    except (PaymentRefused, PaymentUnknown):
        log.info("checkout_not_shut")


def _troubles(ports: Ports, account_id: str) -> list[Item]:
    return [
        item
        for item in reading.partition(ports, "J#trouble")
        if keys.owner(item["sk"].partition("|")[0] + "#") == account_id
    ]


def _delete(ports: Ports, found: Iterable[keys.Key]) -> None:
    waiting = list(found)
    for start in range(0, len(waiting), BATCH):
        ports.table.write(*(Delete(*key) for key in waiting[start : start + BATCH]))
