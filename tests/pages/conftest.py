"""A client's debt whose first letter has gone, and the link in that letter."""

import pytest

from tests.flows.test_faults import written


@pytest.fixture
def given(world):
    """(account, debt, the client's address)."""
    return written(world)


@pytest.fixture
def link(world, given):
    """The path of the client's page."""
    return world.link(world.outbox.to(given[2])[0])
