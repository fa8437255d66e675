"""A client's keyboard: Tab to what is wanted, type, press. Nothing here clicks, and nothing needs a script."""

from datetime import date

MOST_TABS = 90
ORDERS = ("%d%m%Y", "%m%d%Y")  # how a date field wants its digits, by the language of the browser, not of the page


def tab_to(page, is_it, where):
    """Press Tab until the focus is there; what was passed is told when it never is. The focus is always to be seen."""
    passed = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if not focused.count():
            continue
        if is_it(focused):
            box = focused.bounding_box()
            assert box is not None, where
            assert box["width"] > 0, where
            return focused
        passed.append(focused.evaluate("e => e.outerHTML.slice(0, 80)"))
    raise AssertionError(f"{where}: never reached by Tab, but {passed}")


def unfold(page, way):
    """Open the fold over the form, when there is one; Enter does it."""
    form = page.locator(selector(way)).first
    if not form.evaluate("e => Boolean(e.closest('details:not([open])'))"):
        return
    title = form.evaluate("e => e.closest('details').querySelector('summary').textContent")
    tab_to(
        page, lambda focused: focused.evaluate("e => e.tagName") == "SUMMARY" and focused.inner_text() == title, title
    )
    page.keyboard.press("Enter")
    assert form.is_visible()


def selector(way):
    """The form's own selector."""
    form = f'form[action$="{way.form}"]' if way.form else 'form[method="post"]'
    form += f':has([name="{way.has}"])' if way.has and way.has != "shown" else ""
    form += ':not(:has([name="is_part"]))' if way.has == "shown" else ""
    return form + (f':has([name="{way.button[0]}"])' if way.button[0] else "")


def is_in(form, name):
    """Whether the focus is on that field of the form."""
    return lambda focused: focused.evaluate(f"e => e.name === {name!r} && e.closest({form!r}) !== null")


def put(page, focused, text):
    """Type it where the focus is."""
    if focused.get_attribute("type") != "date":
        page.keyboard.type(text)
        return
    for order in ORDERS:
        page.keyboard.type(date.fromisoformat(text).strftime(order))
        if focused.input_value() == text:
            return
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
    raise AssertionError(f"{text} cannot be typed: {focused.input_value()}")


def is_button(form, way):
    name, start = way.button
    wanted = f"e.name === {name!r} && e.value.startsWith({start!r})" if name else "true"
    return lambda focused: focused.evaluate(f"e => e.tagName === 'BUTTON' && {wanted} && e.closest({form!r}) !== null")
