"""A mail server: takes mails over SMTP, and has each on disk before it says so, in the same log as the pretend SES.

`python -m tests.harness.pretend_smtp LOG` prints its port and serves until its standard input is closed.
"""

import asyncio
import json
import os
import sys
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope

from aldia.adapters.mime import REFERENCE, tags_of


class Taking:
    """aiosmtpd's handler. Each accepted mail is one line of JSON in `log`: id, to, subject, tags."""

    def __init__(self, log: Path) -> None:
        self._file = log.open("ab")

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        mail = message_from_bytes(envelope.original_content, policy=policy.default)
        kept = {
            "id": str(mail["Message-ID"]).strip("<>"),
            "to": envelope.rcpt_tos,
            "subject": str(mail["Subject"]),
            "tags": tags_of(str(mail[REFERENCE] or "")),
        }
        self._file.write(json.dumps(kept).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        return "250 2.0.0 taken"


async def serve(log: Path) -> None:
    """Until standard input is closed."""
    loop, taking = asyncio.get_running_loop(), Taking(log)
    server = await loop.create_server(lambda: SMTP(taking, loop=loop, hostname="mail.example"), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
