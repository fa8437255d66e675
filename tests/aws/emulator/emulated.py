"""AWS on this machine: ministack on loopback, and a stand-in for CloudFront before it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from werkzeug.serving import WSGIRequestHandler, make_server

from infra.aws import pages

ROOT = Path(__file__).parents[3]
PROGRAM = ROOT / "build" / "aws" / "emulator" / "bin" / "ministack"
STARTS_WITHIN_S = 60
REGION = "eu-west-1"


def free_port():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


class Emulator:
    """ministack as a child process."""

    def __init__(self, folder):
        self.port, self.folder = free_port(), folder
        self.url = f"http://127.0.0.1:{self.port}"
        assert PROGRAM.exists(), "make aws-proof installs the emulator"
        environ = os.environ | {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_REGION": REGION,
            "AWS_ENDPOINT_URL": self.url,
            "S3_DATA_DIR": str(folder / "s3"),
            "STATE_DIR": str(folder / "state"),
            "TMPDIR": str(folder),
            "LAMBDA_EXECUTOR": "local",
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
        return datetime.now(UTC)

    def told(self, what):
        with urllib.request.urlopen(f"{self.url}/_ministack/{what}", timeout=10) as answer:
            return json.load(answer)

    def mails(self, address):
        """Every mail to an address, in order."""
        boxes = self.told("ses/messages")["messages"]
        return [mail for box in boxes.values() for mail in box if address in mail["To"]]

    def wait_for_mail(self, address, *, place=0, seconds=90):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = self.mails(address)
            if len(found) > place:
                return found[place]
            time.sleep(0.5)
        raise AssertionError(f"no mail to {address} within {seconds} s: {[m['Subject'] for m in self.mails(address)]}")

    def stop(self):
        """End it and the functions that it runs: they are of its process group."""
        for signal_ in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal_)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(10)
        self.log.close()


class Quiet(WSGIRequestHandler):
    def log(self, *_args, **_more):
        pass


class CloudFront:
    """What the distribution does: static pages from S3, everything else to the API with the secret."""

    def __init__(self, emulator, s3):
        self._emulator, self._s3 = emulator, s3
        self.site = self.api = self.key = ""
        self._server = make_server("127.0.0.1", 0, self, threaded=True, request_handler=Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def point_at(self, outputs, key):
        self.site, self.api, self.key = outputs["SiteBucket"], urlsplit(outputs["ApiEndpoint"]).netloc, key

    def __call__(self, environ, start):
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        file = {page.url: page.file for page in pages.site.PAGES}.get(path)
        if method in ("GET", "HEAD") and (file or path.startswith("/assets/")):
            found = self._s3.get_object(Bucket=self.site, Key=file or path[1:])
            start("200 OK", [("Content-Type", found["ContentType"]), ("Content-Security-Policy", "by the policy")])
            return [found["Body"].read()]
        return self._from_api(environ, start)

    def _from_api(self, environ, start):
        headers = {
            name[5:].replace("_", "-").title(): value for name, value in environ.items() if name.startswith("HTTP_")
        }
        if environ.get("CONTENT_TYPE"):
            headers["Content-Type"] = environ["CONTENT_TYPE"]
        headers |= {"Host": self.api, "X-Origin-Key": self.key, "X-Forwarded-For": "203.0.113.9, 10.0.0.1"}
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or None
        query = f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else ""
        status, got, text = ask(
            environ["REQUEST_METHOD"], f"{self._emulator.url}{environ['PATH_INFO']}{query}", headers, body
        )
        start(f"{status} .", [(name, value) for name, value in got if name.lower() not in HOP_BY_HOP])
        return [text]

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


HOP_BY_HOP = ("connection", "transfer-encoding", "content-length", "server", "date")


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

    def get(self, path):
        return self._ask("GET", path)

    def post(self, path, **form):
        return self._ask("POST", path, urlencode(form).encode())

    def _ask(self, method, path, body=None):
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self._origin}
        status, got, text = ask(method, self._url + path, headers, body)
        for name, value in got:
            if name.lower() == "set-cookie":
                for each in SimpleCookie(value).values():
                    self._cookies[each.key] = each.value
        return Answer(status, dict(got), text.decode("utf-8", "replace"))


class Answer:
    def __init__(self, status, headers, text):
        self.status, self.headers, self.text = status, headers, text

    @property
    def location(self):
        return next(value for name, value in self.headers.items() if name.lower() == "location")
