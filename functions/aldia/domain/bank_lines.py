"""Money that a bank statement shows, and which debt it may be for. A match is a proposal: only the freelancer books."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from aldia.domain.parsing import fold
from aldia.domain.spoken import Claim

Reason = Literal["reference", "claim", "amount_and_name", "part_and_name"]
AROUND = timedelta(days=5)  # between the day that a client names and the bank's
SHORTEST_WORD = 4  # letters of a name that tell somebody apart
SHORTEST_REFERENCE = 5
COMMON = frozenset("sociedad limitada anonima empresa estudio grupo servicios studio company limited group".split())


@dataclass(frozen=True, slots=True)
class BankLine:
    """Money that came in. `id` is made of what the line says, so that the same line is always the same one."""

    id: str
    on: date
    amount_minor: int
    currency: str
    text: str  # who paid and what for, as the bank writes it


@dataclass(frozen=True, slots=True)
class Candidate:
    """A debt that is open. `payable_minor`: what would have settled it on the line's day, `discount_minor` less than at
    its full price; `part_minor`: what is open of its next part, 0 when it has only one. `shares`: what a transfer for
    several may bring it, empty when nothing."""

    client_id: str
    debt_id: str
    client: str
    reference: str
    currency: str
    payable_minor: int
    claim: Claim | None = None
    part_minor: int = 0
    discount_minor: int = 0
    shares: tuple[int, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A line, the debt it seems to be for, and why."""

    line: BankLine
    found: Candidate
    reason: Reason

    @property
    def is_exact(self) -> bool:
        """Whether it is just what the debt asked for, or its next part."""
        return self.line.amount_minor in (self.found.payable_minor, self.found.part_minor)


def match(line: BankLine, references: Sequence[str], candidates: Iterable[Candidate]) -> Match | None:
    """The one debt that the line points to: by reference, else by what a client said, else by sum and name.

    Two that fit equally well are none: the freelancer knows better. `references`: those in the line's text.
    """
    same = [one for one in candidates if one.currency == line.currency]
    named = [one for one in same if is_named(line, one)]
    tests: tuple[tuple[Reason, list[Candidate]], ...] = (
        ("reference", [one for one in same if one.reference in references]),
        ("claim", [one for one in same if _is_claimed(line, one)]),
        ("amount_and_name", [one for one in named if one.payable_minor == line.amount_minor]),
        ("part_and_name", [one for one in named if one.part_minor == line.amount_minor]),
    )
    for reason, found in tests:
        if len(found) == 1:
            return Match(line, found[0], reason)
        if found:
            return None
    return None


def _is_claimed(line: BankLine, one: Candidate) -> bool:
    """Whether the client told of such a payment: its bank's name for it, or the same sum about that day."""
    if one.claim is None:
        return False
    if has_clients_reference(line, one.claim):
        return True
    day = one.claim.paid_on or one.claim.at.date()
    return (one.claim.amount_minor or one.payable_minor) == line.amount_minor and abs(line.on - day) <= AROUND


def has_clients_reference(line: BankLine, claim: Claim) -> bool:
    """Whether the bank's text holds what the client's own bank calls the payment that it told of."""
    said = _packed(claim.reference)
    return len(said) >= SHORTEST_REFERENCE and said in _packed(line.text)


def is_named(line: BankLine, one: Candidate) -> bool:
    """Whether the bank's text holds a word of the client's name that tells it apart."""
    words = {word for word in fold(one.client).split() if len(word) >= SHORTEST_WORD} - COMMON
    return bool(words & set(fold(line.text).split()))


def _packed(text: str) -> str:
    return fold(text).replace(" ", "")
