"""`python -m tests.aws.emulator.breakages [NAME…]`: breaks a copy of the project, where `make e2e` must notice it.

Prints one line for each: seen, or what came instead. Bounded: a copy's run ends after `LONGEST_S`.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path

from infra.aws import package, ready, trim

ROOT = Path(__file__).resolve().parents[3]
LIST = Path(__file__).with_name("breakages.toml")
LINKED = (".venv", "node_modules", "build/aws/emulator", "build/aws/venv")
LONGEST_S = 900
IN_ZIP = ("functions/", "templates/")


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of one file."""

    file: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Breakage:
    """A feature taken away, the test that must notice, and a part of the line that must fail."""

    name: str
    edits: tuple[Edit, ...]
    test: str
    sees: str


def listed():
    """Every breakage of the list."""
    for one in tomllib.loads(LIST.read_text("utf-8"))["breakage"]:
        edits = (Edit(one["file"], one["was"], one["now"]), *([Edit(**one["also"])] if "also" in one else []))
        yield Breakage(one["name"], edits, one["test"], one["sees"])


def copied(folder):
    """A copy of what git knows here, with the environments of this checkout beside it."""
    told = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True)
    for name in told.stdout.decode().splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    for name in LINKED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(ROOT / name)


def apply(breakage, folder):
    """Break the copy, and its package as packaging would: only what differs is compiled anew."""
    target = folder / "build" / "aws" / package.PACKAGE.name
    shutil.copy(package.package(), target)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the name is there already; what comes later holds
        for edit in breakage.edits:
            path = folder / edit.file
            text = path.read_text("utf-8")
            assert text.count(edit.was) == 1, f"{breakage.name}: {edit.file} holds it {text.count(edit.was)} times"
            path.write_text(text.replace(edit.was, edit.now), "utf-8")
            if edit.file.startswith(IN_ZIP):
                name = edit.file.removeprefix("functions/")
                broken = {name: path.read_bytes()} | made_ready(folder, path)
                for member, body in trim.with_bytecode(broken).items():
                    archive.writestr(zipfile.ZipInfo(member, trim.STAMP), body, zipfile.ZIP_DEFLATED)
    stamp = "from infra.aws import package as p; p.PACKAGE.with_suffix('.sources').write_text(p.sources(), 'utf-8')"
    subprocess.run([sys.executable, "-c", stamp], cwd=folder, env=_environment(folder), check=True)


def made_ready(folder, path):
    """What packaging makes of a template or of sentences, by its name in the zip; nothing of any other file."""
    if path.suffix == ".py":
        return {}
    with tempfile.TemporaryDirectory() as name:
        command = [sys.executable, "-m", "infra.aws.ready", name]
        subprocess.run(command, cwd=folder, env=_environment(folder) | {"PYTHONHASHSEED": "0"}, check=True)
        made = [found for found in Path(name).rglob("*") if found.is_file()]
        return {f"aldia/{ready.FOLDER}/{found.relative_to(name)}": found.read_bytes() for found in made}


def _environment(folder):
    return os.environ | {"PYTHONPATH": f"{folder / 'functions'}{os.pathsep}{folder}", "PYTHONDONTWRITEBYTECODE": "1"}


def seen(breakage):
    """What came of it: "seen", or why not."""
    with tempfile.TemporaryDirectory(prefix="broken-") as name:
        folder = Path(name)
        copied(folder)
        apply(breakage, folder)
        checks = sorted(str(path.relative_to(folder)) for path in folder.glob("tests/aws/emulator/check_*.py"))
        command = [
            "nice",
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "--tb=short",
            "--basetemp",
            f"{folder}/t",
            *checks,
        ]
        with subprocess.Popen(
            command, cwd=folder, env=_environment(folder), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            try:
                told, _ = process.communicate(timeout=LONGEST_S)
            except subprocess.TimeoutExpired:
                process.terminate()
                return "it did not end"
    failed = [line for line in told.splitlines() if line.startswith("FAILED")]
    if len(failed) == 1 and f"::{breakage.test}" in failed[0] and breakage.sees in told:
        return "seen"
    return f"not seen as it should be: {failed or 'nothing failed'}\n{told[-1500:]}"


def main(names):
    """Break what is asked for, or everything; 1 when anything was not seen."""
    bad = 0
    for breakage in listed():
        if names and breakage.name not in names:
            continue
        began = time.monotonic()
        told = seen(breakage)
        bad += told != "seen"
        sys.stdout.write(f"{breakage.name}: {told} ({time.monotonic() - began:.0f} s)\n")
        sys.stdout.flush()
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
