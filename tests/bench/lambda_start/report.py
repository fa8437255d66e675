"""Medians, their spread, and the table that is printed."""

import gzip
import statistics
from collections.abc import Iterator, Sequence
from typing import Any

from tests.bench.lambda_start.process import Run

AIMS = {"plain": 1.6, "plain_by_zappa": 0.6}
NAMES = {
    "ours": "Al Día, as deployed",
    "plain": "Flask + Zappa + one boto3 client, valid bytecode",
    "plain_by_zappa": "the same as Zappa ships it",
    "ours_by_zappa": "Al Día as Zappa alone would ship it",
    "nothing": "Python and AWS's runtime alone",
}


def cold(runs: Sequence[Run]) -> dict[str, Any]:
    """Processor seconds of init, first request and both; the clock's for both."""
    return {
        "init_s": _middle([one.init for one in runs]),
        "first_request_s": _middle([one.requests[0] for one in runs]),
        "both_s": _middle([one.cold for one in runs]),
        "both_quartiles_s": _quartiles([one.cold for one in runs]),
        "clock_s": _middle([one.wall for one in runs]),
    }


def ratios(runs: dict[str, list[Run]]) -> dict[str, Any]:
    """Ours beside each other one: of the medians, and the quartiles of the rounds' own ratios."""
    found = {}
    for name in NAMES:
        if name == "ours":
            continue
        each = [ours.cold / other.cold for ours, other in zip(runs["ours"], runs[name], strict=True)]
        whole = statistics.median(one.cold for one in runs["ours"]) / statistics.median(one.cold for one in runs[name])
        found[name] = {"of_medians": round(whole, 2), "quartiles": _quartiles(each, 2)}
    return found


def size_of(body: str) -> dict[str, int]:
    """A page's bytes, as they are and as CloudFront packs them."""
    return {"plain": len(body.encode()), "packed": len(gzip.compress(body.encode(), mtime=0))}


def _middle(values: list[float]) -> float:
    return round(statistics.median(values), 3)


def _quartiles(values: list[float], digits: int = 3) -> list[float]:
    low, _, high = statistics.quantiles(values, n=4)
    return [round(low, digits), round(high, digits)]


def lines(found: dict[str, Any]) -> Iterator[str]:
    """The table, aligned."""
    head = f"processor seconds, median of {found['rounds']}"
    yield f"{head:<52}{'init':>8}{'first':>8}{'both':>8}{'quartiles':>16}"
    for name, told in NAMES.items():
        one = found["cold"][name]
        low, high = one["both_quartiles_s"]
        spread = f"{low:.2f}-{high:.2f}"
        yield f"{told:<52}{one['init_s']:>8.3f}{one['first_request_s']:>8.3f}{one['both_s']:>8.3f}{spread:>16}"
    yield ""
    for name, ratio in found["ratios"].items():
        aim = f"(aim ≤ {AIMS[name]})" if name in AIMS else ""
        low, high = ratio["quartiles"]
        yield f"ours beside {NAMES[name]:<52}{ratio['of_medians']:>6.2f}  quartiles {low:.2f}-{high:.2f} {aim}"
    yield f"\n{'processor milliseconds':<52}{'warm':>8}{'cold':>8}"
    for name, one in found["work"].items():
        yield f"{name:<52}{one['warm_ms']:>8}{one['cold_ms']:>8}"
    yield f"\nclient's page: {found['bytes']['plain']} bytes, {found['bytes']['packed']} compressed"
    for name, size in found["sizes"].items():
        yield f"{NAMES[name]}: {size['packed'] / 1e6:.1f} MB packed, {size['unpacked'] / 1e6:.1f} MB unpacked"
    told = found["imports"]
    yield f"\nimports: {told['modules']} modules, {told['all_ms']} ms; by package:"
    yield ", ".join(f"{name} {ms}" for name, ms in told["ms"].items()) + f", others {told['others_ms']}"
