"""What a client writes on a transfer so that it is found again: `AD-7K4M-2PQX`, from the debt's id alone.

Seven signs without vowels, 0, 1 and L, and a check sign by ISO 7064 MOD 37,36: one wrong sign is noticed, and
nearly always two that changed places. Nothing is stored, so a debt's reference can never change.
"""

import hashlib
import re
from functools import lru_cache
from itertools import count

from aldia.domain.errors import Refused

ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
BODY = 7
MOST = 200  # characters of what a person typed that are looked at
_FOUND = re.compile(rf"(?=AD([{ALPHABET}]{{{BODY + 1}}}))")


@lru_cache(maxsize=4096)
def reference(debt_id: str) -> str:
    """The debt's reference, always the same."""
    from stdnum.iso7064 import mod_37_36

    for turn in count():
        body = _body(debt_id, turn)
        check = str(mod_37_36.calc_check_digit(body))
        if check in ALPHABET:
            return f"AD-{body[:4]}-{body[4:]}{check}"
    raise AssertionError("unreachable")


def _body(debt_id: str, turn: int) -> str:
    number = int.from_bytes(hashlib.sha256(f"reference {turn} {debt_id}".encode()).digest())
    signs = []
    for _ in range(BODY):
        number, place = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[place])
    return "".join(signs)


def typed_reference(text: str) -> str:
    """The one reference that a person has typed, with or without AD and hyphens. Its check sign is right; whether there
    is such a reference is another question. Refused: nothing, more than one, not its shape, a wrong sign.
    """
    from stdnum.iso7064 import mod_37_36

    packed = "".join(sign for sign in text[:MOST].upper() if sign.isascii() and sign.isalnum())
    if not packed:
        raise Refused("check.missing", field="reference")
    if len(references_in(text)) > 1:
        raise Refused("check.one_at_a_time", field="reference")
    body = packed.removeprefix("AD")
    if len(body) != BODY + 1 or not mod_37_36.is_valid(body):
        raise Refused("check.mistyped", field="reference")
    return f"AD-{body[:4]}-{body[4:]}"


def references_in(text: str) -> tuple[str, ...]:
    """Every reference that a bank's text holds, however it wrote it; those whose check sign is wrong are none."""
    from stdnum.iso7064 import mod_37_36

    packed = "".join(sign for sign in text.upper() if sign.isascii() and sign.isalnum())
    found = dict.fromkeys(match[1] for match in _FOUND.finditer(packed))
    return tuple(f"AD-{body[:4]}-{body[4:]}" for body in found if mod_37_36.is_valid(body))
