"""Letters that wait in the table: answers to be sent at once, refused ones to be tried again, and
those whose fate is not known."""

import logging
from dataclasses import replace
from datetime import datetime

from aldia.domain import tried_again
from aldia.domain.case import Case, Notice, Outcome
from aldia.domain.errors import Refused
from aldia.domain.note_edits import handed_back
from aldia.flows import casework, send_letter
from aldia.flows.after_restore import is_stopped
from aldia.ports import CapReached, Check, Conflict, Ports, Write
from aldia.store import cases, keys, letters, news
from aldia.store.letters import LetterRecord

log = logging.getLogger(__name__)


def deliver(ports: Ports, key: keys.Key) -> int:
    """Handle one letter that woke up; how many mails were handed over."""
    found, now = ports.table.get(*key), ports.clock.now()
    if found is None:
        return 0
    record = letters.decoded(found)
    if record.state not in (*letters.ORDER, *letters.FINAL):
        raise ValueError(f"a letter in the state {record.state!r}")
    if not letters.is_due(found, now):  # a run beside this one has it, or its hour is not over
        return 0
    if record.state not in ("planned", "sending"):
        letters.rest(ports, record)
        return 0
    if found.get("doubt"):  # it could not be read when the data were set back, so it may have gone since
        return _stays_unknown(ports, record)
    if record.state == "sending":
        return _recover(ports, record)
    case = cases.load_by_id(ports, record.account_id, record.client_id)
    if is_stopped(case.account):
        letters.plan_again(ports, record, now + send_letter.TRUST_WAIT, "paused")
        return 0
    reason = why_not(case, record, now)
    if reason:
        letters.finish(ports, record, state="skipped", reason=reason)
        return 0
    return _send(ports, case, record, now, woken=letters.woken(found))


def deliver_brought(ports: Ports, key: keys.Key) -> int:
    """Handle the letter that waits with news; how many mails were handed over. Once this returns, news may be told.

    It goes at once, claimed by its key, or becomes a letter that waits by itself. Conflict when somebody was faster:
    news and letter stay due.
    """
    found = ports.table.get(*key)
    record = news.brought(found) if found else None
    # One reading: news that waits for the hour's mail comes here again, and a claim that is refused costs far more.
    if record is None or ports.table.get(*record.key):  # told; or gone, or waiting by itself
        return 0
    case, now = cases.load_by_id(ports, record.account_id, record.client_id), ports.clock.now()
    sent = _send_new(ports, case, record, now)
    if not sent:
        ports.table.write(letters.planned(ports, case, record.letter, now))
    return sent or deliver(ports, record.key)


def _send_new(ports: Ports, case: Case, record: LetterRecord, now: datetime) -> int:
    """Claim a letter by its key and hand it over; 0 when it has to wait or may not go, for whatever reason."""
    if is_stopped(case.account) or why_not(case, record, now):
        return 0
    try:
        message, doors, as_it_goes = send_letter.prepare(ports, case, record.letter, now)
        if as_it_goes != record.letter:
            return 0
        taken, claim = letters.claim(ports, record, message, now)
        ports.table.write(claim, *doors, *_guards(ports, case, record, now))
    except (Refused, CapReached):
        return 0
    send_letter.hand_over(ports, taken, message)
    return 1


def _send(ports: Ports, case: Case, record: LetterRecord, now: datetime, *, woken: str) -> int:
    try:
        message, links, as_it_goes = send_letter.prepare(ports, case, record.letter, now)
    except Refused as refused:
        letters.finish(ports, record, state="failed", reason=refused.key)
        return 0
    if as_it_goes != record.letter:  # refused before, and a rule has changed since: the note goes back to its debt
        case, record = _without_note(ports, record), replace(record, letter=as_it_goes)
    taken, claim = letters.claim(ports, record, message, now, woken=woken)
    try:
        ports.table.write(claim, *links, *_guards(ports, case, record, now))
    except CapReached:
        letters.plan_again(ports, record, now + send_letter.TRUST_WAIT, "cap")
        return 0
    except Conflict:
        log.info("letter_or_client_busy")  # it stays planned and due
        return 0
    send_letter.hand_over(ports, taken, message)
    return 1


def _without_note(ports: Ports, record: LetterRecord) -> Case:
    """The case whose debt has the letter's note again, for the freelancer to look at."""

    def ask(case: Case, now: datetime) -> Outcome:
        return handed_back(case, record.letter, now)

    return casework.change(ports, record.account_id, record.client_id, ask).case


def _guards(ports: Ports, case: Case, record: LetterRecord, now: datetime) -> list[Write]:
    """The last look: nobody changed the client or the account since they were read."""
    client = Check(*keys.client(case.account.id, case.client.id), {"version": case.client.version})
    if record.attempts:
        return [client, send_letter.unchanged(case.account)]
    return [client, *send_letter.counters(ports, case, now)]


def why_not(case: Case, record: LetterRecord, now: datetime) -> str:
    """Why a waiting letter may not go any more; empty when it may."""
    client, letter = case.client, record.letter
    if not client.emails:
        return "no_consent"
    if client.bounced_at:
        return "bounced"
    if client.complained_at:
        return "complaint"
    if client.wrong_person_at and letter.step != "wrong_person_noted":
        return "wrong_person"
    if case.account.paused and case.account.paused.reason == "trust":
        return "paused"
    return "" if letter.letter_class == "answer" else tried_again.why_not(case, letter, record.told, now)


def _recover(ports: Ports, record: LetterRecord) -> int:
    """Nothing was heard for an hour. A reminder is not repeated; an answer may be sent once more (README 6)."""
    if record.letter.letter_class == "answer" and record.attempts < 2:
        letters.plan_again(ports, record, ports.clock.now(), "unknown")
        return 0
    return _stays_unknown(ports, record)


def _stays_unknown(ports: Ports, record: LetterRecord) -> int:
    """Nobody knows whether it went: it is not repeated, and the freelancer is told."""
    debt_id = record.letter.parts[0].debt_id if record.letter.parts else ""

    def tell(case: Case, now: datetime) -> Outcome:
        return Outcome(case, notices=(Notice("unknown", now, debt_id, text=record.letter.step),))

    log.warning("letter_stays_unknown")
    unknown = [letters.finished(record, state="unknown")]  # together with the news: it is never silently so
    casework.change(ports, record.account_id, record.client_id, tell, more=lambda _case, _outcome: unknown)
    return 0
