"""Notes to clients: plain words only. Swindlers put "call this number" into them (reliability 4.2, A-03)."""

import re
import unicodedata

from aldia.domain.errors import Refused

LONGEST_NOTE = 280

ENDINGS = (
    "com|net|org|info|biz|io|co|app|dev|me|ly|gl|gg|to|xyz|shop|store|online|site|website|top|link|click|page|live|tech"
    "|pro|mx|es|ar|cl|pe|uy|ve|ec|bo|cr|gt|us|uk|eu|de|fr|it|pt|br|ru|cn|cc|tk|ws|tv|id|in"
)
_ADDRESS = re.compile(
    rf"h(?:tt|xx)ps?\s*:|www\s*\.|://|[\w-]{{2,}}(?:\s?\.|\s\.\s|\.\s(?-i:(?=[a-z])))(?:{ENDINGS})(?![\w.])"
    r"|[\w-]+\s?[\[(]\s?\.\s?[\])]\s?[a-z]{2,}|\b(?:punto|dot)\s+(?:com|net|org|mx|es)\b|[\w.+-]+@[\w-]+",
    re.IGNORECASE,
)
_DIGIT_WORDS = (
    "cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|zero|oh|one|two|three|four|five|six|seven|eight|nine"
)
_SPELLED = re.compile(rf"\b(?:(?:{_DIGIT_WORDS})[\s,.-]+){{6,}}(?:{_DIGIT_WORDS})\b", re.IGNORECASE)
_NUMBER = re.compile(r"\+?\d(?:[\s().\-_/·]{0,3}\d)+")
_SUM = re.compile(r"(?:[$€£]|\b[A-Z]{3}|S/)\s?\d[\d.,]*|\d[\d.,]*\s?(?:[€£]|[A-Z]{3}\b)")
_DATE_OR_NUMBER = re.compile(  # 2026-11-30, 30/11/2026, and an invoice's number of a year: 2026-045
    r"(?<!\d)(?<!\d\s)(?:(?:19|20)\d\d-\d\d-\d\d|\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d|(?:19|20)\d\d[-/]\d{1,4})"
    r"(?![\s().\-_/·]{0,3}\d)"
)
_FEWEST_DIGITS = 7


def check_note(text: str, *, field: str = "note", most: int = LONGEST_NOTE) -> str:
    """The note, trimmed. Refused when it is too long or holds a web address, a mail address or a phone number."""
    note = text.strip()
    if len(note) > most:
        raise Refused("notes.too_long", field=field, count=most)
    shown = plain(note)
    if _ADDRESS.search(shown):
        raise Refused("notes.web_address", field=field)
    if _has_phone(shown):
        raise Refused("notes.phone_number", field=field)
    return note


def _has_phone(shown: str) -> bool:
    """Seven digits or more in a row, whatever stands between them; sums with their currency and dates are none."""
    rest = _DATE_OR_NUMBER.sub(" · · · · ", _SUM.sub(" · · · · ", shown))
    runs = (sum(sign.isdigit() for sign in match[0]) for match in _NUMBER.finditer(rest))
    return any(count >= _FEWEST_DIGITS for count in runs) or has_spelled_number(shown)


def has_spelled_number(shown: str) -> bool:
    """Seven digits or more in words."""
    return bool(_SPELLED.search(shown))


def plain(text: str) -> str:
    """Look-alikes folded: full-width letters and digits, other dots, invisible signs."""
    shown = "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")
    digits = "".join(str(unicodedata.digit(sign)) if sign.isdigit() and not sign.isascii() else sign for sign in shown)
    return digits.replace("。", ".").replace("•", ".").replace("∙", ".")
