"""Which debt a line of the bank is for: by reference, by what a client said, by sum and name; never by a guess."""

from datetime import date

import pytest

from aldia.domain.bank_lines import BankLine, Candidate, match
from aldia.domain.spoken import Claim
from tests.domain.answer_world import at

REFERENCE = "AD-P837-WKC4"
CLAIM = Claim(at("2026-06-10 10:00"), date(2026, 6, 10), 50_000, "TR-55812")


def line(text="", amount_minor=100_000, currency="EUR", on=date(2026, 6, 12)):
    return BankLine("l1", on, amount_minor, currency, text)


def candidate(debt_id="f1", **changes):
    known = {"client": "Editorial Norte", "reference": REFERENCE, "currency": "EUR", "payable_minor": 100_000}
    return Candidate("c1", debt_id, **known | changes)


@pytest.mark.parametrize(
    ("seen", "references", "debt", "reason"),
    [
        (line("x", 5), (REFERENCE,), {}, "reference"),
        (line("transf tr 55812", 7), (), {"claim": CLAIM}, "claim"),
        (line("x", 50_000), (), {"claim": CLAIM}, "claim"),
        (line("TRANSF EDITORIAL NORTE SL"), (), {}, "amount_and_name"),
        (line("TRANSF NÓRTE"), (), {}, "amount_and_name"),
        (line("TRANSF"), (), {}, None),
        (line("NORTE", 99_999), (), {}, None),
        (line("NORTE", currency="MXN"), (REFERENCE,), {}, None),
        (line("x", 50_000, on=date(2026, 6, 30)), (), {"claim": CLAIM}, None),
        (line("x", 50_000, on=date(2026, 6, 30)), (), {"claim": Claim(at("2026-06-29 10:00"), None, 50_000)}, "claim"),
        (line("ESTUDIO SL"), (), {"client": "Estudio SL"}, None),
        (line("NORTE", 30_000), (), {"part_minor": 30_000}, "part_and_name"),
        (line("NORTE"), (), {"part_minor": 30_000}, "amount_and_name"),
        (line("TRANSF", 30_000), (), {"part_minor": 30_000}, None),
        (line("NORTE", 29_999), (), {"part_minor": 30_000}, None),
    ],
)
def test_a_line_is_matched_for_a_reason_or_not_at_all(seen, references, debt, reason):
    found = match(seen, references, [candidate(**debt)])
    assert (found.reason if found else None) == reason


def test_two_debts_that_fit_equally_are_left_to_the_freelancer_and_the_reference_tells_them_apart():
    both = [candidate(), candidate("f2", reference="AD-XXXX-XXXX")]
    assert match(line("NORTE"), (), both) is None
    assert match(line("NORTE"), ("AD-XXXX-XXXX",), both).found.debt_id == "f2"
