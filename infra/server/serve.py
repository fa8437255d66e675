"""`aldia serve`: Al Día on a server of one's own, behind a TLS proxy. Real adapters only, and no panel."""

import shutil
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from waitress import create_server

from aldia import assets, logs, site
from aldia.app import MOST_BYTES, create_app
from aldia.pages import access_log
from aldia.ports import Ports
from infra.local.site import Site
from infra.server import room
from infra.server.disk import AnswerAfter
from infra.server.doors import Door
from infra.server.wishes import Wishes
from infra.server.workers import Worker, workers

REQUESTS_END_WITHIN_S, WORK_ENDS_WITHIN_S = 20.0, 60.0
LOOKS_S = 0.5


def serve(wishes: Wishes) -> int:
    """Serve until SIGTERM or Ctrl-C; the exit code. CannotOpen, EngineError, NoEngine, OSError when it cannot start."""
    logs.set_up(replace=True)
    told = _listen_for_signals()
    nudged: dict[str, Worker] = {}

    def nudge(what: str) -> None:
        if what in nudged:
            nudged[what].nudge()

    with room.opened(wishes, nudge=nudge) as opened:
        if wishes.has_scheduler:
            nudged.update(workers(opened.ports))
        server = Server(wishes, application(wishes, opened.ports))
        for worker in nudged.values():
            worker.start()
        host, port = wishes.listen
        print(f"Al Día {room.programs()['aldia']} on {host}:{port} for {wishes.settings.base_url}", flush=True)
        threads = [server.thread, *(worker.thread for worker in nudged.values())]
        while not told.wait(LOOKS_S) and all(thread.is_alive() for thread in threads):
            pass
        for worker in nudged.values():
            worker.stop()
        server.stop()
        _wait_for([worker.thread for worker in nudged.values()])
    return 0 if told.is_set() else 1  # a thread that ended by itself: whoever supervises starts us again


def application(wishes: Wishes, ports: Ports) -> Door:
    """The application as on AWS, the static site before it, and the door before both."""
    app = create_app(ports)
    access_log.set_up(app)
    web = pages(wishes)
    return Door(wishes, AnswerAfter(Site(web, wishes.settings.base_url, app), wishes.data / room.DATA))


def pages(wishes: Wishes) -> Path:
    """The static pages with this installation's own address and contact, written anew at every start."""
    folder = wishes.data / "web"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(assets.ROOT / "web", folder)
    site.write(folder, wishes.settings)
    return folder


class Server:
    """waitress, in a thread of its own. OSError when the port is taken."""

    def __init__(self, wishes: Wishes, application: Any) -> None:
        self._server: Any = create_server(
            application,
            host=wishes.listen[0],
            port=wishes.listen[1],
            threads=wishes.threads,
            ident=None,
            max_request_body_size=MOST_BYTES + 64 * 1024,
            clear_untrusted_proxy_headers=False,  # the door does it
        )
        self.closed = threading.Event()  # nobody new is taken
        self.thread = threading.Thread(target=self._server.run, name="server", daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """Take nobody new, let requests under way end and their answers go out."""
        self._server.trigger.pull_trigger(self._take_nobody_new)
        self.closed.wait(1)
        until = time.monotonic() + REQUESTS_END_WITHIN_S
        while time.monotonic() < until and self._is_busy():
            time.sleep(0.02)
        self._server.task_dispatcher.shutdown(timeout=1)

    def _take_nobody_new(self) -> None:
        """In the server's own thread: it waits on this socket, and would end when another thread closed it."""
        self._server.del_channel()
        self._server.socket.close()  # the next one is refused at once, and the proxy may try again
        self.closed.set()

    def _is_busy(self) -> bool:
        channels = list(self._server.active_channels.values())
        return any(channel.requests or channel.total_outbufs_len for channel in channels)


def _wait_for(threads: list[threading.Thread]) -> None:
    until = time.monotonic() + WORK_ENDS_WITHIN_S
    for thread in threads:
        with suppress(RuntimeError):  # it was never started
            thread.join(max(0.0, until - time.monotonic()))
        if thread.is_alive():
            print(
                f"{thread.name} did not end in time: what it had begun is taken up at the next start", file=sys.stderr
            )


def _listen_for_signals() -> threading.Event:
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: told.set())
    return told
