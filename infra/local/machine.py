"""Al Día on one machine, put together: the real application, with stand-ins for AWS, for mail and for Stripe."""

import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from aldia import bootstrap
from aldia.adapters.system import FolderFiles
from aldia.ports import Ports
from aldia.settings import Settings, read_settings
from infra.local.engine import Engine
from infra.local.jobs import Jobs
from infra.local.pretend_stripe import PretendStripe
from infra.local.state import LocalClock, LocalState, Mailbox

HOST = "127.0.0.1"
WEBHOOK = "/hooks/stripe"


class PortTaken(Exception):
    """Another program uses the port; the message is for a person."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Two open doors: the application's and the pretend Stripe's. Both are bound before anything else starts."""

    app: socket.socket
    stripe: socket.socket

    @property
    def base_url(self) -> str:
        """Where people go."""
        return _url(self.app)

    @property
    def stripe_url(self) -> str:
        """Where the SDK goes, and people to pay."""
        return _url(self.stripe)


def open_doors(port: int) -> Addresses:
    """Bind the port, and the next one for the pretend Stripe or else a free one. Raises PortTaken."""
    try:
        app = _bound(port)
    except OSError as error:
        other = port + 10 if port < 65000 else 8000
        sentence = (
            f"Port {port} is taken or not allowed ({error.strerror}): choose another, such as PORT={other} make run"
        )
        raise PortTaken(sentence) from None
    try:
        return Addresses(app, _bound(app.getsockname()[1] + 1))
    except (OSError, OverflowError):
        return Addresses(app, _bound(0))


def _bound(port: int) -> socket.socket:
    door = socket.socket()
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((HOST, port))
    except BaseException:
        door.close()
        raise
    return door


def _url(door: socket.socket) -> str:
    return f"http://{HOST}:{door.getsockname()[1]}"


@dataclass(frozen=True, slots=True)
class Machine:
    """What the panel and the command line work with."""

    ports: Ports
    state: LocalState
    clock: LocalClock
    mailbox: Mailbox
    stripe: PretendStripe
    jobs: Jobs
    stop: Callable[[], None]  # the jobs, the pretend Stripe and the engine, in this order


def build(data: Path, addresses: Addresses) -> Machine:
    """Start the engine and all that stands behind the application; nothing answers yet. EngineError, NoEngine."""
    engine = Engine(data / "aldia.sqlite").start()
    state = LocalState(data / "local.sqlite")
    clock = LocalClock(state)
    settings = local_settings(read_settings(), state, engine.url, addresses)
    bootstrap.make_table(settings)
    stripe = PretendStripe(
        data / "stripe.sqlite",
        clock.now,
        addresses.base_url + WEBHOOK,
        settings.stripe_webhook_secrets[0],
        base_url=addresses.stripe_url,
    )
    mailbox, poke = Mailbox(state, clock), threading.Event()
    ports = bootstrap.build(
        settings,
        clock=clock,
        mailer=mailbox,
        files=FolderFiles(data / "files"),
        nudge=lambda _what: poke.set(),
    )
    jobs = Jobs(ports, stripe, clock, poke)

    def stop() -> None:
        jobs.stop()
        stripe.stop()
        engine.stop()

    return Machine(ports, state, clock, mailbox, stripe, jobs, stop)


def local_settings(given: Settings, state: LocalState, engine_url: str, addresses: Addresses) -> Settings:
    """The settings of an installation that can reach nobody: our own addresses, keys that open nothing."""
    return replace(
        given,
        stage="local",
        base_url=addresses.base_url,
        dynamodb_endpoint=engine_url,
        stripe_endpoint=addresses.stripe_url,
        stripe_key=_kept(state, "stripe_key", "sk_test_"),
        stripe_webhook_secrets=(_kept(state, "stripe_webhook_secret", "whsec_"),),
        stripe_is_live=False,
        wake_shards=1,  # one machine: more would only be more questions at every run
        session_days=3650,  # the clock jumps here: a week ahead must not sign out whoever jumped
        session_idle_hours=3650 * 24,
    )


def _kept(state: LocalState, name: str, prefix: str) -> str:
    """A random secret that is made once and stays the same over restarts."""
    if not state.fact(name):
        state.remember(name, prefix + secrets.token_hex(16))
    return state.fact(name)
