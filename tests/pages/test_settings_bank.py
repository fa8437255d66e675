"""Bank details by country: each field has its own sentence, what was typed stays, what was stored before is kept."""

import re
from dataclasses import replace

import pytest

from aldia.domain.account import BankDetails
from aldia.store import accounts
from tests.world import csrf

WRONG = {
    "clabe": {"number": "032180000118359718"},
    "iban": {"number": "ES92 2100 0418 4502 0005 1332"},
    "cbu": {"number": "2850590940090418135202"},
    "cci": {"number": "01124100019000658271"},
    "aba": {"number": "12345678", "routing": "021000022", "kind_of_account": "checking"},
    "cl": {"number": "12345678", "tax_id": "12.345.678-6", "kind_of_account": "sight"},
    "co": {"number": "12345678", "tax_id": "8001972685", "kind_of_account": "savings"},
}


def test_each_country_opens_with_its_own_fields_and_any_other_is_one_tap_away(world):
    for place, (country, label) in enumerate({"MX": "CLABE", "ES": "IBAN", "CL": "RUT del titular"}.items()):
        page = world.browser(world.account(f"a{place}@example.com", country=country)).get("/ajustes/cobro").text
        assert f">{label}" in page
        assert "tipo=other" in page
    other = world.browser(world.account("b@example.com")).get("/ajustes/cobro?tipo=cci").text
    assert 'name="kind" value="cci"' in other


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_number_is_said_at_its_field_and_nothing_is_lost(world, kind):
    ana = world.account()
    browser = world.browser(ana)
    form = {"csrf": csrf(browser.get("/ajustes/cobro").text), "kind": kind, "holder": "Ana", "bank": "Sol"} | WRONG[
        kind
    ]
    page = browser.post("/ajustes/cobro", data=form)
    wrong = next(name for name in ("tax_id", "routing", "number") if name in WRONG[kind])
    assert page.status_code == 422
    assert f'id="f-{wrong}-error"' in page.text
    assert all(f'value="{value}"' in page.text for value in WRONG[kind].values())
    assert accounts.load(world.ports, ana.id).bank == BankDetails()


def test_what_was_stored_before_accounts_had_a_kind_is_shown_and_saved_as_it_was(world):
    old = BankDetails("Ana Ruiz", "Banco", "ES91 2100 0418", "Sucursal 3")
    ana = world.account()
    accounts.save(world.ports, replace(ana, bank=old))
    browser = world.browser(ana)
    page = browser.get("/ajustes/cobro").text
    assert 'value="ES91 2100 0418"' in page
    form = {"csrf": csrf(page), "kind": "other", "holder": old.holder, "bank": old.bank, "number": old.number}
    browser.post("/ajustes/cobro", data=form | {"extra": "Sucursal 4"})
    assert accounts.load(world.ports, ana.id).bank == replace(old, extra="Sucursal 4")


def test_pasted_links_are_shown_to_the_client_and_told_by_mail_and_strangers_pages_are_refused(world):
    ana = world.account(country="CO", currency="COP")
    browser = world.browser(ana)
    form = {"csrf": csrf(browser.get("/ajustes/cobro").text)}
    wrong = browser.post("/ajustes/cobro/enlaces", data=form | {"link_wompi": "https://wompi.evil.example/x"})
    assert wrong.status_code == 422
    assert 'id="f-link_wompi-error"' in wrong.text
    assert 'value="https://wompi.evil.example/x"' in wrong.text
    right = {"link_wompi": "https://checkout.wompi.co/l/abc", "link_nequi": "300 123 4567"}
    assert browser.post("/ajustes/cobro/enlaces", data=form | right).location == "/ajustes/cobro?said=bank_saved"
    assert len(world.outbox.to("ana@example.com")) == 1
    world.debt(accounts.load(world.ports, ana.id), email="bruno@example.com")
    world.advance(hours=3)
    phone, link = world.browser(), world.link(world.outbox.to("bruno@example.com")[0])
    path = re.search(r"/p/[\w-]+/transferencia/\w+", phone.get(link).text)[0]
    page = phone.get(path).text
    assert '<a class="button button-quiet" href="https://checkout.wompi.co/l/abc" rel="noopener noreferrer"' in page
    assert 'data-text="300 123 4567"' in page
