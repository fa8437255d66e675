"""Who reads a letter: the language and the country that decide how sums and dates are written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from aldia.i18n import catalog, formats


@dataclass(frozen=True, slots=True)
class Reader:
    """A language, and a country where it is known."""

    language: str
    country: str = ""

    def say(self, key: str, /, **values: object) -> str:
        """A sentence of the area `letters`."""
        return catalog.text(self.language, f"letters.{key}", **values)

    def account_kind(self, kind: str) -> str:
        """A class of bank account, as its bank calls it."""
        return catalog.text(self.language, f"bank.account_{kind}")

    def money(self, minor: int, currency: str) -> str:
        """A sum as this reader writes it."""
        return formats.money(minor, currency, self.language, self.country)

    def day(self, value: date) -> str:
        """A date in full."""
        return formats.day(value, self.language)

    def total(self, sums: Iterable[tuple[int, str]]) -> str:
        """Sums of minor units added up by currency, in the order in which the currencies come."""
        by_currency: dict[str, int] = {}
        for minor, currency in sums:
            by_currency[currency] = by_currency.get(currency, 0) + minor
        return self.listed([self.money(minor, currency) for currency, minor in by_currency.items()])

    def listed(self, things: list[str]) -> str:
        """Things as people list them: a, b y c."""
        if len(things) < 2:
            return "".join(things)
        return self.say("and", first=", ".join(things[:-1]), last=things[-1])
