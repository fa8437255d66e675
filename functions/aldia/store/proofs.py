"""Codes that prove again who is there, or that an address is read: one of each purpose for a session at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from aldia.ports import Add, Delete, Ports, Put, Set
from aldia.store import codec
from aldia.store.keys import hashed

LIFE = timedelta(minutes=15)
TRIES = 5
Purpose = Literal["again", "email"]


@dataclass(frozen=True, slots=True)
class Proof:
    """A code that was mailed to `email`. `kept`: what was typed in the form at `back`, to be shown there again."""

    account_id: str
    email: str
    code_hash: str
    link_hash: str = ""
    back: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a proof lies: with its account, so that it goes when the account goes."""

    account_id: str
    purpose: Purpose
    session: str = ""  # the hash of a session; empty for what any browser of the account may finish

    @property
    def key(self) -> tuple[str, str]:
        """Its key."""
        return f"A#{self.account_id}", f"PROOF#{self.purpose}#{self.session[:16]}"


def place(account_id: str, purpose: Purpose, secret: str = "") -> Place:
    """The place for a purpose and, with `secret`, for one browser alone."""
    return Place(account_id, purpose, hashed(secret) if secret else "")


def put(at: Place, proof: Proof, now: datetime) -> Put:
    """A new proof; it takes the place of the one before."""
    pk, sk = at.key
    item = {"pk": pk, "sk": sk, "kind": "proof", "schema": codec.SCHEMA, "data": codec.dumps(proof), "tries": 0}
    return Put(item | {"expires_at": int((now + LIFE).timestamp())})


def load(ports: Ports, at: Place, now: datetime) -> tuple[Proof, bool] | None:
    """The proof and whether it is still to be given; None when there is none or its time is over."""
    found = ports.table.get(*at.key)
    if not found or found["expires_at"] <= now.timestamp():
        return None
    return codec.loads(Proof, found["data"]), found["kind"] == "proof"


def count_try(at: Place) -> Add:
    """One more try of the code; refused after the fifth."""
    return Add(*at.key, {"tries": 1}, at_most={"tries": TRIES})


def use_up(at: Place) -> Set:
    """It has been given: fails when it was given before. What was typed stays until its time is over."""
    return Set(*at.key, {"kind": "given"}, where={"kind": "proof"})


def drop(at: Place) -> Delete:
    """Take it away, with what was typed."""
    return Delete(*at.key)
