"""Reports of undelivered mail, as mail servers write them; and mails that only look like one."""

import pytest

from infra.server.reports import events

ORIGINAL = """Message-ID: <0123@aldia.test>
X-Aldia-Ref: acc1 cli1 0123abcd
Subject: =?utf-8?q?Factura_F-001?=
To: bruno@example.com
"""

REPORT = """From: MAILER-DAEMON@mx.example
To: cobros@aldia.test
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Sun, 22 Nov 2026 10:00:00 +0000

{groups}
--b
Content-Type: {quoted}

{original}
Hola
--b--
"""

GROUP = """Final-Recipient: rfc822; bruno@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {status} said so

"""
TAGS = {"account": "acc1", "client": "cli1", "letter": "0123abcd"}


def report(*fates, quoted="message/rfc822", original=ORIGINAL):
    groups = "".join(GROUP.format(action=action, status=status) for action, status in fates)
    return REPORT.format(groups=groups, quoted=quoted, original=original).encode()


FATES = [
    ("failed", "5.1.1", [("bounce", True)]),
    ("failed", "5.7.1", [("bounce", True)]),
    ("failed", "4.4.7", [("bounce", False)]),  # given up after days: the address may work again
    ("delayed", "4.4.1", []),
    ("delivered", "2.0.0", [("delivery", False)]),
    ("relayed", "2.0.0", [("delivery", False)]),
    ("exploded", "5.0.0", []),
]


@pytest.mark.parametrize("quoted", ["message/rfc822", "text/rfc822-headers"])
@pytest.mark.parametrize(("action", "status", "meant"), FATES)
def test_a_report_tells_what_became_of_our_letter(action, status, meant, quoted):
    found = events(report((action, status), quoted=quoted))
    assert [(event.kind, event.is_permanent) for event in found] == meant
    assert all((event.provider_id, event.tags) == ("0123@aldia.test", TAGS) for event in found)


def test_each_receiver_of_a_letter_has_its_own_fate():
    found = events(report(("failed", "5.1.1"), ("delivered", "2.0.0")))
    assert [event.kind for event in found] == ["bounce", "delivery"]


def test_a_complaint_is_told_as_one():
    mail = report(("failed", "5.1.1")).replace(b"report-type=delivery-status", b"report-type=feedback-report")
    mail = mail.replace(b"message/delivery-status", b"message/feedback-report")
    mail = mail.replace(b"Reporting-MTA: dns; mx.example", b"Feedback-Type: abuse\nUser-Agent: x/1\nVersion: 1")
    assert [(event.kind, event.tags) for event in events(mail)] == [("complaint", TAGS)]


FOREIGN = [
    report(("failed", "5.1.1"), original="Message-ID: <x@y>\nSubject: of somebody else\n"),
    report(("failed", "5.1.1"), original=ORIGINAL.replace("acc1 cli1 0123abcd", "acc1 cli1")),
    b"Subject: I am on holiday\n\nX-Aldia-Ref: acc1 cli1 0123abcd\n",
    report(("failed", "5.1.1")).replace(b"multipart/report", b"multipart/mixed"),
    b"",
    b"\xff\xfe\x00" * 1000,
    report(("failed", "5.1.1"))[:300],
    b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n\n--b--",
]


@pytest.mark.parametrize("mail", FOREIGN)
def test_what_is_no_report_of_ours_says_nothing(mail):
    assert events(mail) == []
