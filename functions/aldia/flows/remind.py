"""One client's turn: ask the domain what goes now, claim it, send it."""

import logging
from dataclasses import replace
from datetime import datetime

from aldia.domain.case import Case, Letter, Outcome
from aldia.domain.errors import Refused
from aldia.domain.letter_notes import given_back
from aldia.domain.reminders import decide
from aldia.domain.tried_again import told
from aldia.flows import after_restore, not_known_yet, send_letter
from aldia.ports import CapReached, Conflict, Message, Ports, Write
from aldia.store import cases, letters, restored, wakeups
from aldia.store.accounts import Known
from aldia.store.letters import LetterRecord

log = logging.getLogger(__name__)


def remind(ports: Ports, account_id: str, client_id: str, known: Known | None = None) -> int:
    """Do what is due for one client; how many letters were handed over.

    Does nothing when somebody else works on the client: whoever wins the version writes. `known`: accounts that this
    run has read already.
    """
    known = known or Known(ports)
    held = known.held(account_id)
    account = held or known.read(account_id)
    try:
        case = cases.load(ports, account, client_id, is_to_write=True) if account else None
    except restored.InDoubt:
        after_restore.look_again(ports, account_id, client_id)  # its wake-up stays: the next run decides anew
        return 0
    if case is None:
        return 0
    now = ports.clock.now()
    outcome = decide(case, now)
    if held and not outcome.letters:  # a claim checks the account; what is noted without one goes by it as it is now
        anew = known.read(account_id)
        if anew is None:
            return 0
        case = replace(case, account=anew)
        outcome = decide(case, now)
    if not_known_yet.is_unsettled(ports, case, outcome.letters, now):
        _wait(ports, case, now + not_known_yet.LOOK_AGAIN)
        return 0
    if outcome.case == case and not outcome.letters and not outcome.tasks:
        wakeups.set_right(ports, case)
        return 0
    sent = _claimed_and_sent(ports, case, outcome, now)
    if outcome.letters and not sent:
        known.forget(account_id)
    return sent


def _claimed_and_sent(ports: Ports, case: Case, outcome: Outcome, now: datetime) -> int:
    """Save the outcome with the claims of its letters, and hand them over."""
    after = send_letter.known_now(outcome.case) if outcome.letters else outcome.case
    claimed, writes, after = _claims(ports, case, after, outcome.letters, now=now)
    if claimed:
        writes += send_letter.counters(ports, case, now, letters=len(claimed))
    elif outcome.letters:
        writes.append(send_letter.unchanged(case.account))
    try:
        cases.save(ports, case, replace(outcome, case=after, letters=()), now=now, more=writes)
    except CapReached:
        _wait(ports, case, now + send_letter.TRUST_WAIT)  # the day's trust limit is reached: nothing is marked as sent
        return 0
    except Conflict:
        log.info("client_busy")
        return 0
    for record, message in claimed:
        send_letter.hand_over(ports, record, message)
    return len(claimed)


def _claims(
    ports: Ports, before: Case, case: Case, planned: tuple[Letter, ...], *, now: datetime
) -> tuple[list[tuple[LetterRecord, Message]], list[Write], Case]:
    """The letters with their claims, what is written with them, and the case with the notes that do not go."""
    claimed: list[tuple[LetterRecord, Message]] = []
    writes: list[Write] = []
    for letter in planned:
        record = LetterRecord(letter, case.account.id, case.client.id, case.client.name, told=told(case, letter))
        try:
            message, more, as_it_goes = send_letter.prepare(ports, case, letter, now)
        except Refused as refused:  # a name that may not stand in a header: shown, and no loop of tries
            writes.append(letters.failed(record, now, refused.key))
            case = given_back(before, case, letter, held="")
            continue
        if as_it_goes != letter:
            case, record = given_back(before, case, letter, held="tone"), replace(record, letter=as_it_goes)
        taken, claim = letters.claim(ports, record, message, now)
        claimed.append((taken, message))
        # What is told of the same debt in two letters is one item: a transaction takes each item once.
        writes += [claim, *(write for write in more if write not in writes)]
    return claimed, writes, case


def _wait(ports: Ports, case: Case, at: datetime) -> None:
    """Nothing goes and nothing is marked as sent: the client's turn comes again at that instant."""
    later = replace(case, client=replace(case.client, next_at=at))
    try:
        cases.save(ports, case, Outcome(later), now=ports.clock.now())
    except Conflict:
        log.info("client_busy")
