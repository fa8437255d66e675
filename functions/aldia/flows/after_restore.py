"""The table was set back to an earlier moment: nobody is written to twice (docs/decisions.md, "After a restore").

What was sent since is forgotten, so nothing that was due by now is sent: it is given up and listed, every account is
stopped, its freelancer is told, and letters go on when the freelancer says so. Each step may be repeated.

What cannot be read holds nobody else up: it is listed. Clients and letters are marked as well, and the run that can
read them first doubts them then; a letter that came with news which cannot be read never goes.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime

from aldia.domain.account import Account
from aldia.domain.case import Case, Notice, Outcome
from aldia.domain.debt import Pause
from aldia.domain.restored import Doubt, doubted
from aldia.flows import casework, settings_change
from aldia.mail.account_mail import compose_account_change
from aldia.mail.links import Links
from aldia.ports import (
    AlreadyThere,
    Conflict,
    Item,
    MailRefused,
    MailUnknown,
    PaymentRefused,
    PaymentUnknown,
    Ports,
    Put,
    Set,
    Unreachable,
    Write,
)
from aldia.store import accounts, cases, inbox, keys, letters, news, restored, troubles, wakeups
from aldia.store.letters import LetterRecord
from aldia.store.restored import Lost, Restored

log = logging.getLogger(__name__)

RESTORED = "restored"  # the reason of an account's pause that the freelancer ends on a page of its own
TRUST = "trust"  # a pause that protects strangers stays what it is
TITLE = 80


@dataclass(frozen=True, slots=True)
class Told:
    """How many freelancers were written to, and how many could not be: mail was stopped, or their address refused."""

    told: int
    untold: int
    unread: tuple[str, ...]  # records that could not be read or handled, as `troubles.name_of` calls them


@dataclass(frozen=True, slots=True)
class Drilled(Told):
    """And how many letters are in doubt."""

    doubts: int


def after_restore(ports: Ports, since: datetime) -> Drilled:
    """Stop all mail, doubt what was due since `since`, tell the freelancers.

    The scheduled function must not have run on the restored table before. While this runs its runs do nothing.
    """
    wakeups.hold(ports)
    unread: list[str] = []
    ids = [keys.owner(item["pk"] + "#") for item in ports.table.every("account")]
    for account_id in ids:
        with _passed_over(ports, unread, keys.account(account_id)):
            _stop(ports, account_id, since)
    doubts = 0
    for item in ports.table.every("client"):
        with _passed_over(ports, unread, (item["pk"], "CLIENT"), mark=restored.doubt_client):
            doubts += _doubt_client(ports, keys.owner(item["pk"]), keys.client_of(item["pk"]))
    for item in ports.table.every("letter"):
        with _passed_over(ports, unread, (item["pk"], item["sk"]), mark=restored.doubt_letter):
            doubts += _doubt_letter(ports, letters.decoded(item))
    for item in ports.table.every("news"):
        if "wake_pk" in item:  # it may have been told; it stands under today either way
            with _passed_over(ports, unread, (item["pk"], item["sk"])):
                doubts += _doubt_brought(ports, item)
            ports.table.write(Set(item["pk"], item["sk"], keys.NO_WAKE))
    for account_id in ids:
        with _passed_over(ports, unread, keys.account(account_id)):
            _ask_payments(ports, account_id, since)
    found = tell(ports)
    wakeups.release(ports)
    return Drilled(found.told, found.untold, tuple(dict.fromkeys((*unread, *found.unread))), doubts)


@contextmanager
def _passed_over(
    ports: Ports, unread: list[str], key: keys.Key, *, mark: Callable[[keys.Key], Write] | None = None
) -> Iterator[None]:
    """What cannot be read is listed, and marked so that nothing of it goes. Unreachable passes: all is in doubt.

    So does Conflict of what no mark keeps silent: runs stay held, and the drill is repeated.
    """
    passes = (Unreachable,) if mark else (Unreachable, Conflict)
    try:
        yield
    except passes:
        raise
    except Exception:
        log.exception("poisoned")
        ports.table.write(troubles.put(*key, ports.clock.now()))
        if mark:
            ports.table.write(mark(key))
        unread.append(troubles.name_of(*key))


def tell(ports: Ports) -> Told:
    """Write to each freelancer who was not written to yet and has not let letters go on; changes nothing else."""
    done: list[bool | None] = []
    unread: list[str] = []
    for item in ports.table.every("account"):
        with _passed_over(ports, unread, (item["pk"], item["sk"])):
            done.append(_tell(ports, keys.owner(item["pk"] + "#")))
    return Told(done.count(True), done.count(False) + len(unread), tuple(unread))


def _stop(ports: Ports, account_id: str, since: datetime) -> None:
    account = accounts.load(ports, account_id)
    if account is None or restored.load(ports, account_id):
        return
    now = ports.clock.now()
    held = restored.put(account_id, Restored(since, now, account.paused), is_new=True)
    is_for_trust = account.paused is not None and account.paused.reason == TRUST
    pause = account.paused if is_for_trust else Pause(now, None, RESTORED)
    settings_change.change(ports, account, "pause", more=[held], paused=pause)


def look_again(ports: Ports, account_id: str, client_id: str) -> None:
    """A client that could not be read after the restore can be now: what is due is doubted before anything goes.

    The page with what is in doubt may be gone by now, so the freelancer is told of each letter as news.
    """
    _doubt_client(ports, account_id, client_id, is_late=True)
    ports.table.write(restored.not_in_doubt(keys.client(account_id, client_id)))


def _doubt_client(ports: Ports, account_id: str, client_id: str, *, is_late: bool = False) -> int:
    """Debt by debt, so that each fits into one transaction."""
    found = 0
    for debt in cases.load_by_id(ports, account_id, client_id).debts:
        found += _doubt_debt(ports, account_id, client_id, debt.id, is_late=is_late)
    return found


def _doubt_debt(ports: Ports, account_id: str, client_id: str, debt_id: str, *, is_late: bool) -> int:
    doubts: list[Doubt] = []

    def ask(case: Case, now: datetime) -> Outcome:
        outcome, found = doubted(case, debt_id, now)
        doubts[:] = found
        news = tuple(Notice("unknown", now, one.debt_id, text=one.step) for one in found) if is_late else ()
        return replace(outcome, notices=(*outcome.notices, *news))

    def more(case: Case, _outcome: Outcome) -> list[Write]:
        now = ports.clock.now()
        return [restored.put_lost(account_id, _lost(case, one.debt_id, one.step), one.key, now) for one in doubts]

    casework.change(ports, account_id, client_id, ask, more=more)
    return len(doubts)


def _lost(case: Case, debt_id: str, step: str) -> Lost:
    debt = next((debt for debt in case.debts if debt.id == debt_id), None)
    title = (debt.number or debt.concept)[:TITLE] if debt else ""
    return Lost(case.client.id, case.client.name, debt_id, title, step)


def _doubt_letter(ports: Ports, record: LetterRecord) -> int:
    """A letter that waited or was on its way at that moment has gone since, or nobody knows."""
    if record.state not in ("planned", "sending"):
        return 0
    lost = _lost_of(record, ports.clock.now())
    ports.table.write(letters.finished(record, state="unknown", reason=RESTORED), lost)
    return 1


def _doubt_brought(ports: Ports, item: Item) -> int:
    """A letter that waited with news at that moment, and so is none of the letters yet."""
    record = news.brought(item)
    if record is None:
        return 0
    with suppress(AlreadyThere):  # doubted with the others
        ports.table.write(
            letters.ended(record, ports.clock.now(), state="unknown", reason=RESTORED),
            _lost_of(record, ports.clock.now()),
        )
        return 1
    return 0


def _lost_of(record: LetterRecord, now: datetime) -> Put:
    letter = record.letter
    debt_id = letter.parts[0].debt_id if letter.parts else ""
    lost = Lost(record.client_id, record.client_name, debt_id, "", letter.step)
    return restored.put_lost(record.account_id, lost, letter.id, now)


def _ask_payments(ports: Ports, account_id: str, since: datetime) -> None:
    """What the payment provider told since is asked for again, so that nobody who has paid is asked for money."""
    account = accounts.load(ports, account_id)
    if account is None or not account.stripe_account:
        return
    try:
        for event in ports.payments.events_since(since, account.stripe_account):
            inbox.keep(ports, event, ports.clock.now())
    except (PaymentRefused, PaymentUnknown):
        log.warning("events_not_asked")  # the reconciler asks about every open checkout anyway


def _tell(ports: Ports, account_id: str) -> bool | None:
    """One mail, at most once, and whether it may have gone; None: it need not. The page under today says the same."""
    account, held = accounts.load(ports, account_id), restored.load(ports, account_id)
    if account is None or held is None or held.is_told:
        return None
    try:
        ports.table.write(restored.told(account_id, replace(held, is_told=True)))
    except Conflict:
        if restored.load(ports, account_id):
            raise
        return None  # let go on meanwhile
    link = Links(ports.settings.base_url).restored()
    message = compose_account_change("restored", account, to=account.email, at=held.since, link=link)
    try:
        ports.mailer.send(message)
    except MailRefused:
        log.warning("restore_not_told")
        with suppress(Conflict):  # let go on meanwhile: there is nothing left to tell
            ports.table.write(restored.told(account_id, held))
        return False
    except MailUnknown:
        log.warning("restore_told_perhaps")
    return True


def go_on(ports: Ports, account: Account) -> Account:
    """The freelancer has looked: letters go again, or the account's own pause holds again."""
    held = restored.load(ports, account.id)
    if held is None or account.paused is None or account.paused.reason != RESTORED:
        return account
    return settings_change.change(ports, account, "pause", more=[restored.gone(account.id)], paused=held.paused)


def is_stopped(account: Account) -> bool:
    """Whether this account's mail waits for its freelancer after a restore."""
    return account.paused is not None and account.paused.reason == RESTORED
