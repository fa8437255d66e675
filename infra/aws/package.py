"""The Lambda package: what `zappa package` makes, cut down to what runs, with bytecode that stays valid.

`python -m infra.aws.package` writes build/aws/aldia.zip, the same bytes for the same sources, and prints both sizes.
"""

import fcntl
import json
import os
import platform
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from infra.aws import ready, trim

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "aws"
SETTINGS = Path(__file__).with_name("zappa_settings.json")
OURS = ("aldia", "web_app.py", "jobs.py", "mail_events.py", "stripe_worker.py")
PACKAGE = BUILD / "aldia.zip"
X86_64 = 62  # ELF's e_machine
WHOLE = BUILD / "whole.zip"  # as Zappa makes it
PLATFORM = "x86_64-manylinux2014"  # Lambda's (stack.yaml), whatever the deployer's machine is
WHEELS = (
    "--only-binary",
    ":all:",
    "--no-binary",
    "placebo",
)  # placebo has none: plain Python of the deployer's, left out
RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"  # bytecode fits only the Python that wrote it


class NotPackaged(Exception):
    """The package could not be made; the message is for a person."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes, packed and unpacked."""

    packed: int
    unpacked: int

    @classmethod
    def of(cls, path: Path) -> "Sizes":
        """Those of a zip."""
        with zipfile.ZipFile(path) as archive:
            return cls(path.stat().st_size, sum(member.file_size for member in archive.infolist()))

    def __str__(self) -> str:
        return f"{self.packed / 1e6:.1f} MB packed, {self.unpacked / 1e6:.1f} MB unpacked"


def package(target: Path = PACKAGE) -> Path:
    """Make the package, unless it is there from the same sources. NotPackaged says what went wrong."""
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one at a time: they share the build folder
        stamp, wanted = target.with_suffix(".sources"), sources()
        if not (target.exists() and stamp.exists() and stamp.read_text("utf-8") == wanted):
            whole = by_zappa(_environment(), _project())
            cut(whole, target)
            check_platform(target)
            stamp.write_text(wanted, "utf-8")
    return target


def check_platform(made: Path) -> None:
    """NotPackaged when a compiled part would not load on Lambda: it would be seen only when a page needs it."""
    with zipfile.ZipFile(made) as archive:
        compiled = [name for name in archive.namelist() if name.endswith((".so", ".dll", ".dylib", ".pyd"))]
        foreign = [name for name in compiled if not _is_lambdas(archive.read(name)[:20])]
    if foreign:
        made.unlink()
        raise NotPackaged(
            f"Lambda runs Linux on x86_64, and these are compiled for another machine: {', '.join(foreign)}"
        )


def _is_lambdas(head: bytes) -> bool:
    return head[:5] == b"\x7fELF\x02" and int.from_bytes(head[18:20], "little") == X86_64


def cut(whole: Path, target: Path) -> None:
    """Cut and compile in a process of its own, whose sets have one order: the same bytes for the same files."""
    command = [sys.executable, "-m", "infra.aws.trim", str(whole), str(target)]
    _run(command, "The package was not cut", cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": "0"})


def sources() -> str:
    """A digest of everything that the package is made from."""
    folders = [ROOT / "functions", ROOT / "templates"]
    own = (trim.__file__, ready.__file__, __file__)
    files = [ROOT / "requirements" / "lambda.txt", SETTINGS, trim.LIST, *map(Path, own)]
    for folder in folders:
        files += [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    digest = sha256(f"{RUNTIME} {platform.machine()}".encode())
    for path in sorted(files):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _environment() -> Path:
    """A virtual environment with exactly requirements/lambda.txt: Zappa packs the one that it runs in."""
    venv, wanted = BUILD / "venv", ROOT / "requirements" / "lambda.txt"
    stamp = venv / "lambda.txt"
    if stamp.exists() and stamp.read_bytes() == wanted.read_bytes() and (venv / "bin" / "python").exists():
        return venv
    shutil.rmtree(venv, ignore_errors=True)
    _run([sys.executable, "-m", "venv", "--without-pip", str(venv)], "The environment of the package was not made")
    uv = str(Path(sys.executable).with_name("uv"))
    where = ["--python", str(venv / "bin" / "python"), "--python-platform", PLATFORM]
    install = [uv, "--quiet", "pip", "sync", "--require-hashes", *where, *WHEELS, str(wanted)]
    _run(install, "The requirements of the package were not installed")
    shutil.copy(wanted, stamp)
    return venv


def _project() -> Path:
    """A folder with what is ours, as it shall lie in the zip: the entries and `aldia` at the root."""
    project = BUILD / "project"
    shutil.rmtree(project, ignore_errors=True)
    project.mkdir()
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in OURS:
        source = ROOT / "functions" / name
        if source.is_dir():
            shutil.copytree(source, project / name, ignore=ignored)
        else:
            shutil.copy(source, project / name)
    shutil.copytree(ROOT / "templates", project / "templates", ignore=ignored)
    made = project / "aldia" / ready.FOLDER
    command = [sys.executable, "-m", "infra.aws.ready", str(made)]
    _run(command, "Templates and sentences were not made ready", cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": "0"})
    settings = json.loads(SETTINGS.read_text("utf-8"))
    settings["aws"]["runtime"] = RUNTIME
    (project / "zappa_settings.json").write_text(json.dumps(settings), "utf-8")
    return project


def by_zappa(venv: Path, project: Path, target: Path = WHOLE) -> Path:
    """What Zappa itself packs of that environment and that folder."""
    name = target.name
    command = [str(venv / "bin" / "python"), "-m", "zappa.cli", "package", "aws", "--output", name]
    environ = os.environ | {"VIRTUAL_ENV": str(venv), "AWS_DEFAULT_REGION": "eu-west-1", "PYTHONDONTWRITEBYTECODE": "1"}
    _run(command, "Zappa did not package", cwd=project, env=environ)
    return (project / name).replace(target)


def _run(command: list[str], trouble: str, **more: object) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=600, **more)  # type: ignore[call-overload]
    if done.returncode:
        raise NotPackaged(f"{trouble}:\n{(done.stdout + done.stderr)[-2000:]}")


if __name__ == "__main__":
    try:
        made = package()
    except NotPackaged as reason:
        sys.exit(str(reason))
    print(f"zappa package: {Sizes.of(WHOLE)}\nwhat is shipped: {Sizes.of(made)}  {made.relative_to(ROOT)}")
