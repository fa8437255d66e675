"""A debt's number and concept, which clients read: no address, no phone number, few false alarms (reliability 4.2)."""

import pytest

from aldia.domain.errors import Refused
from aldia.domain.labels import check_concept, check_number

ADDRESSES = [
    "Paga en https://malo.example", "mira www.malo.example", "entra en malo.com", "pagos.malo.com.mx", "MALO.COM",
    "malo[.]com", "malo (.) com", "hxxp://malo", "malo punto com", "evil dot com", "x@malo",
    "ｍａｌｏ．ｃｏｍ", "malo。com",
    "ma\u00adlo.com", "bit.ly/abc", "Diseño (malo.es)", "malo.com.", "pay-me.online", "malo.com-0042",
]  # fmt: skip
PHONES = [
    "llama al 5512345678", "Web, llámanos al 612345678", "tel. 612345678", "Tel: 612 345 678", "whatsapp 612345678",
    "Call our office at 4155550132", "+34 600 000 000", "+34600000000", "0034 600 000 000", "(55) 1234-5678",
    "600.000.000", "612 34 56 78", "91 123 45 67", "415-555-0132", "2234-5678", "6-0-0-1-2-3-4-5-6",
    "６１２ ３４５ ６７８",
    "TEL 612345678", "ABC 612 345 678", "seis cero cero uno dos tres cuatro cinco",
]  # fmt: skip
NUMBERS = [
    "2026-0034-001", "20260034001", "F-2026/0034", "A-612 345 678", "001-002-000000123", "T-029", "v2.0",
    "FAC.2026.10", "0001-00001234", "C02 12345678",
]  # fmt: skip
CONCEPTS = [
    "Web aldia v2.0", "Factura 2026-0034-001", "Factura 20260034001", "Pedido 4500123456", "Pedido 4500-123456",
    "Sesiones. De enero a marzo", "Retainer 01/2026 02/2026", "Curso 2025-2026", "Curso 2025 - 2026",
    "Del 01/10/2026 al 31/10/2026", "Tienda S.A. de C.V.", "3 logos, 1200x800", "Son 1.234.567,00 € en total",
    "12 h a 40 € = 480 €", "Node.js y Vue.js", "Lote 12345678", "10.000 lonas de 3.000 g",
    "Traducción EN-ES, 12 450 palabras", "Celdas 2026", "Identidad de marca 2026-0034", "Call 2026-11-30",
    "Llamada del 30/11/2026", "Diseño 24/7", "Hotel Marcial 2026", "AT&T, Inc.", "Versión 10.0.19045 de Windows",
]  # fmt: skip


@pytest.mark.parametrize("text", ADDRESSES)
@pytest.mark.parametrize("check", [check_number, check_concept])
def test_an_address_stands_neither_in_a_number_nor_in_a_concept(check, text):
    with pytest.raises(Refused, match=r"notes\.label_address|import\.text_hidden"):
        check(text)


@pytest.mark.parametrize("text", PHONES)
def test_a_phone_number_does_not_stand_in_a_concept(text):
    with pytest.raises(Refused, match=r"notes\.label_phone"):
        check_concept(text)


@pytest.mark.parametrize("text", NUMBERS)
def test_numbers_of_invoices_pass(text):
    assert check_number(f" {text} ") == text


@pytest.mark.parametrize("text", CONCEPTS)
def test_plain_concepts_pass(text):
    assert check_concept(text) == text
