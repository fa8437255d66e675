"""The account and its clients in a scenario."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from aldia.domain.account import Account, ContactPolicy
from aldia.domain.client import BillingContact, Client
from aldia.domain.countries import main_zone
from aldia.domain.debt import Anchor, Step
from aldia.domain.ladder import DEFAULT_LADDER
from aldia.mail.headers import clean_header, one_line
from aldia.replay.faults import Fields, Wrong, day, flag, one_of, text, whole, words

LANGUAGES = ("es", "en")
ANCHORS = ("issued", "due", "discount", "last")
NOT_STEPS = (
    "promise_noted", "promise_day", "promise_missed", "extension_noted", "plan_noted", "part_received",
    "payment_on_its_way", "voucher_expired", "dispute_noted", "dispute_resolved", "already_paid_noted",
    "payment_question", "payment_not_found", "stop_noted", "wrong_person_noted", "thanks", "instalment_due",
    "credit_returned", "payment_corrected", "instalment_missed", "manual",
)  # fmt: skip
"""Letters that go for other reasons; a step of the user's own may not take their names."""
FARTHEST_DAYS = 3660
MOST_TIMES = 1000

_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_HOUR = re.compile(r"(09|1[0-7]):[0-5]\d", re.ASCII)
_ZONE = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*", re.ASCII)
_ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+")
_STEP = re.compile(r"[^@/#\s][^@/#\n\r\t]{0,79}")
_TOLERANCE = re.compile(r"\d{1,12}(\.\d{1,6})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class People:
    """The account, and what the rest of the document takes from it."""

    account: Account
    ladder: tuple[Step, ...] | None  # None: the product's
    tolerance: Decimal  # in major units of each debt's currency

    @property
    def steps(self) -> frozenset[str]:
        """Names of the ladder's steps."""
        return frozenset(step.step for step in (DEFAULT_LADDER if self.ladder is None else self.ladder))


def read_account(fields: Fields) -> People:
    """The freelancer."""
    name = fields.need("name", _name) or ""
    country = fields.need("country", _country) or ""
    zone = _zone(fields, country) if country else fields.find("timezone", _timezone) or ""
    language: Literal["es", "en"] = fields.take("language", one_of(LANGUAGES), "es")
    ladder = _ladder(fields) if fields.has("ladder") else None
    policy = ContactPolicy(
        send_at=fields.take("send_at", _send_at, time(9)),
        enabled=fields.take("contact_rules", one_of(("on", "off")), "on") == "on",
        closed_days=fields.take("closed_days", _days, ()),
        answers_count=False,
    )
    tolerance = fields.take("tolerance_amount", _tolerance, Decimal(0))
    fields.close()
    account = Account(
        "replay", "account@aldia.example", name=name, country=country, timezone=zone, language=language, policy=policy
    )
    return People(account, ladder, tolerance)


def read_clients(root: Fields, people: People) -> tuple[tuple[Client, ...], tuple[str, ...]]:
    """The clients under ids of ours, and the ids that the file gives them."""
    clients: list[Client] = []
    names: list[str] = []
    for place, fields in enumerate(root.items("clients", required=True)):
        name = fields.need("id", text) or ""
        if name and name in names:
            fields.wrong("id", "another client has this id")
        clients.append(_client(fields, f"c{place + 1:04d}", people.account))
        names.append(name)
    return tuple(clients), tuple(names)


def _client(fields: Fields, own_id: str, account: Account) -> Client:
    country = fields.find("country", _country)
    client = Client(
        own_id,
        fields.need("name", _name) or "",
        country=country or account.country,
        timezone=_zone(fields, country) if country else fields.take("timezone", _timezone, account.timezone),
        language=fields.take("language", one_of(LANGUAGES), account.language),
        kind=fields.take("kind", one_of(("business", "person")), "business"),
        contacts=tuple(BillingContact(email) for email in (fields.find("email", address),) if email),
        consents=fields.take("consents", words, ("email",)),
    )
    fields.close()
    return client


# -- the ladder ----------------------------------------------------------------------------------


def _ladder(fields: Fields) -> tuple[Step, ...]:
    steps: list[Step] = []
    for place, step in enumerate(fields.items("ladder")):
        steps.append(_step(step, is_first=place == 0, taken=[known.step for known in steps]))
    return tuple(steps)


def _step(fields: Fields, *, is_first: bool, taken: list[str]) -> Step:
    name = fields.need("step", _step_name) or ""
    if name and name in taken:
        fields.wrong("step", "stands in the ladder already")
    anchor: Anchor = fields.need("anchor", one_of(ANCHORS)) or "due"
    if anchor == "last" and is_first:
        fields.wrong("anchor", "the first step has no letter before it")
    if fields.has("repeat_every") != fields.has("times"):
        fields.wrong("times" if fields.has("repeat_every") else "repeat_every", "repeat_every and times go together")
    step = Step(
        name,
        anchor,
        fields.need("days", whole(-FARTHEST_DAYS, FARTHEST_DAYS)) or 0,
        repeat_every=fields.find("repeat_every", whole(1, FARTHEST_DAYS)),
        times=fields.take("times", whole(1, MOST_TIMES), 1),
        approve=fields.take("approve", flag, default=False),
        channel=fields.take("channel", one_of(("email", "task")), "email"),
    )
    fields.close()
    return step


def _step_name(value: Any) -> str:
    if not _STEP.fullmatch(text(value)):
        raise Wrong("must be a name of at most 80 characters without @, / and #")
    if value in NOT_STEPS:
        raise Wrong("is the name of a letter that goes for another reason")
    return str(value)


# -- values --------------------------------------------------------------------------------------


def _name(value: Any) -> str:
    return clean_header(text(value))


def number_of(value: Any) -> str:
    """A debt's number: text that the subject of a mail can carry."""
    clean_header(one_line(text(value)))
    return str(value)


def _country(value: Any) -> str:
    if not isinstance(value, str) or not _COUNTRY.fullmatch(value):
        raise Wrong("must be a country's two capital letters (ISO 3166)")
    return value


def _zone(fields: Fields, country: str) -> str:
    """The zone that is written, else the country's main one, which only some countries have."""
    zone = main_zone(country)
    read: Callable[[Any], str] = _timezone
    return (
        fields.find("timezone", read) or zone if zone or fields.has("timezone") else fields.need("timezone", read) or ""
    )


def _timezone(value: Any) -> str:
    try:
        if _ZONE.fullmatch(text(value)):
            return ZoneInfo(value).key
    except (OSError, ValueError, KeyError):
        pass
    raise Wrong("must be a time zone of the IANA database, such as Europe/Madrid")


def _send_at(value: Any) -> time:
    if not isinstance(value, str) or not _HOUR.fullmatch(value):
        raise Wrong("must be an hour from 09:00 to 17:59")
    return time.fromisoformat(value)


def _days(value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise Wrong("must be a list of dates")
    return tuple(day(one) for one in value)


def _tolerance(value: Any) -> Decimal:
    if not isinstance(value, str) or not _TOLERANCE.fullmatch(value):
        raise Wrong('must be a sum as a decimal string, such as "0.50"')
    return Decimal(value)


def address(value: Any) -> str:
    """A mail address."""
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value) or not value.isprintable():
        raise Wrong("must be a mail address")
    return clean_header(value)
