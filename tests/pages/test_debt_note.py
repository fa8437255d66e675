"""A note for the next letter on the debt's page: beside that letter, read while one types, in it once, never lost."""

import io
import json
import zipfile
from dataclasses import replace

import pytest

from aldia.domain import letter_notes, tone
from aldia.domain.errors import Refused
from aldia.domain.tone_sense import sense
from aldia.flows import export_account, letter_note, remind, run_jobs
from aldia.mail.headers import paragraphs
from aldia.ports import MailRefused
from aldia.rules import load
from aldia.store import letters
from tests.at_once import at_once
from tests.hostile import HOSTILE
from tests.pages.settings_world import fields
from tests.soak import amount
from tests.world import csrf

WORDS = "Gracias por la reunión del martes."


@pytest.fixture
def met(world):
    ana = world.account()
    return world, ana, world.debt(ana, issued_on="2026-06-01", due_on="2026-07-01")


def path(debt):
    return f"/cobros/{debt.client_id}/{debt.id}"


def note_of(world, ana, debt):
    return world.case(ana, debt).debt(debt.id).letter_note


def post(browser, debt, do="save", text=WORDS, **more):
    """The form as the page shows it, filled in."""
    shown = browser.get(path(debt)).text
    form = fields(shown, f"{path(debt)}/nota") | {"text": text, "do": do} | more
    return browser.post(f"{path(debt)}/nota", data=form)


def test_it_is_written_beside_the_next_letter_goes_in_it_and_in_no_other(met):
    world, ana, debt = met
    browser = world.browser(ana)
    assert "añadir una nota" in browser.get(f"/clientes/{debt.client_id}").text
    answer = post(browser, debt)
    assert answer.status_code == 303, answer.text
    shown = browser.get(answer.location).text
    assert "va en esa carta, una sola vez" in shown
    assert shown.count("Va en esta carta y solo en ella") == 1
    assert "con tu nota" in browser.get(f"/clientes/{debt.client_id}").text
    assert note_of(world, ana, debt).key == "invoice_sent"
    assert post(browser, debt, text="Mejor así.").status_code == 303
    world.advance(days=31)
    first, *others = world.outbox.to("bruno@example.com")
    assert "\n\nMejor así.\n\n" in first.text
    assert "Mejor así." in first.html
    assert others
    assert not any("Mejor así." in one.text for one in others)
    assert note_of(world, ana, debt) is None
    assert "Mejor así." in world.browser(ana).get(path(debt)).text  # in the letter of the story
    assert "Mejor así." not in world.browser().get(world.link(first)).text  # and not on the client's page


def test_the_letter_with_the_note_is_shown_as_one_types_without_script_and_sent_to_oneself(met):
    world, ana, debt = met
    browser = world.browser(ana)
    token = csrf(browser.get(path(debt)).text)
    hard = {"csrf": token, "letter": "invoice_sent", "text": "Eres un moroso. Es urgente."}
    seen = browser.post(f"{path(debt)}/nota/ver", data=hard, headers={"HX-Request": "true"})
    assert "<html" not in seen.text
    for words in ("Así no puede salir", 'name="fix" value="moroso"', "Poner «importante»", "Eres un moroso."):
        assert words in seen.text
    blocked = post(browser, debt, text="Eres un moroso.")
    assert (blocked.status_code, "Este texto no puede salir" in blocked.text) == (422, True)
    assert "Eres un moroso." in fields(blocked.text, f"{path(debt)}/nota")["text"]  # what was typed is kept
    mended = post(browser, debt, text="Gracias. Eres un moroso.", fix="moroso", do="")
    assert fields(mended.text, f"{path(debt)}/nota")["text"] == "Gracias."
    looked = post(browser, debt, do="look")
    assert (looked.status_code, f"\n\n{WORDS}\n\n" in looked.text.replace("\r", "")) == (200, True)
    assert "Así va tu nota en" in looked.text
    foreign = post(browser, debt, text="You are a deadbeat.")
    assert (foreign.status_code, "Lo leí y quiero guardarlo así" in foreign.text) == (422, True)
    pushy = "Es urgente, de verdad."
    assert post(browser, debt, text=pushy).status_code == 422
    assert note_of(world, ana, debt) is None
    assert post(browser, debt, text=pushy, is_sure="on").status_code == 303
    tried = post(browser, debt, do="try")
    assert "La prueba va a tu correo." in tried.text
    [trial] = world.outbox.to(ana.email)
    assert trial.subject.startswith("[Prueba] ")
    assert WORDS in trial.text
    assert note_of(world, ana, debt).text == pushy  # a trial saves nothing


def test_a_foreign_account_another_window_and_a_note_that_has_gone_are_answered_plainly(met):
    world, ana, debt = met
    browser, stranger = world.browser(ana), world.browser(world.account("eva@example.com"))
    token = csrf(stranger.get("/cobros").text)
    for end in ("nota", "nota/ver"):
        assert stranger.post(f"{path(debt)}/{end}", data={"csrf": token, "text": WORDS}).status_code == 404
    post(browser, debt)
    stale = fields(browser.get(path(debt)).text, f"{path(debt)}/nota")
    post(browser, debt, text="Gracias por la reunión del lunes.")
    answer = browser.post(f"{path(debt)}/nota", data=stale | {"text": "La mía.", "do": "save"})
    assert answer.status_code == 422
    assert "se cambió mientras tanto" in answer.text
    assert fields(answer.text, f"{path(debt)}/nota")["text"] == "La mía."
    stale = fields(browser.get(path(debt)).text, f"{path(debt)}/nota")
    world.advance(hours=2)
    assert "Gracias por la reunión del lunes." in world.outbox.to("bruno@example.com")[0].text
    for do in ("save", "remove"):
        answer = browser.post(f"{path(debt)}/nota", data=stale | {"text": "Tarde.", "do": do})
        assert answer.status_code == 422
        assert "acaba de salir en su carta" in answer.text
    again = fields(answer.text, f"{path(debt)}/nota")
    assert again["text"] == "Tarde."
    kept = browser.post(f"{path(debt)}/nota", data=again | {"do": "save", "letter": "invoice_sent"})
    assert "said=note_kept" in kept.location  # its letter has gone: it is kept for the next
    assert "La escribiste para otra carta" in browser.get(path(debt)).text
    assert post(browser, debt, do="remove").status_code == 303
    assert note_of(world, ana, debt) is None


def test_bundled_the_page_says_what_else_the_letter_is_about_and_settled_that_it_never_went(met):
    world, ana, debt = met
    world.debt(ana, number="F-2", issued_on="2026-06-01", due_on="2026-07-01")
    browser = world.browser(ana)
    post(browser, debt)
    assert "Esta carta habla también de F-2" in browser.get(path(debt)).text
    form = fields(browser.get(path(debt)).text, f"{path(debt)}/pago")
    browser.post(f"{path(debt)}/pago", data=form | {"amount": "1000", "paid_on": "2026-06-01", "method": "cash"})
    assert "No llegó a salir" in browser.get(path(debt)).text
    world.advance(hours=2)
    assert WORDS not in world.outbox.to("bruno@example.com")[0].text
    assert post(browser, debt, do="remove").status_code == 303


def stricter(monkeypatch):
    """A rule that came after the note was saved."""
    rules = load("tone")
    rule = {"rule": "insult", "words": ["reunion"], "level": "block"}
    monkeypatch.setitem(rules["words"], "es", [*rules["words"]["es"], rule])
    monkeypatch.setattr(tone, "rules_of", tone.rules_of.__wrapped__)  # a new rule comes with a new process
    monkeypatch.setattr(tone, "_of_known_sentence", tone._of_sentence)
    monkeypatch.setattr(
        tone, "sense", lambda language: replace(sense(language), kind_below=-99.0)
    )  # however kindly said


def test_a_note_that_a_later_rule_blocks_does_not_go_waits_on_its_debt_and_the_freelancer_is_told(met, monkeypatch):
    world, ana, debt = met
    browser = world.browser(ana)
    post(browser, debt)
    stricter(monkeypatch)
    world.advance(hours=2)
    [letter] = world.outbox.to("bruno@example.com")
    assert WORDS not in letter.text
    held = note_of(world, ana, debt)
    assert (held.text, held.held) == (WORDS, "tone")
    assert "espera: no va sola" in browser.get("/hoy").text
    assert "No salió: la revisión de tono" in browser.get(path(debt)).text
    stored = letters.of_client(world.ports, ana.id, debt.client_id)[0]
    assert letters.decoded(stored).letter.facts == {}
    assert post(browser, debt, text="Gracias por tu tiempo.").status_code == 303
    assert "espera: no va sola" not in browser.get("/hoy").text
    world.advance(days=30)
    assert sum("Gracias por tu tiempo." in one.text for one in world.outbox.to("bruno@example.com")) == 1


def refused(_message):
    raise MailRefused("throttled", retry=True)


def test_a_refused_letter_goes_again_with_its_note_and_without_it_when_a_rule_came_between(world, monkeypatch):
    ana = world.account()
    for place, is_stricter in enumerate((False, True)):
        debt = world.debt(ana, client=f"B{place}", email=f"b{place}@example.com", issued_on="2026-06-01")
        letter_note.write(world.ports, (ana.id, debt.client_id, debt.id), key="invoice_sent", text=WORDS, seen="")
        with monkeypatch.context() as patched:
            patched.setattr(world.outbox, "send", refused)
            world.clock.at = world.clock.at.replace(hour=15 + place)
            run_jobs.run(world.ports)
        with monkeypatch.context() as patched:
            if is_stricter:
                stricter(patched)
            world.advance(hours=1)
            [letter] = world.outbox.to(f"b{place}@example.com")
        assert (WORDS in letter.text) != is_stricter
        held = note_of(world, ana, debt)
        assert (held and (held.text, held.held)) == ((WORDS, "tone") if is_stricter else None)


@pytest.mark.soak
def test_note_and_sender_at_once_end_with_the_note_whole_in_the_letter_or_kept(world):
    """Two threads, the real engine: in the letter or on its debt, never in both, never in neither."""
    ana = world.account()
    world.clock.at = world.clock.at.replace(hour=15)
    ended = set()
    for n in range(amount(6, 200)):
        debt = world.debt(ana, client=f"C{n}", email=f"c{n}@example.com", number=f"R-{n}", issued_on="2026-06-01")
        ids = (ana.id, debt.client_id, debt.id)

        def write(ids=ids):
            letter_note.write(world.ports, ids, key="invoice_sent", text=WORDS, seen="")

        def send(ids=ids):
            remind.remind(world.ports, *ids[:2])

        assert at_once(*((write, send) if n % 2 else (send, write))) == []
        remind.remind(world.ports, *ids[:2])
        [letter] = world.outbox.to(f"c{n}@example.com")
        kept = note_of(world, ana, debt)
        assert (WORDS in letter.text) != (kept is not None and kept.text == WORDS)
        assert letter.text.count(WORDS) <= 1
        ended.add(kept is None)
    assert ended


def test_the_one_who_comes_second_is_told_whoever_it_is(met, monkeypatch):
    world, ana, debt = met
    world.clock.at = world.clock.at.replace(hour=15)
    ids, real = (ana.id, debt.client_id, debt.id), remind.cases.save

    def late(*args, **kwargs):
        """The note is written between the composing of the letter and its claim."""
        monkeypatch.setattr(remind.cases, "save", real)
        assert letter_note.write(world.ports, ids, key="invoice_sent", text=WORDS, seen="")
        return real(*args, **kwargs)

    monkeypatch.setattr(remind.cases, "save", late)
    assert remind.remind(world.ports, *ids[:2]) == 0  # the letter without the note is not claimed
    assert remind.remind(world.ports, *ids[:2]) == 1
    assert WORDS in world.outbox.to("bruno@example.com")[0].text
    assert letter_note.write(world.ports, ids, key="invoice_sent", text="Otra.", seen="") is False
    assert note_of(world, ana, debt).text == "Otra."


@pytest.mark.parametrize("value", [value for _, value in HOSTILE], ids=[name for name, _ in HOSTILE])
def test_whatever_is_typed_is_refused_in_a_sentence_or_goes_as_plain_words(value):
    try:
        words = paragraphs(letter_notes.checked(value))
    except Refused as told:
        words, field = "", told.field
    else:
        field = "text"
    assert field == "text"
    assert len(words) <= 280
    assert "\n-- \n" not in f"\n{words}\n"
    assert not any(ord(sign) < 32 and sign != "\n" for sign in words)


def test_the_export_has_the_note(met):
    world, ana, debt = met
    post(world.browser(ana), debt)
    whole = zipfile.ZipFile(io.BytesIO(b"".join(export_account.export(world.ports, ana, say=lambda key: key))))
    [client] = json.loads(whole.read("aldia.json"))["clients"]
    assert client["debts"][0]["letter_note"]["text"] == WORDS
