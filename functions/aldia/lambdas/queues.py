"""A batch of a queue, message by message: one bad message holds up nobody and is told again alone."""

import json
import logging
from collections.abc import Callable
from typing import Any

from aldia.lambdas.guard import NotAllowed

log = logging.getLogger(__name__)


def each(event: dict[str, Any], work: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Call `work` with every message's content (JSON); the ids of those that failed, as SQS wants them."""
    failed = []
    for record in records(event):
        try:
            work(_content(record["body"]))
        except Exception:
            log.exception("message_failed")
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def records(event: dict[str, Any]) -> list[dict[str, Any]]:
    """The messages of a batch; NotAllowed when they come from anything but a queue."""
    found = event.get("Records")
    if not found or any(record.get("eventSource") != "aws:sqs" for record in found):
        raise NotAllowed("only a queue's batch")
    return list(found)


def _content(body: str) -> dict[str, Any]:
    """What the message says, out of SNS's envelope where it has one."""
    told = json.loads(body)
    if not isinstance(told, dict):
        raise ValueError("a message is an object")
    return told if told.get("Type") != "Notification" else dict(json.loads(told["Message"]))
