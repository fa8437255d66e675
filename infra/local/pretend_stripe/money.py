"""Charges, and the lines that they leave in an account's balance."""

from infra.local.pretend_stripe.limits import METHODS
from infra.local.pretend_stripe.store import Object
from infra.local.pretend_stripe.world import World


def book(world: World, account: str, source: Object, *, amount: int, kind: str, at: int) -> str:
    """One line of the balance; fees are not modelled. Returns its id."""
    line: Object = {
        "id": world.new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": at,
        "created": at,
        "currency": source["currency"],
        "fee": 0,
        "net": amount,
        "reporting_category": kind,
        "source": source["id"],
        "status": "available",
        "type": kind,
    }
    world.store.put(line, account)
    return str(line["id"])


def new_charge(world: World, payment: Object, *, method: str, status: str, at: int) -> Object:
    """A charge of a payment intent, not yet written."""
    paid = status == "succeeded"
    return {
        "id": world.new_id("ch" if method == "card" else "py"),
        "object": "charge",
        "amount": payment["amount"],
        "amount_captured": payment["amount"] if paid else 0,
        "amount_refunded": 0,
        "balance_transaction": None,
        "captured": paid,
        "created": at,
        "currency": payment["currency"],
        "customer": payment["customer"],
        "description": payment["description"],
        "disputed": False,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": payment["metadata"],
        "paid": paid,
        "payment_intent": payment["id"],
        "payment_method_details": {"type": method, method: {}},
        "refunded": False,
        "status": status,
    }


def capture(world: World, account: str, charge: Object, *, at: int) -> Object:
    """The money is there: the charge succeeds and the balance grows."""
    kind = "charge" if method_of(charge) == "card" else "payment"
    line = book(world, account, charge, amount=charge["amount"], kind=kind, at=at)
    charge |= {
        "status": "succeeded", "paid": True, "captured": True, "amount_captured": charge["amount"],
        "balance_transaction": line,
    }  # fmt: skip
    return world.store.put(charge, account)


def method_of(charge: Object) -> str:
    """How it was paid."""
    return str(charge["payment_method_details"]["type"])


def may_refund(charge: Object) -> bool:
    """Whether Stripe can send that kind of money back."""
    return METHODS[method_of(charge)].is_refundable


def may_dispute(charge: Object) -> bool:
    """Whether the payer's bank can call that kind of money back."""
    return METHODS[method_of(charge)].is_disputable
