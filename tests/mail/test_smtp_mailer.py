"""Mail by SMTP, against a real server on loopback: what each answer, and each silence, means for a letter."""

import ssl
import time

import pytest
import trustme

from aldia.adapters import smtp_mailer
from aldia.adapters.mime import tags_of
from aldia.adapters.smtp_mailer import Relay, SmtpMailer
from aldia.ports import MailRefused, MailUnknown, Message
from tests.mail.post_office import HANG_UP, PostOffice, certified, trusting

FROM = "hola@aldia.example"
STOP = f"https://aldia.example/baja/{'x' * 120}"
LETTER = Message(
    to=("bruno@example.com",),
    cc=("contabilidad@example.com",),
    subject="Factura F-001 · Ana Ruiz, diseño y programación de páginas web para pequeñas empresas",
    text="Hola, Bruno:\n\n.una línea que empieza por un punto\n..y otra\n€ 1.210,00\n" + "larga " * 300,
    html="<p>Hola, Bruno</p>",
    from_name='Ana "La Jefa" Ruiz, de Al Día',
    reply_to="ana@example.com",
    headers={"List-Unsubscribe": f"<{STOP}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    tags={"account": "acc1", "client": "cli1", "letter": "0123abcd"},
)


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def office():
    with PostOffice() as running:
        yield running


def mailer(office, **given):
    relay = Relay("127.0.0.1", office.port, given.pop("tls", "none"), given.pop("user", ""), given.pop("password", ""))
    return SmtpMailer(relay, FROM, **given)


def test_a_mail_arrives_whole_with_its_headers_and_both_parts(office):
    mail_id = mailer(office, bounces="vuelve@aldia.example").send(LETTER)
    [taken] = office.taken
    assert (taken.sender, taken.people) == ("vuelve@aldia.example", ["bruno@example.com", "contabilidad@example.com"])
    mail = taken.mail
    assert taken.raw.isascii()
    assert max(map(len, taken.raw.split(b"\r\n"))) < 998
    assert mail["Message-ID"] == f"<{mail_id}>"
    assert mail["Subject"] == LETTER.subject
    assert mail["From"].addresses[0].display_name == LETTER.from_name
    assert mail["From"].addresses[0].addr_spec == FROM
    assert (mail["To"], mail["Cc"], mail["Reply-To"]) == (*LETTER.to, *LETTER.cc, LETTER.reply_to)
    assert f"List-Unsubscribe: <{STOP}>\r\n".encode() in taken.raw
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in taken.raw
    assert tags_of(mail["X-Aldia-Ref"]) == LETTER.tags
    assert mail["Date"].datetime.timestamp() == pytest.approx(time.time(), abs=60)
    assert taken.text().replace("\r\n", "\n").rstrip("\n") == LETTER.text.rstrip("\n")
    assert taken.text("html").strip() == LETTER.html


LATER, FOR_GOOD, DEAD = (True, False), (False, False), (False, True)
ANSWERS = [
    ("connect", "421 4.3.2 busy", LATER),
    ("connect", "554 5.7.1 not you", LATER),  # who we are is not the letter's fault, and can be mended
    ("connect", HANG_UP, LATER),
    ("mail", "450 4.7.1 greylisted", LATER),
    ("mail", "530 5.7.0 say who you are", LATER),
    ("mail", "553 5.1.8 not from there", FOR_GOOD),
    ("mail", HANG_UP, LATER),
    ("rcpt", "421 4.7.0 too many", LATER),
    ("rcpt", "450 4.2.1 full today", LATER),
    ("rcpt", "550 5.1.1 no such user", DEAD),
    ("rcpt", "550 5.2.1 closed", DEAD),
    ("rcpt", "550 5.7.1 not wanted here", FOR_GOOD),  # a matter of trust, not of the address
    ("rcpt", "550 no", FOR_GOOD),
    ("contabilidad@example.com", "550 5.1.1 nobody", DEAD),  # the second of two receivers
    ("contabilidad@example.com", "451 4.3.0 later", LATER),
    ("rcpt", HANG_UP, LATER),
    ("data", "451 4.3.0 later", LATER),
    ("data", "554 5.6.0 never", FOR_GOOD),
    ("data", HANG_UP, LATER),
    ("content", "451 4.3.0 later", LATER),
    ("content", "421 4.3.2 going down", LATER),
    ("content", "554 5.7.1 this is spam", FOR_GOOD),
    ("content", "552 5.1.1 as if nobody", FOR_GOOD),  # of the content, not of an address
]


@pytest.mark.parametrize(("step", "said", "meant"), ANSWERS)
def test_what_the_server_refuses_was_certainly_not_sent(office, step, said, meant):
    office.faults[step] = said
    with pytest.raises(MailRefused) as refused:
        mailer(office).send(LETTER)
    assert (refused.value.retry, refused.value.is_dead) == meant
    assert office.taken == []
    assert "example.com" not in str(refused.value)
    office.faults.clear()
    assert mailer(office).send(LETTER)  # the next one goes


def test_a_connection_that_ends_after_the_content_proves_nothing(office):
    office.faults["content"] = HANG_UP
    with pytest.raises(MailUnknown):
        mailer(office).send(LETTER)
    assert len(office.taken) == 1  # it had gone


def test_an_answer_to_the_content_that_does_not_come_proves_nothing(office, monkeypatch):
    monkeypatch.setattr(smtp_mailer, "ANSWER_S", 0.2)

    async def silent(*_):
        import asyncio

        await asyncio.sleep(3600)

    monkeypatch.setattr(office, "handle_DATA", silent)
    with pytest.raises(MailUnknown):
        mailer(office).send(LETTER)


def test_half_an_answer_to_the_content_proves_nothing(office):
    office.faults["content"] = "25"
    with pytest.raises(MailUnknown):
        mailer(office).send(LETTER)


def test_a_server_that_is_away_is_asked_later():
    with PostOffice() as gone:
        port = gone.port
    with pytest.raises(MailRefused) as refused:
        SmtpMailer(Relay("127.0.0.1", port, "none"), FROM).send(LETTER)
    assert refused.value.retry


# -- TLS ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_implicit", [False, True])
def test_who_we_are_is_said_over_tls_alone(authority, is_implicit):
    tls = "implicit" if is_implicit else "starttls"
    with PostOffice(tls=certified(authority), is_implicit=is_implicit, user="ana", password="s3cret") as office:
        given = {"tls": tls, "user": "ana", "password": "s3cret", "context": trusting(authority)}
        relay = Relay("localhost", office.port, tls, "ana", "s3cret")
        assert SmtpMailer(relay, FROM, context=given["context"]).send(LETTER)
        wrong = Relay("localhost", office.port, tls, "ana", "wrong")
        with pytest.raises(MailRefused) as refused:
            SmtpMailer(wrong, FROM, context=given["context"]).send(LETTER)
        assert refused.value.retry
        assert len(office.taken) == 1


def test_no_mail_goes_where_tls_is_not_offered(office):
    with pytest.raises(MailRefused) as refused:
        mailer(office, tls="starttls", user="ana", password="s3cret").send(LETTER)
    assert refused.value.retry
    assert office.taken == []


@pytest.mark.parametrize("is_implicit", [False, True])
@pytest.mark.parametrize("fault", ["a stranger's", "another name's"])
def test_a_certificate_that_is_not_right_gets_no_mail(authority, fault, is_implicit):
    signed = trustme.CA() if fault == "a stranger's" else authority
    name = "localhost" if fault == "a stranger's" else "elsewhere.example"
    with PostOffice(tls=certified(signed, name), is_implicit=is_implicit) as office:
        relay = Relay("localhost", office.port, "implicit" if is_implicit else "starttls")
        with pytest.raises(MailRefused) as refused:
            SmtpMailer(relay, FROM, context=trusting(authority)).send(LETTER)
        assert refused.value.retry
        assert isinstance(refused.value.__cause__, ssl.SSLCertVerificationError)
        assert office.taken == []


# -- what may not get into a header -------------------------------------------------------------

TRICKS = ("a\r\nBcc: eve@example.com", "a\nb", "=?UTF-8?Q?=0D=0A?=Bcc: eve@example.com", "a\0b", "a\x7fb", "\ud800")


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("where", ["subject", "from_name", "reply_to", "to", "cc", "headers", "tags"])
def test_nothing_becomes_another_header(office, where, trick):
    value = {
        "to": (trick,),
        "cc": (trick,),
        "headers": {"X-Any": trick},
        "tags": LETTER.tags | {"letter": trick},
    }.get(where, trick)
    from dataclasses import replace

    with pytest.raises(MailRefused) as refused:
        mailer(office).send(replace(LETTER, **{where: value}))
    assert not refused.value.retry
    assert office.taken == []


def test_an_address_beyond_ascii_is_refused_for_good(office):
    from dataclasses import replace

    with pytest.raises(MailRefused) as refused:
        mailer(office).send(replace(LETTER, to=("josé@example.com",)))
    assert not refused.value.retry


def test_a_password_stands_in_no_text_of_the_relay():
    assert "s3cret" not in repr(Relay("mail.example", 587, password="s3cret"))
