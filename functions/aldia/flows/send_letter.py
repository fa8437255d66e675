"""Send once: claim, hand over, record. What cannot be known is shown as unknown, never sent again blindly.

The protocol (reliability 3.1, with claim and last look in one transaction because the send follows at
once; docs/decisions.md says why):

1. the message is composed from a strong read, before anything is written;
2. one transaction claims it: the client's version must still be the one that was read (so no answer,
   payment or second sender came between), the letter's key must be free, every counter below its cap;
3. the mail provider gets it, once;
4. the outcome is recorded. A crash before that leaves the letter in `sending`, where events of the
   provider or the recovery find it.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from aldia.domain import working_terms
from aldia.domain.account import Account
from aldia.domain.case import Case, Letter
from aldia.domain.kind_words import without_unkind
from aldia.domain.letter_notes import without
from aldia.domain.needs import Need, NeedKind
from aldia.flows.mail_event import MailEvent, mail_event
from aldia.flows.own_letter import Written, composed
from aldia.mail.links import Links
from aldia.ports import Add, Check, Conflict, MailRefused, MailUnknown, Message, Ports, Write
from aldia.store import accounts, keys, needs, tokens
from aldia.store import letters as records
from aldia.store.letters import LetterRecord

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
RECORD_TRIES = 5
FIRST_WEEK = timedelta(days=7)
NEW_RECIPIENTS_A_DAY = 5
LETTERS_A_DAY = 20
PAID_DEBTS_FOR_TRUST = 3
TRUST_WAIT = timedelta(hours=1)  # the caps count by day; an hour later is soon enough to look again
EARLY_LETTERS = 20  # a complaint among these pauses the account


class Prepared(NamedTuple):
    """A mail with a fresh link. The claim takes the writes: the link, and what the freelancer is told."""

    message: Message
    writes: list[Write]
    letter: Letter  # as it goes: without a personal note that the linter blocks


def prepare(ports: Ports, case: Case, letter: Letter, now: datetime) -> Prepared:
    """Compose the mail. Refused when it cannot be written."""
    token = ports.ids.token()
    debt_ids = tuple(part.debt_id for part in letter.parts)
    link = tokens.PayLink(case.account.id, case.client.id, debt_ids, case.client.link_version, case.client.language)
    ours = Links(ports.settings.base_url)
    tags = {"account": case.account.id, "client": case.client.id, "letter": keys.hashed(letter.id)[:32]}
    about_terms = letter.step in working_terms.LETTERS
    page, stop = ours.terms(token) if about_terms else ours.client_page(token), ours.stop(token)
    doors = [tokens.put_link(token, link, now), *([terms_door(case, token, now)] if about_terms else [])]
    written = composed(ports, case, letter, link=page, stop_link=stop, tags=tags)
    told = [
        needs.put(case.account.id, case.client.id, Need(next(iter(debt_ids), ""), kind), now)
        for kind in _held(case, letter, written)
    ]
    as_it_goes = without(letter) if written.is_note_held else letter
    return Prepared(written.message, [*doors, *told], as_it_goes)


def _held(case: Case, letter: Letter, written: Written) -> Iterator[NeedKind]:
    """What the linter kept of the freelancer's words, for Today; a personal note shows itself on its debt."""
    if written.is_held:
        yield "own_text"
    if without_unkind(case, letter) != (case, letter):
        yield "own_words"


def terms_door(case: Case, token: str, now: datetime) -> Write:
    """A link by which this client reads the terms and says yes."""
    client = case.client
    return tokens.put_terms_link(
        token, tokens.TermsLink(case.account.id, client.id, client.link_version, client.terms_links), now
    )


def counters(ports: Ports, case: Case, now: datetime, *, letters: int = 1) -> Iterable[Write]:
    """The account is as it was read (not paused since), and the trust limits, inside the claim (reliability 4.2)."""
    account = case.account
    yield unchanged(account)
    new = len(new_addresses(case))
    if account.trust.letters_sent <= EARLY_LETTERS:
        yield accounts.count(account.id, letters_sent=letters)
    if is_limited(ports, account, now):
        yield Add(
            *keys.caps(account.id, now.date().isoformat()),
            {"letters": letters, "new": new},
            {"letters": LETTERS_A_DAY, "new": NEW_RECIPIENTS_A_DAY},
            {"kind": "caps", "expires_at": int((now + timedelta(days=3)).timestamp())},
        )


def new_addresses(case: Case) -> list[str]:
    """The client's addresses that nothing was ever sent to."""
    addresses = (*case.client.emails, *case.client.copies)
    return [address for address in addresses if address not in case.client.known_addresses]


def unchanged(account: Account) -> Check:
    """Nobody paused the account, or changed its rules, since it was read."""
    return Check(*keys.account(account.id), {"version": account.version})


def is_limited(ports: Ports, account: Account, now: datetime) -> bool:
    """Is the account in its first week, without a connected Stripe account or three paid debts?"""
    if not ports.settings.trust_limits or account.stripe_ready or account.trust.debts_paid >= PAID_DEBTS_FOR_TRUST:
        return False
    return account.created_at is None or now - account.created_at < FIRST_WEEK


def known_now(case: Case) -> Case:
    """The case once its client's addresses have been written to."""
    client = case.client
    addresses = tuple(dict.fromkeys((*client.known_addresses, *client.emails, *client.copies)))
    return replace(case, client=replace(client, known_addresses=addresses))


def hand_over(ports: Ports, record: LetterRecord, message: Message) -> LetterRecord:
    """Give a claimed letter to the provider and record the outcome. Never raises for the provider's sake."""
    try:
        provider_id = ports.mailer.send(message)
    except MailRefused as refusal:
        _refused(ports, record, message, refusal)
        return record
    except MailUnknown as doubt:
        log.warning("letter_unknown", extra={"reason": str(doubt)})
        return record  # stays in `sending`: an event or the recovery will tell
    _record(ports, record, lambda: records.finish(ports, record, state="accepted", provider_id=provider_id))
    return replace(record, state="accepted", provider_id=provider_id)


def _refused(ports: Ports, record: LetterRecord, message: Message, refusal: MailRefused) -> None:
    if refusal.is_dead:  # what SES tells by an event, a mail server says at once
        mail_event(ports, MailEvent("bounce", "", dict(message.tags)))
    elif refusal.retry and record.attempts < MOST_ATTEMPTS:
        wait = timedelta(minutes=5 * 2**record.attempts)
        at = ports.clock.now() + wait
        _record(ports, record, lambda: records.plan_again(ports, record, at, str(refusal)))
    else:
        _record(ports, record, lambda: records.finish(ports, record, state="failed", reason=str(refusal)))


def _record(ports: Ports, record: LetterRecord, write: Callable[[], None]) -> None:
    """Write down what is known now. Another transaction may hold the item: only the letter tells who was first."""
    for attempt in range(RECORD_TRIES):
        try:
            write()
            return
        except Conflict:
            found = records.load(ports, record.key)
            if found is None or found.state != record.state:
                log.info("letter_already_recorded")  # the provider's event was faster than we
                return
        ports.pause(attempt)
    log.warning("letter_not_recorded")  # an event or the recovery will tell
