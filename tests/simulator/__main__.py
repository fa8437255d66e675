"""Play one seed again and show what happened: `.venv/bin/python -m tests.simulator SEED`."""

import sys
import traceback

from tests.simulator.play import play


def main() -> int:
    """0: every law held; 1: one was broken."""
    played = play(int(sys.argv[1]))
    sys.stdout.write("\n".join(played.lines) + f"\n{played.steps} steps, trace {played.trace_hash}\n")
    if played.violation is None:
        return 0
    traceback.print_exception(played.violation)
    return 1


if __name__ == "__main__":
    sys.exit(main())
