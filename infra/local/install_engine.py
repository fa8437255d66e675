"""Brings the embedded DynamoDB engine for this machine: one npm package, by name, version and hash.

Not among package.json's dependencies: `npm ci` fails where a registry lacks one of several platforms' packages.
"""

import base64
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PINS = json.loads(Path(__file__).with_name("engine.json").read_text("utf-8"))
SYSTEMS = {"Linux": "linux", "Darwin": "darwin"}
MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}


class NoEngine(Exception):
    """The engine cannot be had here; the message says what to do."""


def platform_name() -> str:
    """npm's name of this platform, such as `linux-x64`."""
    system, machine = platform.system(), platform.machine()
    if system in SYSTEMS and machine.lower() in MACHINES:
        return f"{SYSTEMS[system]}-{MACHINES[machine.lower()]}"
    raise NoEngine(what_to_do(f"{system} {machine}"))


def what_to_do(where: str) -> str:
    """The one sentence for a machine without a package."""
    return (
        f"Al Día's database engine (dynoxide {PINS['version']}) could not be installed from npm for {where}: "
        "put its program on this machine by other means (for example `cargo install dynoxide-rs`, "
        "or WSL on Windows) and say where it is with ALDIA_ENGINE=/path/to/dynoxide."
    )


def engine_path() -> Path:
    """Where the engine's program is, or will be once installed. ALDIA_ENGINE overrides it."""
    chosen = os.environ.get("ALDIA_ENGINE")
    return Path(chosen) if chosen else ROOT / ".venv" / "engine" / f"dynoxide-{PINS['version']}"


def install() -> Path:
    """Install the engine unless it is there. Raises NoEngine."""
    path = engine_path()
    if path.exists():
        return path
    if os.environ.get("ALDIA_ENGINE"):
        raise NoEngine(f"ALDIA_ENGINE points to {path}, where there is no program.")
    name = platform_name()
    with tempfile.TemporaryDirectory() as folder:
        archive = _download(name, into=Path(folder))
        _check(archive, name)
        _unpack(archive, path)
    return path


def _download(name: str, *, into: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise NoEngine("Al Día needs Node.js (its npm brings the database engine): install Node 18 or newer.")
    package = f"@dynoxide/{name}@{PINS['version']}"
    done = subprocess.run(
        [npm, "pack", package, "--silent", "--pack-destination", str(into)], capture_output=True, text=True, check=False
    )
    archives = list(into.glob("*.tgz"))
    if done.returncode or not archives:
        raise NoEngine(f"{what_to_do(name)}\nnpm said: {done.stderr.strip()[:500]}")
    return archives[0]


def integrity(archive: Path) -> str:
    """The archive's hash in npm's notation."""
    return "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()


def _check(archive: Path, name: str) -> None:
    found, expected = integrity(archive), PINS["integrity"].get(name)
    if expected is None:
        print(f'No hash is pinned for {name}: npm\'s word was taken. For engine.json: "{name}": "{found}"')
    elif found != expected:
        raise NoEngine(f"The engine that npm gave for {name} is not the pinned one (found {found}): not installed.")


def _unpack(archive: Path, path: Path) -> None:
    """Take only the program out of the archive; it appears under its name complete or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.{os.getpid()}.part")
    with tarfile.open(archive) as tar:
        member = next((m for m in tar if m.isfile() and Path(m.name).name == "dynoxide"), None)
        source = tar.extractfile(member) if member else None
        if source is None:
            raise NoEngine("The engine's package does not hold the program `dynoxide`.")
        with source, half.open("wb") as target:
            shutil.copyfileobj(source, target)
    half.chmod(0o755)
    half.replace(path)


def main() -> int:
    """`make setup` calls this; the exit code is 1 when there is no engine."""
    try:
        install()
    except NoEngine as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
