"""Sums, dates, times, names of countries: as the reader writes them.

Babel is imported where it is used, and only its data for `es` and `en` is needed.
"""

import tomllib
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from aldia.domain.currencies import decimals

NO_BREAK = "\u00a0"
DAYS_KEPT = 1024  # written-out days: a letter names the same one several times, and a run the same few
_LONG = {"es": "d 'de' MMMM 'de' y", "en": "d MMMM y"}
_SHORT = {"es": "d MMM y", "en": "d MMM y"}


def money(minor: int, currency: str, language: str, country: str = "") -> str:
    """A sum of minor units with its currency, never ambiguous to a reader in `country`.

    Cents that are not zero always show, also where the currency is usually written without.
    """
    style = _style(language, currency)
    pattern = _pattern(style, country).replace("~", NO_BREAK).replace("{code}", currency)
    places = decimals(currency)
    if "shown" in style and minor % 10**places == 0:
        minor, places = minor // 10**places, style["shown"]
    written = pattern.replace("#", _grouped(abs(minor), places, style["marks"]))
    return f"-{written}" if minor < 0 else written


def _pattern(style: dict[str, Any], country: str) -> str:
    """`home` or `near` where the sign alone is understood, `far` elsewhere; `near` when nothing is known."""
    if country in style.get("bare_in", ()):
        return str(style.get("home", style["near"]))
    return str(style.get("far", style["near"]) if country else style["near"])


def _grouped(minor: int, places: int, marks: str) -> str:
    """Digits with thousands and decimals marked: (123456, 2, ".,") → "1.234,56"."""
    thousands, point = marks[0], marks[1]
    whole, cents = divmod(minor, 10**places)
    written = f"{whole:,}".replace(",", thousands)
    return f"{written}{point}{cents:0{places}d}" if places else written


def _style(language: str, currency: str) -> dict[str, Any]:
    """What the styles file says of a currency, with the language's marks where it says nothing else."""
    table = _styles()[language]
    return {"marks": table["marks"], "near": table["other"], **table.get(currency, {})}


@cache
def _styles() -> dict[str, dict[str, Any]]:
    """The styles file."""
    return tomllib.loads((files("aldia.i18n") / "money_styles.toml").read_text(encoding="utf-8"))


def number(value: int | Decimal, language: str) -> str:
    """A number with the language's marks and the decimals that it has: 1.234,5 or 1,234.5."""
    plain = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    swap = {",": ".", ".": ","} if language == "es" else {}
    return "".join(swap.get(sign, sign) for sign in plain)


def percent(value: Decimal, language: str) -> str:
    """Per cent as a person writes it, without trailing zeros: 2 % or 2%."""
    lean = value.normalize()
    lean = lean.quantize(Decimal(1)) if lean == lean.to_integral_value() else lean
    return number(lean, language) + (f"{NO_BREAK}%" if language == "es" else "%")


@lru_cache(maxsize=DAYS_KEPT)
def day(value: date, language: str) -> str:
    """A date in full: 18 de diciembre de 2026, 18 December 2026."""
    from babel.dates import format_date

    return str(format_date(value, _LONG[language], locale=language))


@lru_cache(maxsize=DAYS_KEPT)
def day_short(value: date, language: str) -> str:
    """A date for tables: 18 dic 2026, 18 Dec 2026."""
    from babel.dates import format_date

    return str(format_date(value, _SHORT[language], locale=language))


def instant(value: datetime, zone: ZoneInfo, language: str) -> str:
    """A local day and time with the place whose clock it is: 18 de diciembre de 2026, 09:00 (hora de Madrid)."""
    local = value.astimezone(zone)
    return f"{day(local.date(), language)}, {local:%H:%M} ({zone_name(zone, language)})"


def zone_name(zone: ZoneInfo, language: str) -> str:
    """Whose clock a zone is: hora de Ciudad de México, Mexico City time; UTC stays UTC."""
    from babel.dates import get_timezone_location

    if zone.key in {"UTC", "Etc/UTC"}:
        return "UTC"
    city = get_timezone_location(zone, locale=language, return_city=True).rpartition("/")[2]
    return f"hora de {city}" if language == "es" else f"{city} time"


def country_name(code: str, language: str) -> str:
    """A country in the reader's language: ("MX", "es") → México; the code itself when unknown."""
    return str(_locale(language).territories.get(code, code))


def currency_name(code: str, language: str) -> str:
    """A currency in the reader's language: ("MXN", "es") → peso mexicano; the code itself when unknown."""
    return str(_locale(language).currencies.get(code, code))


def _locale(language: str) -> Any:
    """Babel's data for a language."""
    from babel import Locale

    return Locale(language)
