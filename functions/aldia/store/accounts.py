"""Accounts and the addresses that own them."""

from dataclasses import fields, replace

from aldia.domain.account import Account, Trust
from aldia.ports import Add, Delete, Item, Ports, Put, Write
from aldia.store import codec, keys


def load(ports: Ports, account_id: str, *, strong: bool = True) -> Account | None:
    """The account with its trust counters, or None."""
    return decoded(ports.table.get_many([keys.account(account_id), keys.trust(account_id)], strong=strong))


def profile(ports: Ports, account_id: str) -> Account | None:
    """The account without its trust counters, perhaps a moment old: half of the reading, for pages that only show."""
    found = ports.table.get(*keys.account(account_id), strong=False)
    return decoded([found]) if found else None


class Known:
    """Accounts that a run over many clients has read. Whoever writes by them checks the account's version."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._held: dict[str, Account] = {}

    def held(self, account_id: str) -> Account | None:
        """The account as it was when it was last read, or None."""
        return self._held.get(account_id)

    def read(self, account_id: str) -> Account | None:
        """The account as it is now, or None."""
        self.forget(account_id)
        account = load(self._ports, account_id)
        if account:
            self._held[account_id] = account
        return account

    def forget(self, account_id: str) -> None:
        """It has changed, or may have."""
        self._held.pop(account_id, None)


def decoded(items: list[Item]) -> Account | None:
    """The account in its profile and trust items, wherever they stand in the list."""
    by_kind = {item["kind"]: item for item in items}
    if "account" not in by_kind:
        return None
    profile, counted = by_kind["account"], by_kind.get("trust", {})
    trust = Trust(**{field.name: counted.get(field.name, 0) for field in fields(Trust)})
    return replace(codec.of(Account, profile), version=profile["version"], trust=trust)


def count(account_id: str, **amounts: int) -> Add:
    """Raise trust counters: letters_sent, debts_paid, reports, complaints."""
    return Add(*keys.trust(account_id), amounts, values={"kind": "trust"})


def put(account: Account) -> Put:
    """Write the account if nobody changed it since it was read (version 0: if it is new)."""
    pk, sk = keys.account(account.id)
    item: Item = {
        "pk": pk,
        "sk": sk,
        "kind": "account",
        "schema": codec.SCHEMA,
        "version": account.version + 1,
        "data": codec.dumps(replace(account, version=0, trust=Trust())),
    }
    return Put(item, absent=True) if account.version == 0 else Put(item, version=account.version)


def save(ports: Ports, account: Account, *more: Write) -> Account:
    """Save and return the account with its new version; Conflict when somebody was first."""
    ports.table.write(put(account), *more)
    return replace(account, version=account.version + 1)


def owner_of(ports: Ports, email: str) -> str | None:
    """The id of the account that signs in with this address."""
    item = ports.table.get(f"E#{keys.address(email)}", "OWNER")
    return item["account"] if item else None


def claim_email(email: str, account_id: str) -> Put:
    """One address opens one account."""
    item = {"pk": f"E#{keys.address(email)}", "sk": "OWNER", "kind": "owner", "account": account_id}
    return Put(item, absent=True)


def release_email(email: str) -> Delete:
    """The address is free again."""
    return Delete(f"E#{keys.address(email)}", "OWNER")
