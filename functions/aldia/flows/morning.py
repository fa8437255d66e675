"""One mail each working morning, if there is something to decide: which letters would go, and a door to let them."""

import logging
from datetime import datetime, timedelta

from aldia.domain import asking_days
from aldia.domain.account import Account
from aldia.domain.approvals import Asked
from aldia.domain.case import Case
from aldia.domain.client import Client
from aldia.flows import ask_first
from aldia.mail.links import Links
from aldia.mail.morning_mail import compose_morning
from aldia.ports import MailRefused, MailUnknown, Ports
from aldia.store import accounts, mornings, tokens

log = logging.getLogger(__name__)

LISTED = 40  # letters in one mail; the others are a sign-in away
AGAIN = timedelta(hours=1)


def ask(ports: Ports, account_id: str) -> bool:
    """Ask the account's freelancer, at most once a day; whether a mail was handed over.

    The day is claimed before the mail: a crash between costs a mail, whose letters are asked for under today and on
    the next morning, never a second one.
    """
    held, account = mornings.load(ports, account_id), accounts.load(ports, account_id)
    if held is None or account is None or "wake_pk" not in held:
        return False
    now = ports.clock.now()
    case = Case(account, Client("", ""), (), ports.holidays)
    today, following = asking_days.own_day(account, now), asking_days.horizon(case, now)
    if not ask_first.is_asked(ports, account):
        ports.table.write(mornings.put(ports, account_id, held, at=None))
        return False
    is_time = held["day"] != today.isoformat() and asking_days.is_morning(case, now)
    found = _to_ask(ports, account, now, following) if is_time else []
    if not found:
        ports.table.write(mornings.put(ports, account_id, held, at=following))
        return False
    token = ports.ids.token()
    letters = tuple((one.case.client.id, one.name) for one in found[:LISTED])
    claim = mornings.put(ports, account_id, held, at=following, day=today.isoformat())
    ports.table.write(claim, tokens.put_morning_link(token, tokens.MorningLink(account_id, letters, now)))
    return _mail(ports, account, found, token=token)


def _to_ask(ports: Ports, account: Account, now: datetime, until: datetime) -> list[Asked]:
    return [one for one in ask_first.board(ports, account, now).open if one.at < until]


def _mail(ports: Ports, account: Account, found: list[Asked], *, token: str) -> bool:
    ours = Links(ports.settings.base_url)
    doors = [ours.morning(token), *(ours.morning(token, one.name) for one in found[:LISTED])]
    message = compose_morning(
        account,
        found[:LISTED],
        doors=doors,
        now=ports.clock.now(),
        more=len(found[LISTED:]),
        settings_link=ours.settings("horario"),
    )
    try:
        ports.mailer.send(message)
    except MailRefused as refusal:
        log.warning("morning_not_mailed")
        if refusal.retry:
            _try_again(ports, account.id)
        return False
    except MailUnknown:
        log.warning("morning_not_mailed")
        return False
    return True


def _try_again(ports: Ports, account_id: str) -> None:
    """It was certainly not sent: the day is free again in an hour."""
    held = mornings.load(ports, account_id)
    if held:
        ports.table.write(mornings.put(ports, account_id, held, at=ports.clock.now() + AGAIN, day=""))
