"""Play one seed again and show what happened: `.venv/bin/python -m tests.simulator SEED`.

With `before|after TIME 'POINT'` behind it somebody is killed at that passing of the point, too.
"""

import sys
import traceback

from tests.simulator.aimed import Aim, live


def main() -> int:
    """0: every law held; 1: one was broken."""
    seed, *aimed = sys.argv[1:]
    aim = Aim(int(seed), aimed[2], aimed[0], int(aimed[1])) if aimed else None
    played, _lived = live(int(seed), aim)
    sys.stdout.write("\n".join(played.lines) + f"\n{played.steps} steps, trace {played.trace_hash}\n")
    if played.violation is None:
        return 0
    traceback.print_exception(played.violation)
    return 1


if __name__ == "__main__":
    sys.exit(main())
