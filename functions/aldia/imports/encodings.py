"""Which characters the bytes of a text file stand for."""

import codecs
from dataclasses import dataclass

UTF8_MARK = codecs.BOM_UTF8
_MARKS = (  # longest first: UTF-32's mark begins with UTF-16's
    (UTF8_MARK, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ONE_BYTE = ("cp1252", "mac_roman", "cp850")  # Windows, old Macs, old consoles: what spreadsheets still write
_USUAL = frozenset("áéíóúüñçàèìòùâêôãõäößÁÉÍÓÚÜÑÇÀÈÃÕÄÖºª€£¿¡´·’‘“”–—…\u00a0")
_SAMPLE = 65_536


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and the name of its encoding."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded:
    """The text: by its mark, as UTF-8, as UTF-16 without mark, else by the one-byte page that reads most usually.

    Never fails: a byte that means nothing becomes U+FFFD.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return Decoded(data.decode(encoding, "replace"), encoding)
    try:
        return _utf16(data) or Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and error.reason == "unexpected end of data" and error.start > 0:
            return Decoded(data.decode("utf-8", "ignore"), "utf-8")  # cut within its last character
    encoding = _one_byte(data[:_SAMPLE])
    return Decoded(data.decode(encoding, "replace"), encoding)


def _utf16(data: bytes) -> Decoded | None:
    """UTF-16 without its mark: every second byte of Western text is zero."""
    sample = data[:2000]
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(sample) > 8 and sample[start::2].count(0) * 5 > len(sample[start::2]) * 4:
            return Decoded(data.decode(encoding, "replace"), encoding)
    return None


def _one_byte(sample: bytes) -> str:
    """The everyday page whose reading has the fewest unusual characters, else what a detector says.

    A detector alone is unsure on files this short: it took "Peña" in Windows-1252 for Russian.
    """
    odd, encoding = min((_oddness(sample, page), order, page) for order, page in enumerate(_ONE_BYTE))[::2]
    if not odd:
        return encoding
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=[*_ONE_BYTE, "cp1250", "cp1254", "iso8859_15"]).best()
    return best.encoding if best else encoding


def _oddness(sample: bytes, page: str) -> int:
    """How many characters, besides ASCII, an everyday text would not have."""
    return sum(1 for char in sample.decode(page, "replace") if char > "\x7f" and char not in _USUAL)
