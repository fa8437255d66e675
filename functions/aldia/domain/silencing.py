"""What silences all debts of a client, or one of them, without anything being agreed."""

from dataclasses import replace
from datetime import date, datetime

from aldia.domain.case import Case, Letter, LetterPart, Notice, Outcome
from aldia.domain.client import BillingContact, Client
from aldia.domain.contact_rules import with_contact
from aldia.domain.debt import Pause
from aldia.domain.errors import Refused
from aldia.domain.new_readers import addressed, addresses, with_steps_of, without_clicks
from aldia.domain.outcomes import live_debt, may_be_answered, moment, neutral, payable, settled, unchanged
from aldia.domain.relation import relation, with_day

IDENTITY = (
    "name", "country", "timezone", "language", "kind", "tax_id", "contacts", "consents", "consent_on", "consent_source",
    "note", "phrase",
)  # fmt: skip
"""Fields of a client that a person writes; the others tell what happened."""


def stop(case: Case, *, now: datetime) -> Outcome:
    """The client asks for no more automatic letters: silence for good, and one letter that says so."""
    if case.client.stopped_at:
        return unchanged(case)
    days = with_day(case.client.opt_outs, case.local_day(now))
    case = _with(case, replace(case.client, stopped_at=now, opt_outs=days))
    return settled(case, now, letters=_to_client(case, "stop_noted", now), notices=(Notice("stopped", now),))


def asked_again(case: Case, *, words: str, now: datetime) -> Outcome:
    """The client told the freelancer that it wants to be written to again; `words` say how, and stay in the news.

    Only the client's own word ends `stop`, so it is never ended without that sentence.
    """
    said = words.strip()
    if not said:
        raise Refused("clients.asked_again_missing", field="words")
    return _written_to_again(case, said, now)


def wants_them_again(case: Case, *, now: datetime) -> Outcome:
    """The client takes `stop` back on its own page: letters go on, the first a distance away and not beside that page.

    Its news holds no words, for it was a press.
    """
    if not case.client.stopped_at:
        return unchanged(case)
    return _written_to_again(_with(case, with_contact(case.client, case.local_day(now))), "", now)


def _written_to_again(case: Case, words: str, now: datetime) -> Outcome:
    if not case.client.stopped_at:
        return unchanged(case)
    case = _with(case, replace(case.client, stopped_at=None, opt_outs=relation(case).opt_outs))
    return settled(case, now, notices=(Notice("asked_again", now, text=words),))


def wrong_person(
    case: Case, *, suggested: BillingContact | None = None, is_report: bool = False, now: datetime
) -> Outcome:
    """Whoever reads the address does not know about this: silence, and one letter to that very address.

    The letter names no debt; it carries the address, since another one may stand there when it goes. Whom that person
    names is kept for the freelancer to decide about: a stranger's word alone makes us write to nobody.
    `is_report`: that person knows of no such debt.
    """
    held = case.client
    reported = held.reported_at or (now if is_report else None)
    if held.wrong_person_at:
        more = replace(held, suggested=suggested or held.suggested, reported_at=reported)
        return unchanged(case) if more == held else settled(_with(case, more), now)
    letters = _to_client(case, "wrong_person_noted", now, names_debts=False, to=", ".join(case.client.emails))
    return settled(
        _with(case, replace(held, wrong_person_at=now, suggested=suggested, reported_at=reported)),
        now,
        letters=letters,
        notices=(Notice("wrong_person", now, text=suggested.email if suggested else ""),),
    )


def right_person(case: Case, *, now: datetime) -> Outcome:
    """Whoever said "not me" takes it back: the page opens again, letters go on, what was said with it is forgotten."""
    if not case.client.wrong_person_at:
        return unchanged(case)
    case = _with(case, replace(case.client, wrong_person_at=None, suggested=None, reported_at=None))
    return settled(case, now, notices=(Notice("right_person", now),))


def write_to_suggested(case: Case, *, now: datetime) -> Outcome:
    """The freelancer takes the person who was named: letters go there, and to nobody who got them before."""
    named = case.client.suggested
    if named is None:
        raise Refused("clients.nobody_suggested")
    kept = tuple(replace(known, mail="none") for known in case.client.contacts if known.email != named.email)
    return client_changed(case, client=replace(case.client, contacts=(named, *kept)), now=now)


def bounce(case: Case, *, now: datetime) -> Outcome:
    """The mail provider says that the address does not exist: nothing goes there any more."""
    if case.client.bounced_at:
        return unchanged(case)
    return settled(_with(case, replace(case.client, bounced_at=now)), now, notices=(Notice("bounced", now),))


def complaint(case: Case, *, now: datetime) -> Outcome:
    """Somebody there marked a letter as unwanted: nothing goes to this client any more."""
    if case.client.complained_at:
        return unchanged(case)
    days = with_day(case.client.complaints, case.local_day(now))
    changed = replace(case.client, complained_at=now, complaints=days)
    return settled(_with(case, changed), now, notices=(Notice("complaint", now),))


def client_changed(case: Case, *, client: Client, now: datetime, is_reachable: bool = False) -> Outcome:
    """The freelancer edits the client. Another address ends `wrong_person` and `bounce` and shuts older links.

    Only what a person writes is taken from `client`. `is_reachable` ends the two for the same address as well: the
    freelancer has asked, and it is the right one. Where nobody who had letters gets them any more, the late ones begin
    again with the kindest, and what was allowed to go is asked for again; not so with `is_reachable`.
    """
    was = case.client
    changed = replace(was, **{name: getattr(client, name) for name in IDENTITY})
    has_moved = addresses(changed) != addresses(was)
    if has_moved:
        changed = replace(changed, link_version=was.link_version + 1)
        changed = addressed(was, changed, now, begins_anew=not is_reachable)
    if has_moved or is_reachable:
        changed = replace(changed, wrong_person_at=None, bounced_at=None, suggested=None, reported_at=None)
    if changed == was:
        return unchanged(case)
    is_stranger = changed.addressed_since == now and not is_reachable
    return settled(with_steps_of(without_clicks(case) if is_stranger else case, changed), now)


def pause(case: Case, debt_id: str | None, *, until: date | None = None, reason: str = "", now: datetime) -> Outcome:
    """The freelancer asks for silence on a debt, or (None) on the client; `until` is the last silent day."""
    if until is not None and until < case.local_day(now):
        raise Refused("answers.day_is_past", field="until")
    return settled(_with_pause(case, debt_id, Pause(at=now, until=until, reason=reason)), now)


def resume(case: Case, debt_id: str | None, *, now: datetime) -> Outcome:
    """End the pause of a debt, or (None) that of the client; the two are separate."""
    held = case.client.pause if debt_id is None else live_debt(case, debt_id).pause
    return unchanged(case) if held is None else settled(_with_pause(case, debt_id, None), now)


def _with_pause(case: Case, debt_id: str | None, pause: Pause | None) -> Case:
    if debt_id is None:
        return _with(case, replace(case.client, pause=pause))
    return case.with_debt(replace(live_debt(case, debt_id), pause=pause))


def _with(case: Case, client: Client) -> Case:
    return replace(case, client=client)


def _to_client(
    case: Case, step: str, now: datetime, *, names_debts: bool = True, **facts: object
) -> tuple[Letter, ...]:
    """An at-once letter about the client rather than one debt; it lists what is open, unless it must not."""
    if not may_be_answered(case.client):
        return ()
    listed = [debt for debt in case.debts if names_debts and not debt.deleted_at]
    sums = [(debt, payable(case, debt, now)) for debt in listed]
    parts = tuple(LetterPart(debt.id, step, "", minor, debt.currency) for debt, minor in sums if minor > 0)
    letter = Letter(
        step, "answer", case.local_day(now), now, parts=parts, cause=moment(case, now), facts=neutral(facts)
    )
    return (letter,)
