"""Stripe's events: is it really Stripe's, and whom does it concern. docs.stripe.com/webhooks"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aldia.adapters.stripe_truth import id_of, instant
from aldia.ports import ProviderEvent, WebhookRefused

TOLERANCE_SECONDS = 300
LARGEST_BODY = 256 * 1024

# What can change a debt or an account's readiness; the API takes at most 20 types. `payment_intent.succeeded` and
# `charge.succeeded` are not among them: every payment of ours begins as a Checkout session, whose own `completed` (paid
# at once) or `async_payment_succeeded` (paid later) comes with them and says as much. Keeping them would only cost
# writes, and the same for every other sale of a connected account.
TYPES = (
    "account.updated", "charge.dispute.closed", "charge.dispute.created", "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn", "charge.dispute.updated", "charge.refunded",
    "checkout.session.async_payment_failed", "checkout.session.async_payment_succeeded",
    "checkout.session.completed", "checkout.session.expired", "payment_intent.partially_funded",
    "payment_intent.payment_failed", "refund.created", "refund.failed", "refund.updated",
)  # fmt: skip


def verified(body: bytes, signature: str, secrets: Sequence[str], *, now: datetime) -> dict[str, Any]:
    """The event's JSON when one of the secrets signed it within 300 s of `now`, else WebhookRefused."""
    from stripe import SignatureVerificationError, WebhookSignature

    if len(body) > LARGEST_BODY:
        raise WebhookRefused("body too large")
    if not signature.isascii():
        raise WebhookRefused("not a signature")  # the library's comparison would fail on it
    for secret in secrets:
        try:
            # Without its tolerance: the library would look at the machine's clock.
            WebhookSignature.verify_header(body, signature, secret, tolerance=None)
        except (SignatureVerificationError, UnicodeDecodeError):
            continue
        refuse_old(signature, now)
        return parsed(body)
    raise WebhookRefused("no secret of ours signed this")


def refuse_old(signature: str, now: datetime) -> None:
    """A signed body is good for five minutes, so that a stolen one is not."""
    signed_at = int(next(part for part in signature.split(",") if part.startswith("t=")).split("=")[1])
    if abs(now.timestamp() - signed_at) > TOLERANCE_SECONDS:
        raise WebhookRefused("signed at another time")


def parsed(body: bytes) -> dict[str, Any]:
    """The JSON object that was signed."""
    try:
        value = json.loads(body)
    except ValueError:
        raise WebhookRefused("not JSON") from None
    if not isinstance(value, dict) or value.get("object") != "event":
        raise WebhookRefused("not an event")
    return value


def provider_event(event: Any) -> ProviderEvent:
    """What may be believed of an event: who should look at what. WebhookRefused when its shape is wrong."""
    try:
        thing = event["data"]["object"]
        kind = thing["object"]
        return ProviderEvent(
            id=str(event["id"]),
            type=str(event["type"]),
            account=str(event.get("account") or ""),
            created_at=instant(int(event["created"])),
            is_live=event["livemode"] is True,
            object_id=str(thing.get("id") or ""),
            payment_id=thing["id"] if kind == "payment_intent" else id_of(thing.get("payment_intent")),
            session_id=thing["id"] if kind == "checkout.session" else "",
            metadata=dict(thing.get("metadata") or {}),
            is_wanted=event["type"] in TYPES,
        )
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        raise WebhookRefused("not the shape of an event") from problem
