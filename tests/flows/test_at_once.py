"""Things that happen at the same moment: one letter, one ledger entry, nothing lost."""

from datetime import date

import pytest

from aldia.domain import answers, decisions, payments
from aldia.domain.ledger import law_of_money
from aldia.domain.reminders import next_wakeup
from aldia.flows import casework, run_jobs
from aldia.ports import Conflict
from tests.at_once import at_once
from tests.world import csrf, mark


@pytest.fixture
def open_page(world):
    """A debt whose letter has gone, and the client's page."""
    ana = world.account()
    debt = world.debt(ana)
    world.advance(hours=2)
    link = world.link(world.outbox.to("bruno@example.com")[0])
    return ana, debt, link, csrf(world.browser().get(link).text)


def press_pay(world, link, token):
    browser = world.browser()
    data = {"csrf": token, "debt": mark(browser.get(link).text), "shown": "100000"}
    return browser.post(link + "/pagar", data=data)


def session_of(answer):
    return answer.location.rstrip("/").split("/")[-1]


def test_pressing_pay_twice_opens_one_session(world, open_page):
    _ana, _debt, link, token = open_page
    first, second = press_pay(world, link, token), press_pay(world, link, token)
    assert first.location == second.location


def test_pressing_pay_in_two_tabs_at_once_opens_one_payment(world, open_page):
    ana, debt, link, token = open_page
    answers_seen = []
    assert at_once(*[lambda: answers_seen.append(press_pay(world, link, token)) for _ in range(3)]) == []
    assert all(answer.status_code in (303, 409, 422, 503) for answer in answers_seen)
    assert len([held for held in world.case(ana, debt).debt(debt.id).checkouts if held.state == "open"]) == 1


def test_the_same_webhook_delivered_many_times_at_once_books_one_entry(world, open_page):
    ana, debt, link, token = open_page
    world.stripe.bank.pay(session_of(press_pay(world, link, token)))
    world.stripe.flush()
    assert at_once(*[lambda: run_jobs.run(world.ports) for _ in range(4)]) == []
    for _ in range(3):
        world.stripe.bank.send_again()
        world.jobs()
    paid = world.case(ana, debt).debt(debt.id)
    assert [entry.kind for entry in paid.entries] == ["payment"]
    thanks = world.outbox.to("bruno@example.com")[1:]
    assert len(thanks) == 1


def test_webhooks_lost_entirely_are_found_by_asking(world, open_page):
    ana, debt, link, token = open_page
    world.stripe.bank.webhooks("lose")
    world.stripe.bank.pay(session_of(press_pay(world, link, token)))
    world.stripe.flush()
    world.advance(hours=1)
    assert [entry.kind for entry in world.case(ana, debt).debt(debt.id).entries] == ["payment"]


def test_a_payment_and_an_edit_at_once_both_hold(world, open_page):
    ana, debt, _link, _token = open_page
    today = world.case(ana, debt).local_day(world.clock.at)

    def pay():
        casework.change(
            world.ports, ana.id, debt.client_id,
            lambda case, now: payments.record_payment(
                case, debt.id, key="p1", amount_minor=40_000, method="cash", on=today, now=now
            ),
        )  # fmt: skip

    def raise_amount():
        casework.change(
            world.ports, ana.id, debt.client_id,
            lambda case, now: decisions.change_amount(case, debt.id, amount_minor=90_000, key="e1", now=now),
        )  # fmt: skip

    def promise():
        casework.change(
            world.ports, ana.id, debt.client_id,
            lambda case, now: answers.promise(case, debt.id, on=date(2026, 6, 20), now=now),
        )  # fmt: skip

    errors = at_once(pay, raise_amount, promise)
    assert not errors
    after = world.case(ana, debt).debt(debt.id)
    assert sorted(entry.kind for entry in after.entries) == ["amount_changed", "payment"]
    assert after.promise
    assert law_of_money(after, today)


def test_fifty_payments_at_once_on_one_debt_are_all_booked_once(world, open_page):
    ana, debt, _link, _token = open_page
    today = world.case(ana, debt).local_day(world.clock.at)

    def pay(number):
        def once():
            while True:
                try:
                    casework.change(
                        world.ports, ana.id, debt.client_id,
                        lambda case, now: payments.record_payment(
                            case, debt.id, key=f"p{number}", amount_minor=1_000, method="cash", on=today, now=now
                        ),
                    )  # fmt: skip
                except Conflict:
                    continue
                return

        return once

    assert at_once(*[pay(number // 2) for number in range(50)]) == []  # every one is told twice
    after = world.case(ana, debt).debt(debt.id)
    assert len(after.entries) == 25
    assert sum(entry.amount_minor for entry in after.entries) == 25_000


def test_the_stored_wake_up_is_the_one_the_domain_asks_for(world, open_page):
    ana, debt, _link, _token = open_page
    case = world.case(ana, debt)
    assert case.client.next_at == next_wakeup(case, world.clock.at)
