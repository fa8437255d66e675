"""Is this letter real? The page that answers, on a small phone without JavaScript, by keyboard alone."""

import pytest

from tests.browser.keyboard import tab_to
from tests.browser.test_axe import AXE, NARROW, findings, too_wide


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "locale", "typed"), [("/comprobar", "es-ES", "AD-2222-2222"), ("/en/check", "en-GB", "no")]
)
def test_a_reference_is_checked_by_keyboard_and_both_pages_are_clean(rich, browser, path, locale, typed):
    context = browser.new_context(viewport={"width": 320, "height": 740}, locale=locale, java_script_enabled=False)
    page, wrong = context.new_page(), []
    page.goto(rich.url + path)
    tab_to(page, lambda focused: focused.get_attribute("name") == "reference", path)
    page.keyboard.type(typed)
    page.keyboard.press("Enter")  # one field and one press, from the empty form to the answer
    page.locator("[role=status].note, [aria-invalid=true]").first.wait_for()
    desk = browser.new_context(reduced_motion="reduce").new_page()
    for scheme in ("light", "dark"):
        desk.emulate_media(color_scheme=scheme)
        desk.set_content(page.content().replace("<head>", f'<head><base href="{rich.url}/">', 1))
        desk.evaluate(AXE)
        wrong += findings(desk)
    wrong += [f"wider than {width} px" for width in NARROW if too_wide(desk, width)]
    desk.context.close()
    context.close()
    assert wrong == []
