"""What is owed: a debt, the terms frozen on it, what happened to it and what silences it.

Everything here is a value: a change is a new value. Money is integer minor units of the debt's
currency, percentages are `Decimal` per cent (`Decimal("2")` is 2 %), dates are the client's local
dates and instants are aware datetimes in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from aldia.domain.prevention import Accepted
from aldia.domain.spoken import Agreement, Claim, Dispute, Opinion, Plan, Promise, Proposal

Anchor = Literal["issued", "due", "discount", "last"]
DebtState = Literal["written_off", "paid", "review", "disputed", "open"]


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of a ladder: `step` names the letter or task, once per ladder."""

    step: str
    anchor: Anchor
    days: int
    repeat_every: int | None = None  # days
    times: int = 1
    approve: bool = False  # waits for the freelancer's click
    channel: Literal["email", "task"] = "email"


@dataclass(frozen=True, slots=True)
class Tier:
    """An early-payment discount that holds up to and including `last_day`; one of the two sums."""

    last_day: date
    percent: Decimal | None = None
    fixed_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Discount:
    """An early-payment discount, frozen on the debt when it is opened."""

    kind: Literal["tiers", "linear", "apr"]
    tiers: tuple[Tier, ...] = ()  # for "tiers"
    percent: Decimal | None = None  # for "linear" (the most) and "apr" (a year)
    base: Literal["total", "net"] = "total"
    partial: Literal["none", "proportional"] = "none"
    due_on: date | None = None  # linear, apr: the day they count to, once a plan has moved the debt's


@dataclass(frozen=True, slots=True)
class Interest:
    """Late interest; a debt without it charges none."""

    rate: Decimal | None = None  # per cent; or
    table: str | None = None  # a name in rules/interest_rates.json
    rate_type: Literal["nominal_annual", "effective_annual", "monthly"] = "nominal_annual"
    day_count: Literal["act/365", "act/360", "act/act", "30/360"] = "act/365"
    grace_days: int = 0
    grace_retroactive: bool = False
    base: Literal["outstanding_total", "outstanding_net"] = "outstanding_total"
    fixed_compensation_minor: int = 0
    compensation_percent: Decimal | None = None  # of the debt's amount, once (Chile: 1 %)
    cap_rate: Decimal | None = None  # per cent, of the same rate_type


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of the debt with its own date. `id` never changes and is never used again."""

    id: str
    due_on: date
    amount_minor: int
    extended_to: date | None = None  # of one that a plan closed: where an extension had moved its date by then


EntryKind = Literal[
    "payment",
    "refund",
    "credit_out",  # what came over went to another debt (its id in the note) or back to the client
    "chargeback",
    "chargeback_won",
    "chargeback_lost",  # moves no money; says that the bank has decided
    "waive",
    "write_off",
    "amount_changed",
    "undone",  # takes back the waiver, write-off, failed refund or payment by hand whose key stands in its note
]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger: append-only, one per `key`, read in the order of (`on`, place)."""

    key: str  # unique within the debt; the provider's own id where there is one
    kind: EntryKind
    on: date  # the client's local day that counts
    at: datetime  # when it was booked
    amount_minor: int | None  # None for waive and write_off: everything that is payable
    method: str = ""  # card, oxxo, spei, sepa_debit, transfer, cash, …
    note: str = ""
    answered: Claim | None = None  # of a payment by hand: what the client had told of and this was taken for


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of one occurrence of a step; kept on the debt under the occurrence's key."""

    state: Literal["waiting", "sent", "given_up"]
    at: datetime  # the first run that found it due; it went then unless `moved_to` says later
    reason: str = ""  # why it did not go when it fell due (FORMAT's list)
    moved_to: datetime | None = None  # when it went after all
    over_on: date | None = None  # given up: the local day from which a step anchored to it counts
    parts: tuple[tuple[str, str], ...] = ()  # left out by the freelancer: (debt, key) of everything in that letter


@dataclass(frozen=True, slots=True)
class Yes:
    """The freelancer's yes to one letter as it was shown. It holds while nothing that was shown has changed."""

    key: str  # the occurrence in the debt's marks
    at: datetime
    until: date  # the last local day on which it asks for as much as was shown
    shown: str  # names all that it tells of its debts and its reader
    parts: tuple[tuple[str, str], ...]  # (debt, key) of everything in the letter, this debt's own among them


@dataclass(frozen=True, slots=True)
class Checkout:
    """A payment that was started online. Its price is that of the local day `on`, held to `ends_at`."""

    id: str
    method: str
    amount_minor: int
    on: date
    opened_at: datetime
    ends_at: datetime
    state: Literal["open", "processing", "paid", "failed", "expired"] = "open"
    expired_letter: bool = False  # voucher_expired went, or is not needed


@dataclass(frozen=True, slots=True)
class OwnTerms:
    """The dates that the debt was opened with (or corrected to), as they were when a plan took their place."""

    due_on: date
    instalments: tuple[Instalment, ...]


@dataclass(frozen=True, slots=True)
class LetterNote:
    """A few words of the freelancer for one letter, which take their place in it once."""

    key: str  # the occurrence whose letter they were written for
    text: str
    at: datetime
    held: Literal["", "tone", "unknown"] = (
        ""  # why they wait for the freelancer: the linter, a letter that may have gone
    )


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence asked for by the freelancer; `until` is the last silent day, None: until resumed."""

    at: datetime
    until: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Debt:
    """One debt with all that is needed to price it and to decide about it."""

    id: str
    client_id: str
    number: str
    currency: str  # ISO 4217
    amount_minor: int  # as opened; later changes are entries
    issued_on: date
    due_on: date
    opened_at: datetime
    concept: str = ""
    net_minor: int | None = None
    tax_minor: int | None = None
    withheld_minor: int | None = None
    discount: Discount | None = None
    interest: Interest | None = None
    instalments: tuple[Instalment, ...] = ()  # never empty once opened; one for a plain debt
    ladder: tuple[Step, ...] | None = None  # None: the product's
    tolerance_days: int = 0  # of the discount's last day
    tolerance_minor: int = 0  # a short payment up to this counts as settled

    entries: tuple[Entry, ...] = ()
    marks: Mapping[str, Mark] = field(default_factory=dict)
    approved: tuple[str, ...] = ()  # clicks of the freelancer: on a letter (`formal_letter@i2`), or a step
    yeses: tuple[Yes, ...] = ()  # letters that the freelancer let go, where each is asked for
    extended_to: date | None = None
    promise: Promise | None = None
    promises_made: int = 0
    plan: Plan | None = None
    dispute: Dispute | None = None
    found_right_at: datetime | None = None  # when the client said that the invoice arrived and is right
    problem_settled_at: datetime | None = None  # the last one
    opinions: tuple[Opinion, ...] = ()  # at most one about each
    claim: Claim | None = None
    review_since: datetime | None = None
    pause: Pause | None = None
    checkouts: tuple[Checkout, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    proposal: Proposal | None = None
    proposals_made: int = 0  # by the client
    own: OwnTerms | None = None  # None: `due_on` and `instalments` are its own; no plan took their place

    agreed_terms: Accepted | None = None  # what the client had said yes to when it was opened
    note: str = ""  # to the client, plain text, shown in letters and on the page
    letter_note: LetterNote | None = None  # for one letter to come
    file_name: str = ""  # the invoice's file, empty when there is none
    proof_name: str = ""  # the file that the client sent last to show a payment
    source: str = ""  # where it came from: "form", "import:<id>", "sample"
    external_id: str = ""  # a fiscal id such as the CFDI's UUID
    deleted_at: datetime | None = None  # in the bin, for undo
    is_sealed: bool = field(default=False, compare=False)  # its item guards its ledger; not so in what is older

    @property
    def undone_keys(self) -> frozenset[str]:
        """Keys of the lines that were taken back."""
        return frozenset(entry.note for entry in self.entries if entry.kind == "undone")

    @property
    def kept_entries(self) -> tuple[Entry, ...]:
        """The ledger as if nothing had been booked by mistake: without what was taken back and its taking back."""
        undone = self.undone_keys
        return tuple(entry for entry in self.entries if entry.kind != "undone" and entry.key not in undone)
