"""A real SMTP server on loopback (aiosmtpd) that does at each step what a test wants: agree, refuse, or hang up."""

import asyncio
import ssl
import threading
from email import message_from_bytes, policy

from aiosmtpd.smtp import SMTP, AuthResult

HANG_UP = "hang up"


class _Server(SMTP):
    """aiosmtpd's server, with a say at the greeting and before the content, where it asks nobody."""

    def __init__(self, office, **given):
        super().__init__(office, enable_SMTPUTF8=False, hostname="mail.example", ident="test", **given)
        self._office, self._has_greeted = office, False

    async def push(self, status):
        if not self._has_greeted:
            self._has_greeted = True
            status = await self._office.wish("connect", self) or status
        await super().push(status)

    async def smtp_DATA(self, arg):  # noqa: N802  aiosmtpd's names
        wish = await self._office.wish("data", self)
        if wish:
            await self.push(wish)
        else:
            await super().smtp_DATA(arg)


class PostOffice:
    """`faults`: connect | mail | rcpt | data | content | an address → what to say instead of yes, or HANG_UP.

    `taken`: what was delivered, in order. `with PostOffice() as office: office.port`.
    """

    def __init__(self, *, tls=None, is_implicit=False, user="", password=""):
        self.faults, self.taken = {}, []
        self.hold = None  # (is set when a mail's content is there, waits for): the answer is held back so long
        self._tls, self._is_implicit, self._who = tls, is_implicit, (user.encode(), password.encode())
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(5)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_):
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _listen(self):
        return await self._loop.create_server(self._made, "127.0.0.1", 0, ssl=self._tls if self._is_implicit else None)

    async def _end(self):
        self._server.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def _made(self):
        given = {"loop": self._loop}
        if self._tls and not self._is_implicit:
            given |= {"tls_context": self._tls, "require_starttls": True}
        if self._who[0]:
            given |= {"authenticator": self._known, "auth_required": True, "auth_require_tls": not self._is_implicit}
        return _Server(self, **given)

    def _known(self, _server, _session, _envelope, _mechanism, data):
        return AuthResult(success=(data.login, data.password) == self._who, handled=False)

    async def wish(self, step, server):
        """What to say at this step; a connection that is to end is ended here."""
        wish = self.faults.get(step, "")
        if wish == HANG_UP:
            server.transport.abort()
            await asyncio.sleep(3600)  # until aiosmtpd sees that the connection is gone
        return wish

    # -- aiosmtpd's hooks -----------------------------------------------------------------------

    async def handle_MAIL(self, server, _session, envelope, address, options):  # noqa: N802
        wish = await self.wish("mail", server)
        if not wish:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return wish or "250 2.1.0 OK"

    async def handle_RCPT(self, server, _session, envelope, address, _options):  # noqa: N802
        wish = self.faults.get(address) or await self.wish("rcpt", server)
        if not wish:
            envelope.rcpt_tos.append(address)
        return wish or "250 2.1.5 OK"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        if self.faults.get("content", HANG_UP) == HANG_UP:  # it takes the mail, and may hang up before it says so
            self.taken.append(Taken(envelope))
        if self.hold:
            self.hold[0].set()
            await asyncio.to_thread(self.hold[1].wait, 30)
        return await self.wish("content", server) or "250 2.0.0 taken"


class Taken:
    """One mail as it arrived."""

    def __init__(self, envelope):
        self.sender, self.people, self.raw = envelope.mail_from, list(envelope.rcpt_tos), envelope.content
        self.mail = message_from_bytes(envelope.content, policy=policy.default)

    def text(self, kind="plain"):
        """One of its two parts."""
        return self.mail.get_body((kind,)).get_content()


def certified(authority, name="localhost"):
    """A server's TLS context with a certificate of this authority (trustme)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def trusting(authority):
    """A client's TLS context that believes this authority too, and nobody without a proof."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context
