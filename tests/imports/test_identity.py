"""The same invoice again changes nothing; what a debt takes from a row."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from aldia.domain.account import Account, TermLine
from aldia.domain.debt import Instalment
from aldia.domain.errors import Refused
from aldia.imports.debt_fields import to_debt_fields
from aldia.imports.identity import client_key, row_key, row_keys
from aldia.imports.reading import read_files
from aldia.imports.rows import Books, InvoiceFields
from tests.imports.import_world import FIXTURES, MEXICO

ROW = InvoiceFields(
    client="Ñandú, S.L.", amount_minor=10000, currency="EUR", number="F-001", issued_on=date(2026, 1, 31)
)
ACCOUNT = Account(id="a", email="ana@example.org", country="ES", currency="EUR", language="es", tax_id="B00000000")
TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("change", "is_same"),
    [
        ({"client": "ÑANDÚ SL"}, True),
        ({"client": "Nandu  s.l."}, True),
        ({"number": " f-001 "}, True),
        ({"amount_minor": 5}, True),
        ({"issued_on": None, "email": "x@y.org", "concept": "other"}, True),
        ({"client": "Nandú e Hijos"}, False),
        ({"number": "F-1"}, False),
        ({"number": "F001"}, False),
    ],
)
def test_client_and_number_make_the_invoice(change, is_same):
    assert (row_key(replace(ROW, **change)) == row_key(ROW)) == is_same


def test_the_hash_is_stable_across_versions():
    assert row_key(ROW) == "1c8f3ee710f7f2e3282f2ef77a157b67"
    assert row_key(replace(ROW, number="", concept="Web")) == "49b3fdf862ef9e68231419ed5d180464"


def test_a_fiscal_id_is_the_first_of_two_names():
    stamped = replace(ROW, external_id="0a1b2c3d-1111-4222-8333-444455556666")
    assert row_keys(stamped) == (row_key(stamped), row_key(ROW))
    assert row_key(stamped) == row_key(replace(stamped, external_id=stamped.external_id.upper(), number="other"))


def test_without_a_number_concept_day_and_amount_make_the_invoice():
    plain = replace(ROW, number="", concept="Diseño")
    assert row_key(plain) == row_key(replace(plain, concept="DISENO"))
    assert len({row_key(plain), row_key(replace(plain, amount_minor=1)), row_key(replace(plain, issued_on=TODAY))}) == 3


def test_names_of_signs_only_are_still_told_apart():
    assert client_key("***") != client_key("###")


def test_importing_every_file_again_changes_nothing():
    files = [(path.name, path.read_bytes()) for path in sorted(FIXTURES.iterdir())]
    first = [row for reading in read_files(files, MEXICO) for row in reading.rows if row.fields]
    assert len(first) >= 5
    known = replace(MEXICO, keys=frozenset(key for row in first for key in row_keys(row.fields)))
    again = [row for reading in read_files(files, known) for row in reading.rows if row.fields]
    assert {row.verdict for row in again} == {"already_there"}


def test_the_books_of_an_account_are_its_own():
    assert Books.of(ACCOUNT, keys=frozenset({"k"})) == Books("EUR", "ES", "es", "B00000000", frozenset({"k"}), {})


def test_the_files_due_date_comes_first():
    fields = to_debt_fields(replace(ROW, due_on=date(2026, 2, 2)), account=ACCOUNT, today=TODAY)
    assert (fields.due_on, fields.due_from) == (date(2026, 2, 2), "file")
    assert fields.instalments == (Instalment("i1", date(2026, 2, 2), 10000),)


def test_then_the_clients_terms_then_the_accounts():
    in_60 = (TermLine(after=("days+60",), rest=True),)
    assert to_debt_fields(ROW, account=ACCOUNT, client_terms=in_60, today=TODAY).due_on == date(2026, 4, 1)
    by_account = to_debt_fields(ROW, account=ACCOUNT, today=TODAY)
    assert (by_account.due_on, by_account.due_from) == (date(2026, 3, 2), "account")


def test_terms_in_two_parts_make_two_instalments_and_the_last_is_the_due_date():
    halves = (
        TermLine(after=("days+0",), share=Decimal(50)),
        TermLine(after=("months+1",), rest=True),
    )
    fields = to_debt_fields(ROW, account=ACCOUNT, client_terms=halves, today=TODAY)
    assert [part.amount_minor for part in fields.instalments] == [5000, 5000]
    assert fields.due_on == date(2026, 2, 28)


def test_terms_that_do_not_fit_the_amount_are_refused():
    fixed = (TermLine(after=("days+0",), fixed_minor=99999), TermLine(after=("days+30",), rest=True))
    with pytest.raises(Refused):
        to_debt_fields(ROW, account=ACCOUNT, client_terms=fixed, today=TODAY)


def test_without_an_issue_date_it_is_today_but_never_after_the_due_date():
    bare = replace(ROW, issued_on=None)
    assert to_debt_fields(bare, account=ACCOUNT, today=TODAY).issued_on == TODAY
    past = to_debt_fields(replace(bare, due_on=date(2026, 1, 1)), account=ACCOUNT, today=TODAY)
    assert (past.issued_on, past.is_issue_assumed) == (date(2026, 1, 1), True)
