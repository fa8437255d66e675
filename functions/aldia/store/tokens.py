"""Secrets that people hold: pay links, sign-ins and sessions. Only their hashes are stored."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from aldia.ports import Add, Delete, Item, Ports, Put, Set
from aldia.store import codec
from aldia.store.keys import hashed

LINK_LIFE = timedelta(days=730)  # the record; whether the page opens is decided by the debts (README 18)
SIGN_IN_LIFE = timedelta(minutes=15)
REPLY_LIFE = timedelta(days=30)
TERMS_LIFE = timedelta(days=730)
MORNING_LIFE = timedelta(days=7)
CODE_TRIES = 5

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PayLink:
    """Opens one client's page with one account; the letter's debts come first."""

    account_id: str
    client_id: str
    debt_ids: tuple[str, ...]
    link_version: int
    language: str = ""
    by_owner: bool = False  # made for the freelancer, who looks at what the client sees


def put_link(token: str, link: PayLink, now: datetime) -> Put:
    """Store a fresh link."""
    item = _item(f"T#{hashed(token)}", "LINK", link, now + LINK_LIFE)
    return Put(item | _of_account(link.account_id, item), absent=True)


def link(ports: Ports, token: str, now: datetime) -> PayLink | None:
    """The link behind a token, or None."""
    return _value(PayLink, ports.table.get(f"T#{hashed(token)}", "LINK", strong=False), now)


@dataclass(frozen=True, slots=True)
class ReplyLink:
    """Lets whoever reads the freelancer's mail answer one proposal, and nothing else."""

    account_id: str
    client_id: str
    debt_id: str
    asked_at: datetime  # the proposal's: another one is another question
    made_at: datetime


def put_reply_link(token: str, link: ReplyLink) -> Put:
    """Store a fresh one."""
    return _door(f"R#{hashed(token)}", "REPLY", link, link.made_at + REPLY_LIFE)


def reply_link(ports: Ports, token: str, now: datetime) -> ReplyLink | None:
    """The question behind a token, or None."""
    return _value(ReplyLink, ports.table.get(f"R#{hashed(token)}", "REPLY"), now)


@dataclass(frozen=True, slots=True)
class TermsLink:
    """Opens the page on which one client reads how the freelancer works, and says yes."""

    account_id: str
    client_id: str
    link_version: int  # the client's: another address shuts it
    terms_links: int  # the client's: a withdrawn one is shut


def put_terms_link(token: str, link: TermsLink, now: datetime) -> Put:
    """Store a fresh one."""
    return _door(f"V#{hashed(token)}", "TERMS", link, now + TERMS_LIFE)


def terms_link(ports: Ports, token: str, now: datetime) -> TermsLink | None:
    """The link behind a token, or None."""
    return _value(TermsLink, ports.table.get(f"V#{hashed(token)}", "TERMS", strong=False), now)


@dataclass(frozen=True, slots=True)
class MorningLink:
    """Lets whoever reads the freelancer's morning mail say yes or no to the letters that it lists, and nothing else."""

    account_id: str
    letters: tuple[tuple[str, str], ...]  # (client, name of the letter)
    made_at: datetime


def put_morning_link(token: str, link: MorningLink) -> Put:
    """Store a fresh one."""
    item = _item(f"M#{hashed(token)}", "MORNING", link, link.made_at + MORNING_LIFE)
    return Put(item | _of_account(link.account_id, item), absent=True)


def morning_link(ports: Ports, token: str, now: datetime) -> MorningLink | None:
    """The letters behind a token, or None."""
    return _value(MorningLink, ports.table.get(f"M#{hashed(token)}", "MORNING"), now)


@dataclass(frozen=True, slots=True)
class SignIn:
    """A request to sign in, waiting for its link or its code; used once."""

    email: str
    code_hash: str
    language: str = "es"
    is_sign_up: bool = False


def put_sign_in(request: str, link_token: str, sign_in: SignIn, now: datetime) -> tuple[Put, Put]:
    """Two doors to one request: the browser's (with the code) and the mailed link's."""
    until = now + SIGN_IN_LIFE
    door = _item(f"G#{hashed(request)}", "SIGNIN", sign_in, until) | {"tries": 0}
    other = {"pk": f"G#{hashed(link_token)}", "sk": "SIGNIN", "kind": "door", "request": hashed(request)}
    return Put(door, absent=True), Put(other | {"expires_at": int(until.timestamp())}, absent=True)


def sign_in(ports: Ports, token: str, now: datetime) -> tuple[str, SignIn] | None:
    """The request behind a browser's or a link's token, with its hash; None when over."""
    found = _alive(ports.table.get(f"G#{hashed(token)}", "SIGNIN"), now)
    if found and found["kind"] == "door":
        found = _alive(ports.table.get(f"G#{found['request']}", "SIGNIN"), now)
    return (found["pk"][2:], codec.loads(SignIn, found["data"])) if found and found["kind"] == "signin" else None


def count_try(request_hash: str) -> Add:
    """One more try of the code; refused after the fifth."""
    return Add(f"G#{request_hash}", "SIGNIN", {"tries": 1}, at_most={"tries": CODE_TRIES})


def use_up(request_hash: str) -> Set:
    """The request has been used: fails when somebody used it before. The address in it is not kept."""
    return Set(f"G#{request_hash}", "SIGNIN", {"kind": "used", "data": None}, where={"kind": "signin"})


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in."""

    account_id: str
    opened_at: datetime
    seen_at: datetime
    proved_at: datetime  # when the person last proved who they are

    def is_fresh(self, now: datetime) -> bool:
        """Recent enough for changes of e-mail, bank details, export and deletion."""
        return now - self.proved_at <= timedelta(minutes=5)


def put_session(ports: Ports, token: str, session: Session) -> Put:
    """Open a session."""
    until = session.opened_at + timedelta(days=ports.settings.session_days)
    return _door(f"S#{hashed(token)}", "SESSION", session, until)


def session(ports: Ports, token: str, now: datetime) -> Session | None:
    """The session behind a cookie; None when closed, idle too long or too old."""
    held = _value(Session, ports.table.get(f"S#{hashed(token)}", "SESSION"), now)
    idle = timedelta(hours=ports.settings.session_idle_hours)
    return held if held and now - held.seen_at <= idle else None


def seen(token: str, held: Session, now: datetime) -> Set | None:
    """Note that the session is in use; at most once an hour, and only while it is open."""
    if now - held.seen_at <= timedelta(hours=1):
        return None
    return Set(f"S#{hashed(token)}", "SESSION", {"data": codec.dumps(replace(held, seen_at=now))})


def close_session(token: str) -> Delete:
    """Sign out."""
    return Delete(f"S#{hashed(token)}", "SESSION")


def _door(pk: str, sk: str, held: ReplyLink | TermsLink | Session, until: datetime) -> Put:
    """A fresh one, listed among the account's."""
    item = _item(pk, sk, held, until)
    return Put(item | _of_account(held.account_id, item))


def _value(kind: type[T], item: Item | None, now: datetime) -> T | None:
    """What an item of that kind holds; None when it is not there or past its time."""
    found = _alive(item, now)
    return codec.loads(kind, found["data"]) if found else None


def _of_account(account_id: str, item: Item) -> Item:
    """Where the account's secrets are listed, so that they go when it is deleted."""
    return {"account_pk": f"A#{account_id}#KEYS", "account_sk": item["pk"]}


def _item(pk: str, sk: str, value: object, until: datetime) -> Item:
    kinds = {
        "LINK": "link", "SIGNIN": "signin", "SESSION": "session", "REPLY": "reply", "TERMS": "terms_link",
        "MORNING": "morning_link",
    }  # fmt: skip
    kind = kinds[sk]
    data = codec.dumps(value)
    return {
        "pk": pk,
        "sk": sk,
        "kind": kind,
        "schema": codec.SCHEMA,
        "data": data,
        "expires_at": int(until.timestamp()),
    }


def _alive(item: Item | None, now: datetime) -> Item | None:
    """TTL deletion is lazy: what is past its time is not there."""
    return item if item and item["expires_at"] > now.timestamp() else None
