"""A whole machine in its own process, as `make run` starts it, and a person with a phone."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest


class Machine:
    """`aldia run` on a free port, and what its panel tells as JSON."""

    def __init__(self, folder, port):
        self.url = f"http://127.0.0.1:{port}"
        environ = os.environ | {"PORT": str(port), "DATA_DIR": str(folder)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "aldia.cli", "run"], env=environ, stdout=subprocess.DEVNULL
        )

    def wait(self):
        for _ in range(300):
            try:
                self.json("/_local/clock.json")
            except OSError:
                time.sleep(0.1)
            else:
                return self
        raise AssertionError("the machine did not start")

    def json(self, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, data=data, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())

    def mails(self, to, at_least=1):
        """The mails to an address, newest last; waits until there are so many."""
        for _ in range(300):
            found = [mail for mail in self.json("/_local/mail.json") if to in mail["to"]]
            if len(found) >= at_least:
                return found
            time.sleep(0.1)
        raise AssertionError(f"no {at_least} mails to {to}")

    def code(self, to):
        """The six digits of the last sign-in mail."""
        return re.search(r"\b\d{3} ?\d{3}\b", self.mails(to)[-1]["text"])[0]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=20)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    running = Machine(tmp_path_factory.mktemp("data"), free_port()).wait()
    yield running
    running.stop()


@pytest.fixture
def phone(browser):
    """A client's phone: 360 px wide, no JavaScript."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="es-ES", java_script_enabled=False)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def rich(tmp_path_factory):
    """A machine with the sample data, for the tests that look at every page; see tests/browser/rich.py."""
    from tests.browser.rich import Rich

    running = Rich(tmp_path_factory.mktemp("rich"))
    yield running
    running.stop()
