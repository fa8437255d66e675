"""National public holidays, from the `holidays` library at the version that requirements pin."""

from datetime import date
from functools import lru_cache
from importlib.metadata import version

SLOTS = 256


@lru_cache(maxsize=SLOTS)
def national_holidays(country: str, year: int) -> frozenset[date]:
    """The country's public holidays in that year, observed days included, without regional ones.

    Empty for a country that the library does not know: then only weekends and the account's own days are closed.
    """
    import holidays

    try:
        days = holidays.country_holidays(country, years=year, observed=True, categories=(holidays.PUBLIC,))
    except NotImplementedError:
        return frozenset()
    return frozenset(day for day in days if day.year == year)


def data_version() -> str:
    """The version of the library, which is that of its data."""
    return version("holidays")
