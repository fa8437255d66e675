"""The open debts around today, which today's page adds up and looks ahead from: the same two queries at any number.

Whoever has no more than these of either sort, past their date and not, gets sums of everything.
"""

from dataclasses import dataclass
from datetime import date

from aldia.ports import Item, Ports
from aldia.store import lists

ROWS = 25  # on each side of today


@dataclass(frozen=True, slots=True)
class Near:
    """Those past their date, the latest first, and those that are due today or later, the next first."""

    late: lists.Page
    soon: lists.Page

    @property
    def rows(self) -> list[Item]:
        """Both."""
        return self.late.rows + self.soon.rows

    @property
    def is_empty(self) -> bool:
        """Whether there are none, not even of those whose rows cannot be read."""
        return self.late.is_empty and self.soon.is_empty

    @property
    def is_all(self) -> bool:
        """Whether there are no others."""
        return not self.late.after and not self.soon.after


def near(ports: Ports, account_id: str, today: date) -> Near:
    """Read them; `today`: the account's own day."""
    day = today.isoformat()
    return Near(
        lists.rows(ports, account_id, "OPEN", limit=ROWS, between=("0", day), backwards=True),
        lists.rows(ports, account_id, "OPEN", limit=ROWS, between=(day, "~")),
    )
