"""The envelope of a letter, and the mails to the freelancer."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aldia.domain.case import Notice
from aldia.domain.client import BillingContact
from aldia.domain.errors import Refused
from aldia.i18n import catalog
from aldia.mail.account_mail import (
    News,
    compose_account_change,
    compose_notices,
    compose_sign_in,
    masked,
    news_line,
)
from aldia.mail.compose import compose, compose_new_link
from aldia.mail.links import Links, no_more, not_me
from tests.mail.letter_world import LINK, STOP, account, case_of, letter_of

AT = datetime(2026, 12, 18, 12, tzinfo=UTC)
HIDDEN = "A=?UTF-8?Q?=0D=0A?=Bcc: x"


def mail(case, step="overdue_1", **more):
    return compose(case, letter_of(case, step), link=LINK, stop_link=STOP, pays_online=True, **more)


def test_one_click_stops_the_letters_and_an_answer_reaches_the_freelancer():
    message = mail(case_of("plain"), tags={"letter": "l1"})
    assert message.headers == {
        "List-Unsubscribe": f"<{STOP}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert message.reply_to == "ana@example.com"
    assert message.from_name == "Ana Ruiz · Al Día"
    assert message.to == ("bruno@example.com",)
    assert message.tags == {"letter": "l1"}


def test_copies_go_to_those_who_get_copies_and_to_nobody_twice():
    case = case_of("plain")
    contacts = (
        BillingContact("bruno@example.com", "Bruno"),
        BillingContact("caja@example.com", "Caja", mail="copy"),
        BillingContact("bruno@example.com", "Bruno otra vez", mail="copy"),
        BillingContact("eva@example.com", "Eva", mail="none"),
    )
    message = mail(replace(case, client=replace(case.client, contacts=contacts)))
    assert (message.to, message.cc) == (("bruno@example.com",), ("caja@example.com",))
    assert mail(case, to=("otra@example.com",)).to == ("otra@example.com",)


def test_with_nobody_to_write_to_there_is_no_letter():
    case = case_of("plain")
    with pytest.raises(Refused, match=r"mail\.nobody"):
        mail(replace(case, client=replace(case.client, contacts=())))


def hidden_in(case, where):
    """The case with an encoded line break in one place."""
    if where == "sender":
        return replace(case, account=account(name=HIDDEN))
    if where == "number":
        return case.with_debt(replace(case.debts[0], number=HIDDEN))
    if where == "concept":
        return case.with_debt(replace(case.debts[0], number="", concept=HIDDEN))
    if where == "client":
        return replace(case, client=replace(case.client, name=HIDDEN))
    return replace(case, client=replace(case.client, contacts=(BillingContact(HIDDEN, "Bruno"),)))


@pytest.mark.parametrize("where", ["sender", "number", "concept", "client", "address"])
def test_an_encoded_line_break_never_reaches_a_header(where):
    with pytest.raises(Refused, match=r"mail\.hidden_characters"):
        mail(hidden_in(case_of("plain"), where))


def test_a_plain_line_break_in_a_name_is_folded_or_refused():
    case = case_of("plain")
    message = mail(case.with_debt(replace(case.debts[0], number="F-1\r\nBcc: x")))
    assert message.subject == "Factura F-1 Bcc: x · Ana Ruiz"
    with pytest.raises(Refused):
        mail(replace(case, account=account(name="Ana\r\nBcc: x")))


def test_a_very_long_name_keeps_the_subject_short():
    case = case_of("plain")
    case = replace(case.with_debt(replace(case.debts[0], number="9" * 400)), account=account(name="A" * 400))
    assert len(mail(case).subject) < 160


def test_one_person_is_greeted_by_name_and_a_group_by_the_clients():
    case = case_of("plain")
    assert "Hola, Bruno:" in mail(case).text
    two = (BillingContact("a@example.com", "Ana"), BillingContact("b@example.com", "Bea"))
    assert "Hola, Editorial Norte:" in mail(replace(case, client=replace(case.client, contacts=two))).text


def test_links_come_from_one_setting_and_hold_no_double_slash():
    links = Links("https://aldia.example/")
    assert links.client_page("t") == "https://aldia.example/p/t"
    assert links.stop("t") == "https://aldia.example/baja/t"
    assert links.sign_in("t") == "https://aldia.example/entrar/t"
    assert (links.today(), links.settings()) == ("https://aldia.example/hoy", "https://aldia.example/ajustes")
    assert not_me(links.client_page("t")) == "https://aldia.example/p/t/no-soy-yo"
    assert no_more(links.client_page("t")) == "https://aldia.example/p/t/no-mas"


def test_a_fresh_link_tells_no_debt():
    message = compose_new_link(case_of("plain"), link=LINK, to="bruno@example.com", stop_link=STOP)
    assert message.subject == "Tu enlace nuevo · Ana Ruiz"
    assert LINK in message.text
    assert "F-001" not in message.text + message.html
    assert message.cc == ()


@pytest.mark.parametrize(
    ("language", "subject"), [("es", "Tu código para entrar en Al Día"), ("en", "Your code to sign in to Al Día")]
)
def test_the_way_in_has_code_and_link_and_says_how_long(language, subject):
    message = compose_sign_in(
        to="a@example.com", language=language, code="049302", link="https://aldia.example/e/x", minutes=15
    )
    assert message.subject == subject
    for part in (message.text, message.html):
        assert "049302" in part
        assert "https://aldia.example/e/x" in part
        assert "15 minut" in part
    assert message.headers == {}


def news(kind="paid", minor=121000, text=""):
    return News(Notice(kind, AT, "f1", minor, text), "Editorial Norte", number="F-001", currency="EUR")


def test_news_are_bundled_and_one_alone_is_the_subject():
    links = {"link": "https://aldia.example/hoy", "settings_link": "https://aldia.example/ajustes"}
    one = compose_notices(account(), [news()], **links)
    assert one.subject == "Al Día: Editorial Norte pagó"
    assert "Editorial Norte pagó 1.210,00\u00a0€ de la factura F-001." in one.text
    three = compose_notices(account(language="en"), [news(), news("stopped"), news("trust")], **links)
    assert three.subject == "Al Día: 3 pieces of news about your payments"
    assert three.html.count("<li") == 3


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize(
    "kind",
    ["paid", "credit", "promised", "problem", "claimed", "bounced", "complaint", "unknown", "stopped", "wrong_person",
     "review", "trust"],
)  # fmt: skip
def test_every_kind_of_news_has_its_sentence_with_and_without_words(kind, language):
    for text in ("2026-12-28", "Falta la portada", ""):
        line = news_line(news(kind, text=text), language)
        assert "  " not in line
        assert "«»" not in line
    assert catalog.has(language, f"letters.headline.{kind}")


def test_a_date_in_the_news_is_written_as_people_write_it():
    assert "el 28 de diciembre de 2026" in news_line(news("promised", text="2026-12-28"), "es")
    assert "on 28 December 2026" in news_line(news("promised", text="2026-12-28"), "en")


@pytest.mark.parametrize("change", ["email_changed", "bank_changed", "account_deleted", "restored"])
def test_a_change_of_the_account_is_told_to_the_address_given(change):
    message = compose_account_change(
        change, account(), to="old@example.com", at=AT, link="https://aldia.example/ajustes",
        changed_to=masked("nueva@example.com"), reply_to="hola@aldia.example",
    )  # fmt: skip
    assert message.to == ("old@example.com",)
    assert message.reply_to == "hola@aldia.example"
    assert "18 de diciembre de 2026, 13:00 (hora de Madrid)" in message.text
    assert "nueva@" not in message.text


def test_a_masked_address_shows_its_first_letter_and_its_place():
    assert masked("nueva@example.com") == "n···@example.com"


def test_a_number_stays_together_and_nothing_else_changes():
    from aldia.mail.render import _unbroken

    held = '<span style="white-space:nowrap">F-2026-001,</span>'
    assert _unbroken("La factura F-2026-001, de pre-venta <b>") == f"La factura {held} de pre-venta &lt;b&gt;"
    assert "nowrap" not in _unbroken("A-1" * 9)
    assert _unbroken("<i>-1").startswith('<span style="white-space:nowrap">&lt;i&gt;')
