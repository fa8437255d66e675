"""Cuts a zip down to what runs and compiles it: `python -m infra.aws.trim WHOLE TARGET`.

Run with PYTHONHASHSEED=0 the same files give the same bytes: the order of a set's constants depends on it.
"""

import importlib.util
import py_compile
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

LIST = Path(__file__).with_name("left_out.toml")
STAMP = (1980, 1, 1, 0, 0, 0)  # as Zappa's: bytecode that asks for the source's time would never be believed
READY = "aldia/_made/"  # infra/aws/ready.py
# Their bytecode alone is shipped: a program wrote the sources, or they are tables that nobody reads in a traceback.
SOURCELESS = (READY, "holidays/countries/")
READABLE = 0o644 << 16


@dataclass(frozen=True, slots=True)
class Rule:
    """Globs from the root (`*` passes slashes) that go, but for those that stay; and why."""

    why: str
    globs: tuple[str, ...]
    keep: tuple[str, ...] = ()

    def takes(self, name: str) -> bool:
        """Whether this rule leaves a file out."""
        return _any(name, self.globs) and not _any(name, self.keep)


def _any(name: str, globs: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, glob) for glob in globs)


def rules() -> list[Rule]:
    """What left_out.toml says."""
    listed = tomllib.loads(LIST.read_text("utf-8"))["left_out"]
    return [Rule(entry["why"], tuple(entry["globs"]), tuple(entry.get("keep", ()))) for entry in listed]


def trim(whole: Path, target: Path) -> None:
    """Write `target` from `whole` without what the rules leave out, every source beside its bytecode."""
    listed = rules()
    with zipfile.ZipFile(whole) as source:
        kept = {
            member.filename: source.read(member)
            for member in source.infolist()
            if not member.is_dir() and not any(rule.takes(member.filename) for rule in listed)
        }
    kept = with_bytecode(kept)
    part = target.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in sorted(kept.items()):
            member = zipfile.ZipInfo(name, STAMP)
            member.external_attr, member.compress_type = READABLE, zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    part.replace(target)


def with_bytecode(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files, each source beside its bytecode; of some the bytecode alone."""
    found = files | dict(compiled(files))
    for name in [name for name in files if name.startswith(SOURCELESS) and name.endswith(".py")]:
        found[f"{name}c"] = found.pop(importlib.util.cache_from_source(name))
        del found[name]
    return found


def compiled(files: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Bytecode for every source, by the path where Python looks for it; it is believed without asking the source."""
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder, "source.py"), Path(folder, "made.pyc")
        for name, content in files.items():
            if not name.endswith(".py"):
                continue
            source.write_bytes(content)
            try:
                py_compile.compile(
                    str(source),
                    str(made),
                    dfile=f"/var/task/{name}",
                    doraise=True,
                    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
                )
            except py_compile.PyCompileError:
                continue  # a template of code, or code for another Python: nobody imports it here
            yield importlib.util.cache_from_source(name), made.read_bytes()


if __name__ == "__main__":
    trim(Path(sys.argv[1]), Path(sys.argv[2]))
