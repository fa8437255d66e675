"""Reminders per second of our process, beside the very same SDK calls without us. One size per fresh process."""

import json
import os
import resource
import sys
import time
from typing import Any

from aldia.flows import run_jobs
from tests.bench import people, stage
from tests.bench.meter import Recorder

SAMPLE = 200  # calls of the flows that the bare SDK repeats after each run
ROUNDS = 20_000  # of runs, at most


def prepare(engine_url: str, mail_url: str, number: int) -> Any:
    """Seed that many due clients of ten accounts, in the table and in its twin for the bare calls; the instant."""
    made = None
    for table in (f"due-{number}", f"due-{number}-twin"):
        at = people.OPENED
        made = stage.build(engine_url, mail_url, table, at)
        share = number // 10
        for n in range(10):
            account = people.sign_up(made.ports, people.freelancer(n))
            case, at = people.waiting_for_letter(account)
            found = people.copies(case, share, prefix=f"c{n}x")
            people.seed(made.ports, made.dynamodb, people.items(made.ports, found, at))
    return at


def run(engine_url: str, mail_url: str, number: int, at: Any) -> dict[str, float]:
    """Send them all, run by run, and after each run repeat a sample of its calls bare."""
    first = _first_letter(engine_url, mail_url)
    now = stage.build(engine_url, mail_url, f"due-{number}", at)
    recorder = Recorder(now.dynamodb, now.ses, most=SAMPLE)
    spent = bare = calls = letters = sampled = 0.0
    for _ in range(ROUNDS):
        recorder.calls, recorder.seen = [], 0
        started = time.process_time()
        report = run_jobs.run(now.ports)
        spent += time.process_time() - started
        part, recorder.calls = recorder.calls, None
        assert not report.troubles, report.troubles
        if not report.letters:
            break
        letters, calls = letters + report.letters, calls + recorder.seen
        bare += _bare(part, f"due-{number}-twin") * recorder.seen / len(part)
        sampled += len(part)
    assert letters == number, (letters, number)
    return {
        "letters": letters,
        "cpu_s": round(spent, 3),
        "bare_cpu_s": round(bare, 3),
        "first_letter_cpu_s": round(first, 3),
        "requests": calls,
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def _first_letter(engine_url: str, mail_url: str) -> float:
    """CPU seconds of the first letter of a process: templates, holidays and texts are read for it once."""
    made = stage.build(engine_url, mail_url, f"first-{os.getpid()}", people.OPENED)
    case, made.clock.at = people.waiting_for_letter(people.sign_up(made.ports, people.freelancer(0)))
    found = people.items(made.ports, people.copies(case, 1, prefix="c"), made.clock.at)
    people.seed(made.ports, made.dynamodb, found)
    started = time.process_time()
    assert run_jobs.run(made.ports).letters == 1
    return time.process_time() - started


def _bare(calls: list[Any], twin: str) -> float:
    """CPU seconds of the same calls, made by nobody but the SDK, on the twin table."""
    asked = [(client, method_of(operation), _on(params, twin)) for client, operation, params in calls]
    started = time.process_time()
    for client, method, params in asked:
        getattr(client, method)(**params)
    return time.process_time() - started


def method_of(operation: str) -> str:
    """BatchGetItem → batch_get_item."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation).lstrip("_")


def _on(params: dict[str, Any], table: str) -> dict[str, Any]:
    if "TransactItems" in params:
        items = [
            {verb: body | {"TableName": table} for verb, body in action.items()} for action in params["TransactItems"]
        ]
        return params | {"TransactItems": items}
    if "RequestItems" in params:
        [asked] = params["RequestItems"].values()
        return params | {"RequestItems": {table: asked}}
    return params | {"TableName": table} if "TableName" in params else params


if __name__ == "__main__":
    from datetime import datetime

    sys.stdout.write(json.dumps(run(sys.argv[1], sys.argv[2], int(sys.argv[3]), datetime.fromisoformat(sys.argv[4]))))
