"""`make lambda-bench`: the package as it is deployed, in AWS's own runtime, beside the least that one could ship.

Every round starts each of them once, in turn and each in a fresh process; the first round only fills the file cache.
Figures are processor time of that process: Python itself, AWS's runtime, imports, and one request to the embedded
engine, which is a process of its own. `--quick`: three rounds. Writes .local/lambda.json.
"""

import json
import logging
import sys
from hashlib import sha256
from typing import Any

from infra.aws import package
from infra.local.engine import Engine
from tests.bench import pages
from tests.bench.cold_start import event
from tests.bench.lambda_start import imports, packages, report, work
from tests.bench.lambda_start.process import ROOT, Function, Run, run
from tests.bench.stage import mail_door

OUT = ROOT / ".local" / "lambda.json"
ROUNDS = 15
ORIGIN = "of-the-bench"
HOST = "aldia.example"
PAGE = f"/p/{pages.TOKEN}"


def main() -> None:
    """Measure, write, print."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    rounds = 3 if "--quick" in sys.argv else ROUNDS
    with Engine() as engine, mail_door() as mail:
        house = pages.house(engine.url, mail, 20, table="lambda")
        functions = _functions(engine.url)
        runs = _rounds(functions, rounds)
        found: dict[str, Any] = {
            "rounds": rounds,
            "cold": {name: report.cold(each) for name, each in runs.items()},
            "ratios": report.ratios(runs),
            "bytes": report.size_of(runs["ours"][0].answers[0]["body"]),
            "work": work.figures(functions["ours"], engine.url, house, _request),
            "imports": imports.figures(functions["ours"], _request(PAGE), rounds=min(rounds, 8)),
            "sizes": _sizes(),
        }
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    sys.stdout.write("\n".join(report.lines(found)) + f"\n\n{OUT.relative_to(ROOT)}\n")


def _functions(engine_url: str) -> dict[str, Function]:
    environ = {"ALDIA_DYNAMODB_ENDPOINT": engine_url, "ALDIA_TABLE": "lambda-20"}
    stage = environ | {
        "ALDIA_STAGE": "bench",
        "ALDIA_BASE_URL": f"https://{HOST}",
        "ALDIA_STRIPE_KEY": "sk_test_bench",
        "ALDIA_ORIGIN_KEY_HASHES": sha256(ORIGIN.encode()).hexdigest(),
    }
    return {
        "ours": Function(packages.ours(), "web_app.handler", stage),
        "plain": Function(packages.plain(), "handler.lambda_handler", environ),
        "plain_by_zappa": Function(packages.plain_by_zappa(), "handler.lambda_handler", environ),
        "ours_by_zappa": Function(packages.whole(), "web_app.handler", stage),
        "nothing": Function(packages.nothing(), "nothing.handler", {}),
    }


def _request(path: str) -> dict[str, Any]:
    asked = event(path, HOST)
    asked["headers"]["x-origin-key"] = ORIGIN
    return asked


def _rounds(functions: dict[str, Function], rounds: int) -> dict[str, list[Run]]:
    runs: dict[str, list[Run]] = {name: [] for name in functions}
    for number in range(rounds + 1):
        sys.stderr.write(f"\rround {number} of {rounds} ")
        sys.stderr.flush()
        for name, function in functions.items():
            one = run(function, [_request(PAGE)])
            assert one.answers[0]["statusCode"] == 200, (name, one.answers, one.said)
            if number:
                runs[name].append(one)
    sys.stderr.write("\n")
    return runs


def _sizes() -> dict[str, Any]:
    found = {"ours": package.PACKAGE, "ours_by_zappa": package.WHOLE, "plain_by_zappa": packages.PLAIN}
    sizes = {name: package.Sizes.of(path) for name, path in found.items()}
    return {name: {"packed": size.packed, "unpacked": size.unpacked} for name, size in sizes.items()}


if __name__ == "__main__":
    main()
