"""Where the payment provider tells us news: checked, kept, then answered."""

from flask import Blueprint, Response, request

from aldia.pages import guard
from aldia.pages.render import ports
from aldia.ports import WebhookRefused
from aldia.store import inbox

screen = Blueprint("hooks", __name__)

MOST_BYTES = 256 * 1024


@screen.post("/hooks/stripe")
@guard.exempt
def stripe() -> Response:
    """200 only after the event is on disk; whatever follows is the worker's (reliability 3.2)."""
    if (request.content_length or 0) > MOST_BYTES:
        return Response(status=413)
    now = ports().clock.now()
    try:
        event = ports().payments.verify_webhook(
            request.get_data(), request.headers.get("Stripe-Signature", ""), now=now
        )
    except WebhookRefused:
        return Response(status=400)
    if event.is_wanted and inbox.keep(ports(), event, now):
        ports().nudge("events")
    return Response(status=200)
