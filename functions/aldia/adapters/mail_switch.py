"""The switch that stops all mail: one parameter beside the secrets, which every function looks at again soon."""

import logging
import time
from collections.abc import Callable
from typing import Any

from aldia.ports import Mailer, MailRefused, Message

log = logging.getLogger(__name__)

HOLD_S = 15.0  # what was read is believed so long: a stop is known everywhere well within a minute
NAME = "mail"
STOPPED = "stopped"  # any other word, or none: mail goes


class MailSwitch:
    """Whether mail may go, as SSM says. When it does not answer: as it was; and while nothing is known, mail waits."""

    def __init__(self, client: Any, path: str, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._client, self._name, self._seconds = client, f"{path}/{NAME}", seconds
        self._goes, self._until = False, float("-inf")

    def __call__(self) -> bool:
        """True while mail may go."""
        if self._seconds() >= self._until:
            try:
                found = self._client.get_parameters(Names=[self._name])["Parameters"]
                self._goes = not found or found[0]["Value"] != STOPPED
            except Exception:
                log.exception("mail_switch_unread")
            self._until = self._seconds() + HOLD_S
        return self._goes


class Stoppable:
    """A mailer behind the switch: while mail is stopped it refuses, as a provider that is not there for now."""

    def __init__(self, mailer: Mailer, goes: Callable[[], bool]) -> None:
        self._mailer, self._goes = mailer, goes

    def send(self, message: Message) -> str:
        """The provider's id; MailRefused while mail is stopped, else as the mailer."""
        if not self._goes():
            raise MailRefused("all mail is stopped", retry=True)
        return self._mailer.send(message)
