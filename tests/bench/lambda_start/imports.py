"""What each import of a cold start costs, as Python itself tells it (`-X importtime`), summed up by package."""

from collections import defaultdict
from typing import Any

from tests.bench.lambda_start.process import Function, run

SHOWN_MS = 1.0


def figures(function: Function, request: dict[str, Any], *, rounds: int) -> dict[str, Any]:
    """Milliseconds by the clock and by package over one cold start: the least of several, for others work here too.

    Telling takes time of its own.
    """
    seen: dict[str, list[float]] = defaultdict(list)
    modules = 0
    for _ in range(rounds):
        one = run(function, [request], PYTHONPROFILEIMPORTTIME="1")
        found = told(one.said)
        modules = len(found)
        sums: dict[str, float] = defaultdict(float)
        for name, microseconds in found:
            sums[package_of(name)] += microseconds / 1000
        for name, spent in sums.items():
            seen[name].append(spent)
    least = {name: min(each) for name, each in seen.items()}
    shown = {name: round(ms, 1) for name, ms in sorted(least.items(), key=lambda pair: -pair[1]) if ms >= SHOWN_MS}
    rest = sum(ms for ms in least.values() if ms < SHOWN_MS)
    return {"modules": modules, "ms": shown, "others_ms": round(rest, 1), "all_ms": round(sum(least.values()), 1)}


def package_of(module: str) -> str:
    """Ours by its part, all others by the package; what is under `zappa` or `botocore` is theirs."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "aldia" else parts[0]


def told(stderr: str) -> list[tuple[str, float]]:
    """(module, its own microseconds) of each line."""
    found = []
    for line in stderr.splitlines():
        if line.startswith("import time:") and "self [us]" not in line:
            own, _, name = line.removeprefix("import time:").split("|")
            found.append((name.strip(), float(own)))
    return found
