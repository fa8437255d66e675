"""Cold import and first request of the web entry, beside the least that Flask, Zappa and boto3 make of it.

Both sides have valid bytecode, as on Lambda, and ours has what packaging makes ready (`infra/aws/ready.py`).
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

from infra.aws import ready
from tests.bench import pages
from tests.bench.cold_start import KEY

ROOT = Path(__file__).resolve().parents[2]
ENTRIES = {"web": "web_app", "plain": "zappa.handler"}


def figures(engine_url: str, mail_url: str, *, rounds: int = 15) -> dict[str, Any]:
    """CPU of fresh processes, one after the other in turn; the ratio of the medians."""
    pages.house(engine_url, mail_url, 20, table="cold")  # the table that the client's page is read from
    with tempfile.TemporaryDirectory(prefix="aldia-cold-") as folder:
        return _in(Path(folder), engine_url, rounds)


def _in(folder: Path, engine_url: str, rounds: int) -> dict[str, Any]:
    environ = os.environ | {
        "PYTHONPATH": str(_as_shipped(folder)),
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
        "PYTHONDONTWRITEBYTECODE": "",  # written by the first of each, valid for the others
        "ALDIA_DYNAMODB_ENDPOINT": engine_url,
        "ALDIA_TABLE": "cold-20",
        "ALDIA_STRIPE_KEY": "sk_test_bench",
        "ALDIA_STAGE": "bench",
        "ALDIA_ORIGIN_KEY_HASHES": sha256(KEY.encode()).hexdigest(),
    }
    spent: dict[str, list[float]] = {name: [] for name in ENTRIES}
    for number in range(rounds + 1):
        for name, module in ENTRIES.items():
            took = _one(module, environ)
            if number:  # the first of each writes the bytecode and fills the file cache
                spent[name].append(took)
    middle = {name: statistics.median(found) for name, found in spent.items()}
    return {
        "ratio": {"web": round(middle["web"] / middle["plain"], 2)},
        "cpu_s": {name: round(seconds, 3) for name, seconds in middle.items()},
    }


def _as_shipped(folder: Path) -> Path:
    """What is ours in the package, as it lies there."""
    shipped = folder / "package"
    shutil.copytree(ROOT / "functions", shipped, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "templates", shipped / "templates")
    ready.make(shipped / "aldia" / ready.FOLDER)
    return shipped


def _one(module: str, environ: dict[str, str]) -> float:
    command = [sys.executable, "-m", "tests.bench.cold_start", module, f"/p/{pages.TOKEN}"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr or done.stdout)
    return float(done.stdout.strip().splitlines()[-1])
