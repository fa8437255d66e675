"""Refunds: whole or in parts, never more than was captured. docs.stripe.com/refunds"""

from typing import Any

from infra.local.pretend_stripe import params as read
from infra.local.pretend_stripe.errors import ApiError, invalid
from infra.local.pretend_stripe.events import emit
from infra.local.pretend_stripe.money import book, may_refund, method_of
from infra.local.pretend_stripe.store import Object
from infra.local.pretend_stripe.world import World

KNOWN = frozenset("amount charge currency expand instructions_email metadata payment_intent reason".split())
LIVE_DISPUTES = ("needs_response", "under_review", "lost")


def create(world: World, account: str, params: dict[str, Any]) -> Object:
    """POST /v1/refunds: money goes back by the way it came."""
    read.refuse_unknown(params, KNOWN)
    charge = charge_of(world, account, params)
    left = charge["amount_captured"] - charge["amount_refunded"]
    refuse_unrefundable(world, charge, left)
    amount = read.integer(params["amount"], "amount") if "amount" in params else left
    if amount < 1:
        raise invalid("amount", "Invalid positive integer", code="parameter_invalid_integer")
    if amount > left:
        text = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        raise ApiError(text, param="amount", saved=True)
    return pay_back(world, account, charge, amount=amount, params=params)


def charge_of(world: World, account: str, params: dict[str, Any]) -> Object:
    """The charge named, or the last one of the payment intent named."""
    if params.get("charge"):
        return world.find("charge", params["charge"], account)
    payment = world.find("payment_intent", str(read.required(params, "payment_intent")), account)
    if payment["status"] != "succeeded":
        text = f"This PaymentIntent ({payment['id']}) does not have a successful charge to refund."
        raise ApiError(text, param="payment_intent", saved=True)
    return world.find("charge", payment["latest_charge"], account)


def refuse_unrefundable(world: World, charge: Object, left: int) -> None:
    """Nothing captured, all given back, called back by the bank, or paid in cash."""
    if not charge["captured"]:
        raise ApiError("This charge has not been captured.", param="charge", saved=True)
    if left == 0:
        text = f"Charge {charge['id']} has already been refunded."
        raise ApiError(text, code="charge_already_refunded", param="charge", saved=True)
    if not may_refund(charge):
        raise ApiError(f"Payments by {method_of(charge)} cannot be refunded.", param="charge", saved=True)
    disputes = world.store.of_payment(charge["payment_intent"], "dispute")
    if any(dispute["status"] in LIVE_DISPUTES for dispute in disputes):
        raise ApiError(f"Charge {charge['id']} has been charged back.", code="charge_disputed", saved=True)


def pay_back(world: World, account: str, charge: Object, *, amount: int, params: dict[str, Any]) -> Object:
    """Write the refund and what it changes."""
    at = world.seconds()
    refund: Object = {
        "id": world.new_id("re"),
        "object": "refund",
        "amount": amount,
        "charge": charge["id"],
        "created": at,
        "currency": charge["currency"],
        "metadata": read.metadata(params),
        "payment_intent": charge["payment_intent"],
        "reason": params.get("reason"),
        "status": "succeeded",
    }
    kind = "refund" if method_of(charge) == "card" else "payment_refund"
    refund["balance_transaction"] = book(world, account, refund, amount=-amount, kind=kind, at=at)
    world.store.put(refund, account)
    before = {"amount_refunded": charge["amount_refunded"]}
    change_refunded(world, account, charge, by=amount)
    emit(world, account, "refund.created", refund, at=at)
    emit(world, account, "charge.refunded", charge, at=at, before=before)
    return refund


def change_refunded(world: World, account: str, charge: Object, *, by: int) -> None:
    """Keep the charge's own sum."""
    charge["amount_refunded"] += by
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    world.store.put(charge, account)


def fail(world: World, refund_id: str) -> Object:
    """The bank cannot take the money: it comes back to the account."""
    at = world.seconds()
    refund, account = world.owned("refund", refund_id)
    if refund["status"] != "succeeded":
        raise ApiError(f"This refund is {refund['status']}.", saved=True)
    charge = world.find("charge", refund["charge"], account)
    refund |= {"status": "failed", "failure_reason": "lost_or_stolen_card"}
    refund["failure_balance_transaction"] = book(
        world, account, refund, amount=refund["amount"], kind="refund_failure", at=at
    )
    world.store.put(refund, account)
    change_refunded(world, account, charge, by=-refund["amount"])
    for kind in ("refund.failed", "refund.updated", "charge.refund.updated"):
        emit(world, account, kind, refund, at=at)
    return refund
