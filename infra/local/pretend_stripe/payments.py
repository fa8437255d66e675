"""A payment, once the client has chosen how to pay. docs.stripe.com/payments/paymentintents/lifecycle"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from infra.local.pretend_stripe import limits, sessions
from infra.local.pretend_stripe.errors import ApiError
from infra.local.pretend_stripe.events import emit
from infra.local.pretend_stripe.money import capture, new_charge
from infra.local.pretend_stripe.store import Object
from infra.local.pretend_stripe.world import World

MEXICO = ZoneInfo("America/Mexico_City")
DECLINED = {"code": "card_declined", "message": "Your card was declined.", "type": "card_error"}
VOUCHER_EXPIRED = {
    "code": "payment_intent_payment_attempt_expired",
    "message": "The latest payment attempt has expired.",
    "type": "invalid_request_error",
}
BANK_REFUSED = {"code": "payment_intent_payment_attempt_failed", "message": "The bank refused.", "type": "api_error"}


def confirm(world: World, session_id: str, method: str) -> Object:
    """The client presses pay on the checkout page. Returns the payment intent."""
    at = world.seconds()
    session, account = world.owned("checkout.session", session_id)
    if session["status"] != "open" or session["expires_at"] <= at:
        raise ApiError("This Checkout Session is no longer open.", saved=True)
    if method not in session["payment_method_types"]:
        raise ApiError(f"{method} is not offered by this Checkout Session.", param="payment_method")
    payment = intent_of(world, account, session, at=at)
    payment |= {"payment_method_types": [method], "last_payment_error": None}
    START[method](world, account, session, payment)
    return payment


def decline(world: World, session_id: str) -> Object:
    """The card says no: the session stays open for another try."""
    at = world.seconds()
    session, account = world.owned("checkout.session", session_id)
    if session["status"] != "open" or "card" not in session["payment_method_types"]:
        raise ApiError("This Checkout Session takes no card now.", saved=True)
    payment = intent_of(world, account, session, at=at)
    charge = new_charge(world, payment, method="card", status="failed", at=at)
    charge |= {"failure_code": DECLINED["code"], "failure_message": DECLINED["message"]}
    world.store.put(charge, account)
    payment |= {"status": "requires_payment_method", "last_payment_error": DECLINED, "latest_charge": charge["id"]}
    world.store.put(payment, account)
    emit(world, account, "charge.failed", charge, at=at)
    emit(world, account, "payment_intent.payment_failed", payment, at=at)
    return payment


def intent_of(world: World, account: str, session: Object, *, at: int) -> Object:
    """The session's payment intent; it is made when the client first tries to pay."""
    if session["payment_intent"]:
        return world.find("payment_intent", session["payment_intent"], account)
    payment: Object = {
        "id": world.new_id("pi"),
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_received": 0,
        "canceled_at": None,
        "created": at,
        "currency": session["currency"],
        "customer": session["customer"],
        "description": session["_payment"]["description"],
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": session["_payment"]["metadata"],
        "next_action": None,
        "payment_method_types": session["payment_method_types"],
        "status": "requires_payment_method",
        "_session": session["id"],
        "_funded": 0,
    }
    session["payment_intent"] = payment["id"]
    world.store.put(session, account)
    world.store.put(payment, account)
    emit(world, account, "payment_intent.created", payment, at=at)
    return payment


# -- how each method begins -----------------------------------------------------------------------


def start_card(world: World, account: str, session: Object, payment: Object) -> None:
    """Paid at once."""
    at = world.seconds()
    charge = new_charge(world, payment, method="card", status="succeeded", at=at)
    receive(world, account, payment, charge, at=at)
    complete(world, account, session, paid=True, at=at)


def start_oxxo(world: World, account: str, session: Object, payment: Object) -> None:
    """A voucher to be paid in cash; it ends at 23:59 in Mexico City on day N."""
    at = world.seconds()
    days = session["payment_method_options"].get("oxxo", {}).get("expires_after_days", limits.OXXO_DEFAULT_DAYS)
    ends = voucher_end(at, days)
    number = f"{int(payment['created']):014d}"
    payment["next_action"] = {
        "type": "oxxo_display_details",
        "oxxo_display_details": {
            "expires_after": ends,
            "hosted_voucher_url": f"{world.base_url}/c/voucher/{payment['id']}",
            "number": number,
        },
    }
    wait(world, account, payment, at=at)
    world.store.set_timer(payment["id"], ends)
    complete(world, account, session, paid=False, at=at)


def start_transfer(world: World, account: str, session: Object, payment: Object) -> None:
    """Bank details to transfer to (SPEI); it waits for as long as nobody pays."""
    at = world.seconds()
    payment["next_action"] = {
        "type": "display_bank_transfer_instructions",
        "display_bank_transfer_instructions": {
            "amount_remaining": payment["amount"],
            "currency": payment["currency"],
            "financial_addresses": [
                {"type": "spei", "spei": {"bank_code": "646", "bank_name": "STP", "clabe": "646180111812345678"}}
            ],
            "hosted_instructions_url": f"{world.base_url}/c/voucher/{payment['id']}",
            "reference": payment["id"][-7:],
            "type": "mx_bank_transfer",
        },
    }
    wait(world, account, payment, at=at)
    complete(world, account, session, paid=False, at=at)


def start_sepa(world: World, account: str, session: Object, payment: Object) -> None:
    """A debit that the bank answers days later."""
    at = world.seconds()
    charge = world.store.put(new_charge(world, payment, method="sepa_debit", status="pending", at=at), account)
    payment |= {"status": "processing", "latest_charge": charge["id"]}
    world.store.put(payment, account)
    world.store.set_timer(payment["id"], at + limits.SEPA_SETTLES_AFTER)
    emit(world, account, "charge.pending", charge, at=at)
    emit(world, account, "payment_intent.processing", payment, at=at)
    complete(world, account, session, paid=False, at=at)


START = {
    "card": start_card,
    "oxxo": start_oxxo,
    "customer_balance": start_transfer,
    "sepa_debit": start_sepa,
}


def wait(world: World, account: str, payment: Object, *, at: int) -> None:
    """The client still has to do something elsewhere."""
    payment["status"] = "requires_action"
    world.store.put(payment, account)
    emit(world, account, "payment_intent.requires_action", payment, at=at)


def complete(world: World, account: str, session: Object, *, paid: bool, at: int) -> None:
    """The session's own end: the client went through the page."""
    session |= {"status": "complete", "payment_status": "paid" if paid else "unpaid", "url": None}
    session["payment_intent"] = session["payment_intent"] or None
    world.store.clear_timer(session["id"])
    world.store.put(session, account)
    emit(world, account, "checkout.session.completed", session, at=at)


def voucher_end(at: int, days: int) -> int:
    """23:59 in Mexico City, `days` calendar days after today there."""
    today = datetime.fromtimestamp(at, UTC).astimezone(MEXICO).date()
    return int(datetime.combine(today + timedelta(days=days), time(23, 59), MEXICO).timestamp())


# -- how a delayed one ends -----------------------------------------------------------------------


def receive(world: World, account: str, payment: Object, charge: Object, *, at: int) -> None:
    """The money of a payment intent is there."""
    capture(world, account, charge, at=at)
    payment |= {
        "status": "succeeded", "amount_received": payment["amount"], "latest_charge": charge["id"],
        "next_action": None,
    }  # fmt: skip
    world.store.put(payment, account)
    emit(world, account, "charge.succeeded", charge, at=at)
    emit(world, account, "payment_intent.succeeded", payment, at=at)


def settle(world: World, payment_id: str, *, at: int, amount: int | None = None) -> Object:
    """A delayed payment arrives; a transfer may be a part or too much. Returns the payment intent."""
    payment, account = world.owned("payment_intent", payment_id)
    if payment["status"] not in ("requires_action", "processing"):
        raise ApiError(f"This payment waits for nothing: it is {payment['status']}.", saved=True)
    method = payment["payment_method_types"][0]
    if method == "customer_balance" and not fund(world, account, payment, amount=amount, at=at):
        return payment
    pending = world.store.of_payment(payment_id, "charge")
    charge = pending[-1] if pending else new_charge(world, payment, method=method, status="succeeded", at=at)
    world.store.clear_timer(payment_id)
    receive(world, account, payment, charge, at=at)
    session = sessions.of_payment(world, payment)
    session["payment_status"] = "paid"
    world.store.put(session, account)
    emit(world, account, "checkout.session.async_payment_succeeded", session, at=at)
    return payment


def fund(world: World, account: str, payment: Object, *, amount: int | None, at: int) -> bool:
    """A transfer came in. True when the payment is whole; what is too much stays in the customer's balance."""
    came = payment["amount"] - payment["_funded"] if amount is None else amount
    payment["_funded"] += came
    remaining = payment["amount"] - payment["_funded"]
    if remaining > 0:
        payment["next_action"]["display_bank_transfer_instructions"]["amount_remaining"] = remaining
        world.store.put(payment, account)
        emit(world, account, "payment_intent.partially_funded", payment, at=at)
        return False
    if remaining < 0:
        balance = {
            "object": "cash_balance", "customer": payment["customer"], "livemode": False,
            "available": {payment["currency"]: -remaining},
        }  # fmt: skip
        emit(world, account, "cash_balance.funds_available", balance, at=at)
    return True


def fail(world: World, payment_id: str, *, at: int, error: Object = BANK_REFUSED) -> Object:
    """A delayed payment will not come. Returns the payment intent."""
    payment, account = world.owned("payment_intent", payment_id)
    if payment["status"] not in ("requires_action", "processing"):
        raise ApiError(f"This payment waits for nothing: it is {payment['status']}.", saved=True)
    world.store.clear_timer(payment_id)
    for charge in world.store.of_payment(payment_id, "charge"):
        charge |= {"status": "failed", "failure_code": error["code"], "failure_message": error["message"]}
        world.store.put(charge, account)
        emit(world, account, "charge.failed", charge, at=at)
    payment |= {"status": "requires_payment_method", "last_payment_error": error, "next_action": None}
    world.store.put(payment, account)
    emit(world, account, "payment_intent.payment_failed", payment, at=at)
    session = sessions.of_payment(world, payment)
    emit(world, account, "checkout.session.async_payment_failed", session, at=at)
    return payment


def when_due(world: World, payment_id: str, *, at: int) -> None:
    """What a waiting payment does by itself: a voucher expires, a debit is paid."""
    payment, _ = world.owned("payment_intent", payment_id)
    if payment["status"] == "processing":
        settle(world, payment_id, at=at)
    else:
        fail(world, payment_id, at=at, error=VOUCHER_EXPIRED)
