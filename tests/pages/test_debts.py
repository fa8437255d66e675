"""The list of debts: filters, search, pages, sums, and what an empty one says."""

import pytest

from aldia.domain import answers, edits
from aldia.flows import casework


@pytest.fixture
def ana(world):
    return world.account()


@pytest.fixture
def browser(world, ana):
    return world.browser(ana)


def test_the_first_screen_invites_and_offers_a_sample_only_where_there_is_one(world, browser):
    shown = browser.get("/cobros").text
    assert "Anotar mi primer cobro" in shown
    assert "datos de ejemplo" not in shown


def test_each_filter_shows_its_own_and_the_sums_of_what_is_shown(world, ana, browser):
    world.debt(ana, number="LATE", issued_on="2026-04-01", due_on="2026-05-01", amount_minor=10_000)
    world.debt(ana, number="SOON", issued_on="2026-06-01", due_on="2026-07-01", amount_minor=20_000)
    promised = world.debt(ana, number="PROMISED", amount_minor=30_000)
    disputed = world.debt(ana, number="DISPUTED", amount_minor=5_000)
    binned = world.debt(ana, number="BINNED")
    from datetime import date

    def change(debt, ask, **values):
        casework.change(world.ports, ana.id, debt.client_id, lambda case, now: ask(case, debt.id, now=now, **values))

    change(promised, answers.promise, on=date(2026, 6, 20))
    change(disputed, answers.dispute, text="No")
    change(binned, edits.remove)
    seen = {}
    for name in ("", "not_due", "overdue", "agreed", "needs_me", "closed", "deleted"):
        html = browser.get(f"/cobros?ver={name}").text
        seen[name] = {word for word in ("LATE", "SOON", "PROMISED", "DISPUTED", "BINNED") if word in html}
    assert seen == {
        "": {"LATE", "SOON", "PROMISED", "DISPUTED"},
        "not_due": {"SOON", "PROMISED", "DISPUTED"},
        "overdue": {"LATE"},
        "agreed": {"PROMISED"},
        "needs_me": {"DISPUTED"},
        "closed": set(),
        "deleted": {"BINNED"},
    }
    assert "$650.00" in browser.get("/cobros").text
    change(promised, answers.claim_paid)  # what waits for the freelancer is not hidden behind what was agreed
    shown = {name: "PROMISED" in browser.get(f"/cobros?ver={name}").text for name in ("agreed", "needs_me")}
    assert shown == {"agreed": False, "needs_me": True}


@pytest.mark.parametrize("words", ["bruno", "f-001", "diseno", "BRUNO web"])
def test_search_finds_clients_numbers_and_concepts_without_accents(world, ana, browser, words):
    world.debt(ana)
    world.debt(ana, client="Carla", email="c@example.com", number="X-9", concept="Traducción")
    shown = browser.get("/cobros", query_string={"q": words}).text
    assert "Bruno" in shown
    assert "Carla" not in shown


def test_what_is_not_found_says_so_and_keeps_the_words(world, ana, browser):
    world.debt(ana)
    shown = browser.get("/cobros", query_string={"q": "<zzz>"}).text
    assert "Nada con «&lt;zzz&gt;»" in shown
    assert 'value="&lt;zzz&gt;"' in shown


def test_htmx_gets_the_rows_alone(world, ana, browser):
    world.debt(ana)
    shown = browser.get("/cobros?q=bruno", headers={"HX-Request": "true"})
    assert shown.text.strip().startswith('<div id="debt_list"')


def test_a_made_up_page_or_filter_does_no_harm(world, ana, browser):
    world.debt(ana)
    for query in (
        "?desde=~~",
        "?desde=a~b~c",
        "?ver=<script>",
        "?q=" + "x" * 5000,
        "?desde=%00~1~2",
        "?filas=-1",
        "?filas=%00",
    ):
        assert browser.get("/cobros" + query).status_code == 200


def test_another_account_sees_none_of_it(world, ana):
    world.debt(ana)
    shown = world.browser(world.account("eva@example.com")).get("/cobros").text
    assert "Bruno" not in shown


def test_the_list_speaks_english(world):
    ben = world.account("ben@example.com", language="en", country="US", timezone="America/New_York", currency="USD")
    world.debt(ben, client="Carol", email="carol@example.com")
    shown = world.browser(ben).get("/cobros").text
    assert "Search by client" in shown
    assert "vencer" not in shown
