"""Who owes: a client, the people there, and what the client or the mail provider told us."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from aldia.domain.debt import Pause
from aldia.domain.fence import Fence
from aldia.domain.prevention import Accepted, OpenLimit, RiskNote


@dataclass(frozen=True, slots=True)
class BillingContact:
    """A person at the client's. `mail` says whether letters go to this address, as a copy, or not."""

    email: str
    name: str = ""
    role: Literal["billing", "owner", "office", "other"] = "billing"
    mail: Literal["to", "copy", "none"] = "to"


@dataclass(frozen=True, slots=True)
class Client:
    """One client of one account. Silences here hold for all its debts."""

    id: str
    name: str
    country: str = ""  # ISO 3166 alpha-2
    timezone: str = ""  # IANA name
    language: Literal["es", "en"] = "es"
    kind: Literal["business", "person"] = "business"
    tax_id: str = ""
    contacts: tuple[BillingContact, ...] = ()
    consents: tuple[str, ...] = ("email",)
    consent_on: date | None = None  # the day the client agreed to be written to, where the law wants it on record
    consent_source: str = ""  # how it did: "clause 4 of the contract"
    created_at: datetime | None = None

    stopped_at: datetime | None = None  # asked for no more automatic letters
    bounced_at: datetime | None = None
    complained_at: datetime | None = None
    wrong_person_at: datetime | None = None
    suggested: BillingContact | None = None  # whom that person named, for the freelancer to decide
    reported_at: datetime | None = None  # and said besides that it knows of no such debt: a mark against the account
    prefers: Literal["", "online", "transfer"] = ""  # the way to pay that its page shows first
    pause: Pause | None = None
    contact_days: tuple[date, ...] = ()  # local days of the last counted contacts, newest last, at most 10
    link_version: int = 1  # raised when the address changes: older links stop opening the page
    addressed_since: datetime | None = None  # other people got the letters before; None: nobody did
    begun_anew: int = 0  # how often these got the ladder's late letters from the kindest on
    known_addresses: tuple[str, ...] = ()  # written to before
    note: str = ""  # for the freelancer only
    fence: Fence | None = None  # None: the account's
    texts: tuple[str, ...] = ()  # letters with words for this client alone, by step and language: overdue_1/es
    our_texts: tuple[str, ...] = ()  # letters in which the product's words hold, whatever the account's are
    texts_at: datetime | None = None  # when any of its words were last changed
    accepted: Accepted | None = None  # the newest terms that it said yes to
    terms_links: int = 1  # raised when links to the terms are withdrawn
    open_limit: OpenLimit | None = None  # None: the account's
    limit_seen: OpenLimit | None = None  # the freelancer knows that so much is open: quiet until it is more
    risks: tuple[RiskNote, ...] = ()  # for the freelancer only, newest last
    opt_outs: tuple[date, ...] = ()  # local days on which it asked for no more letters, oldest first
    complaints: tuple[date, ...] = ()  # and on which it marked one as unwanted
    phrase: str = ""  # stands in letters to this client, so that it knows who writes; empty: the account's
    is_checkable: bool = False  # the references of all its debts can be looked up; not so in what was stored before
    asks_first: bool | None = None  # letters wait for the freelancer's yes; None: as the account has it

    version: int = 0  # optimistic lock over the client and all its debts
    next_at: datetime | None = None  # when the job must look again

    @property
    def emails(self) -> tuple[str, ...]:
        """Addresses that letters go to."""
        return tuple(c.email for c in self.contacts if c.mail == "to" and c.email)

    @property
    def copies(self) -> tuple[str, ...]:
        """Addresses that get a copy."""
        return tuple(c.email for c in self.contacts if c.mail == "copy" and c.email)
