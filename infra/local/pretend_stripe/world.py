"""What every part of the pretend Stripe shares: memory, clock, ids, addresses."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from infra.local.pretend_stripe.errors import missing
from infra.local.pretend_stripe.store import Object, Store

PLATFORM = "acct_pretend_platform"


def random_id(prefix: str) -> str:
    """An id that nobody guesses."""
    return f"{prefix}_{secrets.token_hex(12)}"


@dataclass
class World:
    """One pretend Stripe."""

    store: Store
    now: Callable[[], datetime]
    base_url: str
    new_id: Callable[[str], str] = random_id

    def seconds(self) -> int:
        """Now, as Stripe counts: whole seconds since 1970."""
        return int(self.now().timestamp())

    def find(self, kind: str, object_id: str, account: str) -> Object:
        """An object of that account. Those of other accounts do not exist for it."""
        found = self.store.get(object_id)
        if found is None or found[1] != account or found[0]["object"] != kind:
            raise missing(kind, object_id)
        return found[0]

    def owned(self, kind: str, object_id: str) -> tuple[Object, str]:
        """An object by its id alone, with its account: for the pages and the bank."""
        found = self.store.get(object_id)
        if found is None or found[0]["object"] != kind:
            raise missing(kind, object_id)
        return found


def public(thing: Object) -> Object:
    """Without what only we remember."""
    return {name: value for name, value in thing.items() if not name.startswith("_")}
