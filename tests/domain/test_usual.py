"""The account's usual terms on debts that run already: what follows, what stays as it was set or told."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from aldia.domain.account import Account, Defaults, DiscountRule, TermLine
from aldia.domain.case import Case
from aldia.domain.client import Client
from aldia.domain.debt import Debt, Discount, Entry, Instalment, Interest, Mark, Step, Tier
from aldia.domain.usual import PARTS, Usual, Wanted, adjusted, follow, open_debts, usual_of

NOW = datetime(2026, 6, 1, 15, tzinfo=UTC)
ISSUED, DUE, SOONER = date(2026, 6, 1), date(2026, 7, 1), date(2026, 6, 16)
ACCOUNT = Account("a1", "ana@example.com", currency="MXN")
DEBT = Debt(
    "d1", "c1", "F-1", "MXN", 100_000, ISSUED, DUE, NOW, instalments=(Instalment("i1", DUE, 100_000),)
)  # fmt: skip
HAD = Usual()
SHORT = (TermLine(after=("days+15",), rest=True),)
STEPS = (Step("overdue_1", "due", 7),)
NEW = Usual(
    Defaults(terms=SHORT, discount=DiscountRule(Decimal(2), 10), interest=Interest(rate=Decimal(6)), ladder=STEPS),
    2,
    50,
)


def wanted(*parts, to=NEW, known=(HAD,)):
    return Wanted(to, known, parts or PARTS)


def test_a_debt_as_usual_follows_in_every_part():
    new = adjusted(ACCOUNT, DEBT, wanted())
    assert (new.due_on, new.instalments) == (SOONER, (Instalment("i1", SOONER, 100_000),))
    assert new.discount == Discount("tiers", (Tier(date(2026, 6, 11), Decimal(2)),))
    assert (new.interest, new.tolerance_days, new.tolerance_minor, new.ladder) == (
        Interest(rate=Decimal(6)),
        2,
        50,
        STEPS,
    )
    assert adjusted(ACCOUNT, new, wanted()) == new


@pytest.mark.parametrize(
    ("part", "fields"),
    [
        ("terms", {"due_on", "instalments"}),
        ("discount", {"discount"}),
        ("interest", {"interest"}),
        ("tolerance", {"tolerance_days", "tolerance_minor"}),
        ("ladder", {"ladder"}),
    ],
)
def test_only_the_parts_that_are_meant_change(part, fields):
    new = adjusted(ACCOUNT, DEBT, wanted(part))
    changed = {name for name in Debt.__dataclass_fields__ if getattr(new, name) != getattr(DEBT, name)}
    assert changed == fields


@pytest.mark.parametrize(
    ("own", "part"),
    [
        ({"due_on": date(2026, 7, 9), "instalments": (Instalment("i1", date(2026, 7, 9), 100_000),)}, "terms"),
        ({"discount": Discount("tiers", (Tier(DUE, Decimal(9)),))}, "discount"),
        ({"interest": Interest(rate=Decimal(1))}, "interest"),
        ({"ladder": ()}, "ladder"),
        ({"currency": "EUR"}, "tolerance"),
    ],
)
def test_what_a_debt_has_of_its_own_stays(own, part):
    debt = replace(DEBT, **own)
    assert adjusted(ACCOUNT, debt, wanted(part)) == debt


@pytest.mark.parametrize(
    "known", [{"entries": (Entry("p", "payment", ISSUED, NOW, 1),)}, {"marks": {"invoice_sent": Mark("sent", NOW)}}]
)
def test_what_the_client_was_told_stays_but_for_the_letters_to_come(known):
    debt = replace(DEBT, **known)
    assert adjusted(ACCOUNT, debt, wanted()) == replace(debt, ladder=STEPS)


def test_a_discount_that_would_outlast_the_new_due_date_goes():
    late = replace(DEBT, discount=Discount("tiers", (Tier(DUE, Decimal(2)),)))
    assert adjusted(ACCOUNT, late, wanted("terms")).discount is None
    kept = replace(DEBT, discount=Discount("tiers", (Tier(SOONER, Decimal(2)),)))
    assert adjusted(ACCOUNT, kept, wanted("terms")).discount == kept.discount


def test_terms_that_do_not_fit_a_sum_leave_it_as_it_is():
    many = Usual(Defaults(terms=(TermLine(("days+1",), fixed_minor=100_000), TermLine(("days+2",), rest=True))))
    assert adjusted(ACCOUNT, DEBT, wanted("terms", to=many)) == DEBT


def test_a_rule_that_is_taken_away_takes_the_discount_with_it():
    had = adjusted(ACCOUNT, DEBT, wanted("discount"))
    assert adjusted(ACCOUNT, had, wanted("discount", to=HAD, known=(NEW,))).discount is None


def test_open_debts_are_neither_paid_nor_given_up_nor_in_the_bin():
    paid = replace(DEBT, id="d2", entries=(Entry("p", "payment", ISSUED, NOW, 100_000),))
    lost = replace(DEBT, id="d3", entries=(Entry("w", "write_off", ISSUED, NOW, None),))
    gone = replace(DEBT, id="d4", deleted_at=NOW)
    case = Case(ACCOUNT, Client("c1", "Bruno"), (DEBT, paid, lost, gone))
    assert [debt.id for debt in open_debts(case, NOW)] == ["d1"]


def test_following_changes_open_debts_and_the_wake_up():
    case = Case(ACCOUNT, Client("c1", "Bruno"), (DEBT,))
    after = follow(case, wanted(), NOW).case
    assert after.debts[0].due_on == SOONER
    assert after.client.next_at is not None
    assert follow(after, wanted(), NOW).case == after
    assert follow(case, None, NOW).case.debts == case.debts


def test_the_accounts_usual_is_what_it_says():
    own = replace(ACCOUNT, defaults=NEW.defaults, tolerance_days=2, tolerance_minor=50)
    assert usual_of(own) == NEW
