"""Disputes: the payer's bank calls money back. docs.stripe.com/disputes/how-disputes-work"""

from infra.local.pretend_stripe.errors import ApiError, invalid
from infra.local.pretend_stripe.events import emit
from infra.local.pretend_stripe.money import book, may_dispute, method_of
from infra.local.pretend_stripe.store import Object
from infra.local.pretend_stripe.world import World

INQUIRIES = ("warning_needs_response", "warning_under_review")
OPEN = ("needs_response", "under_review", *INQUIRIES)


def start(world: World, payment_id: str, *, amount: int | None = None, inquiry: bool = False) -> Object:
    """A dispute of a payment, whole or in part. An inquiry asks and moves no money."""
    at = world.seconds()
    payment, account = world.owned("payment_intent", payment_id)
    if payment["status"] != "succeeded":
        raise ApiError("There is no money to dispute.", saved=True)
    charge = world.find("charge", payment["latest_charge"], account)
    if not may_dispute(charge):
        raise ApiError(f"Payments by {method_of(charge)} cannot be disputed.", saved=True)
    sum_ = charge["amount"] if amount is None else amount
    if not 0 < sum_ <= charge["amount"]:
        raise invalid("amount", "A dispute is for at most the charge.")
    dispute: Object = {
        "id": world.new_id("dp"),
        "object": "dispute",
        "amount": sum_,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": at,
        "currency": charge["currency"],
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": payment_id,
        "reason": "general",
        "status": "warning_needs_response" if inquiry else "needs_response",
    }
    charge["disputed"] = True
    world.store.put(charge, account)
    world.store.put(dispute, account)
    emit(world, account, "charge.dispute.created", dispute, at=at)
    if not inquiry:
        withdraw(world, account, dispute, at=at)
    return dispute


def withdraw(world: World, account: str, dispute: Object, *, at: int) -> None:
    """The sum leaves the account while the banks decide."""
    move(world, account, dispute, amount=-dispute["amount"], at=at)
    emit(world, account, "charge.dispute.funds_withdrawn", dispute, at=at)


def escalate(world: World, dispute_id: str) -> Object:
    """An inquiry becomes a dispute: now the money goes."""
    at = world.seconds()
    dispute, account = world.owned("dispute", dispute_id)
    if dispute["status"] not in INQUIRIES:
        raise ApiError(f"This dispute is {dispute['status']}.", saved=True)
    dispute |= {"status": "needs_response", "is_charge_refundable": False}
    world.store.put(dispute, account)
    emit(world, account, "charge.dispute.updated", dispute, at=at)
    withdraw(world, account, dispute, at=at)
    return dispute


def close(world: World, dispute_id: str, *, won: bool) -> Object:
    """The end: won brings the money back, lost does not; an inquiry just closes."""
    at = world.seconds()
    dispute, account = world.owned("dispute", dispute_id)
    if dispute["status"] not in OPEN:
        raise ApiError(f"This dispute is {dispute['status']}.", saved=True)
    was_inquiry = dispute["status"] in INQUIRIES
    dispute["status"] = "warning_closed" if was_inquiry else "won" if won else "lost"
    if won and not was_inquiry:
        move(world, account, dispute, amount=dispute["amount"], at=at)
        emit(world, account, "charge.dispute.funds_reinstated", dispute, at=at)
    world.store.put(dispute, account)
    emit(world, account, "charge.dispute.closed", dispute, at=at)
    return dispute


def move(world: World, account: str, dispute: Object, *, amount: int, at: int) -> None:
    """A line in the balance, named in the dispute."""
    line = book(world, account, dispute, amount=amount, kind="adjustment", at=at)
    dispute["balance_transactions"].append(world.find("balance_transaction", line, account))
    world.store.put(dispute, account)
