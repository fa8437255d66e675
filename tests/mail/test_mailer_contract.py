"""What a letter may rely on, whichever provider takes it: SES over its HTTP, or a mail server over SMTP."""

import http.server
import json
import threading

import pytest

from aldia import bootstrap
from aldia.adapters.ses_mailer import SesMailer
from aldia.adapters.smtp_mailer import Relay, SmtpMailer
from aldia.ports import MailRefused, MailUnknown, Message
from aldia.settings import Settings
from tests.mail.post_office import HANG_UP, PostOffice

FROM = "hola@aldia.example"
MAIL = Message(
    to=("bruno@example.com",),
    cc=("copia@example.com",),
    subject="Factura F-001 · Ana Ruiz",
    text="Hola",
    html="<p>Hola</p>",
    headers={"List-Unsubscribe": "<https://aldia.example/baja/x>"},
    tags={"account": "a", "client": "c", "letter": "l"},
)


BY_SES = {
    "later": (429, {"code": "TooManyRequestsException"}),
    "never": (400, {"code": "MessageRejected"}),
    "taken, then silent": (0, HANG_UP),
}
BY_SMTP = {
    "later": {"rcpt": "450 4.2.1 later"},
    "never": {"content": "554 5.7.1 no"},
    "taken, then silent": {"content": HANG_UP},
}


class ByHttp(http.server.BaseHTTPRequestHandler):
    """SES, as far as one call goes."""

    protocol_version = "HTTP/1.1"
    answer, taken = (200, {"MessageId": "ses-1"}), []

    def do_POST(self):
        mail = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, content = self.answer
        if status == 200 or content == HANG_UP:
            where = mail["Destination"]
            names = {header["Name"] for header in mail["Content"]["Simple"]["Headers"]}
            self.taken.append((where["ToAddresses"] + where["CcAddresses"], "List-Unsubscribe" in names))
        if content == HANG_UP:
            self.close_connection = True
            return
        said = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        if status >= 400:
            self.send_header("x-amzn-ErrorType", content["code"])
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_):
        pass


class Ses:
    """`says`: one of the contract's cases."""

    def __enter__(self):
        self.handler = type("Answering", (ByHttp,), {"taken": []})
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        client = bootstrap.ses(Settings(), f"http://127.0.0.1:{self._server.server_port}")
        self.mailer = SesMailer(client, FROM)
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def says(self, case):
        self.handler.answer = BY_SES[case]

    def taken(self):
        return self.handler.taken


class Smtp:
    """The same over SMTP."""

    def __enter__(self):
        self._office = PostOffice().__enter__()
        self.mailer = SmtpMailer(Relay("127.0.0.1", self._office.port, "none"), FROM)
        return self

    def __exit__(self, *_):
        self._office.__exit__()

    def says(self, case):
        self._office.faults.update(BY_SMTP[case])

    def taken(self):
        return [(one.people, "List-Unsubscribe" in one.mail) for one in self._office.taken]


@pytest.fixture(params=[Ses, Smtp])
def provider(request):
    with request.param() as running:
        yield running


@pytest.fixture(params=[Ses, Smtp])
def gone(request):
    with request.param() as running:
        pass
    return running


def test_a_mail_that_is_taken_has_an_id_and_reaches_everybody_with_its_headers(provider):
    first, second = provider.mailer.send(MAIL), provider.mailer.send(MAIL)
    assert first
    assert second
    assert provider.taken() == [(["bruno@example.com", "copia@example.com"], True)] * 2


@pytest.mark.parametrize(("case", "may_retry"), [("later", True), ("never", False)])
def test_a_mail_that_is_refused_was_not_taken(provider, case, may_retry):
    provider.says(case)
    with pytest.raises(MailRefused) as refused:
        provider.mailer.send(MAIL)
    assert refused.value.retry is may_retry
    assert provider.taken() == []


def test_a_mail_whose_answer_is_lost_is_handed_over_once_and_called_unknown(provider):
    provider.says("taken, then silent")
    with pytest.raises(MailUnknown):
        provider.mailer.send(MAIL)
    assert len(provider.taken()) == 1


def test_a_provider_that_is_away_is_asked_later(gone):
    with pytest.raises(MailRefused) as refused:
        gone.mailer.send(MAIL)
    assert refused.value.retry
