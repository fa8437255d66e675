"""A world that breaks at one chosen moment: before or after the n-th call to the outside, by a kill or by an error.

The moments are the points of the adapters (tests/simulator/points.py): botocore's hooks, the HTTP client
of Stripe's SDK, the mailer.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import stripe
from botocore.exceptions import ReadTimeoutError

from aldia.adapters.stripe_payments import StripePayments
from aldia.ports import MailUnknown, PaymentUnknown, Ports, Unreachable
from tests.simulator.points import Killed, Mail, StripeTransport, on_botocore

Act = Callable[[Ports, Any], Any]
ERRORS: dict[str, Callable[[], Exception]] = {
    "table": lambda: ReadTimeoutError(endpoint_url="the engine"),  # which the adapter tells as Unreachable
    "mailer": lambda: MailUnknown("timeout"),
    "payments": lambda: stripe.APIConnectionError("timeout"),
}
READINGS = ("GetItem", "BatchGetItem", "Query", "GET /v1/refunds", "GET /v1/disputes")
"""To die there is to die after what was done before; the simulator does it all the same."""


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

    def before(self, area: str, operation: str) -> None:
        if operation not in READINGS:
            self.calls += 1
            self._break(area, "before")

    def after(self, area: str, operation: str) -> bool:
        if operation not in READINGS:
            self._break(area, "after")
        return False

    def _break(self, area: str, when: str) -> None:
        if self.calls == self.at and when == self.when:
            raise Killed if self.how == "kill" else ERRORS[area]()


@contextmanager
def breaking(ports: Ports, fault: Fault) -> Iterator[Ports]:
    """The same ports, about to break."""
    held = ports.settings
    transport = StripeTransport(stripe.RequestsClient(), fault)
    payments = StripePayments(
        held.stripe_key,
        endpoint=held.stripe_endpoint,
        secrets=held.stripe_webhook_secrets,
        http_client=transport,
    )
    with on_botocore(ports.table._client, fault, area="table"):  # type: ignore[attr-defined]
        yield replace(ports, mailer=Mail(ports.mailer, fault), payments=payments)


WAYS = (("kill", "before"), ("kill", "after"), ("error", "after"))


def every_fault(ports: Ports, prepare: Callable[[], Any], act: Act) -> Iterator[tuple[str, Any]]:
    """(name of the fault, what `prepare` gave) after each way in which `act` can break, until it breaks nowhere."""
    for how, when in WAYS:
        for at in count(1):
            given, fault = prepare(), Fault(at, when, how)
            with breaking(ports, fault) as broken, suppress(Killed, Unreachable, MailUnknown, PaymentUnknown):
                act(broken, given)
            if not fault.has_fired:
                break
            yield f"{how} {when} call {at}", given
