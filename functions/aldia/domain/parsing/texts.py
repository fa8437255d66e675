"""One line of plain text and an e-mail address, safe to put into a letter's header, a page and a file."""

import re
import unicodedata
from itertools import filterfalse

from aldia.domain.errors import Refused

_JOINERS = "\u200c\u200d"  # they shape letters and emoji, and hide nothing
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NOT_TEXT = frozenset({"Cc", "Cs", "Co"})  # control, surrogate, private use; not the unassigned: next year's emoji
_ENCODED_WORD = re.compile(r"=\?[^?\s]*\?[bq]\?", re.IGNORECASE)  # a mail header would decode it (RFC 2047)
_SPACES = re.compile(r"\s+")

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL = re.compile(
    rf"[a-z0-9_](?:[a-z0-9_.+'&/-]{{0,62}}[a-z0-9_+'-])?@(?:{_LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{1,58}}[a-z0-9])",
    re.IGNORECASE | re.ASCII,
)
_MOST_EMAIL = 254  # RFC 5321


def parse_line(text: str, *, field: str, most: int = 200) -> str:
    """One line in NFC, white space collapsed, at most `most` characters; "" when nothing is there.

    Refused: characters that control, hide or reorder text, and encoded words of mail headers.
    """
    line = _SPACES.sub(" ", text).strip()
    if len(line) > most:
        raise Refused("import.text_too_long", field=field, most=most)
    if not line.isprintable():
        line = _visible(line, field).strip()
    line = unicodedata.normalize("NFC", line)
    if _ENCODED_WORD.search(line):
        raise Refused("import.text_hidden", field=field)
    return line


def _visible(line: str, field: str) -> str:
    """The line without invisible marks that mean nothing; refused when it has some that do harm."""
    kept = []
    for char in line:
        category = unicodedata.category(char)
        if category in _NOT_TEXT or char in _OVERRIDES or ord(char) & 0xFFFE == 0xFFFE:
            raise Refused("import.text_hidden", field=field)
        if category != "Cf" or char in _JOINERS:
            kept.append(char)
    return "".join(kept)


def parse_email(text: str, *, field: str = "email") -> str:
    """One plain ASCII address, the domain in lower case; "" when nothing is there.

    International domains are taken in their `xn--` form only: a look-alike letter cannot pass for another.
    """
    address = text.strip(" \t\r\n\u00a0\u200b\ufeff")
    if not address:
        return ""
    if address.count("@") > 1 and address.isprintable() and any(mark in address for mark in ",; "):
        raise Refused("import.email_several", field=field)
    if not address.isascii():
        raise Refused("import.email_not_ascii", field=field)
    if len(address) > _MOST_EMAIL or ".." in address or not _EMAIL.fullmatch(address):
        raise Refused("import.email_unreadable", field=field)
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


def fold(text: str) -> str:
    """A text for comparing: no accents, no case, no punctuation, single spaces."""
    bare = unicodedata.normalize("NFKD", text).casefold()
    if not bare.isascii():
        bare = "".join(filterfalse(unicodedata.combining, bare))
    return " ".join(re.sub(r"[\W_]+", " ", bare.replace(".", "")).split())
