"""What comes back by mail: a report that a letter could not be delivered (RFC 3464), or that it was called spam (5965).

A mail server tells this later, to the address in `ALDIA_MAIL_BOUNCES`; that mailbox pipes each mail to `aldia dsn`.
Only a report that quotes our own reference is believed: who has it has received the letter, or sent it.
"""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from typing import cast

from aldia.adapters.mime import REFERENCE, tags_of
from aldia.flows.mail_event import Kind, MailEvent

MOST_BYTES = 1024 * 1024
KINDS: dict[str, Kind] = {"failed": "bounce", "delivered": "delivery", "relayed": "delivery", "expanded": "delivery"}
QUOTED = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")


def events(content: bytes) -> list[MailEvent]:
    """What a mail reports of ours; empty when it is no report or speaks of nothing that we sent. Never raises."""
    mail = message_from_bytes(content[:MOST_BYTES], policy=policy.compat32)
    if mail.get_content_type() != "multipart/report":
        return []
    tags, mail_id = _quoted(mail)
    if not tags:
        return []
    return [MailEvent(kind, mail_id, tags, is_permanent) for kind, is_permanent in _told(mail)]


def _quoted(mail: Message) -> tuple[dict[str, str], str]:
    """The reference and the id of our own mail, of which the report quotes at least the headers."""
    for part in mail.walk():
        if part.get_content_type() not in QUOTED:
            continue
        inner = part.get_payload(0) if part.is_multipart() else message_from_bytes(_bytes(part))
        original = cast(EmailMessage, inner)
        reference = " ".join(str(original.get(REFERENCE, "")).split())
        if tags_of(reference):
            return tags_of(reference), str(original.get("Message-ID", "")).strip("<> ")
    return {}, ""


def _bytes(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _told(mail: Message) -> Iterator[tuple[Kind, bool]]:
    """Each receiver's fate as (kind, will never work). A delay says nothing yet."""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind in ("message/delivery-status", "message/global-delivery-status"):
            groups = part.get_payload() if part.is_multipart() else []
            for group in cast(list[Message], groups):
                action = str(group.get("Action", "")).strip().lower()
                if action in KINDS:
                    yield KINDS[action], str(group.get("Status", "5")).strip().startswith("5")
        elif kind == "message/feedback-report":
            text = (part.get_payload(0) if part.is_multipart() else part).as_string()  # type: ignore[union-attr]
            if "feedback-type: abuse" in text.lower():
                yield "complaint", True
