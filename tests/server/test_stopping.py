"""A server that is told to stop: what is under way is answered, the next one is refused at once, each time."""

import logging
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import requests

from infra.local.engine import free_port
from infra.server.serve import Server

STOPS = 12  # when the socket was closed from another thread, four stops of ten took somebody in and one lost an answer


def refuses(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    return False


def stopped(port):
    """(what the request under way was answered, whether the next one was refused, whether the server lived on)."""
    asked, may_answer = threading.Event(), threading.Event()

    def slow(_environ, start):
        asked.set()
        may_answer.wait(10)
        start("200 OK", [("Content-Length", "4")])
        return [b"done"]

    server = Server(SimpleNamespace(listen=("127.0.0.1", port), threads=2), slow)
    with ThreadPoolExecutor(2) as others:
        answer = others.submit(requests.get, f"http://127.0.0.1:{port}/", timeout=10)
        assert asked.wait(10)
        stopping = others.submit(server.stop)
        server.closed.wait(10)
        is_refused = refuses(port)
        may_answer.set()
        stopping.result(10)
        return answer.result(10).text, is_refused, server.thread.is_alive()


def test_every_stop_answers_what_is_under_way_and_takes_nobody_new(caplog):
    with caplog.at_level(logging.ERROR, "waitress"):
        assert [stopped(free_port()) for _stop in range(STOPS)] == [("done", True, True)] * STOPS
    assert caplog.messages == []
