"""A bank's statement, as Spanish, Mexican and English banks write it: what came in, and nothing else."""

from datetime import date

import pytest

from aldia.domain.errors import Refused
from aldia.imports.bank_csv import read_statement

SPANISH = (
    "Cuenta;ES91\n\nF. Operación;F. Valor;Concepto;Importe;Saldo\n"
    "12/06/2026;13/06/2026;TRANSF EDITORIAL NORTE;1.210,00;5.000,00\n"
    "13/06/2026;13/06/2026;RECIBO LUZ;-45,10;4.954,90\n14/06/2026;14/06/2026;ABONO;0,50;x\n"
)
MEXICAN = 'Fecha,Descripción,Cargo,Abono,Saldo\n31/05/2026,SPEI RECIBIDO,,"1,500.00",1\n31/05/2026,COMISION,20.00,,1\n'
ENGLISH = (
    "Date,Description,Amount,Currency\n2026-06-01,Wire from Nord,250.00,USD\n2026-06-02,Rent,(900.00),USD\nno,y,1,USD\n"
)


@pytest.mark.parametrize(
    ("text", "country", "found", "out", "bad"),
    [
        (SPANISH, "ES", [(date(2026, 6, 12), 121_000, "EUR"), (date(2026, 6, 14), 50, "EUR")], 1, ()),
        (MEXICAN, "MX", [(date(2026, 5, 31), 150_000, "EUR")], 1, ()),
        (ENGLISH, "US", [(date(2026, 6, 1), 25_000, "USD")], 1, (4,)),
    ],
)
def test_money_in_is_read_and_money_out_is_not(text, country, found, out, bad):
    read = read_statement("b.csv", text.encode("latin-1"), country=country, currency="EUR")
    assert [(line.on, line.amount_minor, line.currency) for line in read.lines] == found
    assert (read.out, read.bad) == (out, bad)


def test_a_line_is_the_same_in_every_file_and_twins_of_a_day_are_two():
    def ids(text):
        return [line.id for line in read_statement("b.csv", text.encode(), country="ES", currency="EUR").lines]

    row = "12/06/2026;ANA;10,00\n"
    head = "Fecha;Concepto;Importe\n"
    assert ids(head + row) == ids("Fecha;Concepto;Importe;Saldo\n12/06/2026;ANA;10,00;7\n")
    assert len(set(ids(head + row + row))) == 2
    assert ids(head + row) == ids(head + row + row)[:1]


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"a;b\n1;2\n", "bank_csv.no_day"),
        (b"Fecha;x\n01/01/2026;2\n", "bank_csv.no_amount"),
        (b"<Pedido/>", "import.xml_unknown"),
        (b"%PDF-1.4", "import.is_pdf"),
        (b"", "import.is_empty"),
    ],
)
def test_what_is_no_statement_is_said_in_one_sentence(content, key):
    with pytest.raises(Refused) as refused:
        read_statement("b.csv", content, country="ES", currency="EUR")
    assert (refused.value.key, refused.value.field) == (key, "file")
