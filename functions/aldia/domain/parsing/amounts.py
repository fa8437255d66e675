"""Amounts as people type them, as exact decimals: 1.234,56 · 1,234.56 · $ 1'234,567.00 · 1 234,56 €."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from aldia.domain.currencies import decimals
from aldia.domain.errors import Refused
from aldia.domain.parsing.currency_words import choose, meanings

Assumed = Literal["", "thousands", "decimals"]
Mark = Literal["", ",", ".", "both"]
"""A column's decimal mark; "": nothing in it proves one, "both": it proves one and the other."""

_MOST_CHARS = 60
_TOO_BIG = Decimal(10) ** 12  # in minor units still exact wherever JSON goes
_MINUS = "-−–—‒"
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f]+")
_PARTS = re.compile(r"(?P<before>[^0-9]*?) ?(?P<number>[0-9](?:[0-9.,' ]*[0-9])?) ?(?P<after>[^0-9]*)")
_DASH_ENDING = re.compile(rf"(?<=[0-9])[.,][{_MINUS}=]{{1,2}}(?![^ ])")  # "$ 1.000.-": no cents
_LOOSE_MARK = re.compile(r"(?<![^\W\d_])(?<!/)[.,]$")  # "$.50" is no 50; "Bs.50" and "S/.50" are
_WHOLE = re.compile(r"[0-9]+|[0-9]{1,3}(?:[ '.,][0-9]{3})+")
_ONE_GROUP = re.compile(r"[1-9][0-9]{0,2}(?:'[0-9]{3})?[.,][0-9]{3}")  # "1.234": a thousand or one and a bit
_DOT_COUNTRIES = frozenset("US MX GT HN NI SV PA DO PR PE GB IE CA AU NZ PH IN JP CN KR IL".split())


@dataclass(frozen=True, slots=True)
class ReadAmount:
    """An amount, the currency its text names ("" when none) and how an unclear mark was read."""

    value: Decimal
    currency: str = ""
    assumed: Assumed = ""


@dataclass(frozen=True, slots=True)
class Custom:
    """How numbers are written where the text comes from."""

    mark: Mark = ""  # proven by the column
    country: str = ""
    language: str = ""

    @property
    def usual_mark(self) -> str:
        """The decimal mark of the country, else of the language."""
        is_dot = self.country in _DOT_COUNTRIES if self.country else self.language == "en"
        return "." if is_dot else ","


def parse_amount(
    text: str,
    currency: str,
    *,
    country: str = "",
    language: str = "",
    field: str = "amount",
    is_zero_ok: bool = False,
) -> Decimal:
    """An amount in `currency`, for a form. Refused: unreadable, negative, zero, too exact, another currency."""
    custom = Custom(country=country, language=language)
    read = read_amount(text, currency, custom=custom, field=field, is_zero_ok=is_zero_ok)
    if read.currency not in ("", currency):
        raise Refused("import.amount_other_currency", field=field, named=read.currency, currency=currency)
    return read.value


def read_amount(
    text: str, expected: str, *, custom: Custom | None = None, field: str = "amount", is_zero_ok: bool = False
) -> ReadAmount:
    """An amount of a column; `expected` is the currency if the text names none.

    "1.234" alone is read by what the column proves, else by the currency (two decimals cannot be three),
    else by the country; the last two are stated in `assumed`.
    """
    number, words = _split(text, field)
    named = _named(words, expected, field)
    if not (named or expected):
        raise Refused("import.currency_missing", field="currency")
    places = decimals(named or expected)
    digits, assumed = _plain(number, places, custom or Custom(), field)
    value = _exact(digits, places, field)
    if not value and not is_zero_ok:
        raise Refused("import.amount_zero", field=field)
    return ReadAmount(value, named, assumed)


def decimal_mark(texts: Iterable[str]) -> Mark:
    """The decimal mark that a column's amounts prove."""
    proven: set[str] = set()
    for text in texts:
        found = _PARTS.fullmatch(_tidy(text)) if len(text) <= _MOST_CHARS else None
        if found:
            proven.add(_proof(found["number"]))
    marks = proven & {",", "."}
    if len(marks) == 2:
        return "both"
    return "," if "," in marks else "." if marks else ""


def _tidy(text: str) -> str:
    """One kind of space, one kind of apostrophe, no dash for absent cents."""
    bare = re.sub("[’´`ʼ]", "'", _SPACES.sub(" ", text)).strip()
    return _DASH_ENDING.sub("", bare)


def _split(text: str, field: str) -> tuple[str, tuple[str, ...]]:
    """The digits with their marks, and the words around them. Refused when it is no amount, or negative."""
    bare = _tidy(text) if len(text) <= _MOST_CHARS else ""
    if not bare and not text.strip():
        raise Refused("import.amount_missing", field=field)
    found = _PARTS.fullmatch(bare)
    if not found:
        raise Refused("import.amount_unreadable", field=field)
    before, after = found["before"].strip(), found["after"].strip()
    if (before.startswith("(") and after.endswith(")")) or set(before + after) & set(_MINUS):
        raise Refused("import.amount_negative", field=field)
    if _LOOSE_MARK.search(before):
        raise Refused("import.amount_unreadable", field=field)
    return found["number"], tuple(word for word in (before.removeprefix("+").strip(), after) if word)


def _named(words: tuple[str, ...], expected: str, field: str) -> str:
    """The currency that the words around the digits agree on; "" without words."""
    if not words:
        return ""
    codes = frozenset.intersection(*(meanings(word) for word in words))
    if not codes:
        raise Refused("import.amount_unreadable", field=field)
    return choose(codes, expected=expected, field=field)


def _proof(number: str) -> str:
    """The decimal mark that one number proves; "" when it proves none."""
    dots, commas = number.count("."), number.count(",")
    if dots and commas:
        return max(".,", key=number.rfind)
    if dots + commas == 0 or _ONE_GROUP.fullmatch(number):
        return ""
    if dots + commas > 1:
        return "," if dots else "."  # what repeats groups thousands
    return "." if dots else ","


def _plain(number: str, places: int, custom: Custom, field: str) -> tuple[str, Assumed]:
    """ASCII digits with a dot for the decimals, and what was assumed."""
    mark = _proof(number)
    assumed: Assumed = ""
    if _ONE_GROUP.fullmatch(number):
        mark, assumed = _decide(number, places, custom, field)
    whole, dot, cents = number.partition(mark) if mark else (number, "", "")
    if not _WHOLE.fullmatch(whole) or (dot and not re.fullmatch("[0-9]+", cents)):
        raise Refused("import.amount_unreadable", field=field)
    return re.sub("[ '.,]", "", whole) + (f".{cents}" if dot else ""), assumed


def _decide(number: str, places: int, custom: Custom, field: str) -> tuple[str, Assumed]:
    """The decimal mark of "1.234", and what was assumed to say so."""
    mark, other = (".", ",") if "." in number else (",", ".")
    if custom.mark == "both":
        raise Refused("import.amount_ambiguous", field=field)
    if custom.mark:
        return custom.mark, ""
    if places == 3 and custom.usual_mark == mark:
        return mark, "decimals"
    return other, "thousands"


def _exact(digits: str, places: int, field: str) -> Decimal:
    """The decimal with as many places as the currency has. Refused when it is more exact, or absurd."""
    value = Decimal(digits)
    if value >= _TOO_BIG:
        raise Refused("import.amount_too_big", field=field)
    cut = value.quantize(Decimal(1).scaleb(-places))
    if cut != value:
        raise Refused("import.amount_decimals", field=field, decimals=places)
    return cut
