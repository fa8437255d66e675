"""The short table that `make bench` prints: what was aimed at, and what was seen."""

from collections.abc import Iterator
from typing import Any


def lines(found: dict[str, Any]) -> Iterator[str]:
    """The rows, aligned."""
    yield from _rows(
        [
            ("reminders per CPU second", "100", _by_size(found["reminders_per_cpu_s"])),
            ("requests per reminder", "≤ 5", _by_size(found["requests_per_reminder"])),
            ("CPU beside the bare SDK calls", "≤ 2", _by_size(found["cpu_to_bare_sdk"])),
            ("peak memory, MiB", "", _by_size(found["peak_mib"])),
            ("cold web entry beside the plain one", "≤ 1.6", str(found["cold_ratio"]["web"])),
            ("write units of a reminder", "≤ 18", str(found["write_units"]["reminder"])),
            ("write units of a payment", "≤ 20", str(found["write_units"]["payment"])),
        ]
    )
    yield ""
    yield f"{'100 due among open debts':<28}{'read':>8}{'write':>8}{'CPU s':>8}"
    for size, one in found["due_100_of_open"].items():
        yield f"{size:<28}{one['read_units']:>8g}{one['write_units']:>8g}{one['cpu_s']:>8.2f}"
    yield ""
    yield from _pages(found)


def _rows(rows: list[tuple[str, str, str]]) -> Iterator[str]:
    yield f"{'':<38}{'aim':<8}seen"
    for name, aim, seen in rows:
        yield f"{name:<38}{aim:<8}{seen}"


def _by_size(found: dict[str, float]) -> str:
    return " · ".join(f"{size}: {figure:g}" for size, figure in found.items())


def _pages(found: dict[str, Any]) -> Iterator[str]:
    several = [name for name in found if name.startswith("pages")]
    several.sort(key=lambda name: int(name.rpartition("_")[2]) if "_" in name else 10**9)
    yield f"{'requests / read units / ms':<16}" + "".join(f"{name:>22}" for name in several) + f"{'bytes gz':>10}"
    for page, one in found["pages"].items():
        cells = (found[name][page] for name in several)
        told = (f"{cell['requests']} / {cell['read_units']:g} / {cell['ms']:.0f}" for cell in cells)
        yield f"{page:<16}" + " " * 10 + "".join(f"{cell:>22}" for cell in told) + f"{one['bytes_gz']:>10}"
