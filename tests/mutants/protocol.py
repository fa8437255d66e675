"""Protocol conditions taken away one by one (protocol.toml): each must be missed by the test named beside it.

`python -m tests.mutants.protocol --count 5` runs the first five of a seeded order, without `--count` all.
"""

import argparse
import json
import random
import sys
import time
import tomllib
from pathlib import Path
from typing import NamedTuple

from tests.mutants import nursery

PACKAGE = nursery.FUNCTIONS / "aldia"
AT_MOST = 300.0  # seconds for one test on a busy machine
AT_LEAST = 20.0


class Condition(NamedTuple):
    """`was` stands once in the file; `now` leaves the condition out."""

    name: str
    file: str  # below functions/aldia
    was: str
    now: str
    test: str

    @property
    def source(self) -> str:
        """The file without the condition."""
        whole = (PACKAGE / self.file).read_text("utf-8")
        if whole.count(self.was) != 1:
            raise ValueError(f"{self.name}: {self.was!r} stands {whole.count(self.was)} times in {self.file}")
        return whole.replace(self.was, self.now)


def conditions() -> list[Condition]:
    """All of them, in the order of the file."""
    rows = tomllib.loads(Path(__file__).with_name("protocol.toml").read_text("utf-8"))["condition"]
    return [Condition(**row) for row in rows]


def run(chosen: list[Condition]) -> dict[str, object]:
    """What became of each; first all the tests as the code is: what fails already would prove nothing."""
    nursery.warm_up()
    untouched, began = PACKAGE / "__init__.py", time.monotonic()
    tests = list(dict.fromkeys(one.test for one in chosen))
    healthy, said = nursery.verdict(untouched, untouched.read_text("utf-8"), tests, seconds=AT_MOST + 10 * len(tests))
    if healthy != nursery.SURVIVED:
        return {"healthy": said}
    patience = min(AT_MOST, AT_LEAST + 2 * (time.monotonic() - began))  # a loop without an end is told by that
    told: dict[str, list[str]] = {nursery.KILLED: [], nursery.SURVIVED: [], nursery.BROKEN: []}
    for one in chosen:
        result, said = nursery.verdict(PACKAGE / one.file, one.source, [one.test], seconds=patience)
        sys.stderr.write(f"{result} {one.name}\n")
        told[result].append(one.name if result != nursery.BROKEN else f"{one.name}: {said}")
    return {"healthy": True, **told}


def main() -> None:
    """The command."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--count", type=int, default=0, help="0: all")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--only", nargs="*", default=[""], help="those with one of these in their name")
    given = asked.parse_args()
    chosen = [one for one in conditions() if any(part in one.name for part in given.only)]
    if given.count:
        chosen = random.Random(given.seed).sample(chosen, min(given.count, len(chosen)))
    sys.stdout.write(json.dumps(run(chosen), ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
