"""One function in one fresh process: AWS's own runtime, started as Lambda starts it, with nothing of ours around it."""

import itertools
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.lambda_start.runtime_api import Broken, RuntimeApi

ROOT = Path(__file__).resolve().parents[3]
PYTHON = ROOT / "build" / "envs" / "runtime" / "bin" / "python"
LONGEST_S = 120.0


@dataclass(frozen=True)
class Function:
    """An unpacked package and how it is started."""

    folder: Path
    handler: str
    environ: dict[str, str]


@dataclass(frozen=True)
class Run:
    """One process's life, in processor seconds."""

    init: float  # from the start of the process to the first time it asks for work, Python and AWS's runtime included
    requests: list[float]
    wall: float  # init and first request by the clock
    answers: list[Any]
    said: str  # on stderr

    @property
    def cold(self) -> float:
        """Init and first request."""
        return self.init + self.requests[0]


def run(function: Function, events: list[dict[str, Any]], **environ: str) -> Run:
    """Start it, hand these events over one after the other, end it. Broken says what went wrong."""
    with RuntimeApi(events) as api:
        known = _environ(function, api.address) | environ
        started = time.perf_counter()
        process = subprocess.Popen(
            [str(PYTHON), "-m", "awslambdaric", function.handler],
            cwd=function.folder,
            env=known,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        api.watch(lambda: cpu_of(process.pid))
        try:
            api.wait(LONGEST_S)
        except Broken as reason:
            process.kill()
            raise Broken(f"{function.folder.name}: {reason}\n{(process.communicate()[1] or '')[-2000:]}") from reason
        process.kill()
        said = process.communicate()[1] or ""
    asked = api.readings
    spent = [later - earlier for earlier, later in itertools.pairwise(asked)]
    return Run(asked[0], spent, api.walls[1] - started, api.answers, said)


def cpu_of(pid: int) -> float:
    """Processor seconds of all threads of a process (Linux: its clock's number is made of its own)."""
    return time.clock_gettime((~pid << 3) | 2)


def _environ(function: Function, address: str) -> dict[str, str]:
    """What Lambda sets. Nothing is written beside the package: on Lambda it cannot be."""
    return {
        "PATH": os.environ["PATH"], "LANG": "en_US.UTF-8", "TZ": ":UTC", "PYTHONPATH": str(function.folder),
        "PYTHONDONTWRITEBYTECODE": "1", "AWS_LAMBDA_RUNTIME_API": address, "LAMBDA_TASK_ROOT": str(function.folder),
        "_HANDLER": function.handler, "AWS_EXECUTION_ENV": "AWS_Lambda_python3.11",
        "AWS_LAMBDA_FUNCTION_NAME": "aldia-bench-web", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
    } | function.environ  # fmt: skip
