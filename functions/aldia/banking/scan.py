"""Codes to scan with a bank's app. Only open standards: EPC069-12, the SEPA transfer."""

from decimal import Decimal

from aldia.banking.accounts import takes_sepa

LONGEST_HOLDER = 70
MOST_EUROS = Decimal("999999999.99")


def sepa_code(*, holder: str, iban: str, bic: str = "", euros: Decimal, reference: str) -> str:
    """The code as an SVG picture; empty where the standard does not reach."""
    from segno.helpers import make_epc_qr

    if not takes_sepa(iban) or not holder or not Decimal("0.01") <= euros <= MOST_EUROS:
        return ""
    code = make_epc_qr(name=holder[:LONGEST_HOLDER], iban=iban, amount=euros, text=reference, bic=bic or None)
    return str(code.svg_inline(omitsize=True, border=4, light="#fff", svgclass="scan", lineclass=None))
