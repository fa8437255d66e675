"""Answers of the client that need more than one pure transition."""

from dataclasses import replace
from datetime import datetime, timedelta

from aldia.domain import answers
from aldia.domain.account import Account
from aldia.domain.case import Case, Outcome
from aldia.domain.client import BillingContact
from aldia.domain.debt import Pause
from aldia.domain.errors import Refused
from aldia.domain.parsing import parse_email, parse_line
from aldia.flows import casework
from aldia.mail.compose import compose_new_link
from aldia.mail.headers import paragraphs
from aldia.mail.links import Links
from aldia.ports import Add, CapReached, Conflict, MailRefused, MailUnknown, Ports, Write
from aldia.store import accounts, cases, keys, tokens, troubles

WORDS = 2000
TRUST = "trust"  # the reason of a pause that protects strangers
REPORTS_THAT_PAUSE = 2
FRESH_LINKS_A_DAY = 2


def own_words(text: str) -> str:
    """What the client wrote, as plain paragraphs; Refused when it is empty or too long."""
    if len(text) > WORDS:
        raise Refused("pay.text_too_long", field="text", most=WORDS)
    words = paragraphs(text, at_most=WORDS)
    if not words.strip():
        raise Refused("pay.text_missing", field="text")
    return words


def person_named(name: str, email: str) -> BillingContact | None:
    """Who may be the right person, as typed; None when nothing was. Refused beside its field."""
    address = parse_email(email, field="right_email")
    called = parse_line(name, field="right_name", most=80)
    if called and not address:
        raise Refused("pay.right_email_missing", field="right_email")
    return BillingContact(address, called) if address else None


def not_me(
    ports: Ports, account_id: str, client_id: str, *, is_report: bool, suggested: BillingContact | None = None
) -> None:
    """Stop writing to this address; a report ("I do not know this debt") also counts against the account, once."""

    def ask(case: Case, now: datetime) -> Outcome:
        return answers.wrong_person(case, suggested=suggested, is_report=is_report, now=now)

    casework.change(ports, account_id, client_id, ask, more=_marked)
    if is_report:
        pause_if_reported(ports, account_id)


def is_me_after_all(ports: Ports, account_id: str, client_id: str) -> None:
    """ "Not me" was a slip: letters go on, and what it counted against the account is taken back with it.

    A pause to which it led stays: who runs the installation ends it (reliability 4.2).
    """
    casework.change(
        ports,
        account_id,
        client_id,
        lambda case, now: answers.right_person(case, now=now),
        more=lambda before, _outcome: _unmarked(before),
    )


def _marked(before: Case, outcome: Outcome) -> list[Write]:
    """A client that knows of no such debt is one mark against its account, however often it says so."""
    is_new = before.client.reported_at is None and outcome.case.client.reported_at is not None
    return [accounts.count(before.account.id, reports=1)] if is_new else []


def _unmarked(before: Case) -> list[Write]:
    """One mark less. Where letters go to others too, who pressed may be anybody, even the freelancer: then it stays."""
    reached = (*before.client.emails, *before.client.copies)
    if before.client.reported_at is None or len(reached) > 1:
        return []
    return [accounts.count(before.account.id, reports=-1)]


def pause_if_reported(ports: Ports, account_id: str) -> None:
    """Two clients that do not know the debt, or an early complaint, pause the account (reliability 4.2)."""
    account = accounts.load(ports, account_id)
    if account is None or account.paused or not ports.settings.trust_limits:
        return
    trust = account.trust
    if trust.reports >= REPORTS_THAT_PAUSE or (trust.complaints and trust.letters_sent <= 20):
        pause_account(ports, account, TRUST)


def pause_account(ports: Ports, account: Account, reason: str) -> None:
    """Everything falls silent; the freelancer sees why under today."""
    try:
        accounts.save(ports, replace(account, paused=Pause(ports.clock.now(), reason=reason)))
    except Conflict:
        again = accounts.load(ports, account.id)
        if again and not again.paused:
            pause_account(ports, again, reason)


def mail_fresh_link(ports: Ports, token: str) -> None:
    """Mail a new link to the client's address on file, twice a day at most. Says nothing about what it did."""
    now = ports.clock.now()
    link = tokens.link(ports, token, now)
    account = accounts.load(ports, link.account_id) if link else None
    case = _case(ports, account, link.client_id) if link and account else None
    if link is None or case is None or not case.client.emails or _is_silent(case):
        return
    fresh = ports.ids.token()
    made = tokens.PayLink(link.account_id, link.client_id, link.debt_ids, case.client.link_version, link.language)
    expires = {"expires_at": int((now + timedelta(days=2)).timestamp())}
    cap = Add(f"Q#link#{keys.hashed(link.client_id)}", f"D#{now:%Y%m%d}", {"n": 1}, {"n": FRESH_LINKS_A_DAY}, expires)
    try:
        ports.table.write(cap, tokens.put_link(fresh, made, now))
    except CapReached:
        return
    ours = Links(ports.settings.base_url)
    to = case.client.emails[0]
    try:
        message = compose_new_link(case, link=ours.client_page(fresh), to=to, stop_link=ours.stop(fresh))
        ports.mailer.send(message)
    except (MailRefused, MailUnknown, Refused):
        return


def _case(ports: Ports, account: Account, client_id: str) -> Case | None:
    """The client with its debts; None when there is none, or when it cannot be read, which is listed."""
    case, found = None, list[str]()
    with troubles.passed_over(found, client_id):
        case = cases.load(ports, account, client_id)
    if found:
        troubles.note(ports, [keys.client(account.id, client_id)])
    return case


def _is_silent(case: Case) -> bool:
    client, pause = case.client, case.account.paused
    is_distrusted = pause is not None and pause.reason == TRUST
    return bool(client.bounced_at or client.complained_at or client.wrong_person_at or is_distrusted)
