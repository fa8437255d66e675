"""Where a flow touches the outside, and what may go wrong there. These points sit in the adapters alone: botocore's
event hooks, the HTTP client of Stripe's SDK, the mailer. Flows know nothing of them.

A point is named by what is done and by whom: `TransactWriteItems · flows.remind`.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import stripe

PACKAGE = "aldia."
NOT_A_CALLER = ("aldia.flows.casework", "aldia.flows.debt_files")  # shapes: whoever asked for it is the caller
ID = re.compile(r"/(cs|pi|re|dp|cus|acct|evt|ch)_[A-Za-z0-9_]+")


class Killed(BaseException):
    """The process ends here: nothing may catch it."""


class Points(Protocol):
    """Is told before and after every call to the outside; what it raises is what the caller sees."""

    def before(self, area: str, operation: str) -> None:
        """The request has not left."""

    def after(self, area: str, operation: str) -> bool:
        """The request was worked off; True: its answer was lost and the SDK asks again by itself."""


def caller() -> str:
    """The innermost flow on the stack, else the innermost other part of the package that is not an edge."""
    frame: Any = sys._getframe(1)
    found = ""
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("aldia.flows.") and module not in NOT_A_CALLER:
            return str(module.removeprefix(PACKAGE))
        if not found and module.startswith("aldia.pages."):
            found = module.removeprefix(PACKAGE)
        frame = frame.f_back
    return found or "outside"


def name_of(operation: str) -> str:
    """The point at which this operation is being done now."""
    return f"{operation} · {caller()}"


# -- DynamoDB and SES, through botocore ---------------------------------------------------------


@contextmanager
def on_botocore(client: Any, points: Points, *, area: str) -> Iterator[None]:
    """The points of a boto3 client, as long as the block lasts."""
    service = client.meta.service_model.service_id.hyphenize()

    def before(event_name: str, **_: Any) -> None:
        points.before(area, event_name.rpartition(".")[2])

    def after(model: Any, **_: Any) -> None:
        points.after(area, model.name)

    client.meta.events.register(f"before-send.{service}", before)
    client.meta.events.register(f"after-call.{service}", after)
    try:
        yield
    finally:
        client.meta.events.unregister(f"before-send.{service}", before)
        client.meta.events.unregister(f"after-call.{service}", after)


# -- Stripe, through the SDK's HTTP client ------------------------------------------------------


class StripeTransport(stripe.HTTPClient):
    """An HTTP client of Stripe's SDK with points around another one."""

    name = "points"

    def __init__(self, inner: Any, points: Points) -> None:
        super().__init__()
        self.inner, self.points = inner, points

    def request(self, method: str, url: str, headers: Any, post_data: Any = None, **_: Any) -> Any:
        path = ID.sub("/{id}", "/" + url.split("/", 3)[3].split("?", maxsplit=1)[0])
        operation = f"{method.upper()} {path}"
        self.points.before("payments", operation)
        answer = self.inner.request(method, url, headers, post_data)
        while self.points.after("payments", operation):
            answer = self.inner.request(method, url, headers, post_data)
        return answer

    def close(self) -> None:
        self.inner.close()


# -- a port as a whole: the mailbox of a test, the dictionary store -----------------------------


class Mail:
    """A mailer with points around it."""

    def __init__(self, inner: Any, points: Points) -> None:
        self.inner, self.points = inner, points

    def send(self, message: Any) -> str:
        self.points.before("mailer", "SendEmail")
        answer = self.inner.send(message)
        self.points.after("mailer", "SendEmail")
        return str(answer)
