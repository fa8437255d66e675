"""A long list by keyboard and script: more rows come in their place, the focus goes on there, and Back leads back."""

import mimetypes
import re
from urllib.parse import urlsplit

import pytest

from aldia.assets import TEMPLATES
from aldia.pages import client_list, debt_list

WEB = TEMPLATES.parent / "web"


@pytest.fixture
def ana(world, browser_page, monkeypatch):
    """A freelancer with five clients and debts where three are shown at once, and her browser."""
    monkeypatch.setattr(debt_list, "FIRST", 3)
    monkeypatch.setattr(client_list, "FIRST", 3)
    account = world.account()
    for number in range(5):
        world.debt(account, client=f"Cliente {number}", email=f"c{number}@example.com", due_on=f"2026-07-0{1 + number}")
    person = world.browser(account)

    def answer(route):
        path = urlsplit(route.request.url)
        if path.path.startswith("/assets/"):
            kind = mimetypes.guess_type(path.path)[0]
            route.fulfill(body=(WEB / path.path[1:]).read_bytes(), content_type=kind)
            return
        said = person.get(f"{path.path}?{path.query}", headers=list(route.request.headers.items()))
        headers = {name: value for name, value in said.headers.items() if name != "Set-Cookie"}
        route.fulfill(status=said.status_code, headers=headers, body=said.data)

    browser_page.route("**/*", answer)
    return browser_page


@pytest.mark.parametrize("path", ["/cobros", "/clientes"])
def test_more_rows_come_in_place_and_back_from_one_of_them_leads_to_it(world, ana, path):
    faults = []
    ana.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    ana.goto(world.ports.settings.base_url + path)
    assert ana.locator("tbody tr").count() == 3
    ana.get_by_role("link", name="Ver más").press("Enter")
    ana.wait_for_url(f"**{path}?filas=53")
    ana.locator(":focus").get_by_text("Cliente 3").wait_for()
    assert ana.locator("tbody tr").count() == 5
    assert ana.get_by_role("link", name="Ver más").count() == 0
    assert ana.evaluate("innerWidth") >= ana.evaluate("document.documentElement.scrollWidth")
    ana.keyboard.press("Enter")
    ana.wait_for_url(re.compile(path + r"/\w+"))
    ana.go_back()
    ana.get_by_role("rowheader", name="Cliente 4").wait_for()
    assert ana.url.endswith("?filas=53")
    assert ana.get_by_role("rowheader", name="Cliente 3").is_visible()
    assert faults == []
