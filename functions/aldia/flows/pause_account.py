"""Everything falls silent, and goes on: one click each."""

from datetime import date

from aldia.domain.account import Account
from aldia.domain.debt import Pause
from aldia.domain.errors import Refused
from aldia.domain.parsing import parse_line
from aldia.flows import after_restore, settings_change
from aldia.ports import Ports

TRUST = after_restore.TRUST  # the reason of a pause that only whoever runs the installation may end


def pause(ports: Ports, account: Account, *, reason: str = "", until: date | None = None, today: date) -> Account:
    """Silence for all clients, until the end of that day or until resumed. Refused for a day that is over."""
    _not_for_trust(account)
    reason = parse_line(reason, field="reason", most=140)
    if until is not None and until < today:
        raise Refused("answers.day_is_past", field="until")
    reason = f"{reason}." if reason in (TRUST, after_restore.RESTORED) else reason
    held = Pause(ports.clock.now(), until, reason)
    return settings_change.change(ports, account, "pause", paused=held)


def resume(ports: Ports, account: Account) -> Account:
    """Go on: the clients' wake-ups are worked out anew. Refused for a pause that protects strangers."""
    _not_for_trust(account)
    if after_restore.is_stopped(account):
        return after_restore.go_on(ports, account)
    return settings_change.change(ports, account, "pause", paused=None)


def is_trust(account: Account) -> bool:
    """Whether the pause came from reports, and is not the user's to end."""
    return account.paused is not None and account.paused.reason == TRUST


def _not_for_trust(account: Account) -> None:
    if is_trust(account):
        raise Refused("settings.trust_pause")
