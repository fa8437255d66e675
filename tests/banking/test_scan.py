"""The code to scan: only where the open standard reaches."""

from decimal import Decimal

from aldia.banking.scan import sepa_code

KNOWN = {
    "holder": "Ana Ruiz",
    "iban": "ES9121000418450200051332",
    "euros": Decimal("12.30"),
    "reference": "AD-P837-WKC4",
}


def test_a_sepa_account_has_a_picture_without_style_or_script():
    code = sepa_code(**KNOWN)
    assert code.startswith("<svg")
    assert "style" not in code
    assert "<script" not in code
    assert sepa_code(**KNOWN | {"euros": Decimal("12.31")}) != code


def test_beyond_the_standard_there_is_none():
    for wrong in ({"iban": "CR05015202001026284066"}, {"euros": Decimal(0)}, {"holder": ""}):
        assert sepa_code(**KNOWN | wrong) == ""
