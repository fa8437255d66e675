"""`make scan`: bandit over everything that is shipped or deploys. Each finding is mended, or judged in judged.toml.

Fails on a finding that nobody has judged, and on a judgement that nothing is found for any more.
"""

import json
import subprocess
import sys
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BANDIT = ROOT / "build" / "envs" / "bandit" / "bin" / "bandit"
JUDGED = Path(__file__).with_name("judged.toml")
FOLDERS = ("functions", "infra")


def main() -> int:
    """Read, compare, print; 1 when a finding or a judgement is left over."""
    done = subprocess.run(
        [str(BANDIT), "-q", "-r", *FOLDERS, "-f", "json"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    report = json.loads(done.stdout)
    open_ones, idle = compare(report["results"], tomllib.loads(JUDGED.read_text("utf-8"))["judged"])
    lines = [f"{report['metrics']['_totals']['loc']} lines, {len(report['results'])} findings, {len(open_ones)} open"]
    lines += [f"{one['test_id']} {one['filename']}:{one['line_number']} {one['issue_text']}" for one in open_ones]
    lines += [f"judged, but not found any more: {rule['id']} {rule['path']}" for rule in idle]
    lines += [f"could not be read: {error['filename']}" for error in report["errors"]]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if len(lines) > 1 else 0


def compare(
    found: list[dict[str, Any]], rules: list[dict[str, str]]
) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """The findings that no rule judges, and the rules that judge nothing."""
    used, open_ones = set(), []
    for one in found:
        places = [place for place, rule in enumerate(rules) if _judges(rule, one)]
        used.update(places)
        if not places:
            open_ones.append(one)
    return open_ones, [rule for place, rule in enumerate(rules) if place not in used]


def _judges(rule: dict[str, str], one: dict[str, Any]) -> bool:
    is_there = one["test_id"] == rule["id"] and fnmatchcase(one["filename"], rule["path"])
    return is_there and rule.get("code", "") in one["code"] and bool(rule["why"])


if __name__ == "__main__":
    sys.exit(main())
