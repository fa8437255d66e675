"""What a transfer may have been for, date by date, and when it answers what the client told of."""

from dataclasses import replace

import pytest

from aldia.domain.answers import claim_paid
from aldia.domain.bank_lines import BankLine
from aldia.domain.bank_split import next_part, shares_of
from aldia.domain.booked_lines import as_payment
from aldia.domain.debt import Instalment
from aldia.domain.edits import undo
from aldia.domain.errors import Refused
from aldia.domain.ledger import stand
from aldia.domain.payments import record_payment
from aldia.domain.taken_back import fresh_line
from tests.domain.answer_world import at, case, day, debt

NOW, TODAY = at("2026-07-20 12:00"), day("2026-07-20")
DATES = (("2026-07-01", 40_000), ("2026-07-15", 30_000), ("2026-08-15", 20_000), ("2026-09-15", 10_000))


def dated(count):
    """A debt with so many of these dates."""
    chosen = DATES[:count]
    parts = tuple(Instalment(f"i{n}", day(on), minor) for n, (on, minor) in enumerate(chosen, start=1))
    return debt(instalments=parts, due_on=parts[-1].due_on, amount_minor=sum(minor for _, minor in chosen))


def paid(known, minor):
    return record_payment(
        case(known), "f1", key="p", amount_minor=minor, method="transfer", on=day("2026-07-01"), now=NOW
    ).case.debt("f1")


@pytest.mark.parametrize(
    ("owed", "shares"),
    [
        (debt(), (100_000,)),  # of one date there is one sum, and no transfer of nothing
        (dated(2), (70_000, 40_000)),
        (dated(4), (100_000, 40_000, 70_000)),  # everything, the next part, what is due by now
        (paid(dated(4), 40_000), (60_000, 30_000)),  # the next part is all that is due
        (paid(dated(4), 70_000), (30_000, 20_000)),
        (paid(dated(4), 40_001), (59_999, 29_999)),
        (paid(debt(), 100_000), ()),
        (replace(debt(), deleted_at=NOW), ()),
        (replace(debt(), issued_on=day("2026-07-21")), ()),  # it is of a day before the invoice
    ],
)
def test_a_transfer_may_be_for_all_that_is_payable_the_next_part_or_what_is_due(owed, shares):
    assert shares_of(owed, TODAY) == shares


@pytest.mark.parametrize(
    ("paid_minor", "next_minor"), [(0, 40_000), (39_999, 1), (40_000, 30_000), (90_000, 10_000), (100_000, 0)]
)
def test_the_next_part_is_what_is_open_of_the_earliest_date_that_is_not_paid(paid_minor, next_minor):
    known = paid(dated(4), paid_minor) if paid_minor else dated(4)
    assert next_part(known, TODAY) == next_minor
    assert next_part(debt(), TODAY) == 0


def line(minor, text="TRANSF BRUNO"):
    return BankLine("l1", TODAY, minor, "MXN", text)


@pytest.mark.parametrize(
    ("said", "seen", "is_told", "waits"),
    [
        ({"amount_minor": 40_000}, line(40_000), False, False),
        ({}, line(40_000), False, False),  # no sum was told: any is it
        ({"amount_minor": 90_000}, line(40_000), False, True),  # another sum is other money
        ({"amount_minor": 90_000, "reference": "TR-55812"}, line(40_000, "SPEI TR 55812"), False, False),
        ({"amount_minor": 90_000, "reference": "TR-55812"}, line(40_000, "SPEI 1"), False, True),
        ({"amount_minor": 90_000}, line(40_000), True, False),  # the freelancer says that it is
    ],
)
def test_a_line_answers_what_the_client_told_of_when_it_is_that(said, seen, is_told, waits):
    told = claim_paid(case(), "f1", now=NOW, **said).case
    booked = as_payment(told, "f1", seen, now=NOW, is_what_was_told=is_told).case.debt("f1")
    assert (booked.claim is not None) is waits
    assert stand(booked, TODAY).payable_minor == 60_000
    assert [entry.key for entry in booked.entries] == ["bank.l1"]


def test_what_was_noted_by_hand_is_not_booked_again_and_two_lines_are_two_payments():
    by_hand = record_payment(
        case(), "f1", key="hand.p", amount_minor=40_000, method="cash", on=TODAY, now=NOW, by_hand=True
    ).case
    with pytest.raises(Refused, match="booked_already") as refused:
        as_payment(by_hand, "f1", line(40_000), now=NOW)
    assert refused.value.facts == {"client": "Bruno", "amount_minor": 40_000, "currency": "MXN"}
    twice = as_payment(
        as_payment(case(), "f1", line(40_000), now=NOW).case, "f1", replace(line(40_000), id="l2"), now=NOW
    )
    assert stand(twice.case.debt("f1"), TODAY).payable_minor == 20_000
    with pytest.raises(Refused, match="other_currency"):
        as_payment(case(), "f1", replace(line(40_000), currency="USD"), now=NOW)


def test_a_line_that_was_taken_back_is_booked_anew_under_a_key_of_its_own():
    known = case()
    for key in ("bank.l1", "bank.l1.2", "bank.l1.3"):
        assert fresh_line(known.debts, "bank.l1") == key
        known = undo(as_payment(known, "f1", line(40_000), now=NOW).case, "f1", key=key, now=NOW).case
    assert stand(known.debt("f1"), TODAY).payable_minor == 100_000
