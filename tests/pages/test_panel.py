"""The panel's pages, and that they exist only on one's own machine."""

import pytest

from aldia.app import create_app
from infra.local.panel_bank import in_minor, moves, state_of


def test_the_application_alone_has_no_panel(world):
    rules = [rule.rule for rule in create_app(world.ports).url_map.iter_rules()]
    assert len(rules) > 10
    assert [rule for rule in rules if "_local" in rule] == []


@pytest.mark.parametrize(
    "path", ["/_local/", "/_local/mail.json", "/_local/clock.json", "/_local/bank", "/_local/sample"]
)
def test_the_panels_addresses_are_like_any_unknown_one_without_it(world, path):
    client = create_app(world.ports).test_client()
    base_url = world.ports.settings.base_url
    assert client.get(path, base_url=base_url).status_code == 404
    assert client.post(path, base_url=base_url).status_code == 404


def card(session="open", payment="", methods=("card",), refunds=(), disputes=()):
    """What the bank says of a payment of 100."""
    about = {"id": "cs_1", "status": session, "payment_method_types": list(methods)}
    paid = {"status": payment, "amount_received": 100 if payment == "succeeded" else 0} if payment else None
    return {"session": about, "payment": paid, "refunds": list(refunds), "disputes": list(disputes)}


OPEN_DISPUTE = {"id": "dp_1", "status": "needs_response"}
REFUND = {"amount": 100, "status": "succeeded"}
STANDS = [
    (card(), "open", ["pay_card", "decline", "expire"]),
    (card(methods=("card", "oxxo")), "open", ["pay_card", "pay_oxxo", "decline", "expire"]),
    (card("complete", "requires_action"), "waiting", ["arrive", "expire_voucher", "fail_waiting"]),
    (card("complete", "succeeded"), "paid", ["refund", "refund_half", "dispute"]),
    (card("complete", "succeeded", refunds=[REFUND]), "refunded", ["dispute"]),
    (
        card("complete", "succeeded", refunds=[REFUND | {"status": "failed"}]),
        "paid",
        ["refund", "refund_half", "dispute"],
    ),
    (
        card("complete", "succeeded", disputes=[OPEN_DISPUTE]),
        "disputed",
        ["dispute_won", "dispute_lost", "refund", "refund_half"],
    ),
    (card("expired"), "expired", []),
    (card("complete", "requires_payment_method"), "failed", []),
]


@pytest.mark.parametrize(("about", "state", "names"), STANDS)
def test_each_payment_offers_what_may_happen_to_it(about, state, names):
    assert (state_of(about), [move.name for move in moves(about)]) == (state, names)


@pytest.mark.parametrize(("amount", "currency", "minor"), [(121000, "EUR", 121000), (640000, "CLP", 640000)])
def test_sums_at_the_bank_are_shown_in_the_ledgers_units(amount, currency, minor):
    assert in_minor(amount, currency) == minor
