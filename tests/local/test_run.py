"""`aldia run` as a person starts it: real processes, killed without warning and started again."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest
import requests

from aldia.cli import main, port_of
from infra.local.engine import free_port

STARTS_WITHIN_S = 60.0  # on a machine that is busy with other tests


class Started:
    """One `aldia run` in its own process."""

    def __init__(self, data, port):
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "aldia.cli", "run"],
            env=os.environ | {"DATA_DIR": str(data), "PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def until_it_answers(self):
        until = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < until and self.process.poll() is None:
            line = self.process.stdout.readline()
            if line.startswith("Panel:"):
                return self
        raise AssertionError("it did not start")

    def rest(self):
        return self.process.communicate(timeout=STARTS_WITHIN_S)[0]

    def json(self, path):
        return requests.get(self.url + path, timeout=30).json()


@pytest.fixture
def start(tmp_path):
    """Start `aldia run` on this test's data; whatever still runs is ended."""
    made = []

    def one(port):
        made.append(Started(tmp_path / "data", port))
        return made[-1]

    yield one
    for started in made:
        started.process.kill()
        started.process.communicate()


def two_free_ports():
    while True:
        port = free_port()
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
        return port


@pytest.mark.slow
def test_a_killed_run_loses_neither_data_nor_mail_nor_the_clock(start):
    port = two_free_ports()
    first = start(port).until_it_answers()
    requests.post(first.url + "/_local/clock.json", json={"advance": "P30D"}, timeout=60)
    requests.post(first.url + "/registro", data={"email": "nuria@example.com"}, timeout=30)
    mails, clock = first.json("/_local/mail.json"), first.json("/_local/clock.json")
    assert [mail["to"] for mail in mails] == [["nuria@example.com"]]
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()

    again = start(port).until_it_answers()
    assert again.json("/_local/mail.json") == mails
    assert again.json("/_local/clock.json")["now"] >= clock["now"]
    [link] = mails[0]["links"]
    entered = requests.post(link, timeout=30, allow_redirects=False)  # the sign-in itself was in the database
    assert (entered.status_code, entered.headers["Location"]) == (303, "/bienvenida")


@pytest.mark.slow
def test_it_stops_when_told_and_says_why_it_cannot_start(start):
    port = two_free_ports()
    first = start(port).until_it_answers()
    elsewhere = start(two_free_ports())
    assert "already running" in elsewhere.rest()
    assert elsewhere.process.returncode == 1
    same_port = start(port)
    said = same_port.rest()
    assert f"Port {port} is taken" in said
    assert same_port.process.returncode == 1
    assert len(said.strip().splitlines()) == 1
    first.process.send_signal(signal.SIGTERM)
    said = first.rest()
    assert first.process.returncode == 0
    assert "Traceback" not in said


@pytest.mark.parametrize("text", ["", "abc", "0", "65536", "-1", "80.5", "٨٠٠٠"])
def test_a_port_that_cannot_be_is_refused_with_one_sentence(text):
    with pytest.raises(ValueError, match="PORT must be a number"):
        port_of(text)


def test_a_wrong_port_ends_the_command_line_politely(monkeypatch, capsys):
    monkeypatch.setenv("PORT", "many")
    assert main(["run"]) == 2
    assert capsys.readouterr().err == "PORT must be a number from 1 to 65535, not 'many'.\n"
