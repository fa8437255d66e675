"""How a freelancer works with payments: published, given to a client, accepted with a click, carried by later debts."""

import re
from datetime import timedelta
from html import unescape

import pytest

from aldia.domain.account import BankDetails
from aldia.domain.working_terms import TermsVersion
from aldia.pages.guard import form_token
from aldia.store import accounts, cases, codec, working_terms
from tests.pages.settings_world import send
from tests.world import csrf, mark

SETTINGS = "/ajustes/como-trabajo"


@pytest.fixture
def ana(world):
    """Ana's browser; she has a client with a debt from before any terms."""
    account = world.account(bank=BankDetails(number="012180001234567897"))
    debt = world.debt(account)
    browser = world.browser(account)
    browser.account, browser.client_id, browser.debt = account, debt.client_id, debt
    return browser


def signed_in(world, was):
    """The same freelancer a day later."""
    browser = world.browser(was.account)
    browser.account, browser.client_id, browser.debt = was.account, was.client_id, was.debt
    return browser


def publish(browser, **words):
    form = {"csrf": form_token(browser.secret), "do": "publish"} | words
    return browser.post(SETTINGS, data=form)


def give(browser, **more):
    """The answer to one of the buttons under a client's terms."""
    form = {"csrf": form_token(browser.secret)} | more
    return browser.post(f"/clientes/{browser.client_id}/condiciones", data=form)


def link(browser):
    """A fresh link for the client, as a path."""
    found = re.search(r"/c/[0-9a-f]{64}", give(browser, do="link").text)
    assert found
    return found[0]


def accept(world, path, *, by="Bruno Díaz", number="1", **more):
    reader = world.browser()
    form = {"csrf": form_token(path.rpartition("/")[2]), "number": number, "by": by} | more
    return reader.post(path, data=form)


def test_what_is_published_says_the_settings_in_both_languages_and_never_changes(world, ana):
    page = ana.get(SETTINGS)
    assert "Aún no has publicado" in page.text
    assert "30 días después de la emisión" in page.text
    looked = ana.post(SETTINGS, data={"csrf": csrf(page.text), "do": "look", "words_es": "Dos rondas de cambios."})
    assert "Dos rondas de cambios." in looked.text
    assert accounts.load(world.ports, ana.account.id).published is None
    assert publish(ana, words_es="Dos rondas de cambios.", firm_pause="on").location.endswith("said=terms_published")
    first = working_terms.load(world.ports, ana.account.id, 1)
    assert "30 days after the invoice date" in first.plain("en")
    assert "Puedo dejar en pausa los trabajos nuevos" in first.plain("es")
    assert "Dos rondas de cambios." in first.plain("en")  # her words stand as they are where she wrote no others
    again = publish(ana, words_es="Dos rondas de cambios.", firm_pause="on")
    assert again.location.endswith("said=terms_same")
    assert publish(ana, words_es="Tres rondas.").location.endswith("said=terms_published")
    assert working_terms.load(world.ports, ana.account.id, 1) == first
    two = [codec.of(TermsVersion, item) for item in working_terms.stored(world.ports, ana.account.id)]
    assert [one.number for one in two] == [1, 2]
    assert len({one.hash for one in two}) == 2


def test_other_settings_ask_for_another_version(world, ana):
    publish(ana)
    assert "ya no es lo que dice la versión 1" not in ana.get("/ajustes/condiciones").text
    send(ana, "/ajustes/condiciones", {"discount": "2", "discount_days": "10"})
    assert "ya no es lo que dice la versión 1" in ana.get("/ajustes/condiciones").text
    assert "los primeros 10 días" in ana.get(SETTINGS).text
    publish(ana)
    assert "ya no es lo que dice" not in ana.get("/ajustes").text


def test_the_other_language_is_one_press_away_and_keeps_what_was_typed(world, ana):
    page = ana.get(SETTINGS).text
    tab = re.search(r'<button[^>]*name="do" value="look_en"[^>]*>', page)[0]
    assert 'form="working"' in tab
    assert '<form action="/ajustes/como-trabajo" method="post" novalidate id="working">' in page
    typed = {"words_es": "Dos rondas de cambios.", "words_en": "Two rounds.", "firm_pause": "on", "in": "es"}
    looked = publish(ana, **typed, do="look_en").text
    assert re.search(r'class="letter stack" lang="en".*Two rounds\.', looked, re.S)
    assert re.search(r'name="words_es"[^>]*>\s*Dos rondas de cambios\.<', looked)
    assert re.search(r'name="firm_pause"[^>]*checked', looked)
    back = publish(ana, **typed, do="look_es").text
    assert re.search(r'class="letter stack" lang="es".*Dos rondas de cambios\.', back, re.S)
    assert accounts.load(world.ports, ana.account.id).published is None


def test_the_tone_check_speaks_while_words_for_the_terms_are_typed_and_mends_with_one_press(world, ana):
    assert 'hx-post="/ajustes/como-trabajo/ver"' in ana.get(SETTINGS).text
    words = {"words_es": "Dos rondas de cambios. Paga de inmediato.", "words_en": "Two rounds."}
    form = {"csrf": form_token(ana.secret)} | words
    read = ana.post(f"{SETTINGS}/ver", data=form, headers={"HX-Request": "true"}).text
    assert read.lstrip().startswith('<div id="working_read"')
    assert re.search(r"Español · [^<]*\d+ de 100", read)
    assert re.search(r"Inglés · [^<]*100 de 100", read)
    excerpt = unescape(re.search(r'name="fix" value="([^"]+)"', read)[1])
    mended = publish(ana, **words, fix=excerpt, do="").text
    assert re.search(r'name="words_es"[^>]*>\s*Dos rondas de cambios\.', mended)
    assert excerpt not in mended
    assert "Two rounds." in mended
    wrong = ana.post(f"{SETTINGS}/ver", data=form | {"words_en": "ana@estafa.com"}, headers={"HX-Request": "true"})
    assert "correo" in wrong.text
    assert accounts.load(world.ports, ana.account.id).published is None


def test_terms_name_no_days_and_no_parts_that_a_clients_own_limits_may_deny(world, ana):
    assert ana.account.fence.extension_days > 0
    assert ana.account.fence.parts > 1
    publish(ana)
    send(ana, "/ajustes/acuerdos", {"extension_days": "0", "parts": "0"})
    publish(ana)
    assert accounts.load(world.ports, ana.account.id).published.number == 1  # other limits say nothing new
    version = working_terms.load(world.ports, ana.account.id, 1)
    for spoken, title, said in (
        ("es", "otra fecha", "te ofrece más días"),
        ("en", "another date", "offers you more days"),
    ):
        [ways] = [part for part in version.texts[spoken] if title in part.title]
        assert said in ways.lines[0]
        assert not re.search(r"\d", " ".join(ways.lines))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Si no pagas llamo a la policía", "no pueden ir en tus condiciones"),
        ("Es urgente", "si aun así lo quieres"),
        ("Escríbeme a ana@estafa.com", "correo"),
        ("x" * 601, "600"),
    ],
)
def test_words_that_threaten_press_or_lead_elsewhere_are_not_published(world, ana, words, said):
    answer = publish(ana, words_es=words)
    assert answer.status_code == 422
    assert said in answer.text
    assert words in answer.text  # what was typed stays
    assert accounts.load(world.ports, ana.account.id).published is None
    if "urgente" in words:
        assert publish(ana, words_es=words, is_sure="on").status_code == 303


def test_a_client_reads_accepts_once_gets_it_in_writing_and_the_freelancer_is_told(world, ana):
    publish(ana, words_es="Dos rondas de cambios.")
    path = link(ana)
    reader = world.browser()
    before = cases.load_by_id(world.ports, ana.account.id, ana.client_id)
    for method in ("GET", "HEAD"):
        assert reader.open(path, method=method).status_code == 200
    assert cases.load_by_id(world.ports, ana.account.id, ana.client_id) == before
    page = reader.get(path)
    assert 'value="Bruno"' in page.text  # one click is enough
    assert "Dos rondas de cambios." in page.text
    assert "When to pay" in reader.get(f"{path}?lang=en").text
    assert "<script" not in page.text
    assert accept(world, path, by=" ").status_code == 422
    done = accept(world, path)
    assert done.location == f"{path}?said=accepted&lang=es"
    assert "queda por escrito" in reader.get(done.location).text
    held = cases.load_by_id(world.ports, ana.account.id, ana.client_id).client.accepted
    version = working_terms.load(world.ports, ana.account.id, 1)
    assert (held.number, held.hash, held.by, held.at) == (1, version.hash, "Bruno Díaz", world.clock.at)
    assert accept(world, path, by="Otro").status_code == 303  # twice is once
    world.jobs()
    [mail] = [one for one in world.outbox.to("bruno@example.com") if one.subject.startswith("Condiciones")]
    assert "Bruno Díaz aceptó el 1 de junio de 2026 la versión 1" in mail.text
    assert "Dos rondas de cambios." in mail.text
    assert version.hash[:12] in mail.text
    again = re.search(r"/c/[0-9a-f]{64}", mail.text)[0]
    assert "Aceptadas por Bruno Díaz" in reader.get(again).text
    [told] = world.outbox.to("ana@example.com")
    assert "Bruno aceptó tus condiciones (versión 1)" in told.text
    assert [one.by for one in working_terms.accepted_by(world.ports, ana.account.id, ana.client_id)] == ["Bruno Díaz"]
    assert "Versión 1, aceptada por Bruno Díaz" in ana.get(f"/clientes/{ana.client_id}").text


def test_only_later_debts_carry_what_was_accepted_and_say_so_everywhere(world, ana):
    publish(ana)
    path = link(ana)
    old = world.debt(ana.account, number="F-old")
    accept(world, path)
    world.advance(days=1)
    ana = signed_in(world, ana)
    new = world.debt(ana.account, number="F-new")
    late = world.debt(ana.account, number="F-late", issued_on="2026-05-20", due_on="2026-07-01")
    publish(ana, words_es="Otra cosa.")  # newer, and not accepted
    newer = world.debt(ana.account, number="F-newer")
    case = world.case(ana.account, new)
    stamps = {debt.number: debt.agreed_terms and debt.agreed_terms.number for debt in case.debts}
    assert stamps == {"F-001": None, "F-old": None, "F-new": 1, "F-late": None, "F-newer": 1}
    said = "Versión 1, aceptada por Bruno Díaz el 1 de junio de 2026"
    for debt, has in ((old, False), (new, True), (late, False), (newer, True)):
        assert (said in ana.get(f"/cobros/{ana.client_id}/{debt.id}").text) is has
    world.until("2026-06-03T20:00:00+00:00")
    letter = next(one for one in world.outbox.to("bruno@example.com") if "/p/" in one.text)
    page = world.browser().get(world.link(letter)).text
    assert "Condiciones acordadas: versión 1, aceptadas por Bruno Díaz" in page
    assert mark(page)
    shown = world.browser().get(path).text
    assert "Aceptaste la versión 1" in shown
    assert "Otra cosa." in shown
    older = world.browser().get(f"{path}?version=1").text
    assert "Otra cosa." not in older
    assert 'name="by"' not in older
    assert "Otra cosa." in world.browser().get(f"{path}?version=7").text


def test_terms_that_changed_while_they_were_read_are_not_accepted_unseen(world, ana):
    publish(ana)
    path = link(ana)
    publish(ana, words_es="Otra cosa.")
    answer = accept(world, path, number="1")
    assert answer.status_code == 422
    assert "han cambiado mientras las leías" in answer.text
    assert 'value="Bruno Díaz"' in answer.text
    assert cases.load_by_id(world.ports, ana.account.id, ana.client_id).client.accepted is None
    assert accept(world, path, number="2").status_code == 303


def test_the_letter_with_the_link_goes_once_counts_and_stops_where_letters_stop(world, ana):
    publish(ana)
    page = ana.get(f"/clientes/{ana.client_id}/condiciones").text
    key = re.search(r'name="key" value="(\w+)"', page)[1]
    for _ in range(2):
        assert give(ana, do="mail", key=key).location.endswith("said=terms_mailed")
    mails = [one for one in world.outbox.to("bruno@example.com") if "/c/" in one.text]
    [mail] = [one for one in mails if one.subject.startswith("Cómo trabajo")]
    assert "Ver las condiciones y aceptarlas:" in mail.text
    assert mail.headers["List-Unsubscribe"].startswith("<http")
    client = cases.load_by_id(world.ports, ana.account.id, ana.client_id).client
    assert client.contact_days
    path = re.search(r"/c/[0-9a-f]{64}", mail.text)[0]
    assert "No soy la persona adecuada" in world.browser().get(f"{path}/no-soy-yo").text
    assert give(ana, do="mail", key="id999999").status_code == 422  # too soon after the last contact
    stopped = world.browser().post(f"{path}/no-mas", data={"csrf": form_token(path.rpartition("/")[2])})
    assert "no recibirás recordatorios" in stopped.text
    assert cases.load_by_id(world.ports, ana.account.id, ana.client_id).client.stopped_at
    world.clock.at += timedelta(days=10)
    ana = signed_in(world, ana)
    assert give(ana, do="mail", key="id999998").status_code == 422
    assert len([one for one in world.outbox.to("bruno@example.com") if one.subject == mail.subject]) == 1
    assert world.browser().get(path).status_code == 200
    gone = world.browser().post(f"{path}/no-soy-yo", data={"csrf": form_token(path.rpartition("/")[2])})
    assert gone.status_code == 200
    assert world.browser().get(path).status_code == 404  # nobody knows who reads it


def test_a_link_for_a_client_can_be_copied_with_one_press(world, ana):
    publish(ana)
    assert "copy-1.js" not in ana.get(f"/clientes/{ana.client_id}/condiciones").text
    page = give(ana, do="link").text
    assert "copy-1.js" in page
    assert 'data-copy="Copiar"' in page
    path = re.search(r"/c/[0-9a-f]{64}", page)[0]
    assert re.search(rf'</h2>\s*<div class="stack" data-text="https?://[^"]+{path}"', page)  # the heading names it


def test_the_freelancer_reads_each_version_as_it_was_published_and_nobody_elses(world, ana):
    publish(ana, words_es="Dos rondas de cambios.", words_en="Two rounds of changes.")
    path = link(ana)
    accept(world, path)
    publish(ana, words_es="Tres rondas.")
    assert f'href="{SETTINGS}?version=1"' in ana.get(f"/clientes/{ana.client_id}/condiciones").text
    assert f'href="{SETTINGS}?version=1"' in ana.get(f"/clientes/{ana.client_id}").text
    listed = ana.get(SETTINGS).text
    assert "Versiones publicadas" in listed
    assert [number for number in (1, 2, 3) if f'href="{SETTINGS}?version={number}"' in listed] == [1, 2]
    old = ana.get(f"{SETTINGS}?version=1").text
    assert "Versión 1, del 1 de junio de 2026" in old
    assert working_terms.load(world.ports, ana.account.id, 1).hash[:12] in old
    assert "Dos rondas de cambios." in old
    assert "Tres rondas." not in old
    assert f'action="{SETTINGS}"' not in old  # to read, not to change
    assert "Two rounds of changes." in ana.get(f"{SETTINGS}?version=1&idioma=en").text
    for number in ("3", "0", "-1", "x", "9" * 30, "1 "):
        assert ana.get(f"{SETTINGS}?version={number}").status_code == 404
    eva = world.browser(world.account("eva@example.com"))
    assert eva.get(f"{SETTINGS}?version=1").status_code == 404


def test_withdrawn_links_and_those_of_another_address_open_nothing(world, ana):
    publish(ana)
    path = link(ana)
    neutral = world.browser().get("/c/" + "z" * 64)
    assert neutral.status_code == 404
    assert give(ana, do="withdraw").status_code == 303
    for answer in (world.browser().get(path), accept(world, path)):
        assert answer.status_code == 404
        assert "Ana" not in answer.text
    second = link(ana)
    assert world.browser().get(second).status_code == 200
    world.change_client(ana.account, ana.debt, link_version=2)
    assert world.browser().get(second).status_code == 404


def test_nobody_gives_another_accounts_terms_and_nothing_is_given_before_they_are_published(world, ana):
    assert give(ana, do="link").status_code == 422
    assert give(ana, do="mail").status_code == 422
    eva = world.browser(world.account("eva@example.com"))
    eva.client_id = ana.client_id
    assert give(eva, do="link").status_code == 404
    assert eva.get(f"/clientes/{ana.client_id}/condiciones").status_code == 404
    nameless = world.browser(world.account("nora@example.com", name=""))
    answer = publish(nameless)
    assert answer.status_code == 422
    assert "Quién eres" in answer.text


def test_who_has_no_address_accepts_too_and_is_promised_no_mail(world, ana):
    publish(ana)
    world.change_client(ana.account, ana.debt, contacts=())
    done = world.browser().get(accept(world, link(ana)).location).text
    assert "Puedes volver a leerlas aquí" in done
    assert "por correo" not in done.partition("<h2>")[0]
    world.jobs()
    assert world.outbox.to("bruno@example.com") == []
