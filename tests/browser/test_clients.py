"""The pages of clients with script: htmx changes a part in place, under the strictest content security policy."""

import re

import pytest


@pytest.fixture
def ana(machine, browser_page):
    """A freelancer who has just signed up, and everything that her browser complained about."""
    page, faults = browser_page, []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(machine.url + "/registro")
    page.get_by_label(re.compile("correo", re.IGNORECASE)).fill("ana@example.com")
    page.get_by_role("main").get_by_role("button").click()
    page.get_by_label(re.compile("código", re.IGNORECASE)).fill(machine.code("ana@example.com"))
    page.get_by_role("button", name="Entrar").click()
    page.get_by_label(re.compile("^Tu nombre")).fill("Ana Ruiz")
    page.get_by_label(re.compile("^Tu país")).select_option("MX")
    page.get_by_role("button", name="Continuar").click()
    page.wait_for_url("**/hoy?said=welcome")
    faults.clear()
    yield page
    assert faults == []


def test_contacts_and_search_change_in_place_and_enter_saves(machine, ana):
    ana.goto(machine.url + "/clientes/nuevo")
    ana.locator("[name=name]").fill("Bruno Paz")
    ana.locator("[name=email_0]").fill("bruno@example.com")
    ana.get_by_role("button", name="Añadir otro contacto").click()
    ana.locator("[name=email_1]").fill("eva@example.com")
    assert ana.locator("[name=email_0]").input_value() == "bruno@example.com"
    assert ana.locator("[name=name]").input_value() == "Bruno Paz"
    ana.locator("[name=name]").press("Enter")
    ana.wait_for_url(re.compile(r"/clientes/\w+\?said=client_created"))
    assert "eva@example.com" in ana.inner_text("main")

    ana.goto(machine.url + "/clientes")
    ana.get_by_role("searchbox").press_sequentially("zzz")
    ana.get_by_text("Nadie con ese nombre").wait_for()
    ana.get_by_role("searchbox").fill("PAZ")
    ana.get_by_role("rowheader", name="Bruno Paz").wait_for()
    assert ana.get_by_role("searchbox").input_value() == "PAZ"  # the field keeps its place
