"""What is logged tells nothing of anybody: canaries go through a whole machine, and none comes out in its log."""

import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
from datetime import date, timedelta

import pytest
import requests
from botocore.exceptions import ClientError

from aldia.logs import FORMAT, Discreet

CLIENT, MAIL, OWNER, SUM = "Zafirina Canaria", "zafirina@canaria.example", "duena@canaria.example", "8642.97"
CANARIES = re.compile(r"zafirina|canaria|8[.,]?642[.,]97|864297", re.IGNORECASE)


class Logged:
    """`aldia run` with everything that it prints in a file."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url, self.file = f"http://127.0.0.1:{port}", folder / "output.txt"
        environ = os.environ | {"PORT": str(port), "DATA_DIR": str(folder / "data"), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "aldia.cli", "run"],
            env=environ,
            stdout=self.file.open("wb"),
            stderr=subprocess.STDOUT,
        )
        self.browser, self.client = requests.Session(), requests.Session()

    def wait(self):
        for _ in range(600):
            try:
                return self.get("/_local/clock.json")
            except requests.ConnectionError:
                time.sleep(0.1)
        raise AssertionError(self.file.read_text())

    def get(self, path, by=None):
        return (by or self.browser).get(self.url + path, timeout=60)

    def post(self, path, form, by=None, page=""):
        """Send a form with the token of its page."""
        person = by or self.browser
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.get(page, person).text) if page else None
        data = form | ({"csrf": found[1]} if found else {})
        return person.post(self.url + path, data=data, timeout=60, allow_redirects=False)

    def mails(self, to):
        return [mail for mail in json.loads(self.get("/_local/mail.json").text) if to in mail["to"]]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        return self.file.read_text("utf-8")


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """The secrets of a whole walk through a machine, and what the machine printed."""
    machine = Logged(tmp_path_factory.mktemp("logged"))
    machine.wait()
    try:
        secrets = walk(machine)
    finally:
        printed = machine.stop()
    return secrets, printed


def walk(machine):
    """Sign up, write a debt, read and pay its letter, knock at doors that are not there; every secret met."""
    machine.post("/registro", {"email": OWNER})
    mail = machine.mails(OWNER)[-1]
    entered = machine.post("/entrar/codigo", {"code": re.search(r"\b\d{3} ?\d{3}\b", mail["text"])[0]})
    assert entered.status_code == 303, entered.text
    assert (
        machine.post("/bienvenida", {"name": "Dueña Canaria", "country": "MX"}, page="/bienvenida").status_code == 303
    )
    today = json.loads(machine.get("/_local/clock.json").text)["now"][:10]
    debt = {"client": CLIENT, "email": MAIL, "concept": "Canaria", "amount": SUM, "currency": "MXN", "issued_on": today}
    debt |= {"due_on": (date.fromisoformat(today) + timedelta(days=30)).isoformat()}
    saved = machine.post("/cobros/nuevo", debt, page="/cobros/nuevo")
    assert saved.status_code == 303, saved.text
    requests.post(machine.url + "/_local/clock.json", json={"advance": "P5D"}, timeout=120)
    link = next(link for link in machine.mails(MAIL)[0]["links"] if "/p/" in link)
    page = re.match(r".*(/p/[A-Za-z0-9_-]+)", link)[1]
    shown = machine.get(page, machine.client).text
    price, mark = (re.search(rf'name="{name}" value="(\w+)"', shown)[1] for name in ("shown", "debt"))
    paying = machine.post(f"{page}/pagar", {"debt": mark, "shown": price}, machine.client, page)
    assert paying.status_code == 303, paying.text
    machine.post(f"{page}/promesa", {"debt": mark, "on": CLIENT}, machine.client, page)
    machine.post(f"{page}/problema", {"debt": mark, "text": f"{CLIENT} {SUM}"}, machine.client, page)
    for path in (f"{page}x", f"{page}/nada", f"/entrar/{page[3:]}", f"/cobros/{CLIENT}/{MAIL}", f"/nada?q={MAIL}"):
        machine.get(path, machine.client)
    doors = {door: f"/{door}/{door * 8}-door-that-is-knocked-at" for door in "cvr"}
    for path in doors.values():
        assert machine.get(path, machine.client).status_code == 404
        assert machine.post(path, {"csrf": path, "do": CLIENT}, machine.client).status_code == 404
    reference = re.search(r"AD-\w{4}-\w{4}", machine.mails(MAIL)[0]["text"])[0]
    assert machine.post("/comprobar", {"reference": reference}, machine.client).status_code == 200
    assert machine.post("/comprobar", {"reference": CLIENT}, machine.client).status_code == 422
    machine.client.post(machine.url + "/hooks/stripe", data=CLIENT, headers={"Stripe-Signature": MAIL}, timeout=60)
    machine.client.post(machine.url + page, data={"a": CLIENT}, timeout=60)
    sign_in = re.search(r"/entrar/([A-Za-z0-9_-]{20,})", mail["text"])[1]
    others = [reference, *(path[3:] for path in doors.values())]
    return [page[3:], sign_in, *others, *(cookie.value for cookie in machine.browser.cookies)]


def test_a_machine_prints_no_secret_and_nobodys_data(walked):
    secrets, printed = walked
    assert len(secrets) >= 7
    assert "Panel:" in printed  # it did print, so that there was something to find
    assert [secret for secret in secrets if secret in printed] == []
    assert CANARIES.findall(printed) == []


@pytest.mark.parametrize(
    ("door", "view"), [("p", "pay.show"), ("c", "terms.show"), ("v", "approvals.morning"), ("r", "replies.show")]
)
def test_an_error_is_logged_without_the_address_and_without_what_it_quotes(stage, monkeypatch, door, view):
    app, token = stage.world.app, stage.links["open"]

    def fail(token):
        try:
            return int(CLIENT)
        except ValueError as cause:
            raise KeyError(f"{MAIL} owes {SUM}, see {token}") from cause

    lines = []
    handler = logging.Handler()
    handler.setFormatter(Discreet(FORMAT))
    handler.emit = lambda record: lines.append(handler.format(record))
    monkeypatch.setattr(app, "testing", False)
    monkeypatch.setitem(app.view_functions, view, fail)
    logging.getLogger().addHandler(handler)
    try:
        answer = stage.browser().get(f"/{door}/{token}?q={MAIL}")
    finally:
        logging.getLogger().removeHandler(handler)
    printed = "\n".join(lines)
    assert answer.status_code == 500
    assert f"GET /{door}/<token> broke" in printed
    assert "KeyError" in printed
    assert "ValueError" in printed
    assert "in fail" in printed
    for said in (printed, answer.text):
        assert token not in said
        assert CANARIES.findall(said) == []


def test_what_aws_refuses_is_told_by_its_code_alone():
    told = {
        "AccessDenied": " AccessDenied",
        "AWS.SimpleQueueService.NonExistentQueue": " AWS.SimpleQueueService.NonExistentQueue",
        f"{MAIL} owes": "",
        "": "",
    }
    for code, end in told.items():
        refused = ClientError({"Error": {"Code": code, "Message": f"{MAIL} is not authorized"}}, "SendMessage")
        printed = Discreet(FORMAT).formatException((type(refused), refused, None))
        assert printed == f"botocore.exceptions.ClientError{end}"
