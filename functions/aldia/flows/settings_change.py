"""A change of the account's settings: one part at a time, and never over somebody else's change of the same part."""

from collections.abc import Sequence
from dataclasses import replace

from aldia.domain.account import Account
from aldia.domain.usual import Part, Usual, usual_of
from aldia.ports import Conflict, Ports, Write
from aldia.store import accounts, codec, passes
from aldia.store.keys import hashed

PARTS: dict[str, tuple[str, ...]] = {
    "who": ("name", "country", "timezone", "language", "currency", "tax_id", "address", "phone", "footer", "phrase"),
    "terms": ("defaults", "tolerance_days", "tolerance_minor", "part_percent"),
    "ladder": ("defaults",),
    "fence": ("fence",),
    "contact": ("policy",),
    "notices": ("muted",),
    "asks": ("asks_first",),
    "texts": ("texts",),
    "working": ("published",),
    "limit": ("open_limit",),
    "bank": ("bank",),
    "links": ("payment_links",),
    "pause": ("paused",),
}
"""Forms and the fields of the account that they change."""

REPLANNED = ("country", "timezone", "policy", "paused", "asks_first")
"""Fields on which the moment of every next letter depends."""


def fingerprint(account: Account, part: str) -> str:
    """What a form was filled in from: another one means that somebody changed this part meanwhile."""
    values = {name: getattr(account, name) for name in PARTS[part]}
    return hashed(codec.dumps(values))[:16]


def change(
    ports: Ports,
    account: Account,
    part: str,
    *,
    seen: str = "",
    applied: tuple[Part, ...] = (),
    more: Sequence[Write] = (),
    **values: object,
) -> Account:
    """Save one part. Conflict when it is not any more what the form was filled in from (`seen`).

    `applied`: parts of the usual terms to be put on open debts too; a pass over the clients then begins.
    """
    if seen and seen != fingerprint(account, part):
        raise Conflict("settings changed meanwhile")
    changed = replace(account, **values)  # type: ignore[arg-type]
    if changed == account and not applied and not more:
        return account
    writes = [*more, *_remembered(ports, account, changed, is_applied=bool(applied))]
    if applied or _moves_letters(account, changed):
        to = usual_of(changed) if applied else None
        writes.append(passes.start(ports, account.id, to=to, parts=applied, now=ports.clock.now()))
        ports.nudge("wakeups")
    return accounts.save(ports, changed, *writes)


def _moves_letters(account: Account, changed: Account) -> bool:
    """Whether wake-ups that were worked out before may come too late now. To fall silent none has to change."""
    if (account.paused is None and changed.paused is not None) or (changed.asks_first and not account.asks_first):
        return False
    return any(getattr(changed, name) != getattr(account, name) for name in REPLANNED)


def known(ports: Ports, account: Account) -> tuple[Usual, ...]:
    """Every usual terms that a debt of this account may have been opened with."""
    return tuple(dict.fromkeys((*passes.history(ports, account.id), usual_of(account))))


def _remembered(ports: Ports, account: Account, changed: Account, *, is_applied: bool) -> list[Write]:
    """The usual terms before the change, kept so that debts which follow them are known later."""
    if usual_of(changed) == usual_of(account) and not is_applied:
        return []
    return [passes.remember(account.id, passes.history(ports, account.id), usual_of(account))]
