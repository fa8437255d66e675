"""The scheduled work of a server, each kind in a thread of its own: letters do not wait for Stripe."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from aldia import bootstrap
from aldia.flows import run_jobs
from aldia.ports import Ports
from aldia.settings import Settings

log = logging.getLogger(__name__)

LETTERS_EVERY_S, MONEY_EVERY_S, TIDY_EVERY_S = 60.0, 300.0, 24 * 3600.0
AT_ONCE = 25  # items of one run: told to stop, a worker ends after these


class Worker:
    """Does its work, again and again, at its own pace or when it is nudged. `work`: whether there may be more."""

    def __init__(self, name: str, work: Callable[[], bool], every_s: float) -> None:
        self._work, self._every_s = work, every_s
        self._woken, self._stopping = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._keep_working, name=name, daemon=True)

    def start(self) -> None:
        """Begin at once: much may be due after a pause."""
        self.thread.start()

    def nudge(self) -> None:
        """There is work."""
        self._woken.set()

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopping.set()
        self._woken.set()

    def _keep_working(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                has_more = self._work()
            except Exception:
                log.exception("work_failed")  # the next run tries again
                has_more = False
            if not has_more:
                self._woken.wait(self._every_s)


def run_of(ports: Ports, kinds: tuple[str, ...]) -> Callable[[], bool]:
    """A short run of what is due of these kinds."""

    def once() -> bool:
        report = run_jobs.run(ports, limit=AT_ONCE, kinds=kinds)
        if report.troubles:
            log.error("troubles %d", len(report.troubles))
        return report.seen >= AT_ONCE

    return once


def workers(ports: Ports) -> Mapping[str, Worker]:
    """By what nudges call them."""
    return {
        "wakeups": Worker("letters", run_of(ports, run_jobs.NOT_MONEY), LETTERS_EVERY_S),
        "events": Worker("money", run_of(ports, run_jobs.MONEY), MONEY_EVERY_S),
        "tidy": Worker("tidy", lambda: bool(tidy(ports.settings, time.time())) and False, TIDY_EVERY_S),
    }


def tidy(settings: Settings, now: float) -> int:
    """Take away what has expired, as DynamoDB does by itself and the embedded engine does not; how many items."""
    client, table = bootstrap.dynamodb(settings), settings.table
    gone = {":now": {"N": str(int(now))}}
    old = "attribute_exists(expires_at) AND expires_at < :now"
    pages = client.get_paginator("scan").paginate(
        TableName=table, FilterExpression=old, ExpressionAttributeValues=gone, ProjectionExpression="pk, sk"
    )
    count = 0
    for key in (item for page in pages for item in page["Items"]):
        count += _taken_away(client, {"TableName": table, "Key": key}, old, gone)
    return count


def _taken_away(client: Any, where: dict[str, Any], condition: str, values: dict[str, Any]) -> bool:
    try:
        client.delete_item(**where, ConditionExpression=condition, ExpressionAttributeValues=values)
    except client.exceptions.ConditionalCheckFailedException:  # it was given longer meanwhile
        return False
    return True
