"""Versions of how a freelancer works, and the yeses to them: written once, exported, and gone with the account."""

from dataclasses import replace

import pytest

from aldia.domain.errors import Refused
from aldia.domain.working_terms import Section
from aldia.flows import accept_terms, delete_account, publish_terms, settings_change
from aldia.ports import AlreadyThere, Conflict
from aldia.store import accounts, working_terms


@pytest.fixture
def account(world):
    return publish_terms.publish(world.ports, world.account(), words={}, firm=("pause", "claim"))


def test_a_version_is_written_once_and_never_over_another(world, account):
    first = working_terms.load(world.ports, account.id, 1)
    other = replace(first, hash="other", texts={"es": (Section("Otra", ("cosa",)),), "en": ()})
    with pytest.raises(AlreadyThere):
        world.ports.table.write(working_terms.put(account.id, other))
    assert working_terms.load(world.ports, account.id, 1) == first
    two = [account, accounts.load(world.ports, account.id)]
    publish_terms.publish(world.ports, two[0], words={"es": "Una."}, firm=())
    with pytest.raises(Conflict):
        publish_terms.publish(world.ports, two[1], words={"es": "Otra."}, firm=())


def test_a_form_that_was_filled_in_before_another_version_came_publishes_nothing(world, account):
    seen = settings_change.fingerprint(account, "working")
    now = publish_terms.publish(world.ports, account, words={"es": "Una."}, firm=())
    with pytest.raises(Conflict):
        publish_terms.publish(world.ports, now, words={"es": "Otra."}, firm=(), seen=seen)


def test_a_version_that_is_not_the_newest_any_more_is_not_accepted(world, account):
    client_id, first = world.debt(account).client_id, working_terms.load(world.ports, account.id, 1)
    publish_terms.publish(world.ports, account, words={"es": "Una."}, firm=())
    with pytest.raises(Refused) as refused:
        accept_terms.accept(world.ports, (account.id, client_id), first, by="Bruno")
    assert refused.value.key == "working.newer"
    assert working_terms.accepted_by(world.ports, account.id, client_id) == []


def test_a_yes_is_written_once_and_never_over_another(world, account):
    client_id, version = world.debt(account).client_id, working_terms.load(world.ports, account.id, 1)
    accepted = accept_terms.accept(world.ports, (account.id, client_id), version, by="Bruno").case.client.accepted
    with pytest.raises(AlreadyThere):
        world.ports.table.write(working_terms.put_accepted(account.id, client_id, replace(accepted, by="Otro")))
    assert working_terms.accepted_by(world.ports, account.id, client_id) == [accepted]


def test_versions_and_yeses_go_with_the_account(world, account):
    client_id, version = world.debt(account).client_id, working_terms.load(world.ports, account.id, 1)
    accept_terms.accept(world.ports, (account.id, client_id), version, by="Bruno")
    delete_account.begin(world.ports, accounts.load(world.ports, account.id))
    world.advance(hours=3)
    assert working_terms.stored(world.ports, account.id) == []
    assert working_terms.accepted_by(world.ports, account.id, client_id) == []
