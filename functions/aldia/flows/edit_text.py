"""The freelancer's own words for a letter: saved, taken back by one version, or given back to the product.

`name` is `own_texts.key` of the step and the language.
"""

from aldia.domain.account import Account
from aldia.domain.own_texts import OURS, OwnText, Words, step_of, words_for
from aldia.flows import settings_change
from aldia.ports import Conflict, Ports
from aldia.store import own_texts
from aldia.store.keys import hashed


def fingerprint(text: str) -> str:
    """What an editor was filled in from: another one means that somebody saved this text meanwhile."""
    return hashed(text)[:16]


def seen_as(words: Words) -> str:
    """The same of a letter's words; without words for the end it is that of the opening."""
    return fingerprint(f"{words.opening}\0{words.closing}" if words.closing else words.opening)


def save(ports: Ports, account: Account, name: str, *, text: str, closing: str = "", seen: str = "") -> Account:
    """A new version. Refused when it cannot stand in a letter; Conflict when the texts were changed meanwhile."""
    words = words_for(step_of(name), text, closing)
    held = _held(ports, account, name, seen)
    if held.words == words:
        return account
    return _write(ports, account, name, held.saved(words, ports.clock.now()))


def undo(ports: Ports, account: Account, name: str, *, seen: str = "") -> Account:
    """As it was before the last save."""
    held = _held(ports, account, name, seen)
    return _write(ports, account, name, held.undone()) if held.versions else account


def reset(ports: Ports, account: Account, name: str, *, seen: str = "") -> Account:
    """The product's text again; the own one is a version to come back to."""
    held = _held(ports, account, name, seen)
    if not held.words:
        return account
    return _write(ports, account, name, held.saved(OURS, ports.clock.now()))


def _held(ports: Ports, account: Account, name: str, seen: str) -> OwnText:
    held = own_texts.load(ports, account.id, name)
    if seen and seen != seen_as(held.words):
        raise Conflict("text changed meanwhile")
    return held


def _write(ports: Ports, account: Account, name: str, text: OwnText) -> Account:
    """Text and account in one transaction: a letter that was composed with other words is not claimed any more."""
    others = tuple(held for held in account.texts if held != name)
    texts = tuple(sorted((*others, name))) if text.words else others
    put = own_texts.put(account.id, name, text)
    return settings_change.change(ports, account, "texts", more=(put,), texts=texts, texts_at=ports.clock.now())
