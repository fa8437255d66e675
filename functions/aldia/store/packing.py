"""Text made small: compressed against words that are known beforehand.

DynamoDB bills whole kilobytes begun, twice in a transaction, so a debt of 1.2 KB costs what one of 2 KB does. The first
byte names the list of words. What is stored needs its list for ever: never change one, add the next.
"""

import zlib
from functools import cache
from pathlib import Path
from typing import Any

NEWEST = 1
RAW = -zlib.MAX_WBITS  # no header and no checksum: the table keeps its own
WINDOW, MEMORY = (
    -14,
    6,
)  # all the words fit; the state that is copied for each record is small, which is most of its time


def pack(text: str) -> bytes:
    """The text as few bytes."""
    press = _press().copy()
    return b"".join((bytes([NEWEST]), press.compress(text.encode()), press.flush()))


def unpack(packed: bytes) -> str:
    """The text back; zlib.error or KeyError when the bytes are none of ours."""
    if packed[:1] == b"x":  # how letters were kept before there were words
        return zlib.decompress(packed).decode()
    return zlib.decompressobj(RAW, zdict=words(packed[0])).decompress(packed[1:]).decode()


@cache
def words(number: int) -> bytes:
    """A list of words; KeyError when there is none of that number. What is frequent stands at its end."""
    file = Path(__file__).with_name(f"words_{number}.txt")
    if not file.is_file():
        raise KeyError(number)
    return file.read_bytes()


@cache
def _press() -> Any:
    return zlib.compressobj(9, zlib.DEFLATED, WINDOW, MEMORY, zlib.Z_DEFAULT_STRATEGY, words(NEWEST))
