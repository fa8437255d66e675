"""Stripe's objects as the values of our ports."""

from datetime import UTC, datetime
from typing import Any

from aldia.adapters.stripe_units import from_stripe, our_method
from aldia.ports import DisputeTruth, PaymentTruth, RefundTruth, SessionTruth

EXPIRED = "payment_intent_payment_attempt_expired"  # docs.stripe.com/error-codes


def instant(seconds: int) -> datetime:
    """Stripe's seconds since 1970, in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def id_of(thing: Any) -> str:
    """The id of a reference, expanded or not; empty for none."""
    if not thing:
        return ""
    return thing if isinstance(thing, str) else str(thing["id"])


def session_truth(session: Any) -> SessionTruth:
    """A Checkout Session."""
    return SessionTruth(
        session_id=session["id"],
        status=session["status"],
        payment_status=session["payment_status"],
        payment_id=id_of(session["payment_intent"]),
        amount_minor=from_stripe(session["amount_total"], session["currency"]),
        currency=session["currency"].upper(),
        metadata=session["metadata"] or {},
    )


def payment_truth(payment: Any, refunds: list[Any], disputes: list[Any]) -> PaymentTruth:
    """A payment intent with its latest charge expanded, and all its refunds and disputes."""
    charge = payment["latest_charge"] or {}
    is_captured = charge.get("status") == "succeeded" and charge.get("captured")
    captured = charge["amount_captured"] if is_captured else 0
    return PaymentTruth(
        payment_id=payment["id"],
        status=payment["status"],
        method=method_of(payment, charge),
        currency=payment["currency"].upper(),
        captured_minor=from_stripe(captured, payment["currency"]),
        captured_at=instant(charge["created"]) if is_captured else None,
        metadata=payment["metadata"] or {},
        refunds=tuple(refund_truth(refund) for refund in refunds),
        disputes=tuple(dispute_truth(dispute) for dispute in disputes),
        failure=failure_of(payment),
        waits_until=voucher_end(payment),
    )


def method_of(payment: Any, charge: Any) -> str:
    """How it was paid, or will be: the charge knows, else what the client is asked to do."""
    details = charge.get("payment_method_details")
    if details:
        return our_method(details["type"])
    action = (payment["next_action"] or {}).get("type", "")
    if action == "oxxo_display_details":
        return "oxxo"
    if action == "display_bank_transfer_instructions":
        return "spei" if payment["currency"] == "mxn" else "customer_balance"
    types = payment["payment_method_types"]
    return our_method(types[0]) if len(types) == 1 else ""


def failure_of(payment: Any) -> str:
    """Why the last try failed; a voucher that ran out is `expired`."""
    code = (payment["last_payment_error"] or {}).get("code") or ""
    return "expired" if code == EXPIRED else code


def voucher_end(payment: Any) -> datetime | None:
    """Until when an OXXO voucher can be paid."""
    details = (payment["next_action"] or {}).get("oxxo_display_details")
    return instant(details["expires_after"]) if details and details.get("expires_after") else None


def refund_truth(refund: Any) -> RefundTruth:
    """A refund, whatever its status."""
    amount = from_stripe(refund["amount"], refund["currency"])
    return RefundTruth(refund["id"], amount, instant(refund["created"]), refund["status"])


def dispute_truth(dispute: Any) -> DisputeTruth:
    """A dispute; as long as it is a warning, it is an inquiry and no money has moved."""
    return DisputeTruth(
        id=dispute["id"],
        amount_minor=from_stripe(dispute["amount"], dispute["currency"]),
        at=instant(dispute["created"]),
        status=dispute["status"],
        is_inquiry=dispute["status"].startswith("warning_"),
    )
