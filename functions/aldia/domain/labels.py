"""What a debt is called, its number and its concept: clients read them, so no address and no phone number hides there.

Narrower than the check of notes: numbers of invoices and orders are long, and concepts name versions and sizes.
"""

import re

from aldia.domain.currencies import CURRENCIES
from aldia.domain.errors import Refused
from aldia.domain.kind_words import kind_words
from aldia.domain.notes import ENDINGS, has_spelled_number, plain
from aldia.domain.parsing import parse_line

LONGEST_NUMBER = 60
LONGEST_CONCEPT = 140

_ADDRESS = re.compile(
    rf"h(?:tt|xx)ps?\s*:|\bwww\s*\.|://|(?<![\w.])[\w-]{{2,}}(?:\.[\w-]+)*\.(?:{ENDINGS})(?!\w|\.\w)"
    r"|[\w-]+\s?[\[(]\s?\.\s?[\])]\s?[a-z]{2,}|\b(?:punto|dot)\s+(?:com|net|org|mx|es)\b|[\w.+-]+@[\w-]+",
    re.IGNORECASE,
)
_MONEY = "|".join(CURRENCIES)
_GAP = r"[\s().\-_/·]{1,3}"
_SUM = re.compile(rf"(?:[$€£]|\b(?:{_MONEY})|S/)\s?\d[\d.,]*|\d[\d.,]*\s?(?:[€£]|(?:{_MONEY})\b)")
_DATE = re.compile(  # dates, months, spans of years, numbers of a year: 2026-0034-001
    r"(?<!\d)\d{1,2}[/.-](?:\d{1,2}[/.-])?(?:19|20)\d\d(?!\d)|(?<!\d)(?:19|20)\d\d(?:\s?[-–/]\s?\d{1,6})+(?!\d)"
)
_CALL = re.compile(
    r"\b(?:tel[eé]?f?o?n?o?s?|tfno|tlfn?o?|phone|call|ll[aá]m[ae]\w*|whats?app|wasap|wsp|m[oó]vil|celular|cel|cell|mobile|ring)"
    r"\b(?:\W{1,3}[^\W\d]+){0,3}\W{0,3}\+?\d(?:[\s().\-_/·]{0,3}\d){5,}",
    re.IGNORECASE,
)
_PREFIXED = re.compile(r"(?:\+|(?<!\d)00)\d(?:[\s().\-_/·]{0,3}\d){7,}")
_GROUPS = re.compile(rf"(?<![\w])\(?\d{{1,4}}(?:{_GAP}\d{{1,4}})+(?!\w)")
_FEWEST_DIGITS = 8


def check_number(text: str, *, field: str = "number", most: int = LONGEST_NUMBER) -> str:
    """An invoice's number as one line; digits are what it is made of.

    Refused when it holds a web or mail address, or threatens whom it speaks to.
    """
    line = parse_line(text, field=field, most=most)
    if _ADDRESS.search(plain(line)):
        raise Refused("notes.label_address", field=field)
    return kind_words(line, field=field, sort="title")


def check_concept(text: str, *, field: str = "concept", most: int = LONGEST_CONCEPT) -> str:
    """What a debt is for, as one line. Refused when it holds an address or a phone number."""
    line = check_number(text, field=field, most=most)
    if _has_phone(plain(line)):
        raise Refused("notes.label_phone", field=field)
    return line


def _has_phone(text: str) -> bool:
    """A word to call before digits, a country's prefix, or eight digits in groups as phone numbers are told."""
    undated = _DATE.sub(" … ", text)
    if _CALL.search(undated) or _PREFIXED.search(undated) or has_spelled_number(undated):
        return True
    return any(_is_told_in_groups(match[0]) for match in _GROUPS.finditer(_SUM.sub(" … ", undated)))


def _is_told_in_groups(run: str) -> bool:
    """Three groups or more; of two, only 1234-5678: what else has two is an order's number or a size."""
    groups = re.findall(r"\d+", run)
    is_enough = sum(map(len, groups)) >= _FEWEST_DIGITS
    return is_enough and (len(groups) > 2 or bool(re.fullmatch(r"\d{4}[-.\s]\d{4}", run)))
