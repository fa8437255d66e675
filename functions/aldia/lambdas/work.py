"""Scheduled work. A schedule says `{"command": "…"}`; a nudge in the queue says the same."""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

from aldia.flows import run_jobs
from aldia.lambdas import guard, queues
from aldia.lambdas.installed import ports

log = logging.getLogger(__name__)

Work = Callable[[], dict[str, Any]]


def answer(event: dict[str, Any], works: Mapping[str, Work], _context: Any) -> dict[str, Any]:
    """Do what the event asks for, if it is one of these works. A whole batch of nudges is one run."""
    guard.check(event, works)
    if guard.RUNS_A_FUNCTION in event:
        return works[event[guard.RUNS_A_FUNCTION]]()
    wanted, failed = _wanted(event, works)
    for name in wanted:
        works[name]()
    return {"batchItemFailures": failed}


def _wanted(event: dict[str, Any], works: Mapping[str, Work]) -> tuple[list[str], list[dict[str, str]]]:
    """The works that the nudges name, each once, and the messages that are none."""
    names: dict[str, None] = {}
    failed = []
    for record in queues.records(event):
        try:
            content = json.loads(record["body"])
            guard.check(content, works)
            names[content[guard.RUNS_A_FUNCTION]] = None
        except (guard.NotAllowed, KeyError, ValueError):
            log.warning("message_failed")
            failed.append({"itemIdentifier": record["messageId"]})
    return list(names), failed


def send_due() -> dict[str, Any]:
    """Everything that is due but money: letters, news, recoveries, deletions."""
    return _told(run_jobs.run(ports(), kinds=run_jobs.NOT_MONEY))


def settle() -> dict[str, Any]:
    """What webhooks have told."""
    return _told(run_jobs.run(ports(), kinds=("EVENT",)))


def reconcile() -> dict[str, Any]:
    """What webhooks have told, and what they should have told."""
    return _told(run_jobs.run(ports(), kinds=run_jobs.MONEY))


def _told(report: run_jobs.Report) -> dict[str, Any]:
    if report.troubles:
        log.error("troubles %d", len(report.troubles))
    return {"seen": report.seen, "letters": report.letters, "troubles": len(report.troubles)}
