"""Whole numbers as people type them."""

import re

from aldia.domain.errors import Refused

_DIGITS = re.compile(r"[0-9]{1,6}", re.ASCII)


def parse_whole(text: str, *, field: str, least: int = 0, most: int = 999_999) -> int:
    """A whole number between the two, inclusive; Refused otherwise."""
    plain = text.strip()
    if not _DIGITS.fullmatch(plain) or not least <= int(plain) <= most:
        raise Refused("error.whole_between", field=field, least=least, most=most)
    return int(plain)
