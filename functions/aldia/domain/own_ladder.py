"""The account's own ladder: what may be switched off, moved and added, and what stays as kind as the product's."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from aldia.domain.debt import Anchor, Step
from aldia.domain.errors import Refused
from aldia.domain.ladder import DEFAULT_LADDER

LEAST_DAYS_BETWEEN = 7
MOST_OWN = 6
LONGEST_NAME = 40
FARTHEST = 365
LAST_NOTICE_AFTER = 10  # days after the formal letter (domain 5.1)
FIRM = ("formal_letter", "last_notice")
FIXED = ("invoice_sent", "discount_ending", "due_today")  # their day is what they are about
ANCHORS: tuple[Anchor, ...] = ("issued", "due", "discount", "last")
NOT_IN_NAMES = frozenset("@/#|~<>{}")  # they part the keys under which letters are kept
BOUNDS = {
    "invoice_sent": (0, 30),
    "discount_ending": (-30, 0),
    "pre_due": (-60, -1),
    "due_today": (0, 0),
}
AFTER_DUE = (1, FARTHEST)
OWN_BOUNDS = {"issued": (0, FARTHEST), "due": (-60, FARTHEST), "discount": (-30, 0), "last": (1, FARTHEST)}
ORDER = {"issued": -2000, "discount": -1000, "due": 0, "last": 10_000}
KNOWN_NAMES = frozenset(step.step for step in DEFAULT_LADDER)


def checked_ladder(steps: Sequence[Step], *, days_between: int = LEAST_DAYS_BETWEEN) -> tuple[Step, ...] | None:
    """The ladder in its order, None when it is the product's. Refused, with the field, when it is not kind enough.

    `days_between`: the least distance on paper. A longer one of the account is kept when the letters go.
    """
    names = [step.step.casefold() for step in steps]
    for step in steps:
        _check_step(step, days_between)
        if names.count(step.step.casefold()) > 1:
            raise Refused("settings.ladder_same_name", field=f"name_{step.step}", name=step.step)
    ordered = tuple(sorted(steps, key=_place))
    _check_distances(ordered, days_between)
    _check_firm(ordered)
    return None if ordered == DEFAULT_LADDER else ordered


def is_own(step: Step) -> bool:
    """Whether the account added it."""
    return step.step not in KNOWN_NAMES


def bounds(step: Step) -> tuple[int, int]:
    """The first and last day, from its anchor, on which it may stand."""
    if is_own(step):
        return OWN_BOUNDS[step.anchor]
    return BOUNDS.get(step.step, AFTER_DUE)


def _place(step: Step) -> int:
    return ORDER[step.anchor] + step.days


def _check_step(step: Step, days_between: int) -> None:
    first, last = bounds(step)
    if not first <= step.days <= last:
        raise Refused("settings.ladder_days", field=f"days_{step.step}", first=abs(first), last=abs(last))
    if step.anchor == "last" and step.channel == "email" and step.days < days_between:
        raise Refused("settings.ladder_too_close", field=f"days_{step.step}", n=days_between)
    if step.times > 1 and (step.repeat_every or 0) < (days_between if step.channel == "email" else 1):
        raise Refused("settings.ladder_too_close", field=f"every_{step.step}", n=days_between)
    if step.step in FIRM and not step.approve:
        raise Refused("settings.ladder_firm_waits", field=f"approve_{step.step}")


def _check_distances(steps: Sequence[Step], days_between: int) -> None:
    """Letters that count from the due date keep the account's distance on paper too, repeats included."""
    planned = sorted(_letters(steps), key=lambda planned: planned[0])
    for (before, _), (day, step) in pairwise(planned):
        if day - before < days_between:
            raise Refused("settings.ladder_too_close", field=f"days_{step.step}", n=days_between)


def _letters(steps: Sequence[Step]) -> Iterator[tuple[int, Step]]:
    for step in steps:
        if step.anchor == "due" and step.channel == "email":
            for repeat in range(step.times):
                yield step.days + repeat * (step.repeat_every or 0), step


def _check_firm(steps: Sequence[Step]) -> None:
    """The firmer letter comes after the kinder one, the last notice ten days after the formal letter at least."""
    days = {step.step: step.days for step in steps}
    kind_first = [name for name in ("overdue_1", "overdue_2", *FIRM) if name in days]
    for before, after in pairwise(kind_first):
        if days[after] <= days[before]:
            raise Refused("settings.ladder_order", field=f"days_{after}")
    formal, last = (days.get(name) for name in FIRM)
    if formal is not None and last is not None and last - formal < LAST_NOTICE_AFTER:
        raise Refused("settings.ladder_last_notice", field="days_last_notice", n=LAST_NOTICE_AFTER)
