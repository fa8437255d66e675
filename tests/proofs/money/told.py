"""One payment told by seven events: what the provider would answer when asked at the time of each.

An event is a hint to ask. Asked late the provider says more than the event did; the hardest case is an answer as old
as the event itself, so each event is paired with the truth of its own moment, and the orders are of those.
"""

from datetime import timedelta

from aldia.adapters import stripe_truth
from aldia.adapters.stripe_units import to_stripe
from tests.world import START

EVENTS = ("completed", "paid later", "intent", "charge", "refund", "dispute", "won")
OPENED = START
PAID = OPENED + timedelta(days=2, hours=3)
REFUNDED, DISPUTED = PAID + timedelta(days=1), PAID + timedelta(days=2)
NOW = PAID + timedelta(days=9)


def seconds(at):
    return int(at.timestamp())


def truths(currency, amount_minor, refund_minor, dispute_minor):
    """(session, payment) at the time of each event, in Stripe's shapes and units, read by the adapter."""
    return [
        (
            stripe_truth.session_truth(_session(currency, amount_minor, is_paid=place > 0)),
            stripe_truth.payment_truth(
                _payment(currency, amount_minor, is_paid=place > 0),
                [_refund(currency, refund_minor)] if place >= 4 else [],
                [_dispute(currency, dispute_minor, "won" if place == 6 else "needs_response")] if place >= 5 else [],
            ),
        )
        for place in range(len(EVENTS))
    ]


def _session(currency, amount_minor, *, is_paid):
    return {
        "id": "cs_1",
        "status": "complete",
        "payment_status": "paid" if is_paid else "unpaid",
        "payment_intent": "pi_1",
        "amount_total": to_stripe(amount_minor, currency),
        "currency": currency.lower(),
        "metadata": {},
    }


def _payment(currency, amount_minor, *, is_paid):
    charge = {
        "status": "succeeded",
        "captured": True,
        "amount_captured": to_stripe(amount_minor, currency),
        "created": seconds(PAID),
        "payment_method_details": {"type": "oxxo"},
    }
    voucher = {"type": "oxxo_display_details", "oxxo_display_details": {"expires_after": seconds(PAID + timedelta(1))}}
    return {
        "id": "pi_1",
        "status": "succeeded" if is_paid else "requires_action",
        "currency": currency.lower(),
        "latest_charge": charge if is_paid else None,
        "last_payment_error": None,
        "metadata": {},
        "next_action": None if is_paid else voucher,
        "payment_method_types": ["oxxo"],
    }


def _refund(currency, minor):
    amount = to_stripe(minor, currency)
    return {"id": "re_1", "amount": amount, "currency": currency.lower(), "created": seconds(REFUNDED),
            "status": "succeeded"}  # fmt: skip


def _dispute(currency, minor, status):
    amount = to_stripe(minor, currency)
    return {"id": "dp_1", "amount": amount, "currency": currency.lower(), "created": seconds(DISPUTED),
            "status": status}  # fmt: skip
