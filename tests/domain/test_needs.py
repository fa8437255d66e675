"""What only the freelancer can settle, as the case shows it: what is there, what a change adds, what it ends."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from aldia.domain import needs
from aldia.domain.account import Account
from aldia.domain.case import Case, Notice, Outcome
from aldia.domain.client import BillingContact, Client
from aldia.domain.debt import Debt, Entry, Instalment, Mark
from aldia.domain.needs import Need
from aldia.domain.spoken import Claim, Dispute, Promise

NOW = datetime(2026, 7, 20, 15, tzinfo=UTC)
DEBT = Debt(
    "d1", "c1", "F-1", "MXN", 100_000, date(2026, 6, 1), date(2026, 7, 1), NOW - timedelta(days=49),
    instalments=(Instalment("i1", date(2026, 7, 1), 100_000),),
)  # fmt: skip
CLIENT = Client("c1", "Bruno", contacts=(BillingContact("b@example.com"),))
PAID = Entry("p", "payment", date(2026, 7, 2), NOW, 100_000)
WAITS = {"formal_letter": Mark("waiting", NOW, "needs_approval")}


def case(debt=DEBT, client=CLIENT, **values):
    return Case(Account("a1", "ana@example.com"), client, (replace(debt, **values),))


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"dispute": Dispute(NOW)}, "problem"),
        ({"review_since": NOW}, "review"),
        ({"claim": Claim(NOW)}, "claim"),
        ({"promise": Promise(date(2026, 7, 10), NOW, state="broken")}, "promise_broken"),
        ({"marks": WAITS}, "approval"),
    ],
)
def test_a_debt_shows_what_it_needs(values, kind):
    assert needs.needs(case(**values), NOW) == {Need("d1", kind)}


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"promise": Promise(date(2026, 7, 30), NOW)},
        {"marks": {"formal_letter": Mark("sent", NOW)}},
        {"marks": {"overdue_1": Mark("waiting", NOW, "cap")}},
        {"marks": WAITS, "approved": ("formal_letter",)},
        {"dispute": Dispute(NOW), "deleted_at": NOW},
        {"review_since": NOW, "entries": (replace(PAID, kind="write_off", amount_minor=None),)},
        {"claim": Claim(NOW), "entries": (PAID,)},
    ],
    ids=lambda values: ", ".join(values) or "nothing",
)
def test_what_needs_nobody_shows_nothing(values):
    assert needs.needs(case(**values), NOW) == frozenset()


@pytest.mark.parametrize("kind", ["payment", "write_off"])
def test_a_reported_problem_waits_for_its_answer_whatever_became_of_the_money(kind):
    reported = case(dispute=Dispute(NOW))
    closed = case(dispute=Dispute(NOW), entries=(replace(PAID, kind=kind, on=date(2026, 7, 20)),))
    assert needs.needs(closed, NOW) == {Need("d1", "problem")}
    assert needs.changed(reported, Outcome(closed), NOW)[1] == frozenset()
    assert needs.changed(closed, Outcome(case(entries=closed.debts[0].entries)), NOW)[1] == {Need("d1", "problem")}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"wrong_person_at": NOW}, "wrong_person"),
        ({"bounced_at": NOW}, "bounced"),
        ({"wrong_person_at": NOW, "bounced_at": NOW}, "wrong_person"),
        ({"contacts": ()}, "no_email"),
        ({"consents": ()}, "no_email"),
    ],
)
def test_a_client_that_cannot_be_written_to_is_shown_while_something_is_open(values, kind):
    client = replace(CLIENT, **values)
    assert needs.needs(case(client=client), NOW) == {Need("", kind)}
    assert needs.needs(case(client=client, entries=(PAID,)), NOW) == frozenset()
    assert needs.needs(case(client=client, deleted_at=NOW), NOW) == frozenset()


@pytest.mark.parametrize("came_minor", [100_001, 150_000])
def test_what_came_over_waits_for_a_decision_although_the_debt_is_paid(came_minor):
    over = replace(PAID, amount_minor=came_minor)
    assert needs.needs(case(entries=(over,)), NOW) == {Need("d1", "credit")}
    back = Entry("r", "credit_out", date(2026, 7, 20), NOW, came_minor - 100_000)
    assert needs.needs(case(entries=(over, back)), NOW) == frozenset()
    assert needs.needs(case(entries=(over,), deleted_at=NOW), NOW) == frozenset()


def test_a_change_adds_and_ends_needs():
    before, after = case(claim=Claim(NOW)), case(dispute=Dispute(NOW))
    assert needs.changed(before, Outcome(after), NOW)[0] == {Need("d1", "problem")}
    assert needs.changed(before, Outcome(after), NOW)[1] == {Need("d1", "claim")}
    assert needs.changed(after, Outcome(after), NOW)[0] == frozenset()
    assert needs.changed(after, Outcome(after), NOW)[1] == frozenset()


def test_what_waits_of_a_settled_debt_is_written_again_with_each_change_as_it_may_be_older_than_its_need():
    told, over = case(dispute=Dispute(NOW), entries=(PAID,)), case(entries=(replace(PAID, amount_minor=100_001),))
    for old, kind in ((told, "problem"), (over, "credit")):
        assert needs.changed(old, Outcome(old), NOW)[0] == {Need("d1", kind)}
        assert needs.changed(old, Outcome(old), NOW)[1] == frozenset()
    assert needs.changed(told, Outcome(case(entries=(PAID,))), NOW)[0] == frozenset()


def test_a_letter_whose_fate_is_unknown_is_a_need_and_other_news_are_none():
    news = (Notice("unknown", NOW, "d1"), Notice("paid", NOW, "d1"))
    assert needs.changed(case(), Outcome(case(), notices=news), NOW)[0] == {Need("d1", "unknown")}


def test_once_a_debt_is_settled_its_tasks_are_over():
    called = {"call": Mark("sent", NOW), "overdue_1": Mark("sent", NOW)}
    before, after = case(marks=called), case(marks=called, entries=(PAID,))
    assert needs.ended_tasks(before, after, NOW) == [("d1", "call")]
    assert needs.ended_tasks(before, before, NOW) == []
    assert needs.ended_tasks(after, after, NOW) == []
    assert needs.ended_tasks(case(), case(entries=(PAID,)), NOW) == []


@pytest.mark.parametrize(
    ("kind", "values", "asks"),
    [
        ("problem", {"dispute": Dispute(NOW)}, "problem"),
        ("problem_waits", {"dispute": Dispute(NOW)}, "problem"),
        ("claimed", {"claim": Claim(NOW)}, "claim"),
        ("review", {"review_since": NOW}, "review"),
        ("problem", {}, None),  # it was answered meanwhile
        ("claimed", {"dispute": Dispute(NOW)}, None),  # what waits is something else
        ("paid", {"dispute": Dispute(NOW)}, None),  # news that only tell
    ],
)
def test_news_ask_for_what_waits_by_now_and_for_nothing_else(kind, values, asks):
    found = needs.asked(case(**values), Notice(kind, NOW, debt_id="d1"), NOW)
    assert found == (asks and Need("d1", asks))


def test_tasks_are_over_only_where_this_change_settled_the_debt_and_they_had_appeared():
    called = {"call": Mark("sent", NOW), "overdue_1": Mark("sent", NOW)}
    paid = case(marks=called, entries=(PAID,))
    assert needs.ended_tasks(case(marks=called), paid, NOW) == [("d1", "call")]
    assert needs.ended_tasks(paid, paid, NOW) == []  # settled before
    assert needs.ended_tasks(case(marks=called), case(marks=called), NOW) == []  # still open
    assert needs.ended_tasks(case(), case(entries=(PAID,)), NOW) == []  # nobody was asked to call
