"""Each answer of a client by keyboard alone, without JavaScript, on a small phone, from the opened link to the word
that it was heard; axe finds nothing on the way, in light and dark, and nothing is wider than 320 px."""

import contextlib
import re
import uuid

import pytest

from aldia.i18n import catalog
from tests.browser.keyboard import is_button, is_in, put, selector, tab_to, unfold
from tests.browser.test_axe import AXE, NARROW, findings, too_wide
from tests.pages.ways_out import LATER, PDF, WAYS_OUT, Owing, WayOut
from tests.soak import amount
from tests.world import World

PHONES = (("es", "es-ES", 320), ("en", "en-GB", 360))
PAGES = ("open", "disputed", "claimed", "paid", "promised", "extended", "planned", "asked", "offered")


def shared_out(things, language):
    """Every other one in each language and width; all in both in `make soak`."""
    first, step = (PHONES[0][0] != language, 2) if amount(1, 2) == 1 else (0, 1)
    return list(things)[first::step]


@pytest.fixture(scope="module")
def owing(dynamodb):
    name = f"ways-{uuid.uuid4().hex[:8]}"
    world = World.start(dynamodb, name)
    made = Owing(world)
    world.advance(hours=1)
    yield made
    world.close()
    with contextlib.suppress(dynamodb.exceptions.ResourceNotFoundException):
        dynamodb.delete_table(TableName=name)


@pytest.fixture
def phone(browser):
    """A phone without JavaScript."""
    opened = []

    def opener(locale, width):
        view = {"width": width, "height": 740}
        context = browser.new_context(viewport=view, locale=locale, java_script_enabled=False)
        context.set_default_timeout(30_000)
        opened.append(context)
        return context.new_page()

    yield opener
    for context in opened:
        context.close()


@pytest.fixture
def clean(browser, owing):
    """What is wrong with a page as it stands, a line each; axe needs scripts and looks at the same page elsewhere."""
    context = browser.new_context(reduced_motion="reduce")
    desk, base = context.new_page(), owing.world.ports.settings.base_url

    def look(page, where):
        desk.set_viewport_size(page.viewport_size)
        desk.emulate_media(color_scheme="light")
        desk.set_content(page.content().replace("<head>", f'<head><base href="{base}/">', 1))
        desk.evaluate(AXE)
        wrong = [f"{where}: {one}" for one in findings(desk)]
        desk.emulate_media(color_scheme="dark")
        wrong += [f"{where}, dark: {one}" for one in findings(desk, "color-contrast")]
        return wrong + [f"{where} is wider than {width} px" for width in NARROW if too_wide(desk, width)]

    yield look
    context.close()


def play(page, way, where, clean):
    """From the opened link to the form's end; what axe said of the form meanwhile."""
    if way.behind:
        tab_to(page, lambda focused: way.behind in (focused.get_attribute("href") or ""), where)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(way.behind))
    unfold(page, way)
    wrong = clean(page, where)
    form = selector(way)
    for name, text in way.typed.items():
        put(page, tab_to(page, is_in(form, name), f"{where}: {name}"), text)
    for name in way.files:
        tab_to(page, is_in(form, name), f"{where}: {name}").set_input_files(
            {"name": "foto.pdf", "mimeType": "application/pdf", "buffer": PDF}
        )
    tab_to(page, is_button(form, way), f"{where}: the button")
    before = page.url
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != before)
    return wrong


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize(("language", "locale", "width"), PHONES, ids=["es-320", "en-360"])
def test_every_answer_goes_by_keyboard_without_script_to_the_word_that_it_was_heard(
    owing, phone, clean, language, locale, width
):
    page, wrong, base = phone(locale, width), [], owing.world.ports.settings.base_url
    for name, way in shared_out(WAYS_OUT.items(), language):
        where = f"{name} in {language}"
        page.goto(f"{base}/p/{owing.link(where, _in(way, language), language)}")
        wrong += play(page, _in(way, language), where, clean)
        if page.url.startswith(base):
            wrong += clean(page, f"{where}, heard")
        else:
            assert name in ("pay", "pay a part"), page.url
        if way.said:
            said = catalog.text(language, way.said, sender="Ana Ruiz")
            assert said in page.get_by_role("status").inner_text(), where
    assert not wrong, "\n".join(wrong)


def _in(way, language):
    """The switch of the language leads to the other one."""
    return WayOut(way.form, way.said, button=("lang", "es")) if way.form == "/idioma" and language == "en" else way


@pytest.mark.slow
@pytest.mark.parametrize("answer", ["yes", "other", "no"])
def test_the_freelancer_answers_a_proposal_from_the_mail_by_keyboard(owing, phone, clean, answer):
    page, base = phone("es-ES", 320), owing.world.ports.settings.base_url
    page.goto(f"{base}/r/{owing.reply(f'door {answer}')}")
    way = WayOut("", "", {"until": f"{LATER}"} if answer == "other" else {}, ("do", answer))
    form = f'form:has([name="do"][value="{answer}"])'
    wrong = clean(page, "the door")
    if answer != "yes":
        title = page.locator(f"details:has({form}) > summary").inner_text()
        tab_to(page, lambda focused: focused.inner_text() == title, title)
        page.keyboard.press("Enter")
        wrong += clean(page, answer)
    for name, text in way.typed.items():
        put(page, tab_to(page, is_in(form, name), name), text)
    tab_to(page, is_button(form, way), answer)
    page.keyboard.press("Space")
    page.wait_for_url(lambda url: f"said={answer}" in url)
    assert page.get_by_role("heading", level=1).inner_text()
    assert wrong + clean(page, f"{answer}, heard") == []


@pytest.mark.slow
@pytest.mark.parametrize("answer", ["", "/no-soy-yo", "/no-mas"])
def test_how_the_freelancer_works_is_read_and_answered_by_keyboard(owing, phone, clean, answer):
    page, base = phone("es-ES", 320), owing.world.ports.settings.base_url
    token = owing.terms(f"terms {answer}")
    page.goto(f"{base}/c/{token}")
    form = f'form[action^="/c/{token}{answer}?"]'
    wrong = clean(page, "the terms")
    if answer:
        title = page.locator(f"details:has({form}) > summary").inner_text()
        tab_to(page, lambda focused: focused.inner_text() == title, title)
        page.keyboard.press("Enter")
    tab_to(page, is_button(form, WayOut("", "")), f"the terms{answer}")
    page.keyboard.press("Enter")
    page.locator("main .note-good").first.wait_for()
    client = owing.case_of(token)[0].client
    assert {"": client.accepted, "/no-soy-yo": client.wrong_person_at, "/no-mas": client.stopped_at}[answer]
    assert wrong + clean(page, f"the terms{answer}, heard") == []


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize(("language", "locale", "width"), PHONES, ids=["es-320", "en-360"])
def test_every_state_of_the_clients_page_and_what_it_leads_to_is_clean(owing, phone, clean, language, locale, width):
    page, wrong, base = phone(locale, width), [], owing.world.ports.settings.base_url
    for state in shared_out(PAGES, language):
        token = owing.link(f"{state} {language}", WayOut("", "", state=state), language)
        page.goto(f"{base}/p/{token}")
        html, addresses = page.content(), ["?said=returned", "/no-mas", "/no-soy-yo"] if state == "open" else []
        leads = sorted(set(re.findall(rf'href="/p/{token}(/(?:recibo|acuerdo|transferencia)/[^"]+)"', html)))
        for address in ["", *addresses, *leads]:
            page.goto(f"{base}/p/{token}{address.replace('&amp;', '&')}")
            wrong += clean(page, f"{state}{address.partition('?')[0]} in {language}")
    page.goto(f"{base}/p/gone")
    assert not wrong + clean(page, "a link that is over"), "\n".join(wrong)


@pytest.mark.slow
def test_what_cannot_be_is_said_beside_its_field_and_keeps_what_was_typed(owing, phone, clean):
    page, base = phone("es-ES", 320), owing.world.ports.settings.base_url
    way = WayOut("/en-partes", "", {"count": "many"}, has="count")
    page.goto(f"{base}/p/{owing.link('wrong', way)}")
    form, wrong = selector(way), play_wrong(page, way, clean)
    field = page.locator(f"{form} [name=count]")
    assert field.input_value() == "many"
    assert field.get_attribute("aria-invalid") == "true"
    told = field.get_attribute("aria-describedby").split()[-1]
    assert page.locator(f"#{told}").is_visible()
    assert wrong == []


def play_wrong(page, way, clean):
    """The answer is the page again, at the form's own address."""
    form = selector(way)
    unfold(page, way)
    for name, text in way.typed.items():
        tab_to(page, is_in(form, name), name)
        page.keyboard.type(text)
    tab_to(page, is_button(form, way), "the button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"{way.form}$"))
    return clean(page, "a wrong answer")
