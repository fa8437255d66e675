"""Debts that a file brings and takes back, and what is in doubt once the data were set back."""

from dataclasses import replace

import pytest

from aldia.domain.client import BillingContact
from aldia.domain.debt import Mark, Step
from aldia.domain.imported import is_untouched, paid_before, take_back, with_identity
from aldia.domain.payments import record_payment
from aldia.domain.restored import doubted
from aldia.domain.spoken import Promise
from tests.domain.answer_world import BRUNO, at, case, day, debt

NOW = at("2026-07-09 12:00")  # a Thursday, the day after overdue_1
TOLD = replace(case().client, contacts=(BillingContact("pagos@example.com"),), tax_id="XAXX010101000")
LADDER = (Step("overdue_1", "due", 7), Step("overdue_2", "last", 14), Step("call", "due", 1, channel="task"))


def test_a_file_tells_of_a_client_only_what_is_not_known():
    known = case().client
    assert with_identity(known, TOLD) == replace(known, tax_id="XAXX010101000")
    assert with_identity(replace(known, contacts=(), tax_id="OTHER"), TOLD) == replace(
        known, contacts=TOLD.contacts, tax_id="OTHER"
    )
    assert known.contacts == (BRUNO,)


def test_what_was_paid_before_the_import_leaves_a_debt_untouched():
    brought = debt(entries=paid_before(30000, on=day("2026-06-10"), at=NOW))
    assert is_untouched(brought)
    assert paid_before(0, on=day("2026-06-10"), at=NOW) == ()
    assert not is_untouched(record_payment(
        case(brought), "f1", key="p1", amount_minor=10, method="cash", on=day("2026-07-09"), now=NOW
    ).case.debt("f1"))  # fmt: skip
    assert not is_untouched(replace(brought, marks={"overdue_1": Mark("sent", NOW)}))


def test_taking_an_import_back_leaves_what_was_touched_what_is_gone_and_what_is_not_named():
    went = {"overdue_1": Mark("sent", NOW)}
    earlier = at("2026-07-01 12:00")
    debts = (
        debt(), debt(id="f2", marks=went), debt(id="f3"), debt(id="f4", deleted_at=earlier),
    )  # fmt: skip
    outcome, gone = take_back(case(*debts), ["f1", "f2", "f4"], now=NOW)
    assert gone == ("f1",)
    assert [one.deleted_at for one in outcome.case.debts] == [NOW, None, None, earlier]


def test_what_was_due_may_have_gone_so_it_is_given_up_and_named():
    known = case(debt(ladder=LADDER))
    outcome, doubts = doubted(known, "f1", NOW)
    assert [(doubt.step, doubt.key) for doubt in doubts] == [("overdue_1", "overdue_1")]
    after = outcome.case.debt("f1")
    assert (after.marks["overdue_1"].state, after.marks["overdue_1"].over_on) == ("given_up", day("2026-07-08"))
    assert "call" not in after.marks
    assert outcome.case.client.contact_days == (day("2026-07-09"),)


def test_only_the_debt_that_is_asked_about_is_in_doubt():
    outcome, _ = doubted(case(debt(ladder=LADDER), debt(id="f2", ladder=LADDER)), "f1", NOW)
    assert outcome.case.debt("f2").marks == {}


def test_a_step_that_counts_from_one_in_doubt_may_have_gone_too():
    _, doubts = doubted(case(debt(ladder=LADDER)), "f1", at("2026-07-23 12:00"))
    assert [doubt.step for doubt in doubts] == ["overdue_1", "overdue_2"]


@pytest.mark.parametrize(
    ("on", "names"), [("2026-07-09", ["promise_day"]), ("2026-07-02", ["promise_missed"]), ("2026-07-20", [])]
)
def test_a_letter_about_a_promise_may_have_gone(on, names):
    known = case(debt(ladder=(), promise=Promise(day(on), at("2026-07-01 10:00"))))
    outcome, doubts = doubted(known, "f1", NOW)
    assert [doubt.step for doubt in doubts] == names
    assert (outcome.case is known) is (names == [])


@pytest.mark.parametrize("gone", [{"deleted_at": NOW}, {"opened_at": at("2026-07-10 10:00")}])
def test_of_a_debt_that_is_not_open_nothing_is_in_doubt(gone):
    known = case(debt(ladder=LADDER, **gone))
    outcome, doubts = doubted(known, "f1", NOW)
    assert (outcome.case, doubts) == (known, ())


def test_of_a_settled_debt_nothing_is_told_and_no_distance_is_kept():
    paid = record_payment(
        case(debt(ladder=LADDER)), "f1", key="p1", amount_minor=100000, method="cash", on=day("2026-07-07"),
        now=at("2026-07-07 12:00"),
    ).case  # fmt: skip
    before = paid.client.contact_days
    outcome, doubts = doubted(paid, "f1", NOW)
    assert doubts == ()
    assert outcome.case.client.contact_days == before
    assert outcome.case.debt("f1").marks["overdue_1"].state == "given_up"
