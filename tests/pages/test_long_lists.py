"""Long lists: the first rows at once, more in their place, pages of their own beyond; the same without script."""

import html
import re
from dataclasses import replace

import pytest

from aldia.pages import client_list, debt_list, long_list
from aldia.pages.long_list import stretch
from aldia.ports import Put
from aldia.store import lists
from aldia.store.lists import Page

HTMX = {"HX-Request": "true"}


def numbers(text):
    """The debts' numbers that a page shows, in its order."""
    return re.findall(r"N-\d{3}", text)


def onward(text):
    """Where "Show more" leads without a script; empty when it is not there."""
    found = re.search(r'rel="next" href="([^"]+)"', text)
    return html.unescape(found[1]) if found else ""


def asked_by_htmx(text):
    """What htmx asks for instead."""
    found = re.search(r'rel="next"[^>]* hx-get="([^"]+)"', text)
    return html.unescape(found[1]) if found else ""


@pytest.fixture
def ana(world):
    return world.account()


def debts(world, ana, how_many, *, start=0):
    for place in range(start, start + how_many):
        world.debt(ana, number=f"N-{place:03d}", due_on=f"2026-07-{1 + place // 2:02d}")


def test_the_first_debts_are_shown_at_once_and_the_others_are_one_press_away(world, ana, monkeypatch):
    monkeypatch.setattr(debt_list, "FIRST", 4)
    monkeypatch.setattr(long_list, "MORE", 6)
    debts(world, ana, 4)
    browser = world.browser(ana)
    whole = browser.get("/cobros").text
    assert len(numbers(whole)) == 4
    assert "en 4 cobros" in whole
    assert not onward(whole)

    debts(world, ana, 3, start=4)
    first = browser.get("/cobros").text
    assert numbers(first) == numbers(whole)
    assert "en los 4 primeros; hay más" in first
    assert "$4,000.00" in first
    assert onward(first) == "/cobros?filas=10#row-5"

    longer = browser.get(onward(first)).text  # without a script: the same list, longer, and the place in it
    assert numbers(longer)[:4] == numbers(whole)
    assert len(set(numbers(longer))) == 7
    assert numbers(longer.partition('id="row-5"')[2])[0] == "N-004"
    assert "autofocus" not in longer
    assert "en 7 cobros" in longer
    assert "$7,000.00" in longer
    assert not onward(longer)

    part = browser.get(asked_by_htmx(first), headers=HTMX).text
    assert part.strip().startswith('<div id="debt_list"')
    assert numbers(part) == numbers(longer)
    assert part.count("autofocus") == 1
    assert numbers(part.partition("autofocus")[2])[0] == "N-004"  # the keyboard goes on there

    assert onward(browser.get("/cobros?ver=not_due&q=n").text) == "/cobros?ver=not_due&q=n&filas=10#row-5"

    monkeypatch.setattr(long_list, "PORTIONS", 0)  # what one page holds is full
    further = onward(browser.get("/cobros").text)
    last = browser.get(further).text
    assert numbers(last) == numbers(longer)[4:]
    assert "en los 3 cobros de esta página" in last
    assert 'href="/cobros">Volver al principio' in last

    eva = world.browser(world.account("eva@example.com"))
    for path in (onward(first), further):
        assert not numbers(eva.get(path).text)
        assert not numbers(eva.get(path, headers=HTMX).text)


@pytest.mark.parametrize("rows", ["-1", "0", "21", "71", "570", "99999999", "²0", "٧٠", "70.0", "<b>", "\0"])
def test_a_number_of_rows_that_no_press_leads_to_shows_the_first(rows):
    assert stretch(20, rows=rows, after="").rows == 20
    assert stretch(20, rows="520", after="").rows == 520


def test_a_search_that_looked_through_enough_goes_on_from_there_and_not_from_the_start_again():
    found = Page([{}] * 3, "c1~D#d1~2026-07-01#d1")
    following = stretch(20, rows="20", after="").onward("/cobros?q=x", found)
    assert following.href == "/cobros?q=x&desde=c1~D%23d1~2026-07-01%23d1"
    assert not following.place
    assert stretch(20, rows="20", after="").onward("/cobros", Page([{}] * 20)) is None


def test_the_first_clients_are_shown_at_once_and_the_others_are_one_press_away(world, ana, monkeypatch):
    monkeypatch.setattr(client_list, "FIRST", 3)
    for number in range(3):
        world.debt(ana, client=f"Cliente {number}", email=f"c{number}@example.com")
    browser = world.browser(ana)
    assert not onward(browser.get("/clientes").text)
    for number in range(3, 5):
        world.debt(ana, client=f"Cliente {number}", email=f"c{number}@example.com")
    first = browser.get("/clientes").text
    assert re.findall(r"Cliente \d", first) == ["Cliente 0", "Cliente 1", "Cliente 2"]
    assert onward(first) == "/clientes?filas=53#row-4"
    assert "Cliente 4" in browser.get(onward(first)).text.partition('id="row-4"')[2]
    part = browser.get(asked_by_htmx(first), headers=HTMX).text
    assert part.strip().startswith('<div id="client_list"')
    assert re.search(r"autofocus>Cliente 3<", part)
    assert onward(browser.get("/clientes?q=cliente").text) == "/clientes?q=cliente&filas=53#row-4"
    assert "Cliente 4" in browser.get("/clientes?q=4").text
    eva = world.browser(world.account("eva@example.com"))
    assert not re.search(r"Cliente \d", eva.get("/clientes?filas=53", headers=HTMX).text)


def test_a_search_finds_the_end_of_a_long_concept_and_what_older_code_wrote(world, ana):
    far = world.debt(ana, number="N-001", concept="Sesión de fotos " + "y retoque de la campaña " * 6 + "en Ávila")
    world.debt(ana, client="Carla", email="carla@example.com", number="N-002", concept="Traducción")
    pk, sk = f"A#{ana.id}#C#{far.client_id}", f"D#{far.id}"
    browser = world.browser(ana)
    assert numbers(browser.get("/cobros?q=avila").text) == ["N-001"]
    old = world.ports.table.get(pk, sk)
    row = {name: value for name, value in old["row"].items() if name != "rest"} | {"search": "bruno n 001 en avila"}
    world.ports.table.write(Put(old | {"row": row}))
    assert numbers(browser.get("/cobros?q=avila").text) == ["N-001"]
    assert numbers(browser.get("/cobros?q=traduccion").text) == ["N-002"]


def test_a_request_that_goes_on_asks_for_more_each_time(world, ana):
    """A filter that finds little looks through many rows with few requests: 13 rows here, in three."""
    debts(world, ana, 12)
    asked = []
    query = world.ports.table.query

    class Noting:
        def query(self, wanted):
            asked.append(wanted.limit)
            return query(wanted)

    ports = replace(world.ports, table=Noting())
    found = lists.rows(ports, ana.id, "OPEN", limit=1, keep=lambda item: item["row"]["number"] == "N-011")
    assert [item["row"]["number"] for item in found.rows] == ["N-011"]
    assert len(asked) <= 3
