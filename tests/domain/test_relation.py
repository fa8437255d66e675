"""How a client felt about being asked, and whether it came back, read from what the case keeps."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from aldia.domain import answers
from aldia.domain.case import Case
from aldia.domain.debt import Debt, Entry
from aldia.domain.relation import MOST_DAYS, Relation, counted, counts, relation
from aldia.domain.spoken import Opinion
from tests.world import client, contact

NOW = datetime(2026, 6, 1, 15, tzinfo=UTC)
DAY = NOW.date()


def case_of(*debts, **more):
    from aldia.domain.account import Account

    who = client(contacts=(contact("bruno@example.com"),), timezone="America/Mexico_City", **more)
    return Case(Account("ana", "ana@example.com"), who, debts)


def debt(name, issued, *paid, **more):
    money = tuple(Entry(f"{name}{on}", "payment", date.fromisoformat(on), NOW, 100) for on in paid)
    issued_on = date.fromisoformat(issued)
    due_on = issued_on + timedelta(days=30)
    return Debt(name, "bruno", name, "MXN", 1000, issued_on, due_on, opened_at=NOW, entries=money, **more)


@pytest.mark.parametrize(
    ("debts", "days"),
    [
        ((), ()),
        ((debt("a", "2026-01-01", "2026-01-20"),), ()),
        ((debt("a", "2026-01-01"), debt("b", "2026-03-01")), ()),  # it has not paid yet
        ((debt("a", "2026-01-01", "2026-01-20"), debt("b", "2026-03-01")), ("2026-03-01",)),
        ((debt("a", "2026-01-01", "2026-03-01"), debt("b", "2026-03-01")), ()),  # paid on the day of the new one
        ((debt("a", "2026-01-01"), debt("b", "2026-03-01", "2026-02-01")), ()),  # its own deposit
        (
            (debt("a", "2026-01-01", "2026-01-20"), debt("b", "2026-03-01"), debt("c", "2026-03-01")),
            ("2026-03-01",),  # one order in two invoices
        ),
        (
            (debt("a", "2026-01-01", "2026-01-20"), debt("b", "2026-03-01"), debt("c", "2026-04-01")),
            ("2026-03-01",),  # nothing was paid in between
        ),
        (
            (
                debt("a", "2026-01-01", "2026-01-20"),
                debt("b", "2026-03-01", "2026-03-15"),
                debt("c", "2026-04-01"),
            ),
            ("2026-03-01", "2026-04-01"),
        ),
        (
            (debt("b", "2026-03-01"), debt("a", "2026-01-01", "2026-01-20")),  # written down later
            ("2026-03-01",),
        ),
    ],
)
def test_it_bought_again_with_the_first_debt_after_a_payment_of_another_one(debts, days):
    assert relation(case_of(*debts)).bought_again == tuple(map(date.fromisoformat, days))


def test_a_debt_in_the_bin_says_nothing_and_half_a_year_is_soon():
    paid = debt("a", "2026-01-01", "2026-01-20")
    again, later = debt("b", "2026-07-19"), debt("b", "2026-07-20")
    assert counts(case_of(paid, again)) == {("2026-07", "bought_again"): 1, ("2026-07", "bought_again_soon"): 1}
    assert +counts(case_of(paid, later)) == {("2026-07", "bought_again"): 1}
    assert relation(case_of(paid, replace(again, deleted_at=NOW))) == Relation()
    assert not relation(case_of(paid)).is_known


def test_each_opt_out_and_complaint_is_kept_with_its_day_and_told_once():
    was = case_of(debt("a", "2026-05-01"))
    stopped = answers.stop(was, now=NOW).case
    assert answers.stop(stopped, now=NOW + timedelta(days=1)).case == stopped
    back = answers.asked_again(stopped, words="por favor", now=NOW).case
    twice = answers.stop(back, now=NOW + timedelta(days=40)).case
    unwanted = answers.complaint(twice, now=NOW + timedelta(days=50)).case
    told = relation(unwanted)
    assert told.opt_outs == (DAY, DAY + timedelta(days=40))
    assert told.complaints == (DAY + timedelta(days=50),)
    assert counted(was, stopped) == {("2026-06", "opt_outs"): 1}
    assert counted(stopped, back) == {}
    assert counted(twice, unwanted) == {("2026-07", "complaints"): 1}
    full = case_of(opt_outs=(DAY,) * MOST_DAYS)
    assert len(answers.stop(full, now=NOW).case.client.opt_outs) == MOST_DAYS


def test_clients_from_before_days_were_kept_keep_the_one_on_which_they_fell_silent():
    old = case_of(stopped_at=NOW, complained_at=NOW)
    assert (relation(old).opt_outs, relation(old).complaints) == ((DAY,), (DAY,))
    assert relation(answers.asked_again(old, words="sí", now=NOW).case).opt_outs == (DAY,)


def test_a_changed_opinion_moves_from_one_count_to_the_other():
    one = debt("a", "2026-05-01", opinions=(Opinion("payment", "good", NOW),))
    changed = replace(one, opinions=(Opinion("payment", "bad", NOW), Opinion("problem", "fair", NOW)))
    told = relation(case_of(changed))
    assert (told.good, told.fair, told.bad) == (0, 1, 1)
    june = "2026-06"
    assert counted(case_of(one), case_of(changed)) == {(june, "good"): -1, (june, "bad"): 1, (june, "fair"): 1}
