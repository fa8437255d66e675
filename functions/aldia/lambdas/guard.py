"""What a function may be asked to do. Zappa's handler would run any code and any function that an event names."""

from collections.abc import Collection
from typing import Any

RUNS_CODE = ("raw_command", "manage")
RUNS_A_FUNCTION = "command"


class NotAllowed(Exception):
    """The event asks for something that this function does not do."""


def check(event: Any, commands: Collection[str] = ()) -> None:
    """NotAllowed unless the event is an object that asks for no code, and for no command but these."""
    if not isinstance(event, dict):
        raise NotAllowed("an event is an object")
    for name in RUNS_CODE:
        if name in event:
            raise NotAllowed(name)
    if RUNS_A_FUNCTION in event and event[RUNS_A_FUNCTION] not in commands:
        raise NotAllowed("this command is not on the list")
