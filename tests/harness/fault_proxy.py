"""Stands on 127.0.0.1 between us and a provider that speaks HTTP, and spoils what it is told to spoil.

A fault says what happens to one request. The embedded engine never throttles, never leaves keys unprocessed and never
loses an answer by itself: this does.
"""

import http.client
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

# -- what may happen ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Delay:
    """The request is passed on so much later."""

    seconds: float


@dataclass(frozen=True)
class CutRequest:
    """Only so many bytes of the request's body reach the provider; then both lines are dead."""

    after: int


@dataclass(frozen=True)
class CutAnswer:
    """The provider does it; only so many bytes of its answer come back. 0: the answer is dropped."""

    after: int


@dataclass(frozen=True)
class Answer:
    """The provider is never asked: this comes back. `error`: the code in the body, as AWS writes it."""

    status: int
    error: str = ""
    reasons: tuple[str, ...] = ()  # of a cancelled transaction, one for each write; the last holds for the rest


@dataclass(frozen=True)
class LeaveKeys:
    """Of a batch only the first keys are read; the others come back as unprocessed."""

    read: int = 1


Fault = Delay | CutRequest | CutAnswer | Answer | LeaveKeys


@dataclass(frozen=True)
class Asked:
    """A request that came by. `operation`: DynamoDB's, with the index it asks; for another provider the path."""

    operation: str
    body: bytes


Choice = Callable[[Asked], Fault | None]

# -- the proxy ----------------------------------------------------------------------------------


class FaultProxy:
    """One proxy before one provider. `choose` is asked about every request and may be changed at any time."""

    def __init__(self, upstream: str, choose: Choice = lambda _asked: None) -> None:
        self.upstream, self.choose = urlsplit(upstream), choose
        self.asked: list[Asked] = []
        self.spoiled: list[tuple[Asked, Fault]] = []
        handler = type("Passing", (_Handler,), {"proxy": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "FaultProxy":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def spoil_nothing(self) -> None:
        """From now on everything passes, and what was noted is forgotten."""
        self.choose = lambda _asked: None
        self.asked.clear()
        self.spoiled.clear()

    def fault_for(self, asked: Asked) -> Fault | None:
        """What happens to it; noted."""
        self.asked.append(asked)
        fault = self.choose(asked)
        if fault:
            self.spoiled.append((asked, fault))
        return fault


class _Handler(BaseHTTPRequestHandler):
    proxy: FaultProxy
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        asked = Asked(self._operation(body), body)
        fault = self.proxy.fault_for(asked)
        if isinstance(fault, Answer):
            self._reply(fault.status, *_written(fault, body))
        elif isinstance(fault, CutRequest):
            self._half(body[: fault.after])
        elif isinstance(fault, LeaveKeys):
            self._reply(*_with_keys_left(body, fault.read, self._ask))
        else:
            if isinstance(fault, Delay):
                time.sleep(fault.seconds)
            self._reply(*self._ask(body), cut=fault.after if isinstance(fault, CutAnswer) else None)

    def _operation(self, body: bytes) -> str:
        target = self.headers.get("X-Amz-Target")
        if target is None:
            return self.path
        index = json.loads(body).get("IndexName", "")
        return target.rpartition(".")[2] + (f" {index}" if index else "")

    def _upstream(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self.proxy.upstream.hostname or "", self.proxy.upstream.port, timeout=30)

    def _ask(self, body: bytes) -> tuple[int, str, bytes]:
        """(status, content type, body) of the provider's answer; 502 when it cannot be reached."""
        line = self._upstream()
        try:
            headers = {name: value for name, value in self.headers.items() if name.lower() != "content-length"}
            line.request("POST", self.path, body, headers)
            answer = line.getresponse()
            return answer.status, answer.headers["Content-Type"], answer.read()
        except (OSError, http.client.HTTPException):
            return 502, "text/plain", b"bad gateway"
        finally:
            line.close()

    def _half(self, part: bytes) -> None:
        """The provider gets a request whose body never ends."""
        line = self._upstream()
        line.putrequest("POST", self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            line.putheader(name, value)
        line.endheaders(part)
        line.close()
        self.close_connection = True

    def _reply(self, status: int, kind: str, content: bytes, *, cut: int | None = None) -> None:
        head = f"HTTP/1.1 {status} Said\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n\r\n".encode()
        self.wfile.write((head + content)[:cut])
        self.close_connection = cut is not None

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:  # whoever asked is gone
            self.close_connection = True

    def log_message(self, *_args: object) -> None:
        pass


def _written(fault: Answer, body: bytes) -> tuple[str, bytes]:
    """(content type, body) of an error as AWS writes it."""
    if not fault.error:
        return "text/plain", b"no"
    said: dict[str, Any] = {"__type": f"com.amazonaws.some.version#{fault.error}", "message": "spoiled"}
    if fault.reasons:
        writes = len(json.loads(body)["TransactItems"])
        reasons = [*fault.reasons, *[fault.reasons[-1]] * (writes - len(fault.reasons))][-writes:]
        said["CancellationReasons"] = [{"Code": reason} for reason in reasons]
    return "application/x-amz-json-1.0", json.dumps(said).encode()


def _with_keys_left(body: bytes, read: int, ask: Callable[[bytes], tuple[int, str, bytes]]) -> tuple[int, str, bytes]:
    """The answer to a BatchGetItem of which only the first keys were worked off."""
    wanted = json.loads(body)
    left = wanted["RequestItems"]
    if not read:
        return 200, "application/x-amz-json-1.0", json.dumps({"Responses": {}, "UnprocessedKeys": left}).encode()
    first = {table: part | {"Keys": part["Keys"][:read]} for table, part in left.items()}
    left = {table: part | {"Keys": part["Keys"][read:]} for table, part in left.items() if len(part["Keys"]) > read}
    status, kind, content = ask(json.dumps({"RequestItems": first}).encode())
    return status, kind, json.dumps(json.loads(content) | {"UnprocessedKeys": left}).encode()
