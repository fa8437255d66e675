"""The shape of the code, checked: who may import whom, what stays small, what never enters a file."""

import ast
import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FUNCTIONS = ROOT / "functions"
PACKAGE = FUNCTIONS / "aldia"
LONGEST_FUNCTION = 60

# Each part of the package and the parts that it may import besides itself. Imports go one way: domain ← flows ← pages.
MAY_IMPORT = {
    "rules": set(),
    "domain": {"rules"},
    "settings": set(),
    "banking": {"domain", "rules"},
    "assets": set(),
    "logs": set(),
    "ready": set(),
    "ports": {"domain"},
    "i18n": {"domain", "ready", "rules"},
    "store": {"banking", "domain", "ports"},
    "mail": {"assets", "banking", "domain", "i18n", "ports", "ready", "rules"},
    "imports": {"domain", "i18n", "ports", "rules"},
    "adapters": {"domain", "ports", "rules"},
    "flows": {"banking", "domain", "imports", "mail", "ports", "rules", "settings", "store"},
    "pages": {
        "assets",
        "banking",
        "domain",
        "flows",
        "i18n",
        "imports",
        "mail",
        "ports",
        "ready",
        "rules",
        "settings",
        "store",
    },
    "replay": {"adapters", "bootstrap", "domain", "flows", "i18n", "mail", "ports", "settings", "store"},
    "bootstrap": {"adapters", "domain", "flows", "i18n", "imports", "mail", "ports", "rules", "settings", "store"},
    "site": {"assets", "settings"},
    "lambdas": {"app", "bootstrap", "flows", "logs", "pages", "ports", "settings"},
    "app": {"assets", "bootstrap", "domain", "flows", "i18n", "pages", "ports", "settings", "store"},
    "cli": {
        "app",
        "assets",
        "bootstrap",
        "domain",
        "flows",
        "i18n",
        "imports",
        "mail",
        "pages",
        "ports",
        "replay",
        "settings",
        "store",
    },
}
ENTRIES_MAY_IMPORT = {"app", "bootstrap", "flows", "lambdas", "settings"}

# A library that belongs to one edge stays there.
ONLY_IN = {
    "boto3": {"adapters", "bootstrap"},
    "botocore": {"adapters", "bootstrap"},
    "stripe": {"adapters", "bootstrap"},
    "holidays": {"adapters"},
    "babel": {"i18n"},
    "segno": {"banking"},
    "stdnum": {"banking"},
    "flask": {"app", "pages"},
    "werkzeug": {"app", "pages"},
    "waitress": {"cli"},
    "zappa": {"lambdas"},
}

IMPURE_MODULES = {
    "asyncio", "http", "io", "locale", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil",
    "socket", "sqlite3", "subprocess", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip
IMPURE_CALLS = {"now", "utcnow", "today", "open", "input", "print"}

# Written in pieces, for this file is checked too.
REGISTRIES = [".".join(parts) for parts in (
    ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("yarnpkg", "com"),
    ("crates", "io"), ("proxy", "golang", "org"), ("deb", "debian", "org"),
)]  # fmt: skip
MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(work|root|opt/wheels|opt/pypi|home/[a-z]+|Users/[A-Za-z]+|tmp/try)/")


def python_files(*folders):
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def tree(path):
    return ast.parse(path.read_text("utf-8"), str(path))


def imports(path):
    """(line, dotted name) of everything that a file imports, wherever in the file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} the package is always imported as `aldia`"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def part_of(path):
    """The part of the package that a file belongs to: `domain`, `flows`, `bootstrap`…"""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def where(path, line):
    return f"{path.relative_to(ROOT)}:{line}"


def tracked_files():
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    paths = (ROOT / name for name in listing.stdout.decode().split("\0") if name)
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def test_every_part_of_the_package_has_its_row_of_allowed_imports():
    parts = {part_of(path) for path in python_files(PACKAGE)} - {"__init__"}
    assert parts - set(MAY_IMPORT) == set(), "say in MAY_IMPORT what the new part may import"


def test_imports_go_one_way():
    wrong = []
    for path in python_files(PACKAGE):
        part = part_of(path)
        for line, name in imports(path):
            top, _, rest = name.partition(".")
            target = rest.split(".")[0]
            if top == "aldia" and target not in MAY_IMPORT.get(part, set()) | {part, "__version__"}:
                wrong.append(f"{where(path, line)} {part} must not import {name}")
            if top in ("infra", "tests") and part != "cli":
                wrong.append(f"{where(path, line)} what is shipped must not import {name}")
    assert wrong == []


def test_only_the_edge_that_owns_a_library_imports_it():
    wrong = []
    for path in python_files(PACKAGE):
        for line, name in imports(path):
            owners = ONLY_IN.get(name.split(".")[0])
            if owners is not None and part_of(path) not in owners:
                wrong.append(f"{where(path, line)} {name} belongs to {sorted(owners)}")
    assert wrong == []


def test_lambda_entries_are_thin_and_take_event_and_context():
    wrong = []
    for path in sorted(FUNCTIONS.glob("*.py")):
        for line, name in imports(path):
            top, _, rest = name.partition(".")
            if top == "aldia" and rest.split(".")[0] not in ENTRIES_MAY_IMPORT:
                wrong.append(f"{where(path, line)} an entry must not import {name}")
        if len(path.read_text("utf-8").splitlines()) > 30:
            wrong.append(f"{where(path, 1)} is longer than 30 lines")
        for node in tree(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                names = [argument.arg.lstrip("_") for argument in node.args.args]
                if names != ["event", "context"] or node.args.defaults or node.args.kwonlyargs:
                    wrong.append(f"{where(path, node.lineno)} Zappa needs exactly (event, context)")
    assert wrong == []


def test_the_domain_needs_the_standard_library_alone_and_is_pure():
    wrong = []
    for path in python_files(PACKAGE / "domain"):
        for line, name in imports(path):
            top = name.split(".")[0]
            if top != "aldia" and top not in sys.stdlib_module_names:
                wrong.append(f"{where(path, line)} is not in the standard library: {name}")
            if top in IMPURE_MODULES:
                wrong.append(f"{where(path, line)} reaches outside: {name}")
        calls = (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))
        wrong += [
            f"{where(path, call.lineno)} calls {_called(call)}()" for call in calls if _called(call) in IMPURE_CALLS
        ]
    assert wrong == []


def _called(call):
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def test_no_function_is_longer_than_a_screen():
    wrong = []
    for path in python_files(FUNCTIONS, ROOT / "infra"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = node.end_lineno - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    wrong.append(f"{where(path, node.lineno)} {node.name} has {length} lines")
    assert wrong == []


def test_nothing_directly_under_functions_shadows_a_library():
    """Lambda and Zappa put functions/ on the path before everything else."""
    installed = {
        name for name, owners in importlib.metadata.packages_distributions().items() if set(owners) != {"aldia"}
    }
    ours = {path.stem for path in FUNCTIONS.iterdir() if path.suffix == ".py" or path.is_dir()} - {"__pycache__"}
    assert "boto3" in installed
    assert ours & (installed | sys.stdlib_module_names) == set()


def test_no_tracked_file_names_a_registry_or_a_path_of_one_machine():
    wrong = []
    for path in tracked_files():
        text = path.read_bytes().decode("utf-8", "replace")
        wrong += [f"{path.relative_to(ROOT)} names {host}" for host in REGISTRIES if host in text]
        wrong += [f"{path.relative_to(ROOT)} names {found[0]}" for found in MACHINE_PATH.finditer(text)]
    assert wrong == []


@pytest.mark.parametrize("name", ["uv", "run", "dev", "lambda", "emulator", "runtime", "plain", "bandit", "wapiti"])
def test_every_python_requirement_is_pinned_by_hash_and_names_no_host(name):
    text = (ROOT / f"requirements/{name}.txt").read_text("utf-8")
    pins = re.findall(r"^([a-z0-9-]+)==(\S+)(.*)\\\n    --hash=sha256:", text, re.M)
    listed = re.findall(r"^[a-zA-Z0-9].*$", text, re.M)
    assert pins
    assert len(pins) == len(listed)
    assert "://" not in text
    assert not re.search(r"^\s*-(i|f|-index|-extra|-find)", text, re.M)


@pytest.mark.parametrize("other", ["dev", "lambda"])
def test_working_on_it_and_packaging_it_use_the_versions_that_run(other):
    run, used = (dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / f"requirements/{name}.txt").read_text("utf-8"), re.M))
                 for name in ("run", other))  # fmt: skip
    assert {name: used.get(name) for name in run} == run


def test_the_npm_lock_pins_by_hash_and_names_no_host():
    text = (ROOT / "package-lock.json").read_text("utf-8")
    assert "sha512-" in text
    assert "resolved" not in text
    assert "://" not in text
