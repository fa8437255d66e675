"""AWS on this machine: ministack on loopback, which enforces the roles (AUTH), and a visitor with a browser."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aldia.adapters.public_holidays import national_holidays
from aldia.domain import calendar

ROOT = Path(__file__).parents[3]
PROGRAM = ROOT / "build" / "aws" / "emulator" / "bin" / "ministack"
STARTS_WITHIN_S = 60
REGION = "eu-west-1"


def free_port():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def until_letters_may_go(now):
    """From now to half past ten of Spain's next working day: on a Sunday no letter goes, and a proof runs on any."""
    zone = ZoneInfo("Europe/Madrid")

    def is_open(day):
        return day.weekday() < 5 and not calendar.is_closed(
            day, countries=("ES",), closed_days=(), holidays=national_holidays
        )

    day = calendar.next_open_day(now.astimezone(zone).date(), is_open)
    return calendar.local_instant(day, clock_time(10, 30), zone) - now


def within(seconds, holds, what):
    """Wait until it holds."""
    until = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < until, f"{what}: not within {seconds} s"
        time.sleep(0.3)
    return found


class Emulator:
    """ministack as a child process. The functions that it runs have its environment: so their clock goes ahead."""

    def __init__(self, folder):
        self.port, self.folder = free_port(), folder
        self.ahead = timedelta(seconds=int(until_letters_may_go(datetime.now(UTC)).total_seconds()))
        self.url = f"http://127.0.0.1:{self.port}"
        assert PROGRAM.exists(), "make e2e installs the emulator"
        environ = os.environ | {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_REGION": REGION,
            "AWS_ENDPOINT_URL": self.url,
            "S3_DATA_DIR": str(folder / "s3"),
            "STATE_DIR": str(folder / "state"),
            "TMPDIR": str(folder),
            "LAMBDA_EXECUTOR": "local",
            "AUTH": "true",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "ALDIA_CLOCK_AHEAD_S": str(int(self.ahead.total_seconds())),
        }
        self.log = (folder / "ministack.log").open("w")
        self._process = subprocess.Popen(
            [str(PROGRAM)], env=environ, cwd=folder, stdout=self.log, stderr=self.log, start_new_session=True
        )
        self._wait()

    def _wait(self):
        until = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < until:
            assert self._process.poll() is None, (self.folder / "ministack.log").read_text()[-2000:]
            try:
                self.told("health")
            except OSError:
                time.sleep(0.2)
            else:
                return
        raise AssertionError("ministack did not start")

    def now(self):
        """The time as the deployed functions have it."""
        return datetime.now(UTC) + self.ahead

    def told(self, what):
        with urllib.request.urlopen(f"{self.url}/_ministack/{what}", timeout=10) as answer:
            return json.load(answer)

    def mails(self, address):
        """Every mail to an address, in order."""
        boxes = self.told("ses/messages")["messages"]
        return [mail for box in boxes.values() for mail in box if address in mail["To"]]

    def wait_for_mail(self, address, *, place=0, seconds=90):
        """The mail at that place of the address's mailbox."""
        within(seconds, lambda: len(self.mails(address)) > place, f"mail number {place + 1} to {address}")
        return self.mails(address)[place]

    def stop(self):
        """End it and the functions that it runs: they are of its process group."""
        for signal_ in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal_)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(10)
        self.log.close()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args, **_more):
        return None


OPENER = urllib.request.build_opener(NoRedirect)


def ask(method, url, headers=None, body=None):
    """(status, headers, body) whatever the status."""
    request = urllib.request.Request(url, data=body, headers=headers or {}, method=method)
    try:
        with OPENER.open(request, timeout=60) as answer:
            return answer.status, answer.headers.items(), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.items(), error.read()


class Visitor:
    """A person with a browser: cookies, forms, redirects by hand."""

    def __init__(self, url, origin):
        self._url, self._origin, self._cookies = url, origin, {}

    @property
    def cookie(self):
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def get(self, path):
        return self._ask("GET", path)

    def post(self, path, **form):
        return self._ask("POST", path, urlencode(form).encode())

    def _ask(self, method, path, body=None):
        headers = {"Cookie": self.cookie}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self._origin}
        status, got, text = ask(method, self._url + path, headers, body)
        for name, value in got:
            if name.lower() == "set-cookie":
                for each in SimpleCookie(value).values():
                    self._cookies[each.key] = each.value
        return Answer(status, {name.lower(): value for name, value in got}, text.decode("utf-8", "replace"))


class Answer:
    def __init__(self, status, headers, text):
        self.status, self.headers, self.text = status, headers, text

    @property
    def location(self):
        return self.headers["location"]
