"""A seeded sample of mutants of the domain, each run against the tests that reach its function.

`python -m tests.mutants.domain --count 300 --seed 1 --out .local/mutants.json`
"""

import argparse
import json
import os
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.mutants import nursery
from tests.mutants.covering import OUT, Reaching, by_function
from tests.mutants.mutations import Mutation, mutations

DOMAIN = nursery.FUNCTIONS / "aldia" / "domain"
FAST_TESTS = (
    "tests/domain", "tests/imports/test_amounts.py", "tests/imports/test_dates.py", "tests/imports/test_texts.py",
)  # fmt: skip
MOST_SECONDS = 60.0  # of tests for one mutant, as they took without it
AT_MOST = 300.0  # seconds until a mutant counts as one that does not end


Reached = dict[str, list[Reaching]]
"""Function → its tests."""


def every_mutation(only: str = "") -> list[Mutation]:
    """All mutations of the domain, or of one of its files, in the order of files and lines."""
    paths = sorted(DOMAIN.rglob(only or "*.py"))
    return [one for path in paths for one in mutations(str(path.relative_to(DOMAIN)), path.read_text("utf-8"))]


def sample(count: int, seed: int, only: str = "") -> list[Mutation]:
    """A seeded sample in an order of chance, so that the first ones are a sample too."""
    found = every_mutation(only)
    return random.Random(seed).sample(found, min(count, len(found)))


def reaching(tests: Sequence[str], kept: Path | None) -> Reached:
    """Run the tests once, in a child, and note what each reaches; `kept`: a file that may know it already."""
    out = kept or nursery.ROOT / ".local" / f"covering-{os.getpid()}.json"
    if not out.is_file():
        out.parent.mkdir(exist_ok=True)
        os.environ[OUT] = str(out)
        child = os.fork()
        if not child:
            import pytest

            from tests.mutants.covering import Covering

            options = [one for one in nursery.QUIET if one != "-x"]
            os._exit(
                int(
                    pytest.main(
                        [*options, "-m", "not slow and not soak", *tests], plugins=[nursery.FewExamples(), Covering()]
                    )
                )
            )
        os.waitpid(child, 0)
    try:
        return by_function(json.loads(out.read_text("utf-8")))
    finally:
        if not kept:
            out.unlink(missing_ok=True)


def tests_of(one: Mutation, reached: Reached) -> list[str]:
    """The tests that reach the mutated function, those named after its file first, then the most specific ones.

    Of a module's own values: those that reach anything of the module; of a module without functions: of any.
    """
    name, line = one.function
    known = reached.get(f"{one.file}:{line}", []) if name else []
    known = known or sorted(
        {each for key, tests in reached.items() if key.startswith(f"{one.file}:") for each in tests}
    )
    known = known or sorted({each for tests in reached.values() for each in tests})
    own = f"test_{Path(one.file).stem}"
    chosen, seconds = [], 0.0
    for each in sorted(known, key=lambda each: own not in each.test):
        if seconds + each.seconds <= MOST_SECONDS:
            chosen.append(each.test)
            seconds += each.seconds
    return chosen


def run(chosen: Sequence[Mutation], reached: Reached) -> Iterator[dict[str, object]]:
    """What became of each so far; the last one says it of all."""
    began, ended = time.monotonic(), {"killed": 0, "survived": 0, "broken": 0}
    survivors: list[str] = []
    broken: list[str] = []
    for one in chosen:
        tests = tests_of(one, reached)
        result, said = nursery.SURVIVED, "no test reaches it"
        if tests:
            path = DOMAIN / one.file
            result, said = nursery.verdict(path, one.source(path.read_text("utf-8")), tests, seconds=AT_MOST)
        ended[result] += 1
        if result == nursery.SURVIVED:
            survivors.append(f"{one}  [{len(tests)} tests]")
        elif result == nursery.BROKEN:
            broken.append(f"{one}: {said[-300:]}")
        share = round(100 * ended["killed"] / sum(ended.values()), 1)
        seconds = round(time.monotonic() - began)
        yield {**ended, "percent": share, "seconds": seconds, "survivors": survivors, "broken_ones": broken}


def main() -> None:
    """The command."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--count", type=int, default=300)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--skip", type=int, default=0, help="leave out so many of the sample: to go on where one was")
    asked.add_argument("--out", type=Path, default=nursery.ROOT / ".local" / "mutants.json")
    asked.add_argument("--covering", type=Path, help="keep here which test reaches what, and take it from here")
    asked.add_argument("--only", default="", help="one file of the domain")
    asked.add_argument("--tests", nargs="*", default=FAST_TESTS)
    given = asked.parse_args()
    nursery.warm_up()
    given.out.parent.mkdir(exist_ok=True)
    reached = reaching(given.tests, given.covering)
    for told in run(sample(given.count, given.seed, given.only)[given.skip :], reached):
        given.out.write_text(json.dumps({"seed": given.seed, **told}, ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    main()
