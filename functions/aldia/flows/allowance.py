"""How much a new account may still send, day by day, so that what is announced waits as its letters will.

The counters themselves are raised inside the claim (`send_letter.counters`); this only reads them.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from aldia.domain.account import Account
from aldia.domain.case import Case
from aldia.flows import send_letter
from aldia.ports import Ports
from aldia.store import keys

First = Callable[[datetime], datetime | None]
"""When a client's next letter would go, looked at from an instant; None when none would."""


class Allowance:
    """The letters and new addresses that fit each day (UTC) of a limited account's first week."""

    def __init__(self, used: dict[date, tuple[int, int]], ends: datetime) -> None:
        self._used, self._ends = used, ends

    def is_full(self, now: datetime) -> bool:
        """Whether that day's letters or new addresses are used up."""
        letters, new = self._used.get(now.date(), (0, 0))
        return letters >= send_letter.LETTERS_A_DAY or new >= send_letter.NEW_RECIPIENTS_A_DAY

    def start(self, case: Case, now: datetime, first: First) -> datetime:
        """From when the client's next letter fits a day, `now` when it fits at once; its place is taken."""
        start = now
        while (at := first(start)) and at < self._ends and not self._takes(case, at.astimezone(UTC).date()):
            start = datetime.combine(at.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
        return start

    def _takes(self, case: Case, day: date) -> bool:
        letters, new = self._used.get(day, (0, 0))
        letters, new = letters + 1, new + len(send_letter.new_addresses(case))
        if letters > send_letter.LETTERS_A_DAY or new > send_letter.NEW_RECIPIENTS_A_DAY:
            return False
        self._used[day] = letters, new
        return True


def allowance(ports: Ports, account: Account, now: datetime) -> Allowance | None:
    """What is left of today; None for an account without limits."""
    if not send_letter.is_limited(ports, account, now):
        return None
    today = now.astimezone(UTC).date()
    caps = ports.table.get(*keys.caps(account.id, today.isoformat()), strong=False) or {}
    ends = (account.created_at or now) + send_letter.FIRST_WEEK
    return Allowance({today: (caps.get("letters", 0), caps.get("new", 0))}, ends)
