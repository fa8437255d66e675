"""Where it is measured: the real engine, the SDK as `bootstrap` builds it, the real SES adapter against a stand-in
that only says "taken". Both others are processes of their own: what is counted is ours."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aldia import bootstrap
from aldia.adapters.dynamo_table import DynamoTable, create_table
from aldia.adapters.ses_mailer import SesMailer
from aldia.ports import Ports
from aldia.settings import Settings
from tests.world import Clock


@dataclass
class Stage:
    """One table with everything around it."""

    ports: Ports
    clock: Clock
    dynamodb: Any
    ses: Any


def build(engine_url: str, mail_url: str, table: str, now: datetime, **settings: Any) -> Stage:
    """Ports on a table of that name, made when it is not there."""
    known = Settings(table=table, dynamodb_endpoint=engine_url, stripe_key="sk_test_bench", **settings)
    dynamodb = bootstrap.dynamodb(known)
    create_table(dynamodb, table)
    ses, clock = bootstrap.ses(known, mail_url), Clock(now)
    ports = bootstrap.build(
        known, clock=clock, table=DynamoTable(dynamodb, table), mailer=SesMailer(ses, known.mail_from)
    )
    return Stage(ports, clock, dynamodb, ses)


# -- the mail provider's door -------------------------------------------------------------------


class _Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b'{"MessageId": "0100-bench"}'
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + body)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


def _serve(pipe: Any) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Door)
    pipe.send(server.server_port)
    server.serve_forever()


@contextmanager
def mail_door() -> Iterator[str]:
    """The address of something that takes every mail as SES does; it ends with us."""
    ours, theirs = multiprocessing.Pipe()
    door = multiprocessing.get_context("fork").Process(target=_serve, args=(theirs,), daemon=True)
    door.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        door.terminate()
        door.join()
