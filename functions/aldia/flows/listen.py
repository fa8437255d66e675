"""What webhooks should have told of each Stripe account, read there every hour: refunds and disputes come long after
their payment was booked, and nobody asks about a payment that is final.

Events go into the same inbox under Stripe's own ids: one that a webhook brought is there already, and nothing happens.
Stripe keeps events for 30 days (docs.stripe.com/api/events): an installation that stood still for longer misses some.
"""

import logging
from datetime import timedelta

from aldia.domain.account import Account
from aldia.flows.paying_online import paid_into
from aldia.ports import Conflict, PaymentRefused, PaymentUnknown, Ports, Unreachable
from aldia.store import inbox, listening
from aldia.store.listening import Ear

log = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
OVERLAP = timedelta(hours=3)  # events are listed a little after they happened, and clocks differ
KEPT_THERE = timedelta(days=30)
WINDOW = timedelta(days=1)  # of one question, so that its answer has an end
MOST_WINDOWS = 7  # of one account in one run; what is left is read in the next
MOST_ACCOUNTS = 50  # in one run


def begin(ports: Ports, account: Account) -> None:
    """From its first payment on the account is listened to. Refused when nobody may take the money."""
    now = ports.clock.now()
    listening.begin(ports, account.id, paid_into(ports, account), now=now, first=now + EVERY)


def listen(ports: Ports) -> int:
    """Read on for every account whose turn it is; how many events were new. One that does not answer stops nobody."""
    new = 0
    for ear in list(listening.due(ports, ports.clock.now(), MOST_ACCOUNTS)):
        try:
            new += _read_on(ports, ear)
        except Conflict:
            log.info("busy")
        except Unreachable:  # the table is away: nothing of that is the account's fault
            raise
        except Exception:
            log.exception("not_heard")
            _wait(ports, ear)
    return new


def _read_on(ports: Ports, ear: Ear) -> int:
    now = ports.clock.now()
    since, new = max(ear.read_until, now - KEPT_THERE), 0
    until = since
    for _ in range(MOST_WINDOWS):
        since, until = until, min(until + WINDOW, now)
        try:
            found = ports.payments.events_since(since - OVERLAP, ear.stripe_account, until=until)
        except (PaymentUnknown, PaymentRefused):  # refused: the account may be connected again
            log.warning("provider_silent")
            until = since
            break
        told = [event for event in found if event.payment_id or event.session_id]
        new += sum(inbox.keep(ports, event, now) for event in told)
        if until >= now:
            break
    is_behind = until < now and until > ear.read_until
    listening.read(ports, ear, until=until, again=now if is_behind else now + EVERY)
    return new


def _wait(ports: Ports, ear: Ear) -> None:
    try:
        listening.read(ports, ear, until=ear.read_until, again=ports.clock.now() + EVERY)
    except Conflict:
        log.info("busy")
