"""The empty table to download: the columns we read, one example line, as each language's spreadsheets expect it."""

from aldia.imports.encodings import UTF8_MARK

_ES = (
    "Número;Cliente;Correo electrónico;Concepto;Fecha de emisión;Fecha de vencimiento;Importe;Moneda;NIF\r\n"
    "F-001;Ejemplo, S.L.;cobros@cliente.example;Diseño de la web;15/01/2026;14/02/2026;1.210,00;EUR;B00000000\r\n"
)
_EN = (
    "Number,Client,Email,Concept,Issue date,Due date,Amount,Currency,Tax ID\r\n"
    'F-001,"Example, Inc.",billing@client.example,Website design,2026-01-15,2026-02-14,"1,210.00",USD,00-0000000\r\n'
)


def template(language: str) -> bytes:
    """A CSV file in UTF-8 with its mark, so that Excel shows accents; semicolons in Spanish."""
    return UTF8_MARK + (_EN if language == "en" else _ES).encode()
