"""Several at-once letters about money of one client, said in one: who paid three invoices at once is thanked once."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from aldia.domain.case import Letter

TONES = ("early", "on_time", "late")
SUMS = ("paid_minor", "balance_minor", "discount_minor", "surplus_minor")
OF_EACH = "shares"  # the fact that tells how much of the money is each part's


def together(letters: Iterable[Letter]) -> tuple[Letter, ...]:
    """The letters in one, where they say alike whether something is looked for. In one currency, one debt each.

    It thanks when each of them does. Its fact `shares` has the minor units of each part, in their order.
    """
    alike: dict[str, list[Letter]] = {}
    for letter in letters:
        alike.setdefault(letter.facts.get("looking", ""), []).append(letter)
    return tuple(_one(group) for group in alike.values())


def _one(letters: Sequence[Letter]) -> Letter:
    first = letters[0]
    if len(letters) == 1:
        return first
    steps = {letter.step for letter in letters}
    step = first.step if len(steps) == 1 else "part_received"
    facts = {name: str(minor) for name in SUMS if (minor := _total(letters, name))}
    tones = [letter.facts["tone"] for letter in letters if "tone" in letter.facts]
    facts |= {"tone": max(tones, key=TONES.index)} if tones else {}
    facts[OF_EACH] = " ".join(letter.facts["paid_minor"] for letter in letters)
    parts = tuple(replace(part, step=step) for letter in letters for part in letter.parts)
    return replace(first, step=step, parts=parts, facts=first.facts | facts)


def _total(letters: Iterable[Letter], name: str) -> int:
    return sum(int(letter.facts.get(name, "0")) for letter in letters)
