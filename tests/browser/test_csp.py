"""Every page in a real browser under its own policy: no violation, no error in the console; htmx works under it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_axe import GROUPS, seen_by

WATCH = """window.__violations = [];
document.addEventListener(
  "securitypolicyviolation", e => window.__violations.push(e.violatedDirective + " " + e.blockedURI));
"""
NOT_OURS = re.compile(r"status of 4\d\d")  # Chromium notes every answer of 404 as an error: those pages are meant to be


@pytest.fixture
def watched(browser, request):
    """A page that notes violations and errors."""
    contexts = []

    def opener(url, session=""):
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="es-ES")
        context.set_default_timeout(30_000)
        context.add_init_script(WATCH)
        if session:
            context.add_cookies([{"name": "s", "value": session, "url": url}])
        contexts.append(context)
        page, said = context.new_page(), []
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        return page, said

    yield opener
    for context in contexts:
        context.close()


def problems(page, said):
    found = [text for text in said if not NOT_OURS.search(text)] + page.evaluate("window.__violations || []")
    said.clear()
    return found


@pytest.mark.parametrize("group", [group for group in GROUPS if group != "letters"])
def test_no_page_breaks_its_own_policy(rich, watched, group):
    page, said = watched(rich.url, seen_by(rich, group))
    wrong = []
    for path in getattr(rich, group)():
        page.goto(rich.url + path)
        wrong += [f"{path}: {one}" for one in problems(page, said)]
    assert wrong == []


def test_the_watch_sees_a_violation(rich, watched):
    """So that the silence above means something."""
    page, said = watched(rich.url, rich.owner)
    page.goto(rich.url + "/hoy")
    page.evaluate("document.body.append(Object.assign(new Image(), {src: 'https://evil.example/x.png'}))")
    page.wait_for_timeout(500)
    assert problems(page, said)


def test_the_new_debts_plan_follows_what_is_typed(rich, watched):
    page, said = watched(rich.url, rich.owner)
    page.goto(rich.url + "/cobros/nuevo")
    for name, value in {"client": "Nube Plana", "email": "nube@example.com", "concept": "Folleto"}.items():
        page.locator(f"[name={name}]").fill(value)
    with page.expect_response("**/cobros/nuevo/plan"):
        page.locator("[name=amount]").fill("100")
        page.locator("[name=amount]").blur()
    expect(page.locator("#plan")).not_to_be_empty()
    assert problems(page, said) == []


def test_the_list_of_debts_answers_while_one_types(rich, watched):
    page, said = watched(rich.url, rich.owner)
    page.goto(rich.url + "/cobros")
    page.locator("main input[name=q]").press_sequentially("zzzz")
    expect(page.get_by_role("main")).not_to_contain_text("2026-0")
    assert page.url.startswith(rich.url + "/cobros")
    assert problems(page, said) == []


def test_a_contact_more_without_a_new_page(rich, watched):
    page, said = watched(rich.url, rich.owner)
    page.goto(rich.url + "/clientes/nuevo")
    page.evaluate("window.__same = true")
    rows = page.locator("input[name^=email_]")
    before = rows.count()
    page.locator("button[name=do][value=add]").click()
    expect(rows).to_have_count(before + 1)
    assert page.evaluate("window.__same") is True
    assert problems(page, said) == []


def test_a_letter_by_hand_is_checked_in_place(rich, watched):
    page, said = watched(rich.url, rich.owner)
    page.goto(rich.url + next(path for path in rich.debts() if '/escribir"' in rich.get(path, rich.owner)))
    form = page.locator('form[action$="/escribir"]')
    if not form.is_visible():
        page.locator("details:has(form[action$='/escribir']) > summary").first.click()
    form.locator("textarea").fill("Hola, te escribo por la factura.")
    with page.expect_response("**/escribir"):
        form.locator("button[name=do][value=check]").click()
    assert problems(page, said) == []
