"""The packages that are compared, unpacked as Lambda unpacks them: with the zip's own time stamps."""

import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from hashlib import sha256
from pathlib import Path

from infra.aws import package

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).parent
BUILD = ROOT / "build" / "lambda-bench"
PLAIN = BUILD / "plain.zip"  # Flask, Zappa and boto3, as `zappa package` makes it


def ours() -> Path:
    """The package that is deployed, unpacked."""
    return unpacked(package.package(), "ours")


def whole() -> Path:
    """The same before it is cut and compiled: what Zappa alone would ship of our dependencies."""
    package.package()
    return unpacked(package.WHOLE, "ours_by_zappa")


def plain() -> Path:
    """Flask, Zappa and boto3 with valid bytecode."""
    folder = unpacked(_plain_zip(), "plain")
    compiled = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(folder)]
    subprocess.run(compiled, check=False, capture_output=True, timeout=300)  # a template of code is no Python
    return folder


def plain_by_zappa() -> Path:
    """The same as Zappa ships it."""
    return unpacked(_plain_zip(), "plain_by_zappa")


def nothing() -> Path:
    """A function that does nothing."""
    folder = BUILD / "nothing"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "nothing.py", folder / "nothing.py")
    return folder


def unpacked(archive: Path, name: str) -> Path:
    """A fresh folder with a zip's content. Files are as old as the zip says: bytecode is judged by that."""
    folder = BUILD / name
    shutil.rmtree(folder, ignore_errors=True)
    with zipfile.ZipFile(archive) as source:
        source.extractall(folder)
        for member in source.infolist():
            if not member.is_dir():
                at = time.mktime((*member.date_time, 0, 0, -1))
                os.utime(folder / member.filename, (at, at))
    return folder


def _plain_zip() -> Path:
    """Made once for the same requirements."""
    BUILD.mkdir(parents=True, exist_ok=True)
    venv = ROOT / "build" / "envs" / "plain"
    digest = sha256(package.RUNTIME.encode())
    for source in (ROOT / "requirements" / "plain.txt", HERE / "plain_app.py", Path(__file__)):
        digest.update(source.read_bytes())
    stamp = PLAIN.with_suffix(".sources")
    if PLAIN.exists() and stamp.exists() and stamp.read_text("utf-8") == digest.hexdigest():
        return PLAIN
    project = BUILD / "plain_project"
    shutil.rmtree(project, ignore_errors=True)
    project.mkdir()
    shutil.copy(HERE / "plain_app.py", project / "plain_app.py")
    settings = json.loads(package.SETTINGS.read_text("utf-8"))
    settings["aws"] |= {"runtime": package.RUNTIME, "app_function": "plain_app.app", "project_name": "plain"}
    (project / "zappa_settings.json").write_text(json.dumps(settings), "utf-8")
    package.by_zappa(venv, project, PLAIN)
    stamp.write_text(digest.hexdigest(), "utf-8")
    return PLAIN
