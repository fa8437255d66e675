"""The command line. `aldia run` starts Al Día on this machine, `aldia serve` on a server; AWS uses nothing of this."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

DEFAULT_PORT = "8000"
DEFAULT_DATA = ".local"
UNREAD_SHOWN = 20
DEFAULT_SETTINGS = "/etc/aldia/aldia.env"


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; the exit code."""
    wish = _parser().parse_args(arguments)
    if wish.command == "replay":
        return _replay(wish.files)
    if wish.command == "restored":
        return _restored(wish.since, is_telling=wish.tell)
    if wish.command not in ("run", None):
        from infra.server import commands  # only a checkout has it

        return commands.run(wish)
    try:
        return _run(os.environ, is_demo=wish.demo)
    except ValueError as wrong:  # a setting that cannot be
        print(wrong, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="aldia", description="Al Día: kind reminders, one link, a ledger that is right."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="start Al Día on this machine (PORT and DATA_DIR choose where)")
    run.add_argument("--demo", action="store_true", help="with an account that has sample data")
    replay = commands.add_parser(
        "replay", help="play scenarios and print what Al Día would have sent (docs/scenarios.md)"
    )
    replay.add_argument("files", nargs="+", metavar="FILE", help="a scenario as JSON; - reads standard input")
    restored = commands.add_parser(
        "restored", help="after the table was set back: stop mail, list what may have gone (docs/decisions.md)"
    )
    restored.add_argument("since", metavar="INSTANT", help="the moment it was set back to: 2026-11-22T10:00:00Z")
    restored.add_argument("--tell", action="store_true", help="only write to who could not be told, now that mail goes")
    _add_server(commands)
    return parser


def _add_server(commands: Any) -> None:
    """What a server of one's own needs (docs/self-hosting.md)."""

    def add(name: str, text: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = commands.add_parser(name, help=f"server: {text}")
        added.add_argument("--settings", default=os.environ.get("ALDIA_SETTINGS") or DEFAULT_SETTINGS, metavar="FILE")
        return added

    add("serve", "serve until told to stop, behind a TLS proxy (docs/self-hosting.md)")
    check = add("check", "say what is missing in the settings")
    check.add_argument("--mail", metavar="ADDRESS", help="send a mail there")
    add("jobs", "everything that is due now, once: for a timer")
    backup = add("backup", "one file with table and private files, while it runs")
    backup.add_argument("file", metavar="FILE", help="where to; a folder gets a file with a name of its own")
    backup.add_argument("--keep", type=int, metavar="N", help="in a folder: take away all but the newest N")
    add("restore", "set the data back to a backup; nobody is written to twice").add_argument("file", metavar="FILE")
    add("dsn", "a report of an undelivered mail, on standard input")
    add("bounced", "an address that does not work").add_argument("address", metavar="ADDRESS")
    add("mail-stop", "stop all mail at once")
    add("mail-go", "let mail go again")


def _restored(text: str, *, is_telling: bool) -> int:
    from aldia.bootstrap import aws_refusals, build
    from aldia.flows.after_restore import after_restore, tell
    from aldia.ports import Conflict, Unreachable

    try:
        since = datetime.fromisoformat(text)
    except ValueError:
        since = None
    if since is None or since.tzinfo is None:
        print(f"{text!r} is not an instant with its offset, such as 2026-11-22T10:00:00Z.", file=sys.stderr)
        return 2
    try:
        ports = build()
    except ValueError as wrong:  # a setting that cannot be
        print(wrong, file=sys.stderr)
        return 2
    try:
        if is_telling:
            found = tell(ports)
        else:
            found = drilled = after_restore(ports, since.astimezone(UTC))
            print(f"Mail is stopped. Letters that may have gone and are not repeated: {drilled.doubts}.")
    except (Conflict, Unreachable) as busy:
        print(f"Not done: the table was busy or away ({busy}). Run the same command once more.", file=sys.stderr)
        return 1
    except aws_refusals() as away:  # no credentials, another region, no such table, no permission
        print(f"Not done: {away}. Are AWS's credentials, its region and ALDIA_TABLE set?", file=sys.stderr)
        return 1
    if found.unread:
        print(unread_after_restore(found.unread))
    print(f"Freelancers told by mail: {found.told}; not told: {found.untold}.")
    if found.untold:
        print("When mail goes again, run the same command once more with --tell: it writes to these, and does no more.")
    return 0


def unread_after_restore(names: Sequence[str]) -> str:
    """What the command says of records that could not be read, with their keys: these hold no personal data."""
    shown = "\n".join(f"  {name}" for name in names[:UNREAD_SHOWN])
    rest = len(names) - UNREAD_SHOWN
    return (
        f"Records that could not be read: {len(names)}. Nothing is written to their clients until they are mended, "
        f"and then nothing goes twice; all others are handled.\n{shown}" + (f"\n  and {rest} more" if rest > 0 else "")
    )


def _replay(files: Sequence[str]) -> int:
    from aldia.replay.command import replay
    from infra.local.engine import Engine  # only a checkout has it

    return replay(files, Engine)


def _run(environ: Mapping[str, str], *, is_demo: bool) -> int:
    from infra.local.run import run  # only a checkout has it

    data = Path(environ.get("DATA_DIR") or DEFAULT_DATA).expanduser()
    return run(port_of(environ.get("PORT") or DEFAULT_PORT), data, is_demo=is_demo)


def port_of(text: str) -> int:
    """A port that one may choose; ValueError with one sentence otherwise."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise ValueError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
