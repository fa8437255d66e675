"""Currencies as people write them: codes, symbols and words; one word may mean several."""

import unicodedata

from aldia.domain.currencies import is_currency
from aldia.domain.errors import Refused

_PESOS = frozenset("ARS CLP COP CUP DOP MXN PHP UYU".split())
_DOLLARS = frozenset("AUD BBD BMD BSD BZD CAD FJD HKD JMD NZD SGD TTD TWD USD XCD".split())
_DOLLAR_SIGN = _PESOS | _DOLLARS | {"BRL", "NIO"}

_WORDS = {
    "ARS": "ar$ peso argentino pesos argentinos",
    "BOB VES": "bs bolivar bolivares boliviano bolivianos",
    "BRL": "r$ real reais reales",
    "CLP": "clp$ peso chileno pesos chilenos",
    "COP": "col$ cop$ peso colombiano pesos colombianos",
    "CRC": "₡ colones colon",
    "CHF": "fr sfr francos suizos",
    "DOP": "rd$",
    "EUR": "€ euro euros",
    "GBP": "£ libra libras pound pounds",
    "GTQ": "q quetzal quetzales",
    "HNL": "l lps lempira lempiras",
    "JPY CNY": "¥",
    "MXN": "mx$ mex$ mn peso mexicano pesos mexicanos",
    "NIO": "c$ cordoba cordobas",
    "PAB": "b/ balboa balboas",
    "PEN": "s/ sol soles",
    "PYG": "₲ gs guarani guaranies",
    "USD": "us$ u$s u$d usd$ dolar americano dolares americanos",
    "UYU": "$u peso uruguayo pesos uruguayos",
}
_PHRASES = ("peso", "pesos", "dolar", "dolares", "francos")  # first words of the two-word names above


def _meanings() -> dict[str, frozenset[str]]:
    """Each folded word → the codes it may stand for."""
    table = {
        "$": _DOLLAR_SIGN,
        "peso": _PESOS,
        "pesos": _PESOS,
        "dolar": _DOLLARS,
        "dolares": _DOLLARS,
        "dollar": _DOLLARS,
        "dollars": _DOLLARS,
    }
    for codes, words in _WORDS.items():
        parts = iter(words.split())
        for word in parts:
            name = f"{word} {next(parts)}" if word in _PHRASES else word
            table[name] = frozenset(codes.split())
    return table


_MEANINGS = _meanings()


def meanings(word: str) -> frozenset[str]:
    """The ISO codes a word, symbol or code may stand for; none when it is no currency."""
    bare = unicodedata.normalize("NFKD", word.strip().casefold()).replace(".", "")
    bare = " ".join("".join(char for char in bare if not unicodedata.combining(char)).split())
    if bare in _MEANINGS:
        return _MEANINGS[bare]
    code = bare.upper()
    return frozenset({code}) if is_currency(code) else frozenset()


def choose(codes: frozenset[str], *, expected: str, field: str) -> str:
    """The one code meant: the expected one if it is among them, else the only one; refused when unclear."""
    if expected in codes:
        return expected
    if len(codes) != 1:
        raise Refused("import.currency_unclear", field=field)
    return next(iter(codes))


def parse_currency(text: str, *, expected: str = "", field: str = "currency") -> str:
    """An ISO code from "EUR", "€", "pesos"…; "" when nothing is there. `expected` is the account's."""
    if not text.strip():
        return ""
    codes = meanings(text) if len(text) <= 40 else frozenset()
    if not codes:
        raise Refused("import.currency_unknown", field=field)
    return choose(codes, expected=expected, field=field)
