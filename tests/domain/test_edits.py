from dataclasses import replace

import pytest

from aldia.domain.answers import promise
from aldia.domain.checkouts import checkout_end, open_checkout
from aldia.domain.debt import Checkout, Instalment, Mark, Step
from aldia.domain.decisions import waive, write_off
from aldia.domain.edits import edit, remove, restore, undo
from aldia.domain.errors import Refused
from aldia.domain.ledger import law_of_money, state
from aldia.domain.payments import record_payment
from tests.domain.answer_world import at, case, day, debt, standing, two_percent_until

NOW = at("2026-06-05 12:00")
SENT = {"invoice_sent": Mark("sent", at("2026-06-01 09:00"))}
LARGER = {"amount_minor": 120000, "instalments": (Instalment("i1", day("2026-07-01"), 120000),)}


def edited(known, **changes):
    return edit(known, debt=replace(known.debt("f1"), **changes), now=NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "F-002"},
        {"concept": "Logotipo"},
        {"note": "Gracias"},
        {"ladder": (Step("pre_due", "due", -3),)},
        {"file_name": "f.pdf"},
    ],
)
def test_words_and_the_steps_to_come_change_at_any_time(changes):
    ((name, value),) = changes.items()
    assert getattr(edited(case(debt(marks=SENT)), **changes).case.debt("f1"), name) == value


@pytest.mark.parametrize(
    "changes", [LARGER, {"due_on": day("2026-07-15")}, {"discount": two_percent_until("2026-06-11")}]
)
def test_terms_change_freely_before_the_client_knows_them(changes):
    known = edited(case(), **changes).case
    assert all(getattr(known.debt("f1"), name) == value for name, value in changes.items())


@pytest.mark.parametrize(
    ("changes", "key", "field"),
    [
        (LARGER, "answers.amount_is_fixed", "amount"),
        ({"due_on": day("2026-07-15")}, "answers.due_is_fixed", "due_on"),
        ({"discount": two_percent_until("2026-06-11")}, "answers.terms_are_fixed", "discount"),
        ({"currency": "EUR"}, "answers.terms_are_fixed", "currency"),
        ({"issued_on": day("2026-05-01")}, "answers.terms_are_fixed", "issued_on"),
    ],
)
def test_terms_stay_once_a_letter_went(changes, key, field):
    with pytest.raises(Refused) as refused:
        edited(case(debt(marks=SENT)), **changes)
    assert (refused.value.key, refused.value.field) == (key, field)


def test_terms_stay_once_money_came():
    known = record_payment(case(), "f1", key="p", amount_minor=100, method="cash", on=day("2026-06-05"), now=NOW).case
    with pytest.raises(Refused, match="amount_is_fixed"):
        edited(known, **LARGER)


def test_a_step_that_was_skipped_leaves_the_terms_free():
    marks = {"invoice_sent": Mark("given_up", at("2026-06-01 09:00"), reason="no_consent")}
    assert edited(case(debt(marks=marks)), **LARGER).case.debt("f1").amount_minor == 120000


def test_a_form_cannot_change_what_happened():
    known = case(debt(marks=SENT))
    assert edited(known, marks={}, number="F-002").case.debt("f1").marks == SENT


def test_a_debt_saved_as_it_was_changes_nothing():
    known = case()
    assert edited(known).case is known


def test_a_deleted_debt_comes_back_as_it_was():
    known = case(debt(marks=SENT))
    gone = remove(known, "f1", now=NOW).case
    assert gone.debt("f1").deleted_at == NOW
    assert restore(gone, "f1", now=NOW).case.debt("f1") == known.debt("f1")


def test_deleting_twice_or_restoring_what_is_there_changes_nothing():
    known = case()
    assert restore(known, "f1", now=NOW).case is known
    gone = remove(known, "f1", now=NOW).case
    assert remove(gone, "f1", now=NOW).case is gone


def test_a_deleted_debt_takes_no_answers():
    with pytest.raises(Refused, match="unknown_debt"):
        promise(remove(case(), "f1", now=NOW).case, "f1", on=day("2026-06-20"), now=NOW)


def test_a_debt_is_not_deleted_under_a_payment_that_is_on_its_way():
    checkout = Checkout("k1", "card", 100000, day("2026-06-05"), NOW, checkout_end("card", NOW))
    known = open_checkout(case(), "f1", checkout=checkout, now=NOW).case
    with pytest.raises(Refused, match="payment_under_way"):
        remove(known, "f1", now=NOW)


@pytest.mark.parametrize("give_up", [waive, write_off])
@pytest.mark.parametrize("amount_minor", [None, 30000])
def test_a_waiver_or_a_write_off_is_taken_back_as_if_it_had_never_been(give_up, amount_minor):
    given = give_up(case(), "f1", amount_minor=amount_minor, key="w1", now=NOW).case
    back = undo(given, "f1", key="w1", now=NOW).case
    assert standing(back, "2026-06-05").balance_minor == 100000
    assert state(back.debt("f1"), day("2026-06-05")) == "open"
    assert [entry.key for entry in back.debt("f1").entries] == ["w1", "undone/w1"]
    assert law_of_money(back.debt("f1"), day("2026-06-05"))


def test_taking_back_twice_counts_once():
    back = undo(waive(case(), "f1", key="w1", now=NOW).case, "f1", key="w1", now=NOW).case
    assert undo(back, "f1", key="w1", now=NOW).case is back


def test_money_is_never_taken_back_by_a_click():
    known = record_payment(case(), "f1", key="p", amount_minor=100, method="cash", on=day("2026-06-05"), now=NOW).case
    with pytest.raises(Refused, match="not_undoable"):
        undo(known, "f1", key="p", now=NOW)


def test_what_is_not_in_the_ledger_cannot_be_taken_back():
    with pytest.raises(Refused, match="no_entry"):
        undo(case(), "f1", key="w1", now=NOW)
