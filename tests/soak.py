"""How long the long proofs run: a short version in `make test`, the whole of it in `make soak`."""

import os

SOAK = "ALDIA_SOAK"


def is_soak() -> bool:
    """Whether this run is `make soak`."""
    return os.environ.get(SOAK, "") not in ("", "0")


def amount(short: int, long: int) -> int:
    """How many: `short` in `make test`, `long` in `make soak`."""
    return long if is_soak() else short
