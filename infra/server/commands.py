"""What whoever runs a server types: one function per command, each with its exit code."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from aldia import bootstrap
from aldia.cli import unread_after_restore
from aldia.flows import run_jobs
from aldia.flows.dead_address import dead_address
from aldia.flows.mail_event import mail_event
from aldia.ports import MailRefused, MailUnknown, Message, Unreachable
from infra.local.engine import EngineError
from infra.local.install_engine import NoEngine
from infra.server import archive, reports, room, wishes
from infra.server.restore import restore
from infra.server.wishes import Wishes
from infra.server.workers import run_of

COME_AGAIN = 75  # EX_TEMPFAIL: a mail server that pipes a report to us tries again later
KEPT = "aldia-*.tar.gz"


def run(wish: argparse.Namespace) -> int:
    """Do what the command line says; what cannot be done says why."""
    before = os.umask(0o077)
    try:
        return COMMANDS[wish.command](wishes.read(Path(wish.settings)), wish)
    except wishes.Wrong as wrong:
        print(f"{wish.settings} cannot be used yet:", *(f"  * {one}" for one in wrong.args), sep="\n", file=sys.stderr)
    except (room.CannotOpen, EngineError, NoEngine, archive.BadArchive) as reason:
        print(reason, file=sys.stderr)
        return COME_AGAIN if wish.command == "dsn" else 1
    except Unreachable:
        print("The table does not answer.", file=sys.stderr)
        return COME_AGAIN
    except OSError as error:
        print(f"{error.strerror or error}: {error.filename or wish.settings}", file=sys.stderr)
        return 1
    finally:
        os.umask(before)
    return 2


def serve(wished: Wishes, _wish: argparse.Namespace) -> int:
    """Serve until told to stop."""
    from infra.server.serve import serve as serve_for_ever

    return serve_for_ever(wished)


def check(wished: Wishes, wish: argparse.Namespace) -> int:
    """The settings are whole; with an address, a mail goes there."""
    if wish.mail:
        if (wished.data / room.STOPPED).exists():
            print("All mail is stopped: aldia mail-go", file=sys.stderr)
            return 1
        text = f"This is Al Día at {wished.settings.base_url}. Mail goes out."
        mail = Message((wish.mail,), "Al Día", text, f"<p>{text}</p>")
        try:
            print(f"Taken: {bootstrap.mailer(wished.settings).send(mail)}")
        except (MailRefused, MailUnknown) as no:
            why = no.__cause__
            print(f"Not taken: {no}{f' ({why})' if why else ''}", file=sys.stderr)
            return 1
    print("The settings are whole.")
    return 0


def jobs(wished: Wishes, _wish: argparse.Namespace) -> int:
    """Everything that is due now, once: for a timer. Beside a running server, or without one."""
    with room.opened(wished, may_join=True) as opened:
        for kinds in (run_jobs.NOT_MONEY, run_jobs.MONEY):
            once = run_of(opened.ports, kinds)
            while once():
                pass
    return 0


def backup(wished: Wishes, wish: argparse.Namespace) -> int:
    """One file with everything; into a folder, under a name of its own."""
    target = Path(wish.file)
    name = f"aldia-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar.gz"
    found = target / name if target.is_dir() else target
    archive.backup(wished.data, found)
    print(found)
    if target.is_dir() and wish.keep:
        for old in sorted(target.glob(KEPT))[: -wish.keep]:
            old.unlink()
    return 0


def set_back(wished: Wishes, wish: argparse.Namespace) -> int:
    """Set the data back; mail waits until each freelancer lets it go on."""
    found = restore(wished, Path(wish.file).absolute())
    print(f"Set back. Mail is stopped. {found.doubts} letters may have gone and are not repeated.")
    if found.unread:
        print(unread_after_restore(found.unread))
    print(f"Freelancers told by mail: {found.told}; not told, who see it when they sign in: {found.untold}.")
    print(f"What was there stays in {wished.data}/replaced-…: take it away when you do not need it.")
    return 0


def dsn(wished: Wishes, _wish: argparse.Namespace) -> int:
    """One mail on standard input: a report of what could not be delivered. Other mails change nothing."""
    found = reports.events(sys.stdin.buffer.read(reports.MOST_BYTES))
    if found:
        with room.opened(wished, may_join=True) as opened:
            for event in found:
                mail_event(opened.ports, event)
    print(f"{len(found)} reported")
    return 0


def bounced(wished: Wishes, wish: argparse.Namespace) -> int:
    """An address that does not work, as a person learnt it."""
    with room.opened(wished, may_join=True) as opened:
        print(f"{dead_address(opened.ports, wish.address)} clients are written to there; they are not any more.")
    return 0


def mail_stop(wished: Wishes, _wish: argparse.Namespace) -> int:
    """No mail goes from now on."""
    (wished.data / room.STOPPED).touch()
    print("All mail is stopped: letters wait, and are decided anew when it goes again (aldia mail-go).")
    return 0


def mail_go(wished: Wishes, _wish: argparse.Namespace) -> int:
    """Mail goes again."""
    (wished.data / room.STOPPED).unlink(missing_ok=True)
    print("Mail goes.")
    return 0


COMMANDS: Mapping[str, Callable[[Wishes, argparse.Namespace], int]] = {
    "serve": serve, "check": check, "jobs": jobs, "backup": backup, "restore": set_back, "dsn": dsn,
    "bounced": bounced, "mail-stop": mail_stop, "mail-go": mail_go,
}  # fmt: skip
