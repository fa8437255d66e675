"""One transfer that pays several debts of one client: which of them, and how much of each.

Exact to the cent and the only way it can be, or nothing: what fits twice, or nearly, is for the freelancer to say.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from aldia.domain.bank_lines import BankLine, Candidate, has_clients_reference, is_named
from aldia.domain.dates import next_asked
from aldia.domain.debt import Debt
from aldia.domain.ledger import stand, state

Why = Literal["references", "reference", "name"]
MOST_PARTS = 20  # debts that one transfer is split over
MOST_SUMS = 3000  # sums of a client's debts that are looked through: its first eleven debts, whatever they ask


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a transfer one debt gets, in minor units."""

    found: Candidate
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Split:
    """A line and the debts of one client that it seems to pay together, oldest first; the shares add up to it."""

    line: BankLine
    shares: tuple[Share, ...]
    why: Why


def shares_of(debt: Debt, on: date) -> tuple[int, ...]:
    """What a transfer of that day may have been for: all that is payable, the next part, all that is due by then.

    None where the ledger tells of a later day already, or it is not known whether anything is asked for.
    """
    is_asked = debt.deleted_at is None and debt.issued_on <= on and state(debt, on) in ("open", "disputed")
    if not is_asked or any(entry.on > on for entry in debt.entries):
        return ()
    now = next_asked(debt, on)
    sums = (stand(debt, on).payable_minor, next_part(debt, on), now.minor if now else 0)
    return tuple(dict.fromkeys(minor for minor in sums if minor > 0))


def next_part(debt: Debt, on: date) -> int:
    """What is open of the earliest part that is not paid; 0 for a debt of one part."""
    parts = stand(debt, on).instalments
    still_open = [part for part in parts if part.open_minor] if len(parts) > 1 else []
    return min(still_open, key=lambda part: part.in_force_on).open_minor if still_open else 0


def split(line: BankLine, references: Sequence[str], candidates: Iterable[Candidate]) -> Split | None:
    """The debts of one client that the line pays together; None unless exactly one set of them adds up to it.

    Those whose reference it carries (theirs, or what the client called it) are all among them; of two or more they are
    the whole set. Without any, the text names one client only. `candidates`: in the order in which they were opened.
    """
    same = [one for one in candidates if one.currency == line.currency]
    told = [one for one in same if one.reference in references or _is_told(line, one)]
    clients = {one.client_id for one in told or [one for one in same if is_named(line, one)]}
    if len(clients) != 1 or not all(one.shares for one in told):
        return None
    own = told if len(told) > 1 else [one for one in same if one.client_id in clients and one.shares]
    shares = _only_way(own, line.amount_minor, must={one.debt_id for one in told})
    if len(shares) < 2:
        return None
    return Split(line, shares, "references" if len(told) > 1 else "reference" if told else "name")


def _is_told(line: BankLine, one: Candidate) -> bool:
    return one.claim is not None and has_clients_reference(line, one.claim)


def _only_way(own: Sequence[Candidate], amount_minor: int, *, must: set[str]) -> tuple[Share, ...]:
    """The one set of shares that adds up; empty when there is none, more than one, or too much to look through."""
    whole = tuple(Share(one, max(one.shares)) for one in own)
    if sum(share.amount_minor for share in whole) == amount_minor:  # any other set is less
        return whole if len(whole) <= MOST_PARTS else ()
    ways: Mapping[int, list[tuple[Share, ...]]] = {0: [()]}
    for one in own:
        ways = _with(one, ways, amount_minor, is_needed=one.debt_id in must)
        if len(ways) > MOST_SUMS:
            return ()
    found = ways.get(amount_minor, [])
    return found[0] if len(found) == 1 and len(found[0]) <= MOST_PARTS else ()


def _with(
    one: Candidate, before: Mapping[int, list[tuple[Share, ...]]], most_minor: int, *, is_needed: bool
) -> dict[int, list[tuple[Share, ...]]]:
    """The sums that can be reached with this debt as well, each with two of its ways at most."""
    ways = {} if is_needed else {total: list(made) for total, made in before.items()}
    for minor in one.shares:
        for total, made in before.items():
            if total + minor <= most_minor:
                known = ways.setdefault(total + minor, [])
                known += [(*way, Share(one, minor)) for way in made][: 2 - len(known)]
    return ways
