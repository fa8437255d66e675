"""Every page × both languages × both colour schemes: axe finds nothing, and nothing needs sideways scrolling."""

import gzip
import re
from pathlib import Path

import pytest

AXE = (Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js").read_text("utf-8")
RUN = """async ({only, without}) => {
  const options = {resultTypes: ["violations"], rules: {}};
  if (only) options.runOnly = {type: "rule", values: [only]};
  for (const rule of without) options.rules[rule] = {enabled: false};
  const found = await axe.run(document, options);
  return found.violations.map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.target.join(" ")).join(" | "));
}"""
# A letter is shown inside the page of a mail program: that page's landmarks and heading are not its own.
RULES_OF_PAGES = ["landmark-one-main", "page-has-heading-one", "region"]
MOST_BYTES = 14 * 1024
NARROW = (320, 360)

GROUPS = ("static", "account", "empty", "of_the_client", "doors", "panel", "letters")


def seen_by(rich, group):
    """Whose browser sees those pages."""
    return {"account": rich.owner, "empty": rich.newcomer, "panel": rich.owner}.get(group, "")


@pytest.fixture(scope="module")
def look(browser):
    """A page for one person's browser; closed at the end."""
    opened = []

    def opener(url, session="", **options):
        context = browser.new_context(
            viewport={"width": 1280, "height": 800}, locale="es-ES", bypass_csp=True, **options
        )
        context.set_default_timeout(60_000)
        if session:
            context.add_cookies([{"name": "s", "value": session, "url": url}])
        opened.append(context)
        return context.new_page()

    yield opener
    for context in opened:
        context.close()


def languages(group, path):
    """The addresses of a page in each language it has."""
    if group in ("static", "letters"):
        return [path]
    sign = "&" if "?" in path else "?"
    return [f"{path}{sign}lang={language}" for language in ("es", "en")]


def findings(page, only="", without=()):
    """What axe says of the page as it stands: one line a rule; `only` one rule, or all but those `without`."""
    return page.evaluate(RUN, {"only": only, "without": [] if only else list(without)})


def too_wide(page, width):
    page.set_viewport_size({"width": width, "height": 740})
    return page.evaluate("document.documentElement.scrollWidth") > width


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("turn", [0, 1])  # every other address, so that two browsers share the work
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(rich, look, group, turn, record_property):
    page, wrong, looked = look(rich.url, seen_by(rich, group)), [], 0
    without = RULES_OF_PAGES if group == "letters" else []
    for place, path in enumerate(getattr(rich, group)()):
        for address in languages(group, path) if place % 2 == turn else []:
            page.emulate_media(color_scheme="light", reduced_motion="reduce")
            page.set_viewport_size({"width": 1280, "height": 800})
            page.goto(rich.url + address)
            page.evaluate(AXE)
            wrong += [f"{address} light: {one}" for one in findings(page, without=without)]
            page.emulate_media(color_scheme="dark", reduced_motion="reduce")
            wrong += [f"{address} dark: {one}" for one in findings(page, "color-contrast")]
            wrong += [f"{address} is wider than {width} px" for width in NARROW if too_wide(page, width)]
            wrong += [f"{address} at 320 px: {one}" for one in findings(page, "target-size")]
            looked += 1
    record_property("pages", looked)
    assert not wrong, f"{len(wrong)} on {looked} pages:\n" + "\n".join(wrong)


def test_nothing_scrolls_sideways_at_twice_the_size(rich, look):
    """640 px at a zoom of 200 % are 320 px of the page."""
    page, wide = look(rich.url, rich.owner, device_scale_factor=2), []
    page.set_viewport_size({"width": 320, "height": 400})
    for path in rich.debts():  # the fullest pages; all the others are looked at above, at 320 px
        page.goto(rich.url + path)
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            wide.append(path)
    assert wide == []


def test_the_clients_page_is_one_small_response_and_asks_for_nothing_more(rich, browser):
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    for path in rich.of_the_client():
        if not re.fullmatch(r"/p/[\w-]+", path):
            continue
        asked.clear()
        answer = page.goto(rich.url + path, wait_until="networkidle")
        assert asked == [rich.url + path]
        size = len(gzip.compress(answer.body(), 6))
        assert size <= MOST_BYTES, (path, size)
        assert page.inner_text("main").strip()
    context.close()


def test_the_client_can_read_and_pay_with_the_keyboard_alone(rich, browser):
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = context.new_page()
    for path in rich.of_the_client():
        page.goto(rich.url + path)
        if page.locator('form[action$="/pagar"] button').count():
            break
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        reached.append((focused.evaluate("e => e.closest('form')?.action || ''"), focused.inner_text()))
        if reached[-1][0].endswith("/pagar"):
            break
    assert reached[-1][0].endswith("/pagar"), reached
    assert re.match(r"(Pagar|Pay)", reached[-1][1])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.startswith(rich.url))
    context.close()


@pytest.mark.parametrize("path", ["/hoy", "/cobros/nuevo", "/clientes", "/ajustes", "/importar"])
def test_the_first_tab_leads_past_the_navigation(rich, look, path):
    page = look(rich.url, rich.owner)
    page.goto(rich.url + path)
    page.keyboard.press("Tab")
    target = page.locator(":focus").get_attribute("href")
    assert target, "the first stop is not a link"
    assert target.startswith("#")
    assert page.locator(target).count() == 1


def test_a_form_with_errors_is_as_clean(rich, look):
    page = look(rich.url, rich.owner)
    for path, button in (("/cobros/nuevo", "Guardar"), ("/clientes/nuevo", "Guardar"), ("/ajustes/cobro", "Guardar")):
        page.goto(rich.url + path)
        for field in ("amount", "email", "email_0", "number"):
            if page.locator(f"[name={field}]").count():
                page.locator(f"[name={field}]").first.fill("no es eso")
        page.get_by_role("button", name=re.compile(button)).first.click()
        page.wait_for_load_state()
        page.evaluate(AXE)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert findings(page) == [], (path, scheme)
        assert not too_wide(page, 320), path
        page.set_viewport_size({"width": 1280, "height": 800})
