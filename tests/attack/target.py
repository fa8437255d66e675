"""What is attacked: the application as the web function has it, behind its one door, over TLS on 127.0.0.1.

The static site stands before it, as CloudFront does, and adds the secret header. Engine, mailbox and Stripe are the
local stand-ins; the account has the sample's half year. Nothing of it reaches anybody.
"""

import contextlib
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from aldia.app import create_app
from aldia.lambdas.origin import HEADER, OneDoor
from aldia.pages import access_log
from aldia.pages.guard import cookie_name
from aldia.store import accounts, tokens
from infra.local import demo
from infra.local.machine import Machine, build, open_doors
from infra.local.received import links_of
from infra.local.run import WEB, Servers
from infra.local.site import Site
from tests.attack.doors import doors

ORIGIN = "of-the-attack"


@dataclass(frozen=True)
class Target:
    """Where it answers, and what opens it."""

    base_url: str
    cookie: str  # of the owner's session
    client_paths: tuple[
        str, ...
    ]  # what opens without a session: the links of mails, and the question whether a letter is real
    owner_paths: tuple[str, ...]
    errors: list[str]  # each answer of 500 and more, but for 503
    origin: str = ""  # that forms say they come from, where it is not the address that answers


class _Quiet(WSGIRequestHandler):
    timeout = 20  # who opens a connection and says nothing is hung up on

    def log(self, *_: Any) -> None:
        """Says nothing."""

    def log_request(self, *_: Any) -> None:
        """Says nothing: addresses hold tokens."""


@contextlib.contextmanager
def target(folder: Path) -> Iterator[Target]:
    """Start it, and stop it."""
    doors = open_doors(0)
    machine = build(folder, doors)
    local = Servers(machine, doors)  # the pretend Stripe, and the panel's world that the sample is loaded into
    local.start()
    server = None
    try:
        demo.prepare(machine)
        machine.jobs.run_once()
        server = _server(folder)
        base_url = f"https://127.0.0.1:{server.server_port}"
        settings = replace(
            machine.ports.settings,
            stage="attack",
            base_url=base_url,
            origin_key_hashes=(sha256(ORIGIN.encode()).hexdigest(),),
        )
        found = replace(machine, ports=replace(machine.ports, settings=settings))
        errors: list[str] = []
        server.app = _watched(_as_deployed(found), errors)
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
        yield _opened(found, errors)
    finally:
        if server:
            server.shutdown()
        local.stop()
        machine.stop()


@contextlib.contextmanager
def served(app: Callable[..., Any], folder: Path) -> Iterator[str]:
    """The address of any application, over the same TLS."""
    server = _server(folder)
    server.app = app
    threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()


def _server(folder: Path) -> Any:
    server = make_server("127.0.0.1", 0, _none, threaded=True, request_handler=_Quiet)
    _with_tls(server, folder)
    return server


def _none(_environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    start("503 Not yet", [])
    return [b""]


def _as_deployed(machine: Machine) -> Callable[..., Any]:
    """`aldia.lambdas.wsgi` with these ports, and what CloudFront does before it."""
    flask = create_app(machine.ports)
    access_log.set_up(flask)
    behind = OneDoor(machine.ports.settings, flask)

    def cloudfront(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        return behind(environ | {HEADER: ORIGIN}, start)

    return Site(WEB, machine.ports.settings.base_url, cloudfront)


def _watched(app: Callable[..., Any], errors: list[str]) -> Callable[..., Any]:
    """Notes every answer of 500 and more but 503, which is ours and meant: a stand-in was late on a busy machine."""

    def watched(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        def told(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            if status >= "5" and not status.startswith("503"):
                errors.append(f"{status} {environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
            return start(status, headers, *more)

        return app(environ, told)

    return watched


def _with_tls(server: Any, folder: Path) -> None:
    """A certificate for 127.0.0.1 that nobody trusts. Hands are shaken in each connection's own thread."""
    cert, key = str(folder / "cert.pem"), str(folder / "key.pem")
    asked = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    subprocess.run([*asked, "-keyout", key, "-out", cert], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server.ssl_context = context
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)


def _opened(machine: Machine, errors: list[str]) -> Target:
    """The owner's session, and the links of the letters that the sample's clients got."""
    ports, secret = machine.ports, "attack-session"
    account_id = accounts.owner_of(ports, demo.EMAIL)
    assert account_id
    now = machine.clock.now()
    ports.table.write(tokens.put_session(ports, secret, tokens.Session(account_id, now, now, now)))
    letters = [mail for mail in machine.mailbox.all() if mail["to"] != [demo.EMAIL]]
    links = {link.split("://", 1)[-1].partition("/")[2] for mail in letters[-3:] for link in links_of(mail)}
    of_clients = {f"/{link}" for link in links if link.startswith(("p/", "baja/"))}
    open_cases = ("/hoy", "/cobros", "/clientes", "/importar", "/ajustes", "/cobros/nuevo", "/clientes/nuevo", "/copia")
    return Target(
        ports.settings.base_url,
        f"{cookie_name(ports, 's')}={secret}",
        tuple(sorted(of_clients | set(doors(ports, account_id)))),
        open_cases,
        errors,
    )
