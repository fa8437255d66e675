"""The form of a client: what was typed becomes a client, or sentences beside the fields."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Literal, TypeVar, cast, get_args
from zoneinfo import available_timezones

from aldia.domain import countries, phrases
from aldia.domain.client import BillingContact, Client
from aldia.domain.errors import Refused
from aldia.domain.notes import check_note
from aldia.domain.parsing import parse_date, parse_email, parse_line
from aldia.mail.headers import paragraphs
from aldia.pages.forms import Typed

MOST_CONTACTS = 10
NAME, LINE, NOTE = 120, 60, 2000  # the most characters of each
ROLES: tuple[str, ...] = ("billing", "owner", "office", "other")
MAILS: tuple[str, ...] = ("to", "copy", "none")
PARTS = ("name", "email", "role", "mail")
COLOMBIA = "CO"

Language = Literal["es", "en"]
Kind = Literal["business", "person"]
Role = Literal["billing", "owner", "office", "other"]
Mail = Literal["to", "copy", "none"]
T = TypeVar("T")


def filled(client: Client) -> dict[str, str]:
    """A client as the form shows it."""
    values = {
        "id": client.id,
        "name": client.name,
        "kind": client.kind,
        "country": client.country,
        "timezone": "" if client.timezone == countries.main_zone(client.country) else client.timezone,
        "language": client.language,
        "tax_id": client.tax_id,
        "note": client.note,
        "phrase": client.phrase,
        "consent": "on" if "email" in client.consents else "",
        "consent_on": client.consent_on.isoformat() if client.consent_on else "",
        "consent_source": client.consent_source,
    }
    for place, contact in enumerate(client.contacts or (BillingContact(""),)):
        values |= {f"{part}_{place}": getattr(contact, part) for part in PARTS}
    return values


def with_rows(typed: Typed) -> Typed:
    """What was typed, one contact more or less when a button asked for it; the rows are counted anew."""
    rows, do = _rows(typed.values), typed.get("do")
    if do == "add" and len(rows) < MOST_CONTACTS:
        rows.append({"name": "", "email": "", "role": "billing", "mail": "copy"})
    if do.startswith("remove_"):
        rows = [row for place, row in enumerate(rows) if str(place) != do.removeprefix("remove_")]
    rest = {name: value for name, value in typed.values.items() if name.rpartition("_")[0] not in PARTS}
    rows = rows or [{"name": "", "email": "", "role": "billing", "mail": "to"}]
    return Typed(rest | {f"{part}_{place}": row[part] for place, row in enumerate(rows) for part in PARTS})


def rows_of(typed: Typed) -> list[int]:
    """The places of the contacts that the form shows."""
    return list(range(max(len(_rows(typed.values)), 1)))


def _rows(values: Mapping[str, str]) -> list[dict[str, str]]:
    found = []
    for place in range(MOST_CONTACTS):
        if not any(f"{part}_{place}" in values for part in PARTS):
            break
        found.append({part: values.get(f"{part}_{place}", "") for part in PARTS})
    return found


def read(typed: Typed, was: Client, *, today: date) -> Client | None:
    """The client as written, checked; None when something is wrong, and `typed.errors` says what."""
    name = typed.take("name", lambda text: _shown(text, field="name", was=was.name), "")
    typed.need("name", "clients.name_missing")
    country = typed.take("country", lambda text: _country(text, was.country), "")
    zone = typed.take("timezone", _zone, "")
    contacts = _contacts(typed, was)
    agreed_on, source = _consent(typed, country, today)
    changed = replace(
        was,
        name=name,
        kind=cast(Kind, _one_of(typed, "kind", get_args(Kind))),
        language=cast(Language, _one_of(typed, "language", get_args(Language))),
        country=country,
        timezone=zone or countries.main_zone(country),
        tax_id=typed.take("tax_id", lambda text: parse_line(text, field="tax_id", most=LINE), ""),
        contacts=contacts,
        consents=_consents(was, typed.get("consent") == "on"),
        consent_on=agreed_on,
        consent_source=source,
        note=typed.take("note", _note, ""),
        phrase=typed.take("phrase", phrases.checked, ""),
    )
    return None if typed.errors else changed


def _consents(was: Client, may_mail: bool) -> tuple[str, ...]:
    others = tuple(channel for channel in was.consents if channel != "email")
    return ("email", *others) if may_mail else others


def _consent(typed: Typed, country: str, today: date) -> tuple[date | None, str]:
    """The day and the place of the agreement; Colombia wants both before anything is mailed."""
    given = typed.get("consent_on").strip()
    agreed_on = typed.take("consent_on", lambda text: _past_day(text, country, today), None) if given else None
    source = typed.take("consent_source", lambda text: parse_line(text, field="consent_source", most=200), "")
    if country == COLOMBIA and typed.get("consent") == "on":
        typed.need("consent_on", "clients.consent_on_missing")
        typed.need("consent_source", "clients.consent_source_missing")
    return agreed_on, source


def _past_day(text: str, country: str, today: date) -> date:
    day = parse_date(text, country, field="consent_on")
    if day > today:
        raise Refused("clients.consent_future", field="consent_on")
    return day


def _contacts(typed: Typed, was: Client) -> tuple[BillingContact, ...]:
    known = {contact.name for contact in was.contacts}
    read_rows = [_contact(typed, place, known) for place in range(len(_rows(typed.values)))]
    seen: set[str] = set()
    for place, contact in enumerate(read_rows):
        if contact.email and contact.email.lower() in seen:
            typed.refuse(Refused("clients.contact_twice", field=f"email_{place}"))
        seen.add(contact.email.lower())
    return tuple(contact for contact in read_rows if contact.email or contact.name)


def _contact(typed: Typed, place: int, known: set[str]) -> BillingContact:
    at = f"name_{place}"
    name = typed.take(at, lambda text: text.strip() if text.strip() in known else _shown(text, field=at), "")
    email = typed.take(f"email_{place}", lambda text: parse_email(text, field=f"email_{place}"), "")
    role = cast(Role, _one_of(typed, f"role_{place}", ROLES))
    mail = cast(Mail, _one_of(typed, f"mail_{place}", MAILS))
    if name and not email and mail != "none":
        typed.need(f"email_{place}", "clients.contact_email_missing")
    return BillingContact(email, name=name, role=role, mail=mail)


def _one_of(typed: Typed, name: str, choices: tuple[str, ...]) -> str:
    """The choice; an empty field is the first one."""
    given = typed.get(name) or choices[0]
    if given not in choices:
        typed.refuse(Refused("clients.choice_unknown", field=name))
    return given


def _shown(text: str, *, field: str, was: str = "") -> str:
    """A name, which clients read in their letters: no phone number and no address may hide in it."""
    line = parse_line(text, field=field, most=NAME)
    if line != was:
        try:
            check_note(line, field=field, most=NAME)
        except Refused as refused:
            raise Refused("clients.no_addresses", field=field) from refused
    return line


def _country(text: str, was: str) -> str:
    code = text.strip().upper()
    if code and code != was and code not in countries.known():
        raise Refused("clients.country_unknown", field="country")
    return code


def _zone(text: str) -> str:
    wanted = text.strip()
    if wanted and wanted not in zones():
        raise Refused("clients.zone_unknown", field="timezone")
    return wanted


@cache
def zones() -> tuple[str, ...]:
    """The time zones that can be chosen."""
    return tuple(
        sorted(
            zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix", "right"))
        )
    )


def _note(text: str) -> str:
    if len(text) > NOTE:
        raise Refused("import.text_too_long", field="note", most=NOTE)
    return paragraphs(text, at_most=NOTE)
