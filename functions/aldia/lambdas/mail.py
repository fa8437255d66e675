"""SES's events as ours."""

from typing import Any

from aldia.flows.mail_event import Kind, MailEvent, mail_event
from aldia.lambdas import guard, queues
from aldia.lambdas.installed import ports

# docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html; all others say nothing we need
KINDS: dict[str, Kind] = {
    "Send": "send",
    "Delivery": "delivery",
    "Bounce": "bounce",
    "Complaint": "complaint",
    "Reject": "bounce",  # SES took it and then found a virus: it did not go, and the address is innocent
}


def answer(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Work a batch off; what failed is named."""
    guard.check(event)
    return queues.each(event, _told)


def _told(content: dict[str, Any]) -> None:
    found = read(content)
    if found:
        mail_event(ports(), found)


def read(content: dict[str, Any]) -> MailEvent | None:
    """The event, or None for a kind that we do not listen to. KeyError or ValueError when it is none of SES's."""
    kind = content.get("eventType") or content["notificationType"]
    if kind not in KINDS:
        return None
    mail = content["mail"]
    tags = {name: values[0] for name, values in mail.get("tags", {}).items() if values}
    is_permanent = kind != "Reject" and content.get("bounce", {}).get("bounceType", "Permanent") == "Permanent"
    return MailEvent(KINDS[kind], mail["messageId"], tags, is_permanent)
