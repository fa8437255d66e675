"""One debt from the first letter to thanks, through the real engine, SDK and pages."""

from tests.world import csrf, mark


def test_a_debt_is_written_to_paid_online_and_thanked(world):
    ana = world.account()
    debt = world.debt(ana, due_on="2026-07-01", issued_on="2026-06-01")
    world.advance(hours=2)  # ten in the morning in Mexico City
    [letter] = world.outbox.to("bruno@example.com")
    assert "F-001" in letter.subject

    page = world.browser()
    shown = page.get(world.link(letter))
    assert shown.status_code == 200
    assert "$1,000.00" in shown.text
    form = {"csrf": csrf(shown.text), "debt": mark(shown.text), "shown": "100000"}
    gone = page.post(world.link(letter) + "/pagar", data=form)
    assert gone.status_code == 303, gone.text
    session = gone.location.rstrip("/").split("/")[-1]
    world.stripe.bank.pay(session)
    world.jobs()
    world.jobs()

    thanks = world.outbox.to("bruno@example.com")[-1]
    assert "Gracias" in thanks.text
    paid = world.case(ana, debt).debt(debt.id)
    assert [(entry.kind, entry.amount_minor) for entry in paid.entries] == [("payment", 100_000)]
    assert "F-001" in page.get(world.link(letter) + "/recibo/" + mark(shown.text)).text
    world.advance(days=60)
    assert len(world.outbox.to("bruno@example.com")) == 2
    assert len(world.outbox.to("ana@example.com")) == 1
