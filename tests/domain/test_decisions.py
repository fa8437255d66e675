import pytest

from aldia.domain.answers import extension
from aldia.domain.debt import Instalment, Mark, Step
from aldia.domain.decisions import approve, change_amount, change_due, log_contact, waive, write_off
from aldia.domain.errors import Refused
from aldia.domain.ledger import law_of_money, state
from aldia.domain.payments import record_payment
from tests.domain.answer_world import at, case, day, debt, standing, steps

NOW = at("2026-07-06 12:00")
TODAY = day("2026-07-06")
TWO = (Instalment("i1", day("2026-06-15"), 40000), Instalment("i2", day("2026-07-01"), 60000))


@pytest.mark.parametrize(
    ("give_up", "field", "state_after"),
    [(waive, "waived_minor", "paid"), (write_off, "written_off_minor", "written_off")],
)
def test_everything_is_given_up_unless_a_sum_is_named(give_up, field, state_after):
    outcome = give_up(case(), "f1", now=NOW)
    assert getattr(standing(outcome.case, "2026-07-06"), field) == 100000
    assert state(outcome.case.debt("f1"), TODAY) == state_after
    assert steps(outcome) == []


@pytest.mark.parametrize("give_up", [waive, write_off])
def test_a_part_that_is_given_up_lowers_the_balance(give_up):
    known = give_up(case(), "f1", amount_minor=30000, now=NOW).case
    assert standing(known, "2026-07-06").balance_minor == 70000
    assert state(known.debt("f1"), TODAY) == "open"


@pytest.mark.parametrize("give_up", [waive, write_off])
def test_the_same_form_sent_twice_counts_once(give_up):
    known = give_up(case(), "f1", amount_minor=30000, key="form-1", now=NOW).case
    assert give_up(known, "f1", amount_minor=30000, key="form-1", now=NOW).case is known


def test_two_waivers_at_one_instant_are_two():
    known = waive(case(), "f1", amount_minor=30000, now=NOW).case
    known = waive(known, "f1", amount_minor=30000, now=NOW).case
    known = waive(known, "f1", amount_minor=30000, now=NOW).case
    assert standing(known, "2026-07-06").balance_minor == 10000
    assert len({entry.key for entry in known.debt("f1").entries}) == 3


@pytest.mark.parametrize("give_up", [waive, write_off])
@pytest.mark.parametrize(
    ("amount_minor", "key"), [(0, "amount_not_positive"), (-5, "amount_not_positive"), (100001, "more_than_open")]
)
def test_a_sum_that_makes_no_sense_is_refused(give_up, amount_minor, key):
    with pytest.raises(Refused, match=key):
        give_up(case(), "f1", amount_minor=amount_minor, now=NOW)


def test_nothing_is_left_to_forgive_on_a_paid_debt():
    known = record_payment(case(), "f1", key="p", amount_minor=100000, method="cash", on=TODAY, now=NOW).case
    with pytest.raises(Refused, match="nothing_open"):
        waive(known, "f1", now=NOW)


def test_a_corrected_due_date_ends_an_extension():
    known = extension(case(), "f1", until=day("2026-07-20"), now=NOW).case
    changed = change_due(known, "f1", due_on=day("2026-07-15"), now=NOW).case.debt("f1")
    assert (changed.due_on, changed.extended_to) == (day("2026-07-15"), None)
    assert [part.due_on for part in changed.instalments] == [day("2026-07-15")]


def test_of_several_instalments_the_last_one_moves():
    known = case(debt(instalments=TWO))
    changed = change_due(known, "f1", due_on=day("2026-07-15"), now=NOW).case.debt("f1")
    assert [part.due_on for part in changed.instalments] == [day("2026-06-15"), day("2026-07-15")]


@pytest.mark.parametrize(
    ("due_on", "key"), [("2026-05-31", "due_before_issue"), ("2026-06-14", "due_before_instalment")]
)
def test_a_due_date_before_what_comes_before_it_is_refused(due_on, key):
    with pytest.raises(Refused, match=key):
        change_due(case(debt(instalments=TWO)), "f1", due_on=day(due_on), now=NOW)


def test_what_has_gone_stays_gone_when_the_date_moves():
    marks = {"due_today": Mark("sent", at("2026-07-01 09:00"))}
    known = case(debt(marks=marks))
    assert change_due(known, "f1", due_on=day("2026-07-31"), now=NOW).case.debt("f1").marks == marks


def test_a_larger_amount_goes_to_the_last_instalment():
    known = change_amount(case(debt(instalments=TWO)), "f1", amount_minor=110000, now=NOW).case
    parts = standing(known, "2026-07-06").instalments
    assert [part.open_minor for part in parts] == [40000, 70000]


def test_a_smaller_amount_settles_the_earliest():
    known = change_amount(case(debt(instalments=TWO)), "f1", amount_minor=70000, now=NOW).case
    parts = standing(known, "2026-07-06").instalments
    assert [part.open_minor for part in parts] == [10000, 60000]


def test_an_amount_below_what_was_paid_leaves_credit():
    known = record_payment(case(), "f1", key="p", amount_minor=80000, method="cash", on=TODAY, now=NOW).case
    known = change_amount(known, "f1", amount_minor=70000, now=NOW).case
    after = standing(known, "2026-07-06")
    assert (after.balance_minor, after.credit_minor) == (0, 10000)
    assert law_of_money(known.debt("f1"), TODAY)


def test_the_amount_it_has_already_writes_no_entry():
    assert change_amount(case(), "f1", amount_minor=100000, now=NOW).case.debt("f1").entries == ()


def test_a_click_approves_a_step_that_waits_for_it_once():
    known = approve(case(), "f1", step="formal_letter", now=NOW).case
    assert known.debt("f1").approved == ("formal_letter",)
    assert approve(known, "f1", step="formal_letter", now=NOW).case is known


@pytest.mark.parametrize("step", ["overdue_1", "nothing"])
def test_only_a_step_that_waits_for_it_can_be_approved(step):
    with pytest.raises(Refused, match="unknown_step"):
        approve(case(), "f1", step=step, now=NOW)


def test_a_debts_own_ladder_says_what_waits():
    known = case(debt(ladder=(Step("overdue_1", "due", 7, approve=True),)))
    assert approve(known, "f1", step="overdue_1", now=NOW).case.debt("f1").approved == ("overdue_1",)


def test_a_contact_by_hand_counts_on_the_clients_day():
    known = log_contact(case(), now=at("2026-07-06 23:30")).case
    assert known.client.contact_days == (TODAY,)


def test_an_instalment_that_is_due_after_the_due_date_does_not_hold_it_back():
    parts = (Instalment("i1", day("2026-07-01"), 60000), Instalment("i2", day("2026-08-01"), 40000))
    moved = change_due(case(debt(instalments=parts)), "f1", due_on=day("2026-07-15"), now=NOW).case.debt("f1")
    assert [part.due_on for part in moved.instalments] == [day("2026-07-15"), day("2026-08-01")]
