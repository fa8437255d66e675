"""A file dropped in a real browser, under the application's own policy: letters counted, choices changed, saved."""

import pytest

from tests.flows.import_steps import invoices


@pytest.fixture
def laptop(browser, rich):
    """The owner's browser; `problems` are what its console said."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="es-ES")
    context.set_default_timeout(60_000)
    context.add_cookies([{"name": "s", "value": rich.owner, "url": rich.url}])
    page = context.new_page()
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda said: page.problems.append(said.text) if said.type == "error" else None)
    yield page
    context.close()


def test_a_dropped_file_is_looked_at_chosen_for_and_saved(laptop, rich):
    laptop.goto(f"{rich.url}/importar")
    file = {"name": "pendientes.csv", "mimeType": "text/csv", "buffer": invoices(60, clients=30, first=7000)}
    laptop.set_input_files("#f-files", file)
    laptop.get_by_role("button", name="Leer y ver antes de guardar").click()
    letters = laptop.locator("#import_letters").get_by_text("Una carta por cliente")
    letters.wait_for()  # a set this large is counted after the page, by htmx

    laptop.get_by_text("Con suavidad, y sin escribir").click()
    laptop.get_by_label("En pausa si venció").fill("mucho")
    laptop.get_by_role("button", name="Ver las cartas con estos cambios").click()
    laptop.get_by_text("Escribe un número de días entre 0 y 3650.").wait_for()
    assert letters.count() == 0
    laptop.get_by_label("En pausa si venció").fill("0")
    laptop.get_by_role("button", name="Ver las cartas con estos cambios").click()
    letters.wait_for()

    laptop.get_by_role("button", name="Guardar 60 cobros").click()
    laptop.get_by_role("heading", name="Importado").wait_for()
    assert laptop.locator(".sum b").first.inner_text() == "60"
    assert [said for said in laptop.problems if "422" not in said] == []
