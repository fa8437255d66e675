"""What the mail provider tells about a mail: the one entry for SES's events and for the local panel."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from aldia.domain import answers
from aldia.domain.case import Outcome
from aldia.flows import casework, client_answers
from aldia.ports import Conflict, Ports, Put, Query, Write
from aldia.store import accounts, keys, letters
from aldia.store.letters import LetterRecord

Kind = Literal["send", "delivery", "bounce", "complaint"]
STATES = {"send": "accepted", "delivery": "delivered", "bounce": "bounced", "complaint": "complained"}
KEPT = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class MailEvent:
    """One event. `tags` are ours and came back; `is_permanent`: the address will never work."""

    kind: Kind
    provider_id: str
    tags: dict[str, str]
    is_permanent: bool = True


def mail_event(ports: Ports, event: MailEvent) -> None:
    """Lift the letter's state and silence what must be silent. Any order, any number of times: the same end.

    An event of a mail that is none of ours is kept for two weeks and changes nothing.
    """
    record = _letter(ports, event.tags)
    if record is None:
        _keep_stray(ports, event)
        return
    if letters.is_forward(record.state, STATES[event.kind]):
        try:
            letters.finish(ports, record, state=STATES[event.kind], provider_id=event.provider_id)
        except Conflict:  # the sender or another event was faster: look again
            mail_event(ports, event)
            return
    if event.kind == "bounce" and event.is_permanent:
        _silence(ports, record, answers.bounce)
    if event.kind == "complaint":
        _complained(ports, record)


def _letter(ports: Ports, tags: dict[str, str]) -> LetterRecord | None:
    """The letter that the tags name; its id is hashed in them, so that no date or kind leaves the house."""
    if not all(name in tags for name in ("account", "client", "letter")):
        return None
    pk, _ = keys.client(tags["account"], tags["client"])
    page = ports.table.query(Query(pk, begins_with="R#", strong=True, backwards=True, limit=200))
    return next(
        (letters.decoded(item) for item in page.items if keys.hashed(item["sk"][2:])[:32] == tags["letter"]), None
    )


def _keep_stray(ports: Ports, event: MailEvent) -> None:
    until = int((ports.clock.now() + KEPT).timestamp())
    item = {"pk": f"M#{event.provider_id}", "sk": event.kind, "kind": "stray", "expires_at": until}
    ports.table.write(Put(item))


def _silence(ports: Ports, record: LetterRecord, ask: Callable[..., Outcome], *more: Write) -> None:
    """Tell the domain; `more` is written with what changes, so once."""
    casework.change(
        ports,
        record.account_id,
        record.client_id,
        lambda case, now: ask(case, now=now),
        more=lambda _case, _outcome: more,
    )


def _complained(ports: Ports, record: LetterRecord) -> None:
    _silence(ports, record, answers.complaint, accounts.count(record.account_id, complaints=1))
    client_answers.pause_if_reported(ports, record.account_id)
