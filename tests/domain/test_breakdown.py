"""Where an amount comes from: the lines that both sides read sum to what is payable."""

from dataclasses import replace

from hypothesis import given

from aldia.domain.breakdown import Line, breakdown
from aldia.domain.ledger import stand
from tests.domain.random_debts import debts, entries, offsets, on_day


@given(debts(), entries(), offsets)
def test_the_lines_sum_to_what_is_payable_whatever_happened(debt, happened, offset):
    standing = stand(replace(debt, entries=happened), on_day(offset))
    lines = breakdown(standing)
    assert sum(line.amount_minor for line in lines) == standing.payable_minor
    assert lines[0] == Line("amount", standing.charged_minor)
    assert all(line.amount_minor for line in lines[1:])
    assert len({line.name for line in lines}) == len(lines)
