"""Finds and stops the engine that a killed run left behind. Only a process that is surely that one is touched."""

import os
import signal
import subprocess
import time
from pathlib import Path

PATIENCE_S = 5.0


def stop_leftover(pid_file: Path, *, program: Path, data_file: Path) -> bool:
    """Stop the process that the pid file names if it is our program on our data file; True when there was one."""
    try:
        pid = int(pid_file.read_text("ascii"))
    except (OSError, ValueError):
        return False
    pid_file.unlink(missing_ok=True)
    if not _is_ours(command_line(pid), program, data_file):
        return False
    _stop(pid)
    return True


def command_line(pid: int) -> list[str]:
    """The arguments a process was started with; empty when there is no such process."""
    proc = Path(f"/proc/{pid}/cmdline")
    if proc.parent.parent.joinpath("self").exists():  # Linux
        try:
            return proc.read_bytes().decode("utf-8", "replace").rstrip("\0").split("\0")
        except OSError:
            return []
    shown = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return [shown.stdout.strip()] if shown.returncode == 0 else []


def _is_ours(command: list[str], program: Path, data_file: Path) -> bool:
    line = " ".join(command)
    return line.startswith(str(program)) and line.endswith(f"--db-path {data_file}")


def _stop(pid: int) -> None:
    """Ask, wait, then insist. Two engines on one file would damage it, so this returns only when it is gone."""
    for sign, patience in ((signal.SIGTERM, PATIENCE_S), (signal.SIGKILL, PATIENCE_S)):
        try:
            os.kill(pid, sign)
        except ProcessLookupError:
            return
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if not any(command_line(pid)):  # gone, or a zombie
                return
            time.sleep(0.02)
    raise RuntimeError(f"The database engine of an earlier run (process {pid}) does not stop.")
