"""Every key of the table, in one place. A tenant's items begin with its account: `A#<account>`.

| item | pk | sk |
|---|---|---|
| account, its trust counters | A#acc | PROFILE, TRUST |
| sign-in address | E#address | OWNER |
| client; that it could not be read after a restore | A#acc#C#client | CLIENT; CLIENT#DOUBT |
| debt | A#acc#C#client | D#debt |
| letter | A#acc#C#client | R#day#step… |
| checkout | A#acc#C#client | S#id |
| ledger entry of a debt from before there were seals, money in another currency | A#acc#D#debt | L#key, ASIDE#payment |
| what is told to the freelancer; with the letter that answers the client | A#acc#C#client | K#at#n; K#at#n#R |
| the client's yes to one version of the terms | A#acc#C#client | Y#number |
| what the freelancer did by hand, such as a call | A#acc#C#client | N#day#debt#key |
| task of the freelancer | A#acc#T | client#debt#step |
| what only the freelancer can settle | A#acc#W | client#debt#kind |
| import | A#acc#I | id |
| invoice that an import brought, by the hash of its line | A#acc#X | hash |
| line of a bank statement, by its day and the hash of what it says | A#acc#B | day-hash |
| counters | A#acc | CAPS#day, CODES#period |
| earlier usual terms, a pass over all clients | A#acc | USUAL, PASS |
| a letter's text as the account wrote it; for one client | A#acc; A#acc#C#client | TEXT#step/language |
| how the account works with payments, one version | A#acc | TERMS#number |
| code that proves who is there, or a new address | A#acc | PROOF#purpose#session |
| what its clients said and did, by year | A#acc | TALLY#year |
| when the freelancer is asked next which letters go | A#acc | MORNING |
| an account that is being deleted | A#acc | GONE |
| how far its events at Stripe were read; of the installation's own account | A#acc; J#stripe | LISTEN |
| an account stopped after a restore, what may have gone out | A#acc | RESTORED, RESTORED#client#debt#key |
| where a reference leads, by its hash | P#hash | account#client#debt |
| pay link, link to the terms, sign-in, session | T#hash, V#hash, G#hash, S#hash | LINK, TERMS, SIGNIN, SESSION |
| doors in the freelancer's mails | R#hash, M#hash | REPLY, MORNING |
| what webhooks told of one payment | W#payment@account | EVENT |
| counters over all tenants | Q#what | period |
| where the wake-ups have got to | J#wakeups | CURSOR |
"""

import hashlib
from datetime import datetime
from zlib import crc32

Key = tuple[str, str]
FIRST = "!"  # sorts before every digit


def account(account_id: str) -> Key:
    """The account's profile."""
    return f"A#{account_id}", "PROFILE"


def trust(account_id: str) -> Key:
    """The account's counters of letters, paid debts, reports and complaints."""
    return f"A#{account_id}", "TRUST"


def caps(account_id: str, day: str) -> Key:
    """The trust limits' counters of one day (UTC)."""
    return f"A#{account_id}", f"CAPS#{day}"


def client(account_id: str, client_id: str) -> Key:
    """A client; the partition holds its debts, letters and checkouts too."""
    return f"A#{account_id}#C#{client_id}", "CLIENT"


def debt(account_id: str, client_id: str, debt_id: str) -> Key:
    """A debt, in its client's partition."""
    return f"A#{account_id}#C#{client_id}", f"D#{debt_id}"


def letter(account_id: str, client_id: str, letter_id: str) -> Key:
    """A letter, planned or sent."""
    return f"A#{account_id}#C#{client_id}", f"R#{letter_id}"


def checkout(account_id: str, client_id: str, checkout_id: str) -> Key:
    """A payment that was started online."""
    return f"A#{account_id}#C#{client_id}", f"S#{checkout_id}"


def entry(account_id: str, debt_id: str, key: str) -> Key:
    """A ledger entry of a debt that has no seal yet: its key makes booking twice impossible."""
    return f"A#{account_id}#D#{debt_id}", f"L#{key}"


def own_text(account_id: str, name: str, client_id: str = "") -> Key:
    """The account's own words for a step's letter in one language, or those for one client."""
    return f"A#{account_id}#C#{client_id}" if client_id else f"A#{account_id}", f"TEXT#{name}"


def tally(account_id: str, year: str) -> Key:
    """What the account's clients said and did in one year."""
    return f"A#{account_id}", f"TALLY#{year}"


def reference(text: str, account_id: str, client_id: str, debt_id: str) -> Key:
    """Where a debt's reference is looked up by somebody who knows nothing else. Two debts may share a reference."""
    return reference_pk(text), f"{account_id}#{client_id}#{debt_id}"


def reference_pk(text: str) -> str:
    """The partition of all debts with that reference: nearly always one."""
    return f"P#{hashed(f'reference {text}')}"


def terms_version(account_id: str, number: int) -> Key:
    """How the account works with payments, as one version says it."""
    return f"A#{account_id}", f"TERMS#{number:06d}"


def accepted(account_id: str, client_id: str, number: int) -> Key:
    """A client's yes to one version: its key makes a second one impossible."""
    return f"A#{account_id}#C#{client_id}", f"Y#{number:06d}"


def imported(account_id: str, import_id: str) -> Key:
    """One import."""
    return f"A#{account_id}#I", import_id


def invoice(account_id: str, row_key: str) -> Key:
    """An invoice that an import brought: its key makes bringing it twice impossible."""
    return f"A#{account_id}#X", row_key


def hashed(secret: str) -> str:
    """What is stored of a token, a code or an address: never the thing itself."""
    return hashlib.sha256(secret.encode()).hexdigest()


def address(email: str) -> str:
    """What is stored of a mail address, however its letters are written: Ana@ and ana@ are one person's."""
    return hashed(email.casefold())


def wake(pk: str, sk: str, at: datetime, shards: int) -> dict[str, str]:
    """The index attributes that make the job look at an item at an instant (UTC)."""
    shard = crc32(f"{pk}|{sk}".encode()) % shards
    moment = at.isoformat()[:19]  # to the second
    return {"wake_pk": f"DUE#{moment[:10]}#{shard}", "wake_sk": moment}


def wake_first(pk: str, sk: str, at: datetime, shards: int) -> dict[str, str]:
    """The same, at once and before all else of that day. Jobs that ask from the first digit on do not see it."""
    woken = wake(pk, sk, at, shards)
    return woken | {"wake_sk": FIRST + woken["wake_sk"]}


def woken_at(wake_sk: str) -> datetime:
    """The instant (UTC) of a wake-up."""
    return datetime.fromisoformat(wake_sk.removeprefix(FIRST) + "+00:00")


NO_WAKE = {"wake_pk": None, "wake_sk": None}


def owner(pk: str) -> str:
    """The account that a tenant's partition belongs to."""
    return pk.split("#")[1]


def client_of(pk: str) -> str:
    """The client that a partition belongs to."""
    return pk.split("#")[3]
