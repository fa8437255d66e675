"""The fence that stands until the freelancer moves it, and how far it can be moved."""

from dataclasses import asdict

from aldia.domain.fence import LIMITS, Fence


def test_what_is_granted_at_once_until_somebody_says_otherwise():
    """Fifteen days, or four parts within ninety with a quarter within a week; two on a debt, four a year."""
    assert asdict(Fence()) == {
        "extension_days": 15,
        "parts": 4,
        "first_percent": 25,
        "first_days": 7,
        "longest_days": 90,
        "per_debt": 2,
        "per_client": 4,
        "period_days": 365,
    }


def test_each_field_can_be_set_between_nothing_at_all_and_what_still_makes_sense():
    assert LIMITS == {
        "extension_days": (0, 90),
        "parts": (0, 12),
        "first_percent": (0, 90),
        "first_days": (0, 60),
        "longest_days": (7, 730),
        "per_debt": (0, 10),
        "per_client": (0, 50),
        "period_days": (30, 730),
    }
    assert all(least <= asdict(Fence())[name] <= most for name, (least, most) in LIMITS.items())
