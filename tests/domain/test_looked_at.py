"""A debt is looked at once for one instant and one client; whatever changes is looked at anew."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aldia.domain import look as looks
from aldia.domain.look import RECENT_MOST, looked_at
from tests.domain.test_hindsight import case_of, debt

NOW = datetime(2026, 8, 10, 15, tzinfo=UTC)


def test_the_same_debt_is_looked_at_once_and_a_changed_one_again():
    case = case_of(debt())
    [one] = case.debts
    look = looked_at(case, one, NOW)
    assert looked_at(replace(case, debts=()), one, NOW) is look
    assert looked_at(case, replace(one), NOW) is not look
    assert looked_at(case, one, NOW + timedelta(seconds=1)) is not look


def test_another_client_account_or_holiday_is_seen_at_once():
    case = case_of(debt())
    [one] = case.debts
    assert looked_at(case, one, NOW).silences == []
    stopped = replace(case, client=replace(case.client, stopped_at=NOW))
    assert [silence.reason for silence in looked_at(stopped, one, NOW).silences] == ["stopped"]
    look = looked_at(case, one, NOW)
    assert look.silences == []
    assert looked_at(replace(case, account=replace(case.account, name="Eva")), one, NOW) is not look
    assert looked_at(replace(case, holidays=lambda _country, _year: frozenset()), one, NOW) is not look


def test_no_more_than_the_last_ones_are_held():
    case = case_of(debt())
    for second in range(RECENT_MOST * 3):
        looked_at(case, case.debts[0], NOW + timedelta(seconds=second))
    assert len(looks._recent) <= RECENT_MOST
