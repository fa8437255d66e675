"""A world that breaks at one chosen moment: before or after the n-th call to the outside, by a kill or by an error."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from aldia.ports import MailUnknown, PaymentUnknown, Ports

Act = Callable[[Ports, Any], Any]
WRITES = {"table": ("write",), "mailer": ("send",), "payments": ("start_checkout", "read_session", "read_payment")}
ERRORS: dict[str, Callable[[], Exception]] = {
    "table": lambda: ConnectionError("the table did not answer"),
    "mailer": lambda: MailUnknown("timeout"),
    "payments": lambda: PaymentUnknown("timeout"),
}


class Killed(BaseException):
    """The process ends here: nothing may catch it."""


@dataclass
class Fault:
    """Breaks the `at`-th call (from 1), `when` before or after it is done, `how` by a kill or an error."""

    at: int
    when: str
    how: str
    calls: int = 0

    @property
    def has_fired(self) -> bool:
        return self.calls >= self.at

    def around(self, area: str, call: Callable[[], Any]) -> Any:
        self.calls += 1
        is_now = self.calls == self.at
        if is_now and self.when == "before":
            raise self._error(area)
        answer = call()
        if is_now:
            raise self._error(area)
        return answer

    def _error(self, area: str) -> BaseException:
        return Killed() if self.how == "kill" else ERRORS[area]()


class Breaking:
    """One port: its calls that change or tell something go through the fault."""

    def __init__(self, inner: Any, area: str, fault: Fault) -> None:
        self._inner, self._area, self._fault = inner, area, fault

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name not in WRITES[self._area]:
            return found
        return lambda *args, **kwargs: self._fault.around(self._area, lambda: found(*args, **kwargs))


def breaking(ports: Ports, fault: Fault) -> Ports:
    """The same ports, about to break."""
    return replace(ports, **{area: Breaking(getattr(ports, area), area, fault) for area in WRITES})


WAYS = (("kill", "before"), ("kill", "after"), ("error", "after"))


def every_fault(ports: Ports, prepare: Callable[[], Any], act: Act) -> Iterator[tuple[str, Any]]:
    """(name of the fault, what `prepare` gave) after each way in which `act` can break, until it breaks nowhere."""
    for how, when in WAYS:
        for at in count(1):
            given, fault = prepare(), Fault(at, when, how)
            with suppress(Killed, ConnectionError, MailUnknown, PaymentUnknown):
                act(breaking(ports, fault), given)
            if not fault.has_fired:
                break
            yield f"{how} {when} call {at}", given
