"""The table is away for a while, or asks to come later: what is due stays due, and nobody is called poisoned for it."""

import pytest

from aldia.flows import run_jobs
from aldia.ports import Query, Unreachable


class Away:
    """The real table; reading the clients whose partition holds one of `hidden` does not reach it."""

    def __init__(self, inner, hidden):
        self._inner, self.hidden, self.missed = inner, hidden, 0

    def __getattr__(self, name):
        return getattr(self._inner, name)

    def query(self, query):
        if any(part in query.pk for part in self.hidden):
            self.missed += 1
            raise Unreachable("away")
        return self._inner.query(query)


@pytest.fixture
def due(world):
    """Twelve clients whose letter is due, and the table that can be hidden from the runs."""
    ana = world.account()
    debts = [world.debt(ana, client=f"Client {number}", email=f"c{number}@example.com") for number in range(12)]
    world.clock.at = world.clock.at.replace(hour=15)
    table = Away(world.ports.table, [])
    object.__setattr__(world.ports, "table", table)
    return table, [debt.client_id for debt in debts]


def troubles(world):
    return world.ports.table.query(Query("J#trouble")).items


def test_a_table_that_is_away_ends_the_run_and_everything_goes_with_the_next(world, due):
    table, _clients = due
    table.hidden = ["#C#"]
    with pytest.raises(Unreachable):
        run_jobs.run(world.ports)
    assert table.missed == run_jobs.MOST_UNREACHABLE
    table.hidden = []
    run_jobs.run(world.ports)
    assert len(world.outbox.sent) == 12
    assert troubles(world) == []


def test_one_partition_that_is_too_busy_holds_nobody_else_up_and_is_not_called_poisoned(world, due):
    table, clients = due
    table.hidden = [clients[4]]
    report = run_jobs.run(world.ports)
    assert (len(world.outbox.sent), report.troubles) == (11, [])
    table.hidden = []
    run_jobs.run(world.ports)
    assert len(world.outbox.sent) == 12
    assert troubles(world) == []
