"""Notes on a client before work is done on credit: an impression of one's own, a fact with its source, or a cause that
does not lie with the client (its sector, its own clients, a law). Each may have a last day on which it matters."""

from dataclasses import replace
from datetime import date, datetime

from aldia.domain.case import Case, Outcome
from aldia.domain.errors import Refused
from aldia.domain.prevention import RiskKind, RiskNote

KINDS: tuple[RiskKind, ...] = ("own", "outside", "fact")
MOST = 12  # of one client: they lie on its record, which every change writes
LONGEST, LONGEST_SOURCE = 280, 200


def keep(case: Case, note: RiskNote, *, today: date) -> Outcome:
    """A new note, or another text for the one of its id. Refused beside its field."""
    if not note.text:
        raise Refused("risk.text_missing", field="text")
    if note.kind == "fact" and not note.source:
        raise Refused("risk.source_missing", field="source")
    if note.on > today:
        raise Refused("risk.day_ahead", field="on")
    if note.until and note.until < note.on:
        raise Refused("risk.until_before", field="until")
    held = case.client.risks
    if any(one.id == note.id for one in held):
        return _with(case, tuple(note if one.id == note.id else one for one in held))
    if len(held) >= MOST:
        raise Refused("risk.too_many", field="text", count=MOST)
    return _with(case, (*held, note))


def remove(case: Case, note_id: str) -> Outcome:
    """Without that note; nothing when it is gone already."""
    return _with(case, tuple(one for one in case.client.risks if one.id != note_id))


def in_force(case: Case, now: datetime) -> tuple[RiskNote, ...]:
    """The notes that still matter on the client's local day."""
    today = case.local_day(now)
    return tuple(one for one in case.client.risks if one.until is None or one.until >= today)


def _with(case: Case, risks: tuple[RiskNote, ...]) -> Outcome:
    return Outcome(replace(case, client=replace(case.client, risks=risks)))
