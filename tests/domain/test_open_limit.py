"""A limit of what a client has open: it warns once it is passed, is quiet when it is known, and never blocks."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from aldia.domain import open_limit, opening, payments, risk_notes
from aldia.domain.account import Account
from aldia.domain.case import Case
from aldia.domain.client import BillingContact, Client
from aldia.domain.debt import Debt
from aldia.domain.errors import Refused
from aldia.domain.needs import Need, changed, needs
from aldia.domain.prevention import OpenLimit, RiskNote

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
TODAY = date(2026, 6, 1)


def case(**client):
    held = {"contacts": (BillingContact("b@example.com"),), "open_limit": OpenLimit(100_00, "EUR")} | client
    return Case(Account("a", "a@example.com", currency="EUR"), Client("c", "Bruno", **held))


def with_debt(before, minor, *, currency="EUR", name=""):
    name = name or f"d{len(before.debts)}"
    debt = Debt(name, "c", name, currency, minor, date(2026, 5, 30), date(2026, 6, 30), NOW)
    return opening.open_debt(before, debt, now=NOW).case


def pay(before, name, minor):
    return payments.record_payment(
        before, name, key=f"p{name}", amount_minor=minor, method="transfer", on=TODAY, now=NOW
    ).case


def test_the_limit_is_passed_by_what_is_more_and_not_by_what_is_equal():
    at = with_debt(case(), 100_00)
    assert open_limit.passed(at, NOW) is None
    over = with_debt(at, 1)
    assert open_limit.passed(over, NOW).open_minor == 100_01
    assert Need("", "over_limit") in needs(over, NOW)
    assert Need("", "over_limit") not in needs(at, NOW)


def test_other_currencies_deleted_and_settled_debts_do_not_count():
    held = with_debt(with_debt(case(), 90_00), 500_00, currency="USD")
    binned = held.with_debt(replace(with_debt(held, 80_00, name="bin").debt("bin"), deleted_at=NOW))
    assert open_limit.open_minor(binned, "EUR", NOW) == 90_00
    assert open_limit.open_minor(binned, "USD", NOW) == 500_00
    paid = pay(with_debt(binned, 50_00, name="paid"), "paid", 50_00)
    assert open_limit.open_minor(paid, "EUR", NOW) == 90_00
    assert open_limit.open_minor(pay(paid, "d0", 30_00), "EUR", NOW) == 60_00


@pytest.mark.parametrize(
    ("own", "usual", "held"),
    [
        (None, None, None),
        (None, OpenLimit(5, "EUR"), OpenLimit(5, "EUR")),
        (OpenLimit(7, "EUR"), OpenLimit(5, "EUR"), OpenLimit(7, "EUR")),
        (OpenLimit(0, "EUR"), OpenLimit(5, "EUR"), None),
    ],
)
def test_a_clients_own_limit_comes_before_the_usual_one_and_zero_is_none(own, usual, held):
    account = Account("a", "a@example.com", open_limit=usual)
    assert open_limit.limit_of(account, Client("c", "B", open_limit=own)) == held


def test_i_know_is_quiet_until_more_is_open_and_forgotten_once_it_was_under():
    over = with_debt(case(), 120_00)
    known = open_limit.know(over, now=NOW).case
    assert open_limit.to_tell(known, NOW) is None
    assert open_limit.passed(known, NOW)
    assert Need("", "over_limit") not in needs(known, NOW)
    assert open_limit.to_tell(with_debt(known, 1), NOW).open_minor == 120_01
    assert open_limit.to_tell(pay(known, "d0", 10_00), NOW) is None
    under = pay(known, "d0", 60_00)
    assert open_limit.to_tell(with_debt(under, 50_00), NOW).open_minor == 110_00  # less than was known, but anew
    assert open_limit.to_tell(open_limit.tell_again(known).case, NOW)


def test_a_limit_set_later_tells_with_the_next_change():
    wide = with_debt(case(open_limit=None), 120_00)
    narrow = replace(wide, account=replace(wide.account, open_limit=OpenLimit(100_00, "EUR")))
    assert Need("", "over_limit") in changed(narrow, open_limit.tell_again(narrow), NOW)[0]


def note(**values):
    held = {"id": "n1", "kind": "own", "text": "Paga tarde en agosto.", "on": TODAY} | values
    return RiskNote(**held)


def test_notes_are_kept_changed_and_removed_by_their_id():
    one = risk_notes.keep(case(), note(), today=TODAY).case
    again = risk_notes.keep(one, note(text="Paga en septiembre."), today=TODAY).case
    assert [held.text for held in again.client.risks] == ["Paga en septiembre."]
    assert risk_notes.remove(again, "n1").case.client.risks == ()
    assert risk_notes.remove(again, "other").case == again


@pytest.mark.parametrize(
    ("values", "field"),
    [({"text": ""}, "text"), ({"kind": "fact"}, "source"), ({"on": date(2026, 6, 2)}, "on")],
)
def test_a_note_says_something_a_fact_names_its_source_and_no_day_is_ahead(values, field):
    with pytest.raises(Refused) as refused:
        risk_notes.keep(case(), note(**values), today=TODAY)
    assert refused.value.field == field


def test_a_client_has_a_dozen_notes_at_most_and_each_can_still_be_changed():
    full = case()
    for n in range(risk_notes.MOST):
        full = risk_notes.keep(full, note(id=f"n{n}"), today=TODAY).case
    with pytest.raises(Refused):
        risk_notes.keep(full, note(id="more"), today=TODAY)
    assert risk_notes.keep(full, note(id="n3", text="Otra."), today=TODAY).case.client.risks[3].text == "Otra."
