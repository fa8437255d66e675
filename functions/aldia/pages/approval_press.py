"""A press on the letters that wait for a yes: what it does to each of them, and what it says of those it left alone."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal
from urllib.parse import urlencode

from flask import request

from aldia.domain.account import Account
from aldia.domain.errors import Refused
from aldia.flows import ask_first
from aldia.pages.render import ports, t
from aldia.ports import Conflict
from aldia.store import troubles

MOST = 100  # letters of one press
CARD = re.compile(r"([A-Za-z0-9_-]{1,40})\.([0-9a-f]{16})\.([0-9a-f]{24})?", re.ASCII)
DONE = ("yes", "no", "undo")
COUNTS = ("n", "no", "leer")  # in an address: done, not as they were shown, formal and not read

Fate = Literal["done", "lost", "unread", "broken"]


@dataclass(frozen=True, slots=True)
class Press:
    """What was pressed, the letters' names, and what became of each."""

    do: str
    names: tuple[str, ...] = ()
    fates: tuple[Fate, ...] = ()

    @property
    def wrong(self) -> str:
        """What to say to a press that could do nothing at all; empty: it did something, or was too late."""
        if not self.fates:
            return "none_chosen"
        return "unread" if self.fates == ("unread",) else ""

    def count(self, fate: Fate) -> int:
        """How many letters that became of."""
        return self.fates.count(fate)

    @property
    def query(self) -> str:
        """The same for the address of the page that tells it."""
        told = dict(zip(COUNTS, (self.count("done"), self.count("lost"), self.count("unread")), strict=True))
        return urlencode({"hecho": self.do, **told})


def answered(account: Account, is_ours: Callable[[str, str], bool]) -> Press:
    """Do what the form asks to each of its letters. A client that cannot be read holds none of the others up.

    `is_ours`: whether the page may touch that letter of that client. A formal letter wants a yes of its own.
    """
    do, cards = request.form.get("do", ""), _pressed()
    if do not in DONE or not cards:
        return Press(do)
    is_read = len(cards) == 1 and request.form.get("leida") == "1"
    deeds: dict[str, Callable[..., None]] = {
        "yes": partial(ask_first.allow, is_read=is_read),
        "no": ask_first.leave_out,
        "undo": ask_first.take_back,
    }
    fates = tuple(_fate(account, card, deeds[do], do) if is_ours(card[1], card[2]) else "lost" for card in cards)
    return Press(do, tuple(card[2] for card in cards), fates)


def _fate(account: Account, card: re.Match[str], deed: Callable[..., None], do: str) -> Fate:
    client_id, name, mark = card[1], card[2], card[3] or ""
    fate: Fate = "done"
    broken: list[str] = []
    with troubles.passed_over(broken, client_id):
        try:
            deed(ports(), account.id, client_id, name if do == "undo" else mark)
        except Refused as refused:
            fate = "unread" if refused.key == "approvals.unread" else "lost"
        except Conflict:
            fate = "lost"
    return "broken" if broken else fate


def _pressed() -> list[re.Match[str]]:
    """The letters that a press is about."""
    return [found for text in request.form.getlist("carta")[:MOST] if (found := CARD.fullmatch(text))]


def notices() -> list[dict[str, str]]:
    """What the last press did, and why it left some letters as they are."""
    done, *counts = (request.args.get(name, "0") for name in ("hecho", *COUNTS))
    if done not in DONE or not all(count.isascii() and count.isdigit() for count in counts):
        return []
    keys = (f"approvals.done_{done}", "approvals.lost", "approvals.unread_some")
    told = ((key, int(count[:3])) for key, count in zip(keys, counts, strict=True))
    return [{"text": t(key, n=n)} for key, n in told if n]
