"""The mailer over SMTP, for an installation that hands its mail to a mail server instead of SES.

One connection per mail, one outcome for all of its receivers. What fails before the mail's content is sent was
certainly not sent; from the first byte of the content on only the server's own answer proves anything.
"""

import re
import secrets
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field

from aldia.adapters.mime import mime_of
from aldia.ports import MailRefused, MailUnknown, Message

PATIENCE_S = 10.0  # for the connection and each step before the content
ANSWER_S = 60.0  # for the server's word about the content: a letter whose fate is unknown is never repeated
GO_ON = 354
OUR_FAULT = (530, 534, 535, 538)  # who we are was not accepted: nothing is wrong with the mail, and it can be mended
STATUS = re.compile(rb"\s*([245]\.\d{1,3}\.\d{1,3})\b")
DEAD = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1")  # RFC 3463: no such mailbox, domain, or it is closed
FIRST_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True)
class Relay:
    """The mail server. `tls`: starttls | implicit | none (only for one on this machine)."""

    host: str
    port: int
    tls: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)


class SmtpMailer:
    """`context` verifies the server's certificate; `bounces` is where undeliverable mail comes back to."""

    def __init__(self, relay: Relay, sender: str, *, bounces: str = "", context: ssl.SSLContext | None = None) -> None:
        self._relay, self._sender, self._bounces = relay, sender, bounces or sender
        self._domain = sender.rpartition("@")[2]
        self._context = context

    def send(self, message: Message) -> str:
        """Hand the mail to the server; its Message-ID. Raises MailRefused or MailUnknown; never tries twice."""
        mail_id = f"{secrets.token_hex(16)}@{self._domain}"
        content = mime_of(message, self._sender, mail_id)
        people = list(dict.fromkeys((*message.to, *message.cc)))
        server = self._connected()
        try:
            _until_content(server, self._bounces, people)
            _hand_over(server, content)
            _goodbye(server)
        finally:
            server.close()
        return mail_id

    def _connected(self) -> smtplib.SMTP:
        """A connection that may be trusted with the mail; MailRefused when there is none."""
        server = _Socket(self._relay, self._domain, self._context or ssl.create_default_context())
        try:
            return server.open()
        except smtplib.SMTPResponseException as error:
            raise MailRefused(f"smtp {error.smtp_code}", retry=True) from error
        except (OSError, smtplib.SMTPException, ValueError) as error:  # OSError: a certificate that is not right, too
            raise MailRefused(f"smtp {type(error).__name__}", retry=True) from error


class _Socket:
    """Opens the connection; nothing stays open when that fails."""

    def __init__(self, relay: Relay, our_name: str, context: ssl.SSLContext) -> None:
        self._relay, self._our_name, self._context = relay, our_name, context

    def open(self) -> smtplib.SMTP:
        relay = self._relay
        where = (relay.host, relay.port, self._our_name)
        if relay.tls == "implicit":
            server: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=PATIENCE_S, context=self._context)
        else:
            server = smtplib.SMTP(*where, timeout=PATIENCE_S)
        try:
            if relay.tls == "starttls":  # raises when the server does not offer it: no mail goes in the clear
                _said(*server.starttls(context=self._context), wanted=220)
            server.ehlo_or_helo_if_needed()
            if relay.user:
                server.login(relay.user, relay.password)
        except BaseException:
            server.close()
            raise
        return server


def _until_content(server: smtplib.SMTP, bounces: str, people: list[str]) -> None:
    """Everything before the content. One receiver who is refused refuses the mail: it has one outcome for all."""
    try:
        _said(*server.mail(bounces))
        for address in people:
            _said(*server.rcpt(address), is_receiver=True)
        _said(*server.docmd("DATA"), wanted=GO_ON)
    except MailRefused:
        _goodbye(server)
        raise
    except (OSError, smtplib.SMTPException) as error:
        raise MailRefused(f"smtp {type(error).__name__}", retry=True) from error


def _hand_over(server: smtplib.SMTP, content: bytes) -> None:
    """The content, and what the server says of it. A connection that ends here proves nothing."""
    try:
        server.send(FIRST_DOT.sub(b"..", content) + b".\r\n")
        if server.sock:
            server.sock.settimeout(ANSWER_S)
        code, said = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise MailUnknown(f"smtp {type(error).__name__}") from error
    if not 200 <= code < 300 and not 400 <= code < 600:
        raise MailUnknown("smtp half an answer")
    _said(code, said)


def _goodbye(server: smtplib.SMTP) -> None:
    """Its answer changes nothing and is not waited for."""
    with suppress(OSError, smtplib.SMTPException):
        server.putcmd("QUIT")


def _said(code: int, said: bytes, *, wanted: int = 0, is_receiver: bool = False) -> None:
    """MailRefused unless the server agreed. Its own words are left out: they may quote an address."""
    if code == wanted or (not wanted and 200 <= code < 300):
        return
    found = STATUS.match(said)
    status = found[1].decode() if found else ""
    is_final = 500 <= code < 600 and code not in OUR_FAULT
    is_dead = is_final and is_receiver and status in DEAD
    raise MailRefused(f"smtp {code} {status}".strip(), retry=not is_final, is_dead=is_dead)
