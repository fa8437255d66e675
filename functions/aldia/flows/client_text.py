"""The freelancer's words for the letters to one client: saved, taken back by one version, given back.

`name` is `own_texts.key` of the step and the language; `seen` the fingerprint that the editor was filled in from.
"""

from collections.abc import Callable
from dataclasses import replace

from aldia.domain.case import Outcome
from aldia.domain.own_texts import OURS, OwnText, step_of, with_text, words_for
from aldia.flows.casework import TRIES
from aldia.flows.edit_text import seen_as
from aldia.ports import Conflict, Ports
from aldia.store import cases, own_texts

Ids = tuple[str, str]
"""Account and client."""


def save(ports: Ports, ids: Ids, name: str, *, text: str, closing: str = "", seen: str = "") -> None:
    """A new version. Refused when it cannot stand in a letter; Conflict when the text was changed meanwhile."""
    words = words_for(step_of(name), text, closing)
    at = ports.clock.now()
    _change(ports, ids, name, lambda held: held if held.words == words else held.saved(words, at), seen=seen)


def undo(ports: Ports, ids: Ids, name: str, *, seen: str = "") -> None:
    """As it was before the last save."""
    _change(ports, ids, name, OwnText.undone, seen=seen)


def reset(ports: Ports, ids: Ids, name: str, *, seen: str = "", takes_ours: bool = False) -> None:
    """The account's text again, or (`takes_ours`) the product's; the client's own is a version to come back to."""
    at = ports.clock.now()
    _change(
        ports, ids, name, lambda held: held.saved(OURS, at) if held.words else held, seen=seen, takes_ours=takes_ours
    )


def _change(
    ports: Ports,
    ids: Ids,
    name: str,
    change: Callable[[OwnText], OwnText],
    *,
    seen: str,
    takes_ours: bool = False,
) -> None:
    """Text and client in one transaction: a letter that was composed with other words is not claimed any more."""
    account_id, client_id = ids
    for attempt in range(TRIES):
        case = cases.load_by_id(ports, account_id, client_id)
        held = own_texts.load(ports, account_id, name, client_id)
        if seen and seen != seen_as(held.words):
            raise Conflict("text changed meanwhile")
        after = change(held)
        client = with_text(case.client, name, is_own=bool(after.words), takes_ours=takes_ours)
        if (after, client) == (held, case.client):
            return
        if after != held:
            client = replace(client, texts_at=ports.clock.now())
        put = own_texts.put(account_id, name, after, client_id)
        try:
            outcome = Outcome(replace(case, client=client))
            cases.save(ports, case, outcome, now=ports.clock.now(), more=(put,))
        except Conflict:
            if attempt == TRIES - 1:
                raise
            ports.pause(attempt)
            continue
        return
