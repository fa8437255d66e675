"""`make bench`: every figure once, into .local/bench.json and a short table. `--quick`: a small run of the same."""

import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from infra.local.engine import Engine
from tests.bench import cold, due, life, pages, reminders, table
from tests.bench.stage import mail_door

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / ".local" / "bench.json"
FULL = {"reminders": (100, 1000, 5000), "due": (100, 10_000, 50_000), "pages": (20, 200, 20_000), "rounds": 15}
QUICK = {"reminders": (100,), "due": (100, 500), "pages": (20, 40, 200), "rounds": 2}


def main() -> None:
    """Measure, write, print."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    sizes = QUICK if "--quick" in sys.argv else FULL
    found: dict[str, Any] = {"seconds": {}}
    with Engine() as engine, mail_door() as mail:
        for name, part in PARTS.items():
            started = time.perf_counter()
            sys.stderr.write(f"{name} … ")
            sys.stderr.flush()
            found |= part(engine.url, mail, sizes)
            found["seconds"][name] = round(time.perf_counter() - started, 1)
            sys.stderr.write(f"{found['seconds'][name]} s\n")
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    sys.stdout.write("\n".join(table.lines(found)) + f"\n\n{OUT.relative_to(ROOT)}\n")


def _reminders(engine_url: str, mail_url: str, sizes: dict[str, Any]) -> dict[str, Any]:
    """Each size in a process of its own, so that its memory is its own."""
    runs = {str(number): _reminders_of(engine_url, mail_url, number) for number in sizes["reminders"]}
    return {
        "reminders_per_cpu_s": {size: round(run["letters"] / run["cpu_s"], 1) for size, run in runs.items()},
        "peak_mib": {size: run["peak_mib"] for size, run in runs.items()},
        "first_letter_cpu_s": {size: run["first_letter_cpu_s"] for size, run in runs.items()},
        "requests_per_reminder": {size: round(run["requests"] / run["letters"], 2) for size, run in runs.items()},
        "sdk_part": {size: round(run["bare_cpu_s"] / run["cpu_s"], 2) for size, run in runs.items()},
        "cpu_to_bare_sdk": {size: round(run["cpu_s"] / run["bare_cpu_s"], 2) for size, run in runs.items()},
    }


def _reminders_of(engine_url: str, mail_url: str, number: int) -> dict[str, float]:
    at = reminders.prepare(engine_url, mail_url, number)
    command = [sys.executable, "-m", "tests.bench.reminders", engine_url, mail_url, str(number), at.isoformat()]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout))


def _due(engine_url: str, mail_url: str, sizes: dict[str, Any]) -> dict[str, Any]:
    return {"due_100_of_open": due.figures(engine_url, mail_url, rounds=min(sizes["rounds"], 5), sizes=sizes["due"])}


def _pages(engine_url: str, mail_url: str, sizes: dict[str, Any]) -> dict[str, Any]:
    found = pages.figures(engine_url, mail_url, rounds=sizes["rounds"], sizes=sizes["pages"])
    few, some, many = sizes["pages"]
    return {"pages": found[many], f"pages_at_{few}": found[few], f"pages_at_{some}": found[some]}


def _cold(engine_url: str, mail_url: str, sizes: dict[str, Any]) -> dict[str, Any]:
    found = cold.figures(engine_url, mail_url, rounds=sizes["rounds"])
    return {"cold_ratio": found["ratio"], "cold_cpu_s": found["cpu_s"]}


def _units(engine_url: str, _mail_url: str, _sizes: dict[str, Any]) -> dict[str, Any]:
    one = life.lived(engine_url, "life")
    payment = sum(one.costs[stage].write_units for stage in life.PAYMENT)
    return {
        "write_units": {"reminder": one.costs["reminder"].write_units, "payment": payment},
        "write_units_of_stages": {stage: cost.write_units for stage, cost in one.costs.items()},
        "write_units_buy": {"reminder": _bought(one.lines["reminder"]), "payment": _bought(one.payment())},
    }


def _bought(lines: dict[tuple[str, str], int]) -> dict[str, int]:
    """Units by what they buy: "letter", "letter in wakeups"…"""
    named = {(kind if where == "item" else f"{kind} in {where}"): units for (kind, where), units in lines.items()}
    return {name: units for name, units in sorted(named.items(), key=lambda pair: -pair[1]) if units}


PARTS: dict[str, Callable[[str, str, dict[str, Any]], dict[str, Any]]] = {
    "write units": _units,
    "reminders": _reminders,
    "due among open": _due,
    "pages": _pages,
    "cold start": _cold,
}

if __name__ == "__main__":
    main()
