"""From a description of payment terms to dated instalments that add up."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aldia.domain.account import TermLine
from aldia.domain.errors import Refused
from aldia.domain.terms import apply_operators, instalments
from tests.domain.money_world import day


def share(percent, *after, of="total"):
    return TermLine(after=after, share=Decimal(percent), of=of)


def fixed(minor, *after):
    return TermLine(after=after, fixed_minor=minor)


def rest(*after):
    return TermLine(after=after, rest=True)


@pytest.mark.parametrize(
    ("start", "after", "expected"),
    [
        ("2026-06-01", (), "2026-06-01"),
        ("2026-06-01", ("days+0",), "2026-06-01"),
        ("2026-06-01", ("days+30",), "2026-07-01"),
        ("2026-01-31", ("months+1",), "2026-02-28"),
        ("2028-01-31", ("months+1",), "2028-02-29"),
        ("2026-11-30", ("months+3",), "2027-02-28"),
        ("2026-02-10", ("end_of_month",), "2026-02-28"),
        ("2026-12-31", ("end_of_month",), "2026-12-31"),
        ("2026-06-01", ("months+2", "end_of_month", "days+10"), "2026-09-10"),
        ("2026-06-01", ("day=20",), "2026-06-20"),
        ("2026-02-01", ("day=31",), "2026-02-28"),
        ("2026-06-10", ("next_day=15",), "2026-06-15"),
        ("2026-06-15", ("next_day=15",), "2026-06-15"),
        ("2026-06-16", ("next_day=15",), "2026-07-15"),
        ("2026-12-16", ("next_day=15",), "2027-01-15"),
        ("2026-02-28", ("next_day=31",), "2026-02-28"),
        ("2026-01-31", ("days+1", "next_day=31"), "2026-02-28"),
    ],
)
def test_operators_are_applied_in_order(start, after, expected):
    assert apply_operators(day(start), after) == day(expected)


@pytest.mark.parametrize(
    "operator", ["days", "days+", "days-1", "days+x", "weeks+1", "day=0", "day=32", "next_day=99", "", "days+99999"]
)
def test_an_operator_that_does_not_exist_is_refused(operator):
    with pytest.raises(Refused) as refused:
        apply_operators(day("2026-06-01"), (operator,))
    assert (refused.value.key, refused.value.field) == ("money.unknown_term", "terms")


def test_a_date_past_the_calendar_is_refused():
    with pytest.raises(Refused):
        apply_operators(date(9999, 12, 1), ("months+9",))


@pytest.mark.parametrize(
    ("amount", "terms", "expected"),
    [
        (121000, (rest("days+30"),), [("2026-07-01", 121000)]),
        (
            121000,
            (share("30", "days+0"), fixed(10000, "months+1"), rest("months+2", "end_of_month", "days+10")),
            [("2026-06-01", 36300), ("2026-07-01", 10000), ("2026-09-10", 74700)],
        ),
        (121001, (share("50", "days+0"), share("30", "days+1"), share("20", "days+2")),
         [("2026-06-01", 60501), ("2026-06-02", 36300), ("2026-06-03", 24200)]),
        (5, (share("50", "days+0"), share("50", "days+1")), [("2026-06-01", 3), ("2026-06-02", 2)]),
        (100000, (share("50", "days+0"), share("50", "days+1", of="rest"), rest("days+2")),
         [("2026-06-01", 50000), ("2026-06-02", 25000), ("2026-06-03", 25000)]),
        (100, (fixed(40, "days+0"), fixed(60, "days+9")), [("2026-06-01", 40), ("2026-06-10", 60)]),
        (1000, (share("33.3", "days+0"), rest("days+1")), [("2026-06-01", 333), ("2026-06-02", 667)]),
        (1005, (share("50", "days+0"), rest("days+1")), [("2026-06-01", 503), ("2026-06-02", 502)]),
        (100, (fixed(40, "days+9"), rest("days+0")), [("2026-06-01", 60), ("2026-06-10", 40)]),
    ],
)  # fmt: skip
def test_terms_become_instalments_by_date(amount, terms, expected):
    made = instalments(amount_minor=amount, issued_on=day("2026-06-01"), terms=terms)
    assert [(part.due_on, part.amount_minor) for part in made] == [(day(when), minor) for when, minor in expected]
    assert [part.id for part in made] == [f"i{place}" for place in range(1, len(made) + 1)]


@pytest.mark.parametrize(
    ("terms", "key"),
    [
        ((), "money.terms_do_not_add_up"),
        ((share("30", "days+0"),), "money.terms_do_not_add_up"),
        ((share("60", "days+0"), share("60", "days+1")), "money.terms_do_not_add_up"),
        ((rest("days+0"), share("50", "days+1")), "money.terms_do_not_add_up"),
        ((TermLine(after=("days+0",)),), "money.terms_do_not_add_up"),
        ((TermLine(after=("days+0",), fixed_minor=1000, rest=True),), "money.terms_do_not_add_up"),
        ((share("100", "days+0"), rest("days+1")), "money.terms_empty_line"),
        ((fixed(2000, "days+0"), rest("days+1")), "money.terms_empty_line"),
        ((fixed(-5, "days+0"), rest("days+1")), "money.terms_empty_line"),
        ((share("0", "days+0"), rest("days+1")), "money.terms_empty_line"),
        ((rest("day=1"),), "money.terms_before_issue"),
    ],
)
def test_terms_that_could_not_be_kept_are_refused(terms, key):
    with pytest.raises(Refused) as refused:
        instalments(amount_minor=1000, issued_on=day("2026-06-15"), terms=terms)
    assert (refused.value.key, refused.value.field) == (key, "terms")


@given(
    st.integers(1000, 10**10),
    st.lists(st.decimals("0.1", "24", places=1), max_size=4),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)
def test_instalments_always_add_up(amount, shares, issued_on):
    lines = tuple(share(str(percent), f"months+{place}") for place, percent in enumerate(shares))
    made = instalments(amount_minor=amount, issued_on=issued_on, terms=(*lines, rest("months+12")))
    assert sum(part.amount_minor for part in made) == amount
    assert all(part.amount_minor > 0 and part.due_on >= issued_on for part in made)
