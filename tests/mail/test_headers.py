"""What people type never becomes a header of a mail."""

import unicodedata

import pytest

from aldia.domain.errors import Refused
from aldia.mail import headers
from aldia.mail.headers import clean_header, one_line, paragraphs


@pytest.mark.parametrize(
    "text",
    [
        "A=?UTF-8?Q?=0D=0A?=Bcc: x",  # python/cpython 121650
        "=?utf-8?b?QmNj?=",
        "Ana\r\nBcc: x@example.com",
        "Ana\nBcc: x@example.com",
        "Ana\rBcc",
        "Ana\x00",
        "Ana\x0bBcc",
        "Ana\x0cBcc",
        "Ana\x7f",
        "Ana\x85Bcc",
        "Ana\u2028Bcc",
        "Ana\u2029Bcc",
        "Ana \u202egnp.exe",
        "Ana \u2066x",
        "Ana \ud800",
        "\tAna",
    ],
)
def test_what_hides_something_is_refused(text):
    with pytest.raises(Refused) as refused:
        clean_header(text, field="name")
    assert (refused.value.key, refused.value.field) == ("mail.hidden_characters", "name")


@pytest.mark.parametrize(
    "text", ["Ana Ruiz", "Núñez & Cía., S. L.", "株式会社", "¿Todo bien?", "A = B", "F-001 · 50 %", ""]
)
def test_ordinary_names_pass_as_they_are(text):
    assert clean_header(f" {text} ") == text


def test_one_line_folds_space_and_cuts_with_an_ellipsis():
    assert one_line("  Ana\r\n Ruiz\x00\u202e ") == "Ana Ruiz"
    assert one_line("a" * 300, at_most=10) == "aaaaaaaaa…"


def test_own_text_keeps_its_paragraphs_and_cannot_start_a_footer():
    assert paragraphs("Hola.\r\n\r\n\r\n-- \nUno\n  Dos\n\n") == "Hola.\n\n—\nUno\nDos"


def test_what_is_hidden_is_what_unicode_calls_so_and_what_turns_the_direction():
    turning = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    hidden = {sign for sign in map(chr, range(0x30000)) if unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Cs")}
    for sign in map(chr, range(0x30000)):
        assert (headers._HIDDEN.search(sign) is not None) == (sign in hidden or sign in turning), hex(ord(sign))
