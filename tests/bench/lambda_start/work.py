"""What each function of the package needs for what it does most, warm and cold, in processor time.

Lambda gives a function memory/1769 MB of a processor: a second of processor time lasts 1.73 s at 1024 MB and 3.46 s at
512 MB, and costs the same (infra/aws/costs.py reckons with that).
"""

import json
import statistics
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from aldia import bootstrap
from aldia.adapters.dynamo_table import create_table
from aldia.settings import Settings
from aldia.store import tokens
from tests.bench.lambda_start.process import Function, run
from tests.bench.pages import House

WARM, PROCESSES = 25, 2
SECRET = "lambda-session"
EMPTY = "lambda-idle"
HTTP_OK = 200
Request = Callable[[str], dict[str, Any]]


def figures(ours: Function, engine_url: str, house: House, request: Request) -> dict[str, Any]:
    """Milliseconds of processor time by what is done: one more of it; init and the first in a fresh process."""
    ports = house.browser.application.extensions["aldia"]
    now = datetime.now(UTC)
    ports.table.write(tokens.put_session(ports, SECRET, tokens.Session("acc00000", now, now, now)))
    create_table(bootstrap.dynamodb(Settings(dynamodb_endpoint=engine_url)), EMPTY)
    idle = replace(ours, environ=ours.environ | {"ALDIA_TABLE": EMPTY})
    works = {
        "client's page": (ours, request(house.paths["pay"])),
        "today": (ours, _as_owner(request("/hoy"))),
        "debts": (ours, _as_owner(request("/cobros"))),
        "debt": (ours, _as_owner(request(house.paths["debt"]))),
        "jobs, nothing due": (replace(idle, handler="jobs.handler"), {"command": "send_due"}),
        "Stripe's inbox, empty": (replace(idle, handler="stripe_worker.handler"), {"command": "settle"}),
        "reconciler, nothing open": (replace(idle, handler="stripe_worker.handler"), {"command": "reconcile"}),
        "one mail event": (replace(idle, handler="mail_events.handler"), _delivery()),
    }
    return {name: _of(function, event) for name, (function, event) in works.items()}


def _of(function: Function, event: dict[str, Any]) -> dict[str, float]:
    runs = [run(function, [event] * (WARM + 1)) for _ in range(PROCESSES)]
    for one in runs:
        answer = one.answers[-1]
        assert answer.get("statusCode", HTTP_OK) == HTTP_OK, answer
        assert not answer.get("batchItemFailures"), answer
    warm = [spent for one in runs for spent in one.requests[1:]]
    return {
        "warm_ms": round(statistics.median(warm) * 1000, 1),
        "cold_ms": round(statistics.median(one.cold for one in runs) * 1000),
    }


def _as_owner(event: dict[str, Any]) -> dict[str, Any]:
    return event | {"cookies": [f"__Host-s={SECRET}"]}


def _delivery() -> dict[str, Any]:
    told = {"eventType": "Delivery", "mail": {"messageId": "0100-bench", "tags": {}}}
    return {"Records": [{"eventSource": "aws:sqs", "messageId": "1", "body": json.dumps(told)}]}
