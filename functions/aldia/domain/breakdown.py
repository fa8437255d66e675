"""Where what is payable comes from: signed lines that sum to it, for the pages of both sides."""

from dataclasses import dataclass

from aldia.domain.ledger import Standing


@dataclass(frozen=True, slots=True)
class Line:
    """One reason: `name` names its text; `amount_minor` is signed, what lowers the sum is negative."""

    name: str
    amount_minor: int


def breakdown(standing: Standing) -> tuple[Line, ...]:
    """The lines that sum to `payable_minor`: the amount first, then only what is not zero."""
    received = standing.captured_minor - standing.refunded_minor - standing.charged_back_minor
    others = (
        Line("interest", standing.interest_minor),
        Line("compensation", standing.compensation_minor),
        Line("paid", -received),
        Line("credit", standing.credit_minor),
        Line("earned", -standing.discount_minor),
        Line("waived", -standing.waived_minor),
        Line("written_off", -standing.written_off_minor),
        Line("discount", -standing.offer_minor),
    )
    return (Line("amount", standing.charged_minor), *(line for line in others if line.amount_minor))
