"""CSV files as spreadsheets really write them."""

import codecs
from datetime import date

import pytest

from aldia.imports import columns
from aldia.imports.template import template
from tests.imports.import_world import AMERICA, GOOD, HEADER, SPAIN, fixture, keys, notes, quoted, read, rows

SPANISH = (
    "Nº factura;Cliente;Correo electrónico;Fecha;Vencimiento;Importe;Moneda\r\n"
    "F-1;Peluquería Ñandú, S.L.;hola@nandu.example;05/01/2026;04/02/2026;1.234,56 €;EUR\r\n"
)


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "mac_roman", "iso8859_15"],
)
def test_every_usual_encoding_is_read(encoding):
    text = SPANISH if encoding != "iso8859_15" else SPANISH.replace(" €", "")
    (row,) = rows(text.encode(encoding))
    assert (row.fields.client, row.fields.amount_minor) == ("Peluquería Ñandú, S.L.", 123456)


def test_an_old_console_encoding_is_read():
    (row,) = rows("Cliente;Importe;Número\nMARÍA MUÑOZ PEÑA;100;7\n".encode("cp850"))
    assert row.fields.client == "MARÍA MUÑOZ PEÑA"


@pytest.mark.parametrize("text", ["número;cliente;importe\n1;José;5\n", "number;client;amount\n1;Peña;5\n"])
def test_a_single_accent_is_enough_to_tell_windows_from_the_rest(text):
    assert rows(text.encode("cp1252"))[0].fields.client in ("José", "Peña")


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_usual_delimiter_and_line_ending_is_read(delimiter, ending):
    lines = [["number", "client", "amount"], ["F-1", "Ana", "100.50"], ["F-2", "Eva", "7"]]
    text = ending.join(delimiter.join(line) for line in lines) + ending
    assert [(row.line_no, row.fields.client, row.fields.amount_minor) for row in rows(text)] == [
        (2, "Ana", 10050),
        (3, "Eva", 700),
    ]


def test_excels_own_first_line_names_the_delimiter():
    assert [row.line_no for row in rows("sep=|\nnumber|client|amount\nF-1|Ana, Eva; Sol|5\n")] == [3]


def test_titles_before_the_header_split_columns_and_footers_of_an_accounting_program():
    first, part_paid, paid, odd_split, footer = rows(fixture("accounting_es.csv"))
    assert (first.line_no, first.fields.net_minor, first.fields.tax_minor, first.fields.withheld_minor) == (
        5,
        100000,
        21000,
        15000,
    )
    assert (first.fields.tax_id, first.fields.due_on) == ("B00000000", date(2026, 2, 1))
    assert (part_paid.fields.amount_minor, part_paid.fields.paid_minor) == (212000, 112000)
    assert keys(paid) == [("paid", "nothing_to_collect")]
    assert (odd_split.verdict, odd_split.fields.net_minor) == ("waits_for_email", None)
    assert "split_ignored" in notes(odd_split)
    assert footer.verdict == "bad"


def test_an_american_export_is_read_month_first_with_a_cell_over_two_lines():
    first, second, paid = rows(fixture("export_us.csv"), AMERICA)
    assert (first.fields.issued_on, first.fields.due_on) == (date(2026, 1, 5), date(2026, 2, 4))
    assert (first.fields.client, first.fields.concept) == ("Acme, Inc.", "Website (second phase)")
    assert (second.line_no, second.fields.paid_minor) == (4, 8000)
    assert keys(paid) == [("paid", "nothing_to_collect")]


def test_a_file_without_a_header_waits_for_its_columns_to_be_named():
    data = fixture("notebook_no_header.csv")
    reading = read(data)
    assert reading.refused.key == "import.no_client_column"
    assert (reading.table.columns, reading.table.samples[1][2]) == (("1", "2", "3", "4"), "Traducción")
    named = {"client": 0, "email": 1, "concept": 2, "amount": 3}
    assert [(row.line_no, row.verdict, row.fields.amount_minor) for row in rows(data, mapping=named)] == [
        (1, "ok", 12050),
        (2, "waits_for_email", 120000),
    ]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Nº Factura;Razón Social;E-mail;Fecha Emisión;F. Vencimiento", "number client email issue_date due_date"),
        ("Invoice #;Customer;Email Address;Invoice Date;Due Date", "number client email issue_date due_date"),
        ("#;CLIENTE;correo;fecha;vence;monto", "number client email issue_date due_date amount"),
        ("divisa;RFC;concepto;Balance Due", "currency tax_id concept open"),
        ("Folio;Receptor;Subtotal;IVA;ISR Retenido;Total", "number client net tax withheld amount"),
        ("Cliente;Importe;Total;Importe pendiente", "client - amount open"),
        ("Fecha de pago;Cliente;Total", "- client amount"),
        ("Fecha del encargo;Client's name;Importe en euros", "issue_date client amount"),
        (HEADER.replace(",", ";"), HEADER.replace(",", " ")),
        ("foo;bar;baz", "- - -"),
    ],
)
def test_columns_are_guessed_from_their_headers(header, expected):
    mapping = columns.guess(header.split(";"))
    by_place = {place: field for field, place in mapping.items()}
    assert [by_place.get(place, "-") for place in range(header.count(";") + 1)] == expected.split()


def test_a_persons_correction_of_the_columns_counts_and_nonsense_in_it_does_not():
    text = "cliente;total;otro\nAna;1;250,00\n"
    mapping = {"client": 0, "amount": 2, "concept": 0, "email": 99, "password": 1, "number": -1}
    (row,) = rows(text, mapping=mapping)
    assert (row.fields.amount_minor, row.fields.email) == (25000, "")
    assert read(text, mapping={}).refused.key == "import.no_client_column"
    assert read(text, mapping={"client": 0}).refused.key == "import.no_amount_column"


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"client": " "}, ("client", "client_missing")),
        ({"number": "", "concept": ""}, ("number", "number_missing")),
        ({"amount": ""}, None),  # net + tax - withheld says it
        ({"amount": "", "net": "", "open": ""}, ("amount", "amount_missing")),
        ({"amount": "-121.00"}, ("amount", "amount_negative")),
        ({"amount": "0"}, ("amount", "amount_zero")),
        ({"amount": "121.001"}, ("amount", "amount_decimals")),
        ({"amount": "US$121"}, ("amount", "amount_other_currency")),
        ({"amount": "$121"}, ("amount", "currency_unclear")),
        ({"currency": "XYZ"}, ("currency", "currency_unknown")),
        ({"issue_date": "2026-02-30"}, ("issue_date", "date_no_such")),
        ({"due_date": "2026-01-04"}, ("due_date", "due_before_issue")),
        ({"due_date": "soon"}, ("due_date", "date_unreadable")),
        ({"email": "ana@"}, ("email", "email_unreadable")),
        ({"email": "ana@example.org\r\nBcc: eva@example.org"}, ("email", "email_unreadable")),
        ({"client": "Ana\x00"}, ("client", "text_hidden")),
        ({"number": "9" * 61}, ("number", "text_too_long")),
        ({"number": "F-1 www.malo.example"}, ("number", "notes.label_address")),
        ({"concept": "Paga en malo.com"}, ("concept", "notes.label_address")),
        ({"concept": "Llama al 612 345 678"}, ("concept", "notes.label_phone")),
        ({"number": "2026-0034-001", "concept": "Web aldia v2.0"}, None),
        ({"paid": "121.00"}, ("paid", "nothing_to_collect")),
        ({"paid": "Sí"}, ("paid", "nothing_to_collect")),
        ({"paid": "?"}, ("paid", "amount_unreadable")),
        ({"paid": "No"}, None),
        ({"open": "0"}, ("paid", "nothing_to_collect")),
    ],
)
def test_a_line_is_judged_by_what_is_wrong_with_it(cells, problem):
    (row,) = rows(quoted(**cells))
    assert keys(row) == ([problem] if problem else [])
    assert row.verdict == ("bad" if problem else "ok")


def test_every_problem_of_a_line_is_said_at_once_and_what_was_typed_is_kept():
    (row,) = rows(quoted(email="ana@", due_date="never", amount="lots"))
    assert {place for place, _ in keys(row)} == {"email", "due_date", "amount"}
    assert (row.typed["email"], row.typed["amount"]) == ("ana@", "lots")


def test_formula_cells_stay_text():
    (row,) = rows(quoted(client="=HYPERLINK(1)", number="@F-1", concept="+1", tax_id="-1"))
    fields = row.fields
    assert (fields.client, fields.number, fields.concept, fields.tax_id) == ("=HYPERLINK(1)", "@F-1", "+1", "-1")


def test_missing_cells_at_the_end_count_only_when_they_are_needed():
    text = f"{HEADER}\nF-1,Ana,ana@example.org,2026-01-05,,50\nF-2,Ana,ana@example.org\nF-3,Ana,,,,5,,,,,,,,,,,\n"
    assert [(row.verdict, keys(row)) for row in rows(text)] == [
        ("ok", []),
        ("bad", [("line", "line_short")]),
        ("ok", []),
    ]


def test_a_quotation_mark_that_never_closes_costs_its_own_line_only():
    good = ",".join(GOOD.values())
    text = f'{HEADER}\n"F-0,Ana,,,,5\n{good}\n' + "".join(f"F-{n},Ana,,,,5\n" for n in range(2, 60))
    first, *others = rows(text)
    assert (first.line_no, keys(first)) == (2, [("line", "quote_open")])
    assert {row.verdict for row in others} == {"ok"}
    assert [row.line_no for row in others] == list(range(3, 62))


def test_a_mark_for_inches_is_no_quotation():
    assert (
        rows('number;client;amount;concept\n1;Ana;5;Pantalla 3" nueva\n2;Eva;6;x\n')[0].fields.concept
        == 'Pantalla 3" nueva'
    )


def test_a_line_twice_in_a_file_is_there_once_and_another_amount_under_its_number_is_no_repetition():
    text = "number,client,amount\nF-1,Ana,5\nf-1,ANA,5.00\nF-1,Ána,6\nF-1,Eva,5\nF-01,Ana,5\n"
    assert [(row.verdict, keys(row)) for row in rows(text)] == [
        ("waits_for_email", []),
        ("already_there", [("line", "repeated")]),
        ("bad", [("number", "number_twice")]),
        ("waits_for_email", []),
        ("waits_for_email", []),
    ]


def test_a_clients_address_on_one_line_serves_its_other_lines():
    _, second = rows("number,client,email,amount\nF-1,Ana,ana@example.org,5\nF-2,ana,,5\n")
    assert (second.verdict, second.fields.email) == ("ok", "ana@example.org")
    assert "assumed_email" in notes(second)


def test_what_was_assumed_is_said():
    (row,) = rows("client,number,amount,date\nAna,1,1.234,05/01/2026\n")
    assert notes(row) == {"assumed_thousands", "assumed_currency", "assumed_day_first"}
    (row,) = rows('client,number,amount,date\nAna,1,"1.234,50 €",25/01/2026\n')
    assert notes(row) == set()


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_template_reads_back_without_a_problem(language):
    (row,) = rows(template(language), SPAIN)
    assert (row.verdict, row.problems, row.notes) == ("ok", (), ())
    assert (row.fields.amount_minor, row.fields.due_on) == (121000, date(2026, 2, 14))
    assert template(language).startswith(codecs.BOM_UTF8)


def test_spanish_spreadsheets_get_semicolons():
    assert b";Cliente;" in template("es")
    assert b",Client," in template("en")
