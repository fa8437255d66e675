"""The freelancer's account: who writes, by which rules, with which defaults."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal

from aldia.domain.debt import Interest, Pause, Step
from aldia.domain.fence import Fence
from aldia.domain.prevention import OpenLimit, Published


@dataclass(frozen=True, slots=True)
class ContactPolicy:
    """When a client may be written to. The account may tighten it, never loosen it (domain 1.1)."""

    enabled: bool = True  # False exists for replays only
    send_at: time = time(9, 0)  # the client's local time, 09:00 to 17:59
    window_end: time = time(18, 0)  # exclusive
    min_days_between: int = 7  # calendar days between planned slots
    closed_days: tuple[date, ...] = ()  # the account's own
    answers_count: bool = True  # an answer that ends a wait keeps the distance; False in replays: the format says so


@dataclass(frozen=True, slots=True)
class TermLine:
    """One line of payment terms; `after` is applied in order to the issue date.

    Operators: `days+n`, `months+n` (clamped), `end_of_month`, `day=n` (clamped), `next_day=n`.
    Exactly one of share, fixed_minor, rest.
    """

    after: tuple[str, ...]
    share: Decimal | None = None  # per cent
    of: Literal["total", "rest"] = "total"
    fixed_minor: int | None = None
    rest: bool = False


@dataclass(frozen=True, slots=True)
class DiscountRule:
    """A discount relative to a debt not yet written: percent off for the first `days` after issue."""

    percent: Decimal
    days: int
    base: Literal["total", "net"] = "total"
    partial: Literal["none", "proportional"] = "none"


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a new debt starts from."""

    terms: tuple[TermLine, ...] = (TermLine(after=("days+30",), rest=True),)
    discount: DiscountRule | None = None
    interest: Interest | None = None
    ladder: tuple[Step, ...] | None = None  # None: the product's


@dataclass(frozen=True, slots=True)
class BankDetails:
    """Shown to the client for a transfer. What was written before accounts had a kind stays as it is."""

    holder: str = ""
    bank: str = ""
    number: str = ""  # IBAN, CLABE, CBU…
    extra: str = ""
    kind: str = ""  # a kind of rules/bank_accounts.json; empty: never checked
    kind_of_account: str = ""  # savings, checking, sight
    routing: str = ""  # a US routing number, or a BIC
    tax_id: str = ""  # the holder's, where the bank's form asks for it
    alias: str = ""  # a name that stands for the number


@dataclass(frozen=True, slots=True)
class PaymentLink:
    """A way to pay that the freelancer has pasted: an https address, or the number of a phone wallet."""

    provider: str  # a key of rules/pay_links.json
    text: str


@dataclass(frozen=True, slots=True)
class Trust:
    """What lifts and lowers the trust limits (reliability 4.2)."""

    letters_sent: int = 0
    debts_paid: int = 0
    reports: int = 0  # clients that said "I do not know this"
    complaints: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """One freelancer (tenant)."""

    id: str
    email: str
    name: str = ""  # the sender's name in letters
    country: str = ""
    timezone: str = ""
    language: Literal["es", "en"] = "es"
    currency: str = ""
    tax_id: str = ""
    address: str = ""
    phone: str = ""
    footer: str = ""
    phrase: str = ""  # stands in every letter, so that clients know who writes
    bank: BankDetails = field(default_factory=BankDetails)
    payment_links: tuple[PaymentLink, ...] = ()
    policy: ContactPolicy = field(default_factory=ContactPolicy)
    defaults: Defaults = field(default_factory=Defaults)
    tolerance_days: int = 0
    tolerance_minor: int = 0
    part_percent: int = 10  # the least part a client may pay, per cent of the balance
    fence: Fence = field(default_factory=Fence)  # what clients are granted at once
    asks_first: bool = False  # every planned letter waits for the freelancer's yes
    muted: tuple[str, ...] = ()  # notices switched off: paid, promised, problem, bounced, unknown
    texts: tuple[str, ...] = ()  # letters with words of the account's own, by step and language: overdue_1/es
    texts_at: datetime | None = None  # when any of those words were last changed
    published: Published | None = None  # how it works with payments, the newest version
    open_limit: OpenLimit | None = None  # of each client that has none of its own
    paused: Pause | None = None  # everything is silent
    stripe_account: str = ""  # connected account; empty: none
    stripe_ready: bool = False  # it can take charges
    trust: Trust = field(default_factory=Trust)
    created_at: datetime | None = None
    sessions_from: datetime | None = None  # sessions opened before are closed
    version: int = 0
