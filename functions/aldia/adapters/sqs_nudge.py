"""Nudges through SQS: work is waiting. One that is lost costs minutes, for the schedule comes by anyway."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

log = logging.getLogger(__name__)


class SqsNudge:
    """`commands`: for each kind of work the queue's address and what the function behind it is told."""

    def __init__(self, client: Any, commands: Mapping[str, tuple[str, str]]) -> None:
        self._client, self._commands = client, commands

    def __call__(self, what: str) -> None:
        """Say that this work waits. Never raises for the queue's sake: what was saved is saved."""
        queue, command = self._commands[what]
        try:
            self._client.send_message(QueueUrl=queue, MessageBody=json.dumps({"command": command}))
        except (ClientError, BotoCoreError):
            log.exception("nudge_lost")
