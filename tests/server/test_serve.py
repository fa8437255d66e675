"""`aldia serve` as a service manager starts it: a real process, mail by SMTP, killed and told to stop."""

import io
import os
import re
import signal
import subprocess
import sys
import threading
import time

import pytest
import requests

from aldia.cli import main
from infra.local.engine import free_port, is_healthy
from infra.server import room
from infra.server.wishes import read
from tests.mail.post_office import PostOffice
from tests.server.settings_file import TRIAL, written
from tests.server.test_backup import Server as People
from tests.server.test_reports import report as undelivered

STARTS_WITHIN_S = 60.0


class Running:
    """One `aldia serve` in its own process."""

    def __init__(self, settings, url):
        self.settings, self.url = settings, url
        self.process = subprocess.Popen(
            [sys.executable, "-m", "aldia.cli", "serve", "--settings", str(settings)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def until_it_answers(self):
        until = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if requests.get(self.url + "/", timeout=5).ok:
                    return self
            except requests.ConnectionError:
                time.sleep(0.05)
        raise AssertionError(f"it did not start: {self.rest()}")

    def rest(self):
        return self.process.communicate(timeout=STARTS_WITHIN_S)[0]

    def aldia(self, *words):
        """A command beside the running server; its exit code."""
        return main([*words, "--settings", str(self.settings)])


@pytest.fixture
def office():
    with PostOffice() as running:
        yield running


@pytest.fixture
def start(tmp_path, office):
    """Start `aldia serve` on this test's data; whatever still runs is ended."""
    made, port = [], free_port()
    url = f"http://127.0.0.1:{port}"
    given = TRIAL | {"ALDIA_BASE_URL": url, "ALDIA_LISTEN": f"127.0.0.1:{port}", "ALDIA_SMTP_PORT": office.port}
    settings = written(tmp_path, **given, ALDIA_TRUST_LIMITS="off", ALDIA_STRIPE_ENDPOINT="http://127.0.0.1:9")

    def one(*, elsewhere=""):
        made.append(Running(settings, elsewhere or url))
        return made[-1]

    yield one
    for running in made:
        running.process.kill()
        running.process.communicate()


def sign_in(running, office, address):
    """As a person does: a form, a code by mail, and the browser that is signed in."""
    browser = requests.Session()
    browser.headers["Origin"] = running.url
    known = len(office.taken)
    assert browser.post(running.url + "/registro", data={"email": address}, timeout=30).status_code == 200
    until = time.monotonic() + 10
    while len(office.taken) == known and time.monotonic() < until:
        time.sleep(0.02)
    code = re.search(r"\b(\d{6})\b", office.taken[-1].text())[1]
    entered = browser.post(running.url + "/entrar/codigo", data={"code": code}, timeout=30)
    assert entered.url.endswith("/bienvenida"), entered.url
    return browser


@pytest.mark.slow
def test_a_freelancer_signs_up_and_a_letter_goes_on_a_server_that_is_killed_backed_up_and_stopped(
    start, office, tmp_path, capsys, monkeypatch
):
    running = start().until_it_answers()
    wishes = read(running.settings)
    sign_in(running, office, "ana@ejemplo.test")
    assert requests.get(running.url + "/_local/", timeout=30).status_code == 404  # no panel
    static = requests.get(running.url + "/privacidad", timeout=30)
    assert "hola@aldia.test" in static.text
    assert requests.get(running.url + "/hoy", headers={"Host": "evil.test"}, timeout=30).status_code == 400

    second = start(elsewhere="http://127.0.0.1:1")
    assert "already running" in second.rest()  # the data file is one server's
    assert second.process.returncode == 1

    engine = int((wishes.data / "aldia.sqlite.pid").read_text())
    os.kill(engine, signal.SIGKILL)
    until_it_is_back(wishes, engine)
    sign_in(running, office, "eva@ejemplo.test")  # with nobody's help

    people = People(wishes)
    with room.opened(wishes, may_join=True, clock=people.clock) as joined:  # the running server's table, a day later
        assert joined.engine is None
        people.begin(joined.ports)
        people.pass_days(joined.ports, 6)
        letters = [one for one in office.taken if one.people[0].startswith("b")]
        assert letters
        assert letters[0].mail["List-Unsubscribe"].startswith(f"<{running.url}/baja/")

    archive = str(tmp_path / "one.tar.gz")
    assert [running.aldia("jobs"), running.aldia("backup", archive), running.aldia("restore", archive)] == [0, 0, 1]
    assert "already running" in capsys.readouterr().err
    assert running.aldia("bounced", letters[0].people[0]) == 0
    assert capsys.readouterr().out.startswith("1 clients")
    report_undelivered(running, letters[-1], monkeypatch)
    assert capsys.readouterr().out == "1 reported\n"
    stop_all_mail(running, office)

    running.process.send_signal(signal.SIGTERM)
    said = running.rest()
    assert running.process.returncode == 0, said
    assert "Traceback" not in said
    assert "ejemplo.test" not in said
    assert running.aldia("restore", archive) == 0
    assert "Mail is stopped" in capsys.readouterr().out


def report_undelivered(running, letter, monkeypatch):
    """What a mail server would pipe to us about a letter."""
    report = undelivered(("failed", "5.1.1"), original=letter.raw.partition(b"\r\n\r\n")[0].decode())
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(report)))
    assert running.aldia("dsn") == 0


def until_it_is_back(wishes, killed):
    """Until the server has started another engine on the same port."""
    port, until = room.read(wishes.data / room.WHERE)["port"], time.monotonic() + 20
    while time.monotonic() < until:
        if int((wishes.data / "aldia.sqlite.pid").read_text()) != killed and is_healthy(port):
            return
        time.sleep(0.05)
    raise AssertionError("the engine did not come back")


def stop_all_mail(running, office):
    assert running.aldia("mail-stop") == 0
    known = len(office.taken)
    form = {"email": "leo@ejemplo.test"}
    refused = requests.post(running.url + "/registro", data=form, headers={"Origin": running.url}, timeout=30)
    assert refused.status_code == 503
    assert len(office.taken) == known
    assert running.aldia("mail-go") == 0
    sign_in(running, office, "leo2@ejemplo.test")


@pytest.mark.slow
def test_told_to_stop_it_finishes_the_request_and_the_letter_under_way(start, office):
    running = start().until_it_answers()
    entered, go_on, answers = threading.Event(), threading.Event(), []
    office.hold = (entered, go_on)

    def sign_up():
        form = {"email": "ana@ejemplo.test"}
        headers = {"Origin": running.url}
        answers.append(
            requests.post(running.url + "/registro", data=form, headers=headers, timeout=60, allow_redirects=False)
        )

    asking = threading.Thread(target=sign_up)
    asking.start()
    assert entered.wait(20)  # the mail is being handed over, within the request
    running.process.send_signal(signal.SIGTERM)
    time.sleep(1)
    assert running.process.poll() is None
    with pytest.raises(requests.ConnectionError):  # nobody new is taken
        requests.get(running.url + "/", timeout=5)
    go_on.set()
    asking.join(30)
    assert answers[0].status_code == 303
    said = running.rest()
    assert running.process.returncode == 0, said
