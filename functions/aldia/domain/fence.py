"""The fence: how far a client may move a debt's dates without asking. Set once, for all clients or for one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fence:
    """What is granted at once, in writing; whatever lies outside is put to the freelancer as a proposal (domain 5.1).

    0 days, or fewer than 2 parts, grant nothing of that kind.
    """

    extension_days: int = 15  # more than the due date, or than today when that is past
    parts: int = 4  # instalments at most
    first_percent: int = 25  # the least first part, per cent of what is open
    first_days: int = 7  # the first part: so many days from today at most, or on the due date when that is later
    longest_days: int = 90  # the last part: from the due date, or from today when that is past
    per_debt: int = 2  # agreements on one debt
    per_client: int = 4  # agreements with one client in `period_days`
    period_days: int = 365


LIMITS: dict[str, tuple[int, int]] = {
    "extension_days": (0, 90),
    "parts": (0, 12),
    "first_percent": (0, 90),
    "first_days": (0, 60),
    "longest_days": (7, 730),
    "per_debt": (0, 10),
    "per_client": (0, 50),
    "period_days": (30, 730),
}
"""The least and the most of each field that can be set."""
