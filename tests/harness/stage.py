"""Everything that a run of the harness needs: the engine with a file, the pretend SES, the crowd, the killer."""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from aldia import bootstrap
from aldia.ports import Ports
from aldia.settings import Settings
from infra.local.engine import Engine
from tests.harness import crowd
from tests.harness.killer import TABLE
from tests.harness.plan import Plan, Toll
from tests.harness.pretend_ses import Log

ROOT = Path(__file__).resolve().parents[2]
SEED = "ALDIA_SEED"
MEMORY = Path("/dev/shm")  # a killed process loses nothing of a file in memory; only a power cut would


@dataclass(frozen=True)
class Played:
    """What a run left behind, with ports to look at it."""

    toll: Toll
    mails: list[dict[str, Any]]
    ports: Ports
    seed: int


def chosen_seed() -> int:
    """The seed given by ALDIA_SEED, else a new one; it is printed, and shown when the test fails."""
    seed = int(os.environ.get(SEED) or random.SystemRandom().randrange(10**6))
    sys.stdout.write(f"{SEED}={seed}\n")
    return seed


@contextmanager
def played(reminders: int, *, waves: int = 1, by: str = "ses", **planned: Any) -> Iterator[Played]:
    """Send that many reminders under fire; everything is still running while the test looks at what came of it.

    `by`: ses | smtp, who takes the mails.
    """
    seed = chosen_seed()
    home = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=home) as folder:
        data, log = Path(folder) / "aldia.db", Path(folder) / "mails.jsonl"
        with Engine(data) as engine, pretend(by, log) as port:
            settings = Settings(dynamodb_endpoint=engine.url, table=TABLE, stripe_key="sk_test_local")
            ports = bootstrap.build(settings)
            bootstrap.make_table(settings)
            crowd.write_down(ports, reminders, waves=waves)
            planned = {"payers": 0 if planned.get("is_naive") else crowd.accounts_for(reminders)} | planned
            plan = Plan(str(data), engine.url, str(log), seed, waves=waves, smtp_port=port * (by == "smtp"), **planned)
            yield Played(_toll(plan, f"http://127.0.0.1:{port}"), Log(log).read(), ports, seed)


@contextmanager
def pretend(by: str, log: Path) -> Iterator[int]:
    """The pretend SES or mail server in a process of its own; its port. It ends when we do."""
    command = [sys.executable, "-m", f"tests.harness.pretend_{by}", str(log)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield int(process.stdout.readline())
    finally:
        process.communicate(timeout=10)


def _toll(plan: Plan, ses_url: str) -> Toll:
    outside = {"AWS_ENDPOINT_URL_SESV2": ses_url, "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
    command = [sys.executable, "-m", "tests.harness.killer", json.dumps(asdict(plan))]
    done = subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        env=os.environ | outside,
        capture_output=True,
        text=True,
        timeout=plan.deadline_s + 30,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return Toll(**json.loads(done.stdout))
