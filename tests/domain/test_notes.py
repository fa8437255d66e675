"""Notes to clients hold plain words: no web address, no phone number (reliability 4.2)."""

import pytest

from aldia.domain.errors import Refused
from aldia.domain.notes import LONGEST_NOTE, check_note

WEB = [
    "Paga en https://malo.example", "mira www.malo.example", "entra en malo.com", "malo.com.mx", "MALO.COM",
    "malo . com", "malo[.]com", "malo (.) com", "hxxp://malo", "malo punto com", "evil dot com", "escribe a x@malo",
    "ｍａｌｏ．ｃｏｍ", "malo。com", "ma\u200blo.com", "ftp://malo", "bit.ly/abc", "t.co/abc y pay.me/abc",
]  # fmt: skip
PHONE = [
    "llama al 5512345678", "llama al 55 1234 5678", "+34 600 000 000", "(55) 1234-5678", "600.000.000",
    "6-0-0-1-2-3-4-5-6", "６００１２３４５６", "٦٠٠١٢٣٤٥٦", "600\u200b123456", "555 1234", "wa 521/551/234/5678",
    "2026-045 1234", "55 2026-0455", "600 2026-11-30",
    "seis cero cero uno dos tres cuatro cinco", "six zero zero one two three four",
]  # fmt: skip
FINE = [
    "Eres muy amable. Es la factura de junio. Me avisas.",
    "Thank you. It is the invoice of June. In case you need it. To be sure.",
    "", "Gracias por todo, Bruno.", "Va el archivo final. Dime si lo ves bien.", "Son 1.234.567,00 € en total",
    "MXN 1234567.50", "$1,234,567.00", "Entregado el 2026-11-30 a las 10:30", "El 30/11/2026 quedó listo",
    "Factura 2026-045", "3 páginas, 2 correcciones, 10 % de descuento", "S. A. de C. V.", "12 h a 40 € = 480 €",
    "Versión 2.0 de la web", "EE. UU. y México", "a.m. o p.m.",
]  # fmt: skip


@pytest.mark.parametrize("text", WEB)
def test_a_web_or_mail_address_is_refused(text):
    with pytest.raises(Refused, match=r"notes\.web_address"):
        check_note(text)


@pytest.mark.parametrize("text", PHONE)
def test_a_phone_number_is_refused(text):
    with pytest.raises(Refused, match=r"notes\.phone_number"):
        check_note(text)


@pytest.mark.parametrize("text", FINE)
def test_plain_words_sums_and_dates_pass(text):
    assert check_note(f" {text}\n") == text


def test_a_note_may_have_280_characters_and_no_more():
    assert check_note("a" * LONGEST_NOTE)
    with pytest.raises(Refused) as refused:
        check_note("a" * (LONGEST_NOTE + 1), field="concept")
    assert (refused.value.key, refused.value.field, refused.value.facts) == (
        "notes.too_long",
        "concept",
        {"count": LONGEST_NOTE},
    )
