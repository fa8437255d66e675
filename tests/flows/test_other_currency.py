"""Money that comes in another currency than the debt's is kept and told of, not booked and not forgotten."""

from aldia.flows import settle, start_payment
from aldia.ports import PaymentTruth, Query
from aldia.store import checkouts
from tests.flows.test_faults import news_of


def test_money_in_another_currency_is_kept_beside_the_ledger_and_told_once(world):
    ana = world.account()
    debt = world.debt(ana, email="", number="F-9")
    wish = start_payment.Wish((debt.id,), shown_minor=100_000, return_path="/p/x")
    start_payment.start_payment(world.ports, ana.id, debt.client_id, wish)
    [record] = checkouts.of_client(world.ports, ana.id, debt.client_id)
    truth = PaymentTruth("pi_usd", "succeeded", "card", "USD", 5_500, world.clock.at, {})
    for _ in range(3):
        settle.apply(world.ports, record, None, truth)
    assert world.case(ana, debt).debt(debt.id).entries == ()
    [kept] = world.ports.table.query(Query(f"A#{ana.id}#D#{debt.id}", begins_with="ASIDE#", strong=True)).items
    assert (kept["sk"], "5500" in kept["data"]) == ("ASIDE#pi_usd", True)
    assert news_of(world, ana, debt) == ["other_money"]
    assert "USD 55.00" in world.browser(ana).get("/hoy").text
