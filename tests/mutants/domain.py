"""A seeded sample of mutants of the domain, each run against the tests that reach its line.

`nice python -m tests.mutants.domain --count 300 --seed 1 --out .local/mutants.json`; cut off, it goes on where it was.
"""

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from tests.mutants import equivalent, nursery
from tests.mutants.covering import OUT, Covering, Reaching, by_line, of_lines
from tests.mutants.mutations import Mutation, mutations
from tests.mutants.warm import WarmPytest, is_exchangeable

DOMAIN = nursery.FUNCTIONS / "aldia" / "domain"
FAST_TESTS = (
    "tests/domain", "tests/imports/test_amounts.py", "tests/imports/test_dates.py", "tests/imports/test_texts.py",
)  # fmt: skip
FIRST = 40  # tests of a first round in the nursery, which catches most: little is collected for it
DEAR = 0.1  # seconds from which a test waits for all the cheaper ones
MOST_SECONDS = 20.0  # of tests for one mutant, as they took without it and traced
PATIENCE = 20.0, 5.0  # seconds, and times what the tests took without the mutant, until it counts as one without end


Reached = dict[str, list[Reaching]]
"""Line → its tests."""
Known = dict[str, dict[str, object]]
"""Mutant → what became of it: result, by, seconds."""
MARKS = ("-m", "not slow and not soak")


def every_mutation(only: str = "") -> list[Mutation]:
    """All mutations of the domain, or of one of its files, in the order of files and lines."""
    paths = sorted(DOMAIN.rglob(only or "*.py"))
    return [one for path in paths for one in mutations(str(path.relative_to(DOMAIN)), path.read_text("utf-8"))]


def sample(count: int, seed: int, only: str = "") -> list[Mutation]:
    """A seeded sample in an order of chance, so that the first ones are a sample too.

    Each mutation draws its own lot: a change of the domain moves those that it touches and leaves the others in place.
    """
    lots: dict[str, Mutation] = {}
    for one in every_mutation(only):
        place = 0
        while (lot := _lot(one, seed, place)) in lots:  # the same change twice in one line
            place += 1
        lots[lot] = one
    return [lots[lot] for lot in sorted(lots)[:count]]


def _lot(one: Mutation, seed: int, place: int) -> str:
    return hashlib.sha256(f"{seed}/{place}/{'/'.join(equivalent.named(one, DOMAIN))}".encode()).hexdigest()


def reaching(tests: Sequence[str], key: str) -> Reached:
    """Which tests reach what: run once, in a child, and kept below .local/ until domain or tests change (`key`)."""
    out = nursery.ROOT / ".local" / f"covering-{key[:16]}.json"
    if out.is_file():
        return by_line(json.loads(out.read_text("utf-8")))
    out.parent.mkdir(exist_ok=True)
    for old in out.parent.glob("covering-*.json"):
        old.unlink()
    os.environ[OUT] = str(out)
    child = os.fork()
    if not child:
        import pytest

        options = [*(one for one in nursery.QUIET if one != "-x"), *MARKS, *tests]
        os._exit(int(pytest.main(options, plugins=[nursery.FewExamples(), Covering()])))
    _, status = os.waitpid(child, 0)
    if status:
        out.unlink(missing_ok=True)
        raise SystemExit("these tests fail already, so they would prove nothing")
    return by_line(json.loads(out.read_text("utf-8")))


def tests_of(one: Mutation, reached: Reached) -> list[Reaching]:
    """The tests that reach the mutated statement: dear ones last, those named after its file first, the most specific.

    Of a module's own values: those that reach anything of the module, then all other cheap ones.
    """
    own = f"test_{Path(one.file).stem}"
    near = of_lines(reached, one.file, one.lines)
    others: set[Reaching] = set()
    if not one.lines:
        near = {each for key, tests in reached.items() if key.startswith(f"{one.file}:") for each in tests}
        others = {each for tests in reached.values() for each in tests if each.seconds <= DEAR} - near
    ordered = [
        *sorted(near, key=lambda each: (each.seconds > DEAR, own not in each.test, each)),
        *sorted(others),
    ]
    spent = accumulate(each.seconds for each in ordered)
    return [each for each, seconds in zip(ordered, spent, strict=True) if seconds <= MOST_SECONDS]


@dataclass(frozen=True)
class Lab:
    """Where mutants are tried: the warm pytest what it can take, the nursery all others."""

    reached: Reached
    warm: WarmPytest

    def outcome(self, one: Mutation) -> tuple[str, str]:
        """(killed, survived or broken; the test that caught it or what was said instead)."""
        path, tests = DOMAIN / one.file, tests_of(one, self.reached)
        if not tests:
            return nursery.SURVIVED, "no test reaches it"
        right = path.read_text("utf-8")
        at_import = any(f"{one.file}:{line}" in self.warm.at_import for line in one.lines)
        is_warm = one.is_in_body and not at_import and is_exchangeable(right)
        tried, parts = (self.warm.verdict, [tests]) if is_warm else (nursery.verdict, [tests[:FIRST], tests[FIRST:]])
        for part in filter(None, parts):
            seconds = PATIENCE[0] + PATIENCE[1] * sum(each.seconds for each in part)
            result, said = tried(path, one.source(right), [each.test for each in part], seconds=seconds)
            if result != nursery.SURVIVED:
                return result, said.partition(nursery.KILLER)[2].strip() or said[-300:]
        return nursery.SURVIVED, f"{len(tests)} tests"


def run(chosen: Sequence[Mutation], lab: Lab, known: Known) -> Iterator[None]:
    """Notes in `known` what became of each that is not yet there; gives way after every one."""
    for one in sorted(chosen, key=lambda one: not one.is_in_body):  # the dear ones last
        if str(one) not in known:
            began = time.monotonic()
            result, said = lab.outcome(one)
            known[str(one)] = {"result": result, "by": said, "seconds": round(time.monotonic() - began, 1)}
            yield


def told(chosen: Sequence[Mutation], known: Known) -> dict[str, object]:
    """The figures. `percent`: of all; `percent_of_others`: of those that are not listed as changing nothing."""
    named = {result: [one for one in chosen if known.get(str(one), {}).get("result") == result] for result in ENDS}
    same = equivalent.of(named[nursery.SURVIVED], DOMAIN)
    killed, all_of_them = len(named[nursery.KILLED]), sum(map(len, named.values()))
    return {
        **{result: len(those) for result, those in named.items()},
        "equivalent": len(same),
        "percent": _percent(killed, all_of_them),
        "percent_of_others": _percent(killed, all_of_them - len(same)),
        "seconds": round(sum(float(str(one["seconds"])) for one in known.values())),
        "survivors": [str(one) for one in named[nursery.SURVIVED] if one not in same],
        "broken_ones": [f"{one}: {known[str(one)]['by']}" for one in named[nursery.BROKEN]],
    }


ENDS = (nursery.KILLED, nursery.SURVIVED, nursery.BROKEN)


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


def sources(tests: Sequence[str]) -> str:
    """A digest of what the results hold for: the domain and the tests that were run against it."""
    digest = hashlib.sha256()
    for place in (DOMAIN, *(nursery.ROOT / test for test in tests)):
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def main() -> None:
    """The command."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--count", type=int, default=300)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--out", type=Path, default=nursery.ROOT / ".local" / "mutants.json")
    asked.add_argument("--only", default="", help="one file of the domain")
    asked.add_argument("--tests", nargs="*", default=FAST_TESTS)
    given = asked.parse_args()
    nursery.warm_up()
    given.out.parent.mkdir(exist_ok=True)
    before = json.loads(given.out.read_text("utf-8")) if given.out.is_file() else {}
    now = {"seed": given.seed, "sources": sources(given.tests)}
    known = before["each"] if before.items() >= now.items() else {}
    chosen = sample(given.count, given.seed, given.only)
    lab = Lab(reaching(given.tests, now["sources"]), WarmPytest([*MARKS, *given.tests]))
    for _ in run(chosen, lab, known):
        text = json.dumps({**now, **told(chosen, known), "each": known}, ensure_ascii=False, indent=1)
        given.out.write_text(text, "utf-8")
    lab.warm.end()
    sys.stdout.write(json.dumps(told(chosen, known), ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
