"""News that ask for a decision are mailed only while there is something to decide."""

from datetime import date

import pytest

from aldia.domain import answers, decisions, payments, proposals, reversals
from aldia.domain.concessions import Wish
from aldia.flows import casework
from aldia.ports import Query
from aldia.store import needs

PAID = {"key": "p", "amount_minor": 100_000, "method": "card", "on": date(2026, 6, 1), "by_hand": True}


@pytest.fixture
def ana(world):
    return world.account()


def change(world, ana, debt, ask, **values):
    casework.change(world.ports, ana.id, debt.client_id, lambda case, at: ask(case, debt.id, now=at, **values))


def began(world, ana):
    """Debts of one client each, by what now waits to be decided about it."""
    kinds = ("review", "credit", "claim", "problem", "proposal")
    debts = {kind: world.debt(ana, client=kind, email=f"{kind}@example.com", number=f"F-{kind}") for kind in kinds}
    world.advance(hours=2)
    change(world, ana, debts["review"], payments.record_payment, **PAID)
    change(world, ana, debts["review"], reversals.refund, key="r", amount_minor=100_000)
    change(world, ana, debts["credit"], payments.record_payment, **PAID | {"amount_minor": 150_000})
    change(world, ana, debts["claim"], answers.claim_paid)
    change(world, ana, debts["problem"], answers.dispute, text="Nunca llegó")
    wish = Wish(until=date(2026, 12, 1))
    change(world, ana, debts["proposal"], proposals.ask, wish=wish)
    assert {one.kind for one in needs.waiting(world.ports, ana.id, limit=9)} == set(kinds)
    return debts


def mails(world, ana):
    """What the freelancer's mails say, and which news wait to be mailed."""
    news = world.ports.table.query(Query(f"A#{ana.id}#NEWS", index="by_account", strong=False)).items
    return "\n".join(mail.text for mail in world.outbox.to(ana.email)), [item for item in news if "wake_pk" in item]


def test_what_was_decided_before_the_mail_goes_is_not_asked_any_more(world, ana):
    debts = began(world, ana)
    change(world, ana, debts["review"], decisions.decide_review, outcome="reopen")
    change(world, ana, debts["credit"], answers.return_credit, key="back")
    change(world, ana, debts["claim"], answers.claim_not_found)
    change(world, ana, debts["problem"], answers.resolve_dispute, resolution="Te lo mando")
    change(world, ana, debts["proposal"], proposals.decline)
    world.advance(hours=3)
    assert mails(world, ana) == ("", [])


def test_what_still_waits_is_asked(world, ana):
    began(world, ana)
    world.advance(hours=3)
    said, waiting = mails(world, ana)
    for kind in ("review", "credit", "claim", "problem", "proposal"):
        assert f"F-{kind}" in said
    assert waiting == []


def test_what_a_bank_says_after_the_decision_is_told_although_nothing_waits_for_it(world, ana):
    debt = world.debt(ana)
    world.advance(hours=2)
    change(world, ana, debt, payments.record_payment, **PAID)
    change(world, ana, debt, reversals.chargeback, key="c", amount_minor=100_000)
    change(world, ana, debt, decisions.decide_review, outcome="reopen")
    world.advance(hours=2)
    assert mails(world, ana) == ("", [])
    change(world, ana, debt, reversals.chargeback_closed, key="won", won=True)
    world.advance(hours=2)
    assert "1,000.00" in mails(world, ana)[0]
