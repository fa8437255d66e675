"""Scheduled work: what the jobs and the Stripe worker may be asked to do, and what each of them leaves alone."""

import inspect

import jobs
import mail_events
import pytest
import stripe_worker

from aldia.flows import run_jobs
from aldia.lambdas.guard import NotAllowed
from aldia.ports import Put
from aldia.store import inbox, keys
from tests.lambdas.lambda_world import CONTEXT, queue_event


@pytest.mark.parametrize("entry", [jobs, mail_events, stripe_worker])
def test_an_entry_takes_exactly_event_and_context(entry):
    parameters = inspect.signature(entry.handler).parameters.values()
    assert [(each.name, each.default) for each in parameters] == [
        ("event", inspect.Parameter.empty),
        ("context", inspect.Parameter.empty),
    ]


@pytest.mark.parametrize("entry", [jobs, mail_events, stripe_worker])
@pytest.mark.parametrize(
    "event",
    [
        {"raw_command": "1"},
        {"manage": "shell"},
        {"command": "os.getcwd"},
        {"command": ""},
        {"command": "send_due", "raw_command": "1"},
        {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": "{}"}}]},
        {"version": "2.0", "requestContext": {"http": {"method": "GET"}}},
        {},
        None,
    ],
)
def test_what_is_not_on_the_list_is_refused(entry, event):
    with pytest.raises(NotAllowed):
        entry.handler(event, CONTEXT)


def test_the_jobs_do_no_money_and_the_worker_no_letters():
    with pytest.raises(NotAllowed):
        jobs.handler({"command": "reconcile"}, CONTEXT)
    with pytest.raises(NotAllowed):
        stripe_worker.handler({"command": "send_due"}, CONTEXT)


def test_the_schedule_finds_nothing_to_do_in_an_empty_table(installation):
    assert jobs.handler({"command": "send_due"}, CONTEXT) == {"seen": 0, "letters": 0, "troubles": 0}
    assert stripe_worker.handler({"command": "reconcile"}, CONTEXT) == {"seen": 0, "letters": 0, "troubles": 0}


def test_a_batch_of_nudges_is_one_run_and_a_foreign_message_is_told_again_alone(installation):
    good = {"command": "send_due"}
    answer = jobs.handler(queue_event(good, "no JSON", good, {"command": "os.getcwd"}, ["list"]), CONTEXT)
    assert answer == {"batchItemFailures": [{"itemIdentifier": name} for name in ("m1", "m3", "m4")]}


def test_every_kind_of_due_item_belongs_to_exactly_one_function():
    assert set(run_jobs.NOT_MONEY) | set(run_jobs.MONEY) == set(run_jobs.ALL)
    assert not set(run_jobs.NOT_MONEY) & set(run_jobs.MONEY)


def test_what_waits_for_the_other_function_keeps_its_day(world):
    """A run that left something behind must not say that the days up to now are empty."""
    from datetime import UTC, datetime, timedelta

    from aldia.ports import ProviderEvent
    from aldia.store import wakeups

    wakeups.begin(world.ports, world.clock.now())
    event = ProviderEvent("evt_1", "payment_intent.succeeded", "", datetime.now(UTC), False, "pi_1", metadata={})
    inbox.keep(world.ports, event, world.clock.now())
    world.clock.at += timedelta(days=9)
    for _day in range(2):
        run_jobs.run(world.ports, kinds=run_jobs.NOT_MONEY)
        world.clock.at += timedelta(days=3)
    report = run_jobs.run(world.ports, kinds=run_jobs.MONEY)
    assert report.seen == 1


def test_an_item_of_no_known_kind_is_listed_by_the_jobs_and_not_forgotten(world):
    now = world.clock.now()
    odd = {"pk": "A#acc#C#odd", "sk": "ODD", "kind": "odd"} | keys.wake("A#acc#C#odd", "ODD", now, 4)
    world.ports.table.write(Put(odd))
    assert run_jobs.run(world.ports, kinds=run_jobs.MONEY).troubles == []
    assert len(run_jobs.run(world.ports, kinds=run_jobs.NOT_MONEY).troubles) == 1
