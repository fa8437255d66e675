"""Runs the embedded DynamoDB engine as a child process on 127.0.0.1, on a data file or in memory.

With a data file it is kept alive (restarted on the same port when it dies) and guarded against a second
run; in memory a restart would lose everything, so a test that loses its engine fails.
"""

import atexit
import fcntl
import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Self

from infra.local.install_engine import install
from infra.local.leftover import stop_leftover

HEALTHY_WITHIN_S = 15.0
PORT_TRIES = 5
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 5.0
STEADY_S = 1.0  # an engine that answered for so long does not die of its start

# A step between us and the engine: it asks Linux to kill the engine when the thread that started it ends, `kill -9`
# included, and becomes the engine. (Not preexec_fn: that can hang in a process with threads.)
_TIED = (
    "import ctypes, os, sys\n"
    "ctypes.CDLL(None).prctl(1, 9)\n"  # PR_SET_PDEATHSIG, SIGKILL
    "os.getppid() == int(sys.argv[1]) or sys.exit(1)\n"  # the parent died before that
    "os.execv(sys.argv[2], sys.argv[2:])\n"
)


class EngineError(Exception):
    """The engine does not start; the message is for a person."""


class InUse(EngineError):
    """Another process has the data file."""


class Engine:
    """One running engine. `with Engine(path) as engine: boto3.client(…, endpoint_url=engine.url)`."""

    def __init__(self, data_file: Path | None = None, *, program: Path | None = None) -> None:
        self.data_file = data_file.absolute() if data_file else None
        self.program = (program or install()).absolute()
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None
        self._stopping = threading.Event()
        self._settled = threading.Event()
        self._failure: EngineError | None = None
        # The keeper starts every child: Linux ties a child to the thread that started it, and this one stays.
        self._keeper = threading.Thread(target=self._keep, name="engine-keeper", daemon=True)

    @property
    def url(self) -> str:
        """The endpoint for boto3. It stays the same over a restart."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The engine's process, 0 when none runs."""
        return self._process.pid if self._process and self._process.poll() is None else 0

    def start(self) -> Self:
        """Start, and wait until it answers. Raises EngineError."""
        if self.data_file:
            self.data_file.parent.mkdir(parents=True, exist_ok=True)
            self._lock = locked(self.data_file)
            stop_leftover(self._pid_file, program=self.program, data_file=self.data_file)
        atexit.register(self.stop)
        self._keeper.start()
        self._settled.wait()
        if self._failure:
            self.stop()
            raise self._failure
        return self

    def stop(self) -> None:
        """Stop it, politely first. May be called twice."""
        self._stopping.set()
        if self._keeper.is_alive():
            self._keeper.join(HEALTHY_WITHIN_S)
        if self._lock:
            self._pid_file.unlink(missing_ok=True)
            self._lock.close()
            self._lock = None
        atexit.unregister(self.stop)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def _pid_file(self) -> Path:
        assert self.data_file
        return self.data_file.with_name(self.data_file.name + ".pid")

    # -- the keeper's thread --------------------------------------------------------------------

    def _keep(self) -> None:
        try:
            self._start_somewhere()
        except EngineError as failure:
            self._failure = failure
            return
        except OSError as error:  # such as a Python that this user may not run
            self._failure = EngineError(f"The database engine cannot be started: {error}.")
            return
        finally:
            self._settled.set()
        self._watch()
        self._end_child()

    def _start_somewhere(self) -> None:
        for _ in range(PORT_TRIES):  # another program may take the free port before the engine does
            self.port = free_port()
            self._spawn()
            if self._becomes_healthy():
                return
            self._end_child()
        raise EngineError(f"The database engine does not start: {' '.join(self._command())}")

    def _watch(self) -> None:
        pause, healthy_since = FIRST_PAUSE_S, time.monotonic()
        while not self._stopping.wait(0.05):
            if self.pid:
                continue
            if time.monotonic() - healthy_since > STEADY_S:
                pause = FIRST_PAUSE_S
            if not self.data_file or self._stopping.wait(pause):
                return
            pause = min(pause * 2, LONGEST_PAUSE_S)
            print("The database engine ended and is started again.", file=sys.stderr)
            self._spawn()
            if not self._becomes_healthy():
                self._end_child()
            healthy_since = time.monotonic()

    def _spawn(self) -> None:
        command = self._command()
        if sys.platform == "linux":
            command = [sys.executable, "-ISEc", _TIED, str(os.getpid()), *command]
        # Its own group: Ctrl-C reaches us alone, and we stop the engine after the last request.
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, process_group=0
        )
        if self.data_file:
            self._pid_file.write_text(str(self._process.pid), "ascii")

    def _command(self) -> list[str]:
        data = ["--db-path", str(self.data_file)] if self.data_file else []
        return [str(self.program), "--host", "127.0.0.1", "--port", str(self.port), *data]

    def _becomes_healthy(self) -> bool:
        until = time.monotonic() + HEALTHY_WITHIN_S
        while self.pid and time.monotonic() < until and not self._stopping.is_set():
            if is_healthy(self.port) and self.pid:
                return True
            time.sleep(0.01)
        return False

    def _end_child(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def is_healthy(port: int) -> bool:
    """Whether an engine answers there."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def free_port() -> int:
    """A port that nobody used a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def locked(data_file: Path) -> IO[str]:
    """Hold the data file for this process; the lock ends with the process, however it ends. InUse."""
    path = data_file.with_name(data_file.name + ".lock")
    held = path.open("a+")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.close()
        raise InUse(f"Al Día is already running on {path.parent}: stop it, or choose another data folder.") from None
    return held
