"""What the table is asked for and what that costs, as the engine itself bills it (DynamoDB's ConsumedCapacity).

The engine's bills were compared with DynamoDB's rules item by item: `bill.py` computes them anew from the sizes, and
`tests/bench/test_budget.py` holds the two against each other.
"""

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

READS = ("GetItem", "BatchGetItem", "Query")
WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem")


@dataclass
class Cost:
    """Requests and capacity units of a stretch of work."""

    requests: int = 0
    read_units: float = 0.0
    write_units: float = 0.0
    operations: Counter[str] = field(default_factory=Counter)

    def per(self, number: int) -> dict[str, float]:
        return {
            "requests": round(self.requests / number, 2),
            "read_units": round(self.read_units / number, 2),
            "write_units": round(self.write_units / number, 2),
        }


class Meter:
    """Hooks of one boto3 client. Costs nothing while nobody measures."""

    def __init__(self, client: Any) -> None:
        self._cost: Cost | None = None
        events = client.meta.events
        events.register("provide-client-params.dynamodb", self._asks)
        events.register("after-call.dynamodb", self._answered)

    @contextmanager
    def measure(self):
        """`with meter.measure() as cost:` what is done inside is added up in `cost`."""
        self._cost, before = Cost(), self._cost
        try:
            yield self._cost
        finally:
            self._cost = before

    def _asks(self, params: dict[str, Any], **_: Any) -> dict[str, Any] | None:
        return params | {"ReturnConsumedCapacity": "INDEXES"} if self._cost is not None else None

    def _answered(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        if self._cost is None:
            return
        self._cost.requests += 1
        self._cost.operations[model.name] += 1
        used = parsed.get("ConsumedCapacity") or []
        units = sum(table["CapacityUnits"] for table in (used if isinstance(used, list) else [used]))
        if model.name in READS:
            self._cost.read_units += units
        else:
            self._cost.write_units += units


class Recorder:
    """Counts the calls of some clients, and keeps the first with what they asked, so that the bare SDK can be timed
    with the same: one after the other, since an outcome is only taken of a letter that was claimed. To keep all takes
    memory, and time to look through it for garbage, which would be counted as ours."""

    def __init__(self, *clients: Any, most: int) -> None:
        self.calls: list[tuple[Any, str, dict[str, Any]]] | None = None
        self.seen, self._most = 0, most
        for client in clients:
            service = client.meta.service_model.service_name
            client.meta.events.register(
                f"provide-client-params.{service}",
                lambda params, model, client=client, **_: self._keep(client, model.name, params),
            )

    def _keep(self, client: Any, operation: str, params: dict[str, Any]) -> None:
        if self.calls is None:
            return
        self.seen += 1
        if len(self.calls) < self._most:
            self.calls.append((client, operation, dict(params)))  # the SDK adds to `params` itself
