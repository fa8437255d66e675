"""The panel in a browser without script: mailbox, clock, pretend bank, trouble."""

import re
from datetime import datetime, timedelta

import pytest

SPANISH, ENGLISH = {"Accept-Language": "es-MX"}, {"Accept-Language": "en-GB"}


def mail_to(running, address):
    running.post("/registro", data={"email": address})
    return running.get("/_local/mail.json").json()[-1]


@pytest.mark.parametrize("path", ["/_local/", "/_local/clock", "/_local/bank", "/_local/trouble"])
def test_every_page_says_in_the_readers_language_that_nothing_is_real(running, path):
    assert "Esta es tu propia máquina." in running.get(path, headers=SPANISH).text
    assert "This is a machine of your own." in running.get(path, headers=ENGLISH).text


def test_the_newest_mail_stands_first_and_can_be_found(running):
    for name in ("first", "second"):
        mail_to(running, f"{name}@example.com")
    shown = running.get("/_local/").text
    assert shown.index("second<wbr>@example.com") < shown.index("first<wbr>@example.com")
    found = running.get("/_local/?q=FIRST@").text
    assert "first<wbr>@example.com" in found
    assert "second<wbr>@example.com" not in found


def test_a_mail_is_shown_in_a_frame_that_can_run_nothing(running):
    mail = mail_to(running, "reader@example.com")
    place = mail["id"]
    around = running.get(f"/_local/mail/{place}")
    assert "frame-src 'self'" in around.headers["Content-Security-Policy"]
    assert re.search(r"<iframe[^>]+sandbox=\"allow-popups allow-popups-to-escape-sandbox\"", around.text)
    inside = running.get(f"/_local/mail/{place}/html")
    assert "sandbox" in inside.headers["Content-Security-Policy"]
    assert "script-src" not in inside.headers["Content-Security-Policy"]
    assert inside.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert inside.text.replace('<base target="_blank">', "") == mail["html"]


def test_a_mail_can_be_read_as_text_with_its_links_to_follow(running):
    mail = mail_to(running, "plain@example.com")
    shown = running.get(f"/_local/mail/{mail['id']}?part=text").text
    assert "<pre>" in shown
    assert f'href="{mail["links"][0]}"' in shown
    assert running.get("/_local/mail/99999").status_code == 404


def test_only_the_mails_own_page_may_be_framed(running):
    assert running.get("/_local/").headers["X-Frame-Options"] == "DENY"
    assert "frame-src" not in running.get("/_local/").headers["Content-Security-Policy"]


@pytest.mark.parametrize(("button", "length"), [("hour", timedelta(hours=1)), ("day", timedelta(days=1))])
def test_a_button_moves_the_clock_and_the_page_says_what_happened(running, button, length):
    before = datetime.fromisoformat(running.get("/_local/clock.json").json()["now"])
    answer = running.post("/_local/clock", data={"jump": button})
    assert answer.status_code == 303
    assert "Done. On the way" in running.get(answer.headers["Location"], headers=ENGLISH).text
    assert datetime.fromisoformat(running.get("/_local/clock.json").json()["now"]) - before >= length


@pytest.mark.parametrize("typed", ["2001-01-01T10:00", "soon", "", "<script>", "9999-12-31T23:59", "2026-02-30"])
def test_a_moment_that_cannot_be_is_kept_on_the_page_with_a_sentence(running, typed):
    answer = running.post("/_local/clock", data={"to": typed, "zone": "Europe/Madrid"}, headers=ENGLISH)
    assert answer.status_code == 422
    assert "<script>" not in answer.text.replace("<script src=", "")
    assert "note-stop" in answer.text


def test_a_button_that_the_bank_does_not_know_is_refused_kindly(running):
    answer = running.post("/_local/bank", data={"session": "cs_none", "move": "pay_card"}, headers=ENGLISH)
    assert answer.status_code == 422
    assert "The bank does not accept it" in answer.text


def test_news_from_the_bank_can_be_held_back(running):
    running.post("/_local/bank", data={"network": "hold"})
    assert "they are held back." in running.get("/_local/bank", headers=ENGLISH).text
    running.post("/_local/bank", data={"network": "send"})
    assert "they arrive at once." in running.get("/_local/bank", headers=ENGLISH).text


def test_the_jobs_can_be_run_from_the_trouble_page(running):
    answer = running.post("/_local/jobs")
    assert "Done:" in running.get(answer.headers["Location"], headers=ENGLISH).text


def test_sample_data_is_only_for_whoever_has_signed_in(running):
    answer = running.post("/_local/sample")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/entrar")
