"""A debt's instalments: which date counts for each, and how much of each is open."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from aldia.domain.debt import Debt, Instalment


def in_force(debt: Debt) -> tuple[Instalment, ...]:
    """The instalments in the order in which they are settled, dated as ladder and interest count.

    An extension replaces every date before it. What a plan left behind, paid or closed, comes before its parts.
    """
    planned = debt.plan.instalment_ids if debt.plan else ()
    listed = debt.instalments or (Instalment("i1", debt.due_on, debt.amount_minor),)
    ordered = sorted(listed, key=lambda part: (part.id in planned, part.due_on))
    until = debt.extended_to or date.min
    return tuple(_dated(part, max(until, part.extended_to or date.min)) for part in ordered)


def _dated(part: Instalment, until: date) -> Instalment:
    return part if part.due_on >= until else replace(part, due_on=until)


def open_parts(
    parts: Sequence[Instalment], *, charged: int, increase: int, due: int
) -> list[tuple[Instalment, int, int]]:
    """(instalment, its amount, what is open of it), in the order given, for `due` minor units that are open in all.

    What lowered the balance settled the earliest, so what is open is filled in from the last. An increase of the
    debt's amount went to the last instalment; the only instalment of a plain debt is what is `charged`.
    """
    amounts = [charged] if len(parts) == 1 else [part.amount_minor for part in parts]
    if len(parts) > 1:
        amounts[-1] = max(amounts[-1] + increase, 0)
    filled: list[tuple[Instalment, int, int]] = []
    for place in range(len(parts) - 1, -1, -1):
        open_minor = min(due, amounts[place]) if place else due
        filled.append((parts[place], max(amounts[place], open_minor), open_minor))
        due -= open_minor
    return filled[::-1]


def increase_before_plan(debt: Debt) -> int:
    """Increases of the amount that a plan's parts already hold, since they came before it."""
    if debt.plan is None or len(debt.instalments) < 2:
        return 0
    increase, amount_minor = 0, debt.amount_minor
    for entry in sorted(debt.entries, key=lambda entry: entry.on):
        if entry.kind == "amount_changed" and entry.at <= debt.plan.at:
            increase += max((entry.amount_minor or 0) - amount_minor, 0)
            amount_minor = entry.amount_minor or 0
    return increase
