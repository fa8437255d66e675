"""The first two answers: the name that letters are signed with, and the country."""

from dataclasses import replace
from zoneinfo import available_timezones

from aldia.domain import countries
from aldia.domain.account import Account
from aldia.domain.errors import Refused
from aldia.domain.parsing import parse_line
from aldia.ports import Ports
from aldia.store import accounts


def welcome(ports: Ports, account: Account, *, name: str, country: str, timezone: str = "") -> Account:
    """Save them with the zone and currency that follow; Refused with the field to look at."""
    name = parse_line(name, field="name", most=80)
    if country not in countries.known():
        raise Refused("welcome.choose_country", field="country")
    zone = timezone or countries.main_zone(country) or account.timezone
    if zone not in available_timezones():
        raise Refused("welcome.choose_zone", field="timezone")
    currency = account.currency or countries.currency(country) or "EUR"
    return accounts.save(ports, replace(account, name=name, country=country, timezone=zone, currency=currency))
