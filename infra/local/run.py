"""Starts Al Día on this machine and keeps it running until it is told to stop."""

import signal
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from waitress import create_server

from aldia import logs
from infra.local.engine import EngineError
from infra.local.install_engine import NoEngine
from infra.local.machine import Addresses, Machine, PortTaken, build, open_doors

ANSWERS_WITHIN_S = 20.0
WEB = Path(__file__).resolve().parents[2] / "web"


def run(port: int, data: Path, *, is_demo: bool) -> int:
    """Serve until Ctrl-C or SIGTERM; the exit code. What cannot start says why in one sentence."""
    logs.set_up()
    told_to_stop = _listen_for_signals()
    try:
        data.mkdir(parents=True, exist_ok=True)
        addresses = open_doors(port)
        machine = build(data, addresses)
    except (EngineError, NoEngine, PortTaken) as reason:
        print(reason, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"The data folder {data} cannot be used ({error.strerror}): choose another DATA_DIR.", file=sys.stderr)
        return 1
    servers = Servers(machine, addresses)
    try:
        return _serve(machine, servers, addresses, told_to_stop, is_demo=is_demo)
    finally:
        servers.stop()
        machine.stop()


def _serve(
    machine: Machine, servers: "Servers", addresses: Addresses, told_to_stop: threading.Event, *, is_demo: bool
) -> int:
    servers.start()
    machine.jobs.start()
    if not answers(f"{addresses.base_url}/_local/clock.json"):
        print("Al Día does not answer on its own address; the lines above may say why.", file=sys.stderr)
        return 1
    if is_demo:
        from infra.local.demo import prepare

        prepare(machine)
    print(f"Al Día:  {addresses.base_url}/\nPanel:   {addresses.base_url}/_local/  (mailbox, clock, pretend bank)")
    print(f"Bank:    {addresses.stripe_url}/  (a pretend Stripe: nothing is charged, no mail leaves this machine)")
    print("Ctrl-C stops it; everything is kept for the next time.", flush=True)
    while not told_to_stop.wait(1):
        pass
    return 0


def application(machine: Machine) -> Callable[..., Any]:
    """The same application as on AWS, with the panel beside it and the static site before it."""
    from aldia.app import create_app
    from infra.local.panel import add_panel
    from infra.local.site import Site

    app = create_app(machine.ports)
    add_panel(app, machine)
    return Site(WEB, machine.ports.settings.base_url, app)


class Servers:
    """Two waitress servers in their own threads."""

    def __init__(self, machine: Machine, addresses: Addresses) -> None:
        self._all = [
            create_server(application(machine), sockets=[addresses.app], threads=8, ident=None),
            create_server(machine.stripe.app, sockets=[addresses.stripe], threads=4, ident=None),
        ]

    def start(self) -> None:
        """Answer from now on."""
        for server in self._all:
            threading.Thread(target=server.run, name="server", daemon=True).start()

    def stop(self) -> None:
        """Take no more requests and let those under way end."""
        for server in self._all:
            server.task_dispatcher.shutdown(timeout=5)
            closed = threading.Event()
            # In the server's own thread: it waits on these sockets, and would break when another thread closed them.
            server.trigger.pull_trigger(partial(_close, server, closed))
            closed.wait(1)


def _close(server: Any, closed: threading.Event) -> None:
    server.close()
    closed.set()


def answers(url: str) -> bool:
    """Whether something answers there before long."""
    until = time.monotonic() + ANSWERS_WITHIN_S
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  our own address
                return bool(answer.status == 200)
        except OSError:
            time.sleep(0.05)
    return False


def _listen_for_signals() -> threading.Event:
    """An event that Ctrl-C and SIGTERM set; a second Ctrl-C ends at once."""
    told = threading.Event()

    def stop(_number: int, _frame: object) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        told.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return told
