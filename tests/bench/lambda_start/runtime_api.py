"""AWS's side of a function: the Runtime API on loopback, as `awslambdaric` asks it for work.

docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html: the runtime asks for the next event, posts its answer and asks
again. Each time it asks it waits for us, so that the processor time that it has used until then can be read.
"""

import json
import threading
import time
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

VERSION = "/2018-06-01/runtime"


class Broken(Exception):
    """The function could not start, or did not answer an event; the message is what it said."""


class RuntimeApi:
    """`with RuntimeApi(events) as api:` hands these events out in order and keeps what came back."""

    def __init__(self, events: Iterable[dict[str, Any]]) -> None:
        self._events = list(events)
        self.answers: list[Any] = []
        self.readings: list[float] = []  # processor seconds, each time the runtime asked for work
        self.walls: list[float] = []  # the clock then
        self.trouble = ""
        self.read: Callable[[], float] = lambda: 0.0
        self._begun, self._ended = threading.Event(), threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._server.daemon_threads = True

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        """Host and port, as AWS_LAMBDA_RUNTIME_API names them."""
        return f"127.0.0.1:{self._server.server_port}"

    def watch(self, read: Callable[[], float]) -> None:
        """From now on `read` tells the function's processor time."""
        self.read = read
        self._begun.set()

    def wait(self, seconds: float) -> None:
        """Until every event is answered. Broken says what went wrong."""
        if not self._ended.wait(seconds):
            raise Broken(f"no answer within {seconds:g} s")
        if self.trouble:
            raise Broken(self.trouble)

    # -- what the runtime asks ----------------------------------------------------------------------

    def next(self) -> tuple[str, dict[str, Any]] | None:
        """The next event and its id; None when there is none, and the runtime is left waiting."""
        self._begun.wait()
        self.readings.append(self.read())
        self.walls.append(time.perf_counter())
        place = len(self.answers)
        if place < len(self._events):
            return f"request-{place}", self._events[place]
        self._ended.set()
        return None

    def answered(self, content: Any) -> None:
        """What the function returned."""
        self.answers.append(content)

    def failed(self, content: Any) -> None:
        """It broke."""
        self.trouble = json.dumps(content)[:2000]
        self._ended.set()


def _handler_of(api: RuntimeApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found = api.next() if self.path == f"{VERSION}/invocation/next" else None
            if found is None:
                threading.Event().wait()  # as on Lambda, where a function is frozen here; its process is ended by us
                return
            number, event = found
            self._send(200, json.dumps(event).encode(), {
                "Lambda-Runtime-Aws-Request-Id": number,
                "Lambda-Runtime-Deadline-Ms": str(int((time.time() + 29) * 1000)),
                "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:000000000000:function:aldia-bench-web",
            })  # fmt: skip

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            content = json.loads(text) if text else None
            if self.path.endswith("/response"):
                api.answered(content)
            else:  # /invocation/{id}/error, /init/error
                api.failed(content)
            self._send(202, b"{}", {})

        def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in (headers | {"Content-Type": "application/json"}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    return Handler
