"""What the flows need from outside, as narrow protocols, and the values that cross them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""


class Ids(Protocol):
    """Where identifiers and secrets come from."""

    def new(self) -> str:
        """A short unique id that sorts by the time it was made."""

    def token(self) -> str:
        """256 random bits, URL-safe: for links and sessions."""

    def code(self) -> str:
        """Six random digits."""


# -- mail ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Message:
    """A mail, complete: both parts say the same. Headers are ours, already clean."""

    to: tuple[str, ...]
    subject: str
    text: str
    html: str
    from_name: str = "Al Día"
    cc: tuple[str, ...] = ()
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)  # come back in the provider's events


class MailRefused(Exception):
    """The provider said no before taking the mail: it was certainly not sent. `retry`: may be later.
    `is_dead`: the provider knows that an address will never work, so it counts as a bounce."""

    def __init__(self, reason: str, *, retry: bool, is_dead: bool = False) -> None:
        super().__init__(reason)
        self.retry, self.is_dead = retry, is_dead


class MailUnknown(Exception):
    """No answer, or one that proves nothing: the mail may have gone or not."""


class Mailer(Protocol):
    """Hands one mail to the provider."""

    def send(self, message: Message) -> str:
        """Return the provider's id. Raises MailRefused or MailUnknown; never tries twice by itself."""


# -- payments -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StartCheckout:
    """A payment to be started: the exact sum, in the ledger's minor units."""

    idempotency_key: str
    account: str  # connected account; empty: the installation's own
    amount_minor: int
    currency: str
    description: str
    lines: tuple[tuple[str, int], ...]  # (name, minor)
    expires_at: datetime
    success_url: str
    cancel_url: str
    locale: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    customer_email: str = ""
    exclude_methods: tuple[str, ...] = ()
    oxxo_days: int = 3


@dataclass(frozen=True, slots=True)
class Started:
    """A checkout that the provider has opened."""

    session_id: str
    url: str
    payment_id: str = ""


@dataclass(frozen=True, slots=True)
class SessionTruth:
    """What the provider says now of a checkout."""

    session_id: str
    status: str  # open | complete | expired
    payment_status: str  # paid | unpaid | no_payment_required
    payment_id: str
    amount_minor: int
    currency: str
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RefundTruth:
    """One refund of a payment."""

    id: str
    amount_minor: int
    at: datetime
    status: str


@dataclass(frozen=True, slots=True)
class DisputeTruth:
    """One dispute of a payment. An inquiry moves no money."""

    id: str
    amount_minor: int
    at: datetime
    status: str
    is_inquiry: bool = False


@dataclass(frozen=True, slots=True)
class PaymentTruth:
    """What the provider says now of a payment, whatever events were seen."""

    payment_id: str
    status: str  # requires_action | processing | succeeded | canceled | requires_payment_method
    method: str  # card | oxxo | spei | sepa_debit | …
    currency: str
    captured_minor: int
    captured_at: datetime | None
    metadata: Mapping[str, str]
    refunds: tuple[RefundTruth, ...] = ()
    disputes: tuple[DisputeTruth, ...] = ()
    failure: str = ""  # why the last try failed; "expired": the voucher's time passed unpaid
    waits_until: datetime | None = None  # a voucher's own end


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """A verified webhook event, reduced to what may be believed: who should look at what."""

    id: str
    type: str
    account: str
    created_at: datetime
    is_live: bool
    object_id: str
    payment_id: str = ""
    session_id: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    is_wanted: bool = True  # its kind can change a debt


class PaymentRefused(Exception):
    """The provider refused for good; the argument says why."""


class PaymentUnknown(Exception):
    """Timeout, lost answer or an error of the provider's: repeat with the same key."""


class WebhookRefused(Exception):
    """The signature, its age or its shape is wrong."""


class Payments(Protocol):
    """The payment provider."""

    def start_checkout(self, wish: StartCheckout) -> Started:
        """Open a checkout; the same key gives the same one. PaymentRefused, PaymentUnknown."""

    def read_session(self, session_id: str, account: str) -> SessionTruth:
        """What the provider says of a checkout now."""

    def read_payment(self, payment_id: str, account: str) -> PaymentTruth:
        """What the provider says of a payment now."""

    def expire_session(self, session_id: str, account: str) -> None:
        """Close an open checkout; PaymentRefused when it is open no longer."""

    def refund(self, payment_id: str, account: str, *, amount_minor: int, currency: str, key: str) -> str:
        """Give money back; the refund's id."""

    def verify_webhook(self, body: bytes, signature: str, *, now: datetime) -> ProviderEvent:
        """The event, its signature proved; WebhookRefused."""

    def events_since(self, since: datetime, account: str, *, until: datetime | None = None) -> Sequence[ProviderEvent]:
        """Events of one account between two instants, for when webhooks were lost; PaymentUnknown, PaymentRefused."""

    def account_ready(self, account: str) -> bool:
        """Whether a connected account can take charges."""

    def open_account(self, *, email: str, country: str, key: str) -> str:
        """A connected account for a freelancer; its id."""

    def onboarding_link(self, account: str, *, return_url: str, refresh_url: str) -> str:
        """Where the freelancer tells the provider who they are."""


# -- files --------------------------------------------------------------------------------------


class Files(Protocol):
    """Private files, by key."""

    def put(self, key: str, content: bytes) -> None:
        """Write a file whole."""

    def get(self, key: str) -> bytes:
        """The file; FileNotFoundError when there is none."""

    def delete(self, key: str) -> None:
        """Take a file away."""

    def erase(self, folder: str) -> None:
        """Take away every file whose key begins with this folder."""


# -- storage ------------------------------------------------------------------------------------

Item = dict[str, Any]


class Conflict(Exception):
    """A condition of a write did not hold: somebody else was first. Read again and decide again."""


class AlreadyThere(Conflict):
    """An item that may be written once exists."""


class CapReached(Conflict):
    """A counter would pass its limit; `write` is the one that was refused."""

    def __init__(self, write: "Add") -> None:
        super().__init__(f"{write.pk} {write.sk}")
        self.write = write


class Unreachable(Exception):
    """The table did not answer or asks to come later. Nothing is wrong with what was asked; a write may be done."""


class Table(Protocol):
    """One DynamoDB table, as far as we use it. Values are plain Python: str, int, bool, bytes, list, dict."""

    def get(self, pk: str, sk: str, *, strong: bool = True) -> Item | None:
        """One item, or None."""

    def get_many(self, keys: Sequence[tuple[str, str]], *, strong: bool = True) -> list[Item]:
        """The items that exist, in the order of the keys."""

    def query(self, query: "Query") -> "PageOfItems":
        """One page."""

    def write(self, *writes: "Write") -> None:
        """All or nothing. Raises AlreadyThere or Conflict."""

    def every(self, kind: str) -> Iterator[Item]:
        """Every item of a kind in the whole table. For whoever runs the installation: it reads everything."""


@dataclass(frozen=True, slots=True)
class Query:
    """Items of one partition in key order. `index` empty: the table itself."""

    pk: str
    between: tuple[str, str] | None = None
    begins_with: str = ""
    index: str = ""
    limit: int | None = None
    after: Item | None = None  # a page's `last`
    backwards: bool = False
    strong: bool = False
    only: tuple[str, ...] = ()  # attributes that are wanted; empty: all of them


@dataclass(frozen=True, slots=True)
class PageOfItems:
    """One page of a query; `last` is where to go on, None at the end."""

    items: list[Item]
    last: Item | None = None


@dataclass(frozen=True, slots=True)
class Put:
    """Write a whole item. `absent`: only if none is there; `version`: only over one that still has that version;
    `where`: only over one whose attributes have these values, None: which has no such attribute.

    `alone`: a refusal loses nothing, so that no transaction has to tell a repetition from somebody else's write.
    """

    item: Item
    absent: bool = False
    version: int | None = None
    alone: bool = False
    where: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delete:
    """Take an item away. `where`: as of Put."""

    pk: str
    sk: str
    where: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Add:
    """Add to counters (created at zero), each only while the result stays within `at_most`."""

    pk: str
    sk: str
    amounts: Mapping[str, int]
    at_most: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)  # set as well, such as expires_at


@dataclass(frozen=True, slots=True)
class Set:
    """Change some attributes of an item that exists; None removes. `where`, `alone`: as of Put."""

    pk: str
    sk: str
    values: Mapping[str, Any]
    where: Mapping[str, Any] = field(default_factory=dict)
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """Only a condition: the item is there and `where`, as of Put."""

    pk: str
    sk: str
    where: Mapping[str, Any]


Write = Put | Delete | Add | Set | Check


# -- all together -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything from outside that a flow may touch; built in bootstrap only."""

    clock: Clock
    ids: Ids
    table: Table
    mailer: Mailer
    payments: Payments
    files: Files
    holidays: Callable[[str, int], frozenset[date]]
    settings: Any  # aldia.settings.Settings; typed there to keep this module free of imports
    nudge: Callable[[str], None] = lambda _what: None  # work is waiting: let the jobs run soon
    pause: Callable[[int], None] = lambda _attempt: None  # a short, random wait before trying again
    mail_goes: Callable[[], bool] = lambda: True  # False: whoever runs the installation has stopped all mail
