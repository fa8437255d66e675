"""Dates as people and spreadsheets write them: 2026-01-05 · 05/01/26 · 5 de enero de 2026 · Jan 5, 2026 · 46027."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from aldia.domain.errors import Refused
from aldia.domain.parsing.texts import fold

Order = Literal["", "day", "month", "both"]
"""What comes first in a column; "": nothing in it proves one, "both": it proves one and the other."""

_MOST_CHARS = 60
_MONTH_FIRST = frozenset("US PR GU VI PH FM MH PW".split())
_NAMES = {
    1: "enero ene january jan",
    2: "febrero feb february",
    3: "marzo mar march",
    4: "abril abr april apr",
    5: "mayo may",
    6: "junio jun june",
    7: "julio jul july",
    8: "agosto ago august aug",
    9: "septiembre setiembre sept sep set september",
    10: "octubre oct october",
    11: "noviembre nov november",
    12: "diciembre dic december dec",
}
_MONTHS = {name: month for month, names in _NAMES.items() for name in names.split()}
_FILLERS = frozenset(
    "de del of the lunes martes miercoles jueves viernes sabado domingo lun mie jue vie sab dom "
    "monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun".split()
)  # "mar" is left out: a Tuesday in Spanish, and March in both

_CLOCK = re.compile(r"[T ] ?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?: ?[ap]\.? ?m\.?)?$", re.IGNORECASE)
_ZONED = re.compile(r"[0-9] ?(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})$", re.IGNORECASE)
_MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-]00:?00)$")
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2}) ?([-/.]) ?([0-9]{1,2}) ?\2 ?([0-9]{2}|[0-9]{4,5})")
_SERIAL = re.compile(r"([0-9]{5})(?:[.,][0-9]+)?")
_SERIAL_ZERO = date(1899, 12, 30)  # day 0 of spreadsheets' 1900 system, its phantom 29 February counted
_FIRST_SERIAL, _LAST_SERIAL = 36526, 73050  # 2000-01-01, 2099-12-31
_YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class ReadDate:
    """A date, and how an unclear order was read."""

    value: date
    assumed: Literal["", "day_first", "month_first", "serial"] = ""


def parse_date(text: str, country: str, *, field: str = "date") -> date:
    """A date typed in a form; 05/01 is read as the country does. Refused: no such day, out of 2000 to 2099."""
    return read_date(text, country=country, field=field).value


def read_date(text: str, *, country: str = "", order: Order = "", field: str = "date") -> ReadDate:
    """A date of a column, read by the order that the column proves, else by the country (then stated).

    A clock is dropped; a time zone other than midnight's is refused: the day could be another.
    """
    bare = _without_clock(text, field)
    if found := _YEAR_LAST.fullmatch(bare):
        return _year_last(found, country=country, order=order, field=field)
    if found := _YEAR_FIRST.fullmatch(bare) or _COMPACT.fullmatch(bare):
        year, month, day = map(int, found.groups())
        return ReadDate(_day(year, month, day, field))
    if found := _SERIAL.fullmatch(bare):
        return ReadDate(_from_serial(int(found[1]), field), "serial")
    return ReadDate(_in_words(bare, field))


def day_order(texts: Iterable[str]) -> Order:
    """What comes first, as the dates of a column prove: 31/01 the day, 01/31 the month."""
    proven: set[Order] = set()
    for text in texts:
        found = _YEAR_LAST.fullmatch(_CLOCK.sub("", text.strip())) if len(text) <= _MOST_CHARS else None
        if found:
            proven.add(_proof(int(found[1]), int(found[3])))
    proven.discard("")
    return "both" if len(proven) > 1 else next(iter(proven), "")


def _without_clock(text: str, field: str) -> str:
    """The text without its time of day. Refused: nothing there, too long, a time in some zone."""
    bare = " ".join(text.split())
    if not bare:
        raise Refused("import.date_missing", field=field)
    if len(bare) > _MOST_CHARS or not bare.replace("º", "").replace("°", "").isprintable():
        raise Refused("import.date_unreadable", field=field)
    if ":" in bare:
        bare = _MIDNIGHT.sub("", bare)
        if ":" in bare and _ZONED.search(bare):
            raise Refused("import.date_zone", field=field)
        bare = _CLOCK.sub("", bare)
    return bare


def _proof(first: int, second: int) -> Order:
    """Which of the two numbers must be the day."""
    if first > 12 >= second:
        return "day"
    return "month" if second > 12 >= first else ""


def _year_last(found: re.Match[str], *, country: str, order: Order, field: str) -> ReadDate:
    """05/01/2026: by proof, by the column, by the country."""
    first, second, year = int(found[1]), int(found[3]), _full_year(found[4])
    own = _proof(first, second)
    if not own and order == "both" and first != second:
        raise Refused("import.date_ambiguous", field=field)
    is_month_first = (own or order or ("month" if country in _MONTH_FIRST else "day")) == "month"
    day, month = (second, first) if is_month_first else (first, second)
    is_plain = bool(own or order) or first == second
    return ReadDate(_day(year, month, day, field), "" if is_plain else "month_first" if is_month_first else "day_first")


def _full_year(digits: str) -> int:
    """26 is 2026."""
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _day(year: int, month: int, day: int, field: str) -> date:
    """The date. Refused: no such day, or a year that nobody means."""
    try:
        found = date(year, month, day)
    except ValueError:
        raise Refused("import.date_no_such", field=field) from None
    if found.year not in _YEARS:
        raise Refused("import.date_range", field=field)
    return found


def _from_serial(serial: int, field: str) -> date:
    """A spreadsheet's day number (46027 is 2026-01-05)."""
    if not _FIRST_SERIAL <= serial <= _LAST_SERIAL:
        raise Refused("import.date_unreadable", field=field)
    return _SERIAL_ZERO + timedelta(days=serial)


def _in_words(text: str, field: str) -> date:
    """5 de enero de 2026 · 5-ene-26 · Jan 5th, 2026 · 2026 enero 5."""
    ordinals = re.sub(r"(?i)\b([0-9]{1,2})(?:st|nd|rd|th|º|°|er)\b|([0-9]{1,2})[º°]", r"\1\2", text)
    words = [word for word in fold(ordinals.replace(".", " ")).split() if word not in _FILLERS]
    months = [_MONTHS[word] for word in words if word in _MONTHS]
    numbers = [word for word in words if re.fullmatch("[0-9]{1,4}", word)]
    if len(words) != 3 or len(months) != 1 or len(numbers) != 2:
        raise Refused("import.date_unreadable", field=field)
    if len(numbers[0]) == 4:
        numbers.reverse()
    day, year = numbers
    if len(day) > 2 or len(year) not in (2, 4):
        raise Refused("import.date_unreadable", field=field)
    return _day(_full_year(year), months[0], int(day), field)
