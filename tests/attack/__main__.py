"""`make attack`: wapiti against the application, once as the owner who is signed in, once as a client with a link.

On 127.0.0.1 only, and bounded: `--minutes` of looking for pages in each scan, then a sixth of it for each kind of
attack. Whatever it finds that `accepted.toml` does not name with a reason fails the run, and so does every error of
our own.
"""

import argparse
import json
import logging
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from tests.attack.bad_app import HOLES, bad_app
from tests.attack.target import Target, served, target

ROOT = Path(__file__).resolve().parents[2]
WAPITI = ROOT / "build" / "envs" / "wapiti" / "bin" / "wapiti"
ACCEPTED = Path(__file__).with_name("accepted.toml")
OUT = ROOT / ".local" / "attack.json"
# wapiti 3.2.3 has no module for template injection: tests/hostile.py types it into every form instead.
MODULES = "xss,redirect,file,csp,http_headers,cookieflags,crlf,ssrf,csrf,timesql,exec,xxe,permanentxss"
WHO = ("client", "owner")
# What would end the session that scans, and what shuts a client's link: whatever is sent there then gets one answer.
LEAVES = ("/salir", "/ajustes/seguridad/cerrar", "/ajustes/datos/borrar", "/p/*/no-soy-yo*", "/c/*/no-soy-yo*")


@dataclass(frozen=True)
class Finding:
    """One thing that a scan says."""

    who: str
    kind: str  # wapiti's own name of it
    module: str
    path: str
    info: str

    def __str__(self) -> str:
        return f"{self.who}: {self.kind} ({self.module}) {self.path}: {self.info}"


def main() -> int:
    """Scan, print, keep; 1 when something was found that nobody has judged."""
    parser = argparse.ArgumentParser(prog="python -m tests.attack")
    parser.add_argument("--minutes", type=float, default=4)
    parser.add_argument("--who", choices=WHO, nargs="+", default=WHO)
    parser.add_argument("--control", action="store_true", help="only the application with planted holes")
    wish = parser.parse_args()
    logging.getLogger("aldia.access").disabled = True
    if wish.control:
        return _control(wish.minutes)
    with tempfile.TemporaryDirectory(prefix="aldia-attack-") as folder, target(Path(folder)) as hit:
        found, asked = [], {}
        for who in wish.who:
            report = scan(who, hit, Path(folder), wish.minutes)
            asked[who] = report["infos"].get("crawled_pages_nbr", 0)
            found += findings(who, report)
        errors = list(hit.errors)
    open_findings = [one for one in found if not reason(one)]
    OUT.parent.mkdir(exist_ok=True)
    told = {"crawled": asked, "errors": errors, "found": [vars(one) | {"why": reason(one)} for one in found]}
    OUT.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")
    lines = [f"{who}: {number} addresses and forms" for who, number in asked.items()]
    lines.append(f"{len(found)} findings, of which {len(found) - len(open_findings)} are accepted with a reason")
    lines += [*map(str, open_findings), *(f"an error of ours: {error}" for error in errors)]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if open_findings or errors else 0


def _control(minutes: float) -> int:
    """1 unless every planted hole is found."""
    with tempfile.TemporaryDirectory(prefix="aldia-attack-") as folder, served(bad_app(), Path(folder)) as base_url:
        found = findings("control", scan("control", Target(base_url, "", (), (), []), Path(folder), minutes))
    seen = {one.kind for one in found}
    lines = [f"{len(HOLES & seen)} of {len(HOLES)} planted holes were found"]
    lines += [f"not found: {hole}" for hole in sorted(HOLES - seen)] + [
        f"also: {kind}" for kind in sorted(seen - HOLES)
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if HOLES - seen else 0


def scan(who: str, hit: Target, folder: Path, minutes: float) -> dict[str, Any]:
    """Wapiti's report."""
    out = folder / f"{who}.json"
    paths = hit.owner_paths if who == "owner" else hit.client_paths
    command = [str(WAPITI), "-u", f"{hit.base_url}/", "--scope", "folder", "-m", MODULES, "-S", "normal"]
    command += ["--flush-session", "--store-session", str(folder / who), "--store-config", str(folder / "config")]
    command += ["--max-scan-time", str(minutes * 60), "--max-attack-time", str(minutes * 10)]
    command += ["--no-bugreport", "--verify-ssl", "0", "-t", "5", "--max-links-per-page", "60", "-d", "4"]
    command += ["--endpoint", f"{hit.base_url}/nobody-listens/", "-f", "json", "-o", str(out)]
    for path in paths:
        command += ["-s", hit.base_url + path]
    for path in LEAVES:
        command += ["-x", hit.base_url + path]
    if who == "owner":
        command += ["-H", f"Cookie: {hit.cookie}"]
    if hit.origin:
        command += ["-H", f"Origin: {hit.origin}"]
    log = ROOT / ".local" / f"attack-{who}.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("w") as told:
        subprocess.run(command, stdout=told, stderr=told, stdin=subprocess.DEVNULL, timeout=minutes * 300, check=False)
    if not out.exists():
        raise RuntimeError(log.read_text("utf-8")[-3000:])
    return dict(json.loads(out.read_text("utf-8")))


def findings(who: str, report: dict[str, Any]) -> list[Finding]:
    """All that a report says."""
    found = []
    for kinds in ("vulnerabilities", "anomalies", "additionals"):
        for kind, each in report[kinds].items():
            found += [Finding(who, kind, one["module"], one["path"], one["info"]) for one in each]
    return found


def reason(one: Finding) -> str:
    """Why it may stay, or nothing."""
    for rule in tomllib.loads(ACCEPTED.read_text("utf-8"))["accepted"]:
        if rule["kind"] == one.kind and fnmatchcase(one.path, rule["path"]) and rule["info"] in one.info:
            return str(rule["why"])
    return ""


if __name__ == "__main__":
    sys.exit(main())
