"""A small SES: takes mails over SESv2's HTTP, and has each on disk before it says so.

`python -m tests.harness.pretend_ses LOG` prints its port and serves until its standard input is closed.
"""

import json
import os
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PATH = "/v2/email/outbound-emails"


class PretendSes:
    """One server on 127.0.0.1. Each accepted mail is one line of JSON in `log`: id, to, subject, tags."""

    def __init__(self, log: Path) -> None:
        self._file = log.open("ab")
        self._lock, self._number = threading.Lock(), 0
        handler = type("Taking", (_Handler,), {"ses": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def accept(self, mail: dict[str, Any]) -> str:
        """Keep the mail for good; its id."""
        with self._lock:
            self._number += 1
            provider_id = f"ses-{self._number:06d}"
            tags = {tag["Name"]: tag["Value"] for tag in mail.get("EmailTags", [])}
            subject = mail["Content"]["Simple"]["Subject"]["Data"]
            kept = {"id": provider_id, "to": mail["Destination"]["ToAddresses"], "subject": subject, "tags": tags}
            self._file.write(json.dumps(kept).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
            return provider_id

    def start(self) -> "PretendSes":
        """Serve in a thread."""
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop serving."""
        self.server.shutdown()
        self.server.server_close()
        self._file.close()


class _Handler(BaseHTTPRequestHandler):
    ses: PretendSes
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        wanted = int(self.headers["Content-Length"])
        body = self.rfile.read(wanted)
        if len(body) < wanted:  # the sender died while it was writing: that is no mail
            self.close_connection = True
            return
        if self.path != PATH or not re.match(r"AWS4-HMAC-SHA256 Credential=", self.headers.get("Authorization", "")):
            self._answer(404, {"message": "no such thing"})
            return
        self._answer(200, {"MessageId": self.ses.accept(json.loads(body))})

    def _answer(self, status: int, content: dict[str, str]) -> None:
        encoded = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(encoded)))
        self.end_headers()
        self.wfile.write(encoded)

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:  # the sender was killed
            self.close_connection = True

    def log_message(self, *_args: object) -> None:
        pass


class Log:
    """Reads the mails that were taken, each once, in order."""

    def __init__(self, path: Path) -> None:
        self._path, self._at, self.mails = path, 0, list[dict[str, Any]]()

    def read(self) -> list[dict[str, Any]]:
        """Every mail taken so far. (The last line may still be being written.)"""
        with self._path.open("rb") as file:
            file.seek(self._at)
            whole, end, _rest = file.read().rpartition(b"\n")
        self._at += len(whole) + len(end)
        self.mails += [json.loads(line) for line in whole.split(b"\n") if line]
        return self.mails


if __name__ == "__main__":
    ses = PretendSes(Path(sys.argv[1])).start()
    sys.stdout.write(f"{ses.server.server_port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    ses.stop()
