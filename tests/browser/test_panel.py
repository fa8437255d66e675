"""The panel as a person sees it: readable by everybody, on the narrowest screen, and safe to open letters in."""

from pathlib import Path

import pytest

AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
PAGES = ("", "mail/1", "mail/1?part=text", "clock", "bank", "trouble")
FAULTS = (
    "axe.run(document, {iframes: false}).then(found => found.violations.map("
    "one => one.id + ': ' + one.nodes.map(node => node.target).join(', ')))"
)


@pytest.fixture
def mail(machine):
    """One mail in the mailbox: a code to sign in."""
    if not machine.json("/_local/mail.json"):
        import urllib.request

        urllib.request.urlopen(machine.url + "/registro", data=b"email=ana%40example.com", timeout=30).close()
    return machine.json("/_local/mail.json")[0]


@pytest.mark.usefixtures("mail")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["es-ES", "en-GB"])
def test_the_panel_is_accessible_and_never_scrolls_sideways(browser, machine, locale, scheme):
    context = browser.new_context(
        viewport={"width": 320, "height": 740}, locale=locale, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    found = {}
    for path in PAGES:
        page.goto(f"{machine.url}/_local/{path}")
        page.evaluate(AXE)
        wide = page.evaluate("document.documentElement.scrollWidth") > 320
        found[path] = (page.evaluate(FAULTS), wide)
    context.close()
    assert found == dict.fromkeys(PAGES, ([], False))


def test_a_letters_link_opens_from_its_frame_and_breaks_no_rule_of_the_page(browser_page, machine, mail):
    said = []
    browser_page.on("console", lambda message: said.append(message.text))
    browser_page.goto(f"{machine.url}/_local/mail/{mail['id']}")
    with browser_page.context.expect_page() as opened:
        browser_page.frame_locator("iframe").locator("a").first.click()
    opened.value.wait_for_load_state()
    assert opened.value.url == mail["links"][0]
    assert said == []


def test_the_clock_is_moved_without_script(phone, machine):
    before = machine.json("/_local/clock.json")["now"]
    phone.goto(f"{machine.url}/_local/clock")
    phone.get_by_role("button", name="7 días").click()
    assert "Hecho. En el camino" in phone.inner_text("main")
    assert machine.json("/_local/clock.json")["now"] > before
