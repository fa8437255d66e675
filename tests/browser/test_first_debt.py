"""The thinnest whole path, as two people walk it: a freelancer with a laptop, a client with a phone."""

import re


def test_from_signing_up_to_thanks(machine, browser_page, phone):
    ana = browser_page
    ana.set_viewport_size({"width": 1280, "height": 800})
    ana.goto(machine.url + "/registro")
    ana.get_by_label(re.compile("correo", re.I)).fill("ana@example.com")
    ana.get_by_role("main").get_by_role("button").click()
    ana.get_by_label(re.compile("código", re.I)).fill(machine.code("ana@example.com"))
    ana.get_by_role("button", name="Entrar").click()
    ana.get_by_label(re.compile("^Tu nombre")).fill("Ana Ruiz")
    ana.get_by_label(re.compile("^Tu país")).select_option("MX")
    ana.get_by_role("button", name="Continuar").click()
    ana.wait_for_url("**/hoy?said=welcome")

    today = machine.json("/_local/clock.json")["now"][:10]
    ana.goto(machine.url + "/cobros/nuevo")
    ana.locator("[name=client]").fill("Bruno Paz")
    ana.locator("[name=email]").first.fill("bruno@example.com")
    ana.locator("[name=number]").fill("F-001")
    ana.locator("[name=concept]").fill("Diseño de la web")
    ana.locator("[name=amount]").fill("1,210.00")
    ana.locator("[name=issued_on]").fill(today)
    ana.get_by_role("button", name="Guardar", exact=True).click()
    ana.wait_for_url(re.compile(r"/cobros/\w+/\w+"))
    debt_page = ana.url
    assert "F-001" in ana.inner_text("main")

    machine.json("/_local/clock.json", {"advance": "P7D"})
    letter = machine.mails("bruno@example.com")[0]
    assert "F-001" in letter["subject"]
    assert letter["reply_to"] in ("ana@example.com", ["ana@example.com"])
    link = next(link for link in letter["links"] if "/p/" in link)

    phone.goto(link)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    phone.get_by_role("button", name=re.compile("^Pagar")).first.click()
    phone.locator("button[name=method][value=card]").click()
    thanks = machine.mails("bruno@example.com", at_least=2)[-1]
    assert "racias" in thanks["text"]
    phone.goto(link)
    assert "Todo al día" in phone.inner_text("main")
    phone.get_by_role("link", name="Comprobante").first.click()
    assert "1,210.00" in phone.inner_text("main").replace("\u00a0", " ")

    ana.goto(debt_page)
    ledger = ana.inner_text("main")
    assert "agada" in ledger
    assert "1,210.00" in ledger
