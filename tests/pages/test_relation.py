"""Satisfaction, opt-outs, complaints and "bought again": from the tap to the page, the months and the export."""

import io
import re
import zipfile
from datetime import timedelta
from functools import partial

from aldia.domain import answers
from aldia.domain.relation import counts
from aldia.flows import casework, export_account
from aldia.flows.mail_event import MailEvent, mail_event
from aldia.i18n import catalog
from aldia.store import accounts, tallies
from tests.bench.meter import Meter
from tests.world import csrf, mark


def tap(world, page, score):
    """Answer the question that the client's page asks; which one it was."""
    client = world.browser()
    shown = client.get(page).text
    about = re.search(r'name="about" value="(\w+)"', shown)[1]
    form = {"csrf": csrf(shown), "debt": mark(shown[shown.index('id="opinion"') :]), "about": about, "score": score}
    assert client.post(f"{page}/opinion", data=form).status_code == 303
    return about


def months(world, ana):
    return tallies.of_year(world.ports, ana.id, 2026)


def test_a_relation_is_told_on_the_clients_page_counted_by_month_and_exported(world):
    ana = world.account()
    first = world.debt(ana)
    world.advance(hours=3)
    [letter] = world.outbox.to("bruno@example.com")
    page = world.link(letter)
    ids = (ana.id, first.client_id)
    change = partial(casework.change, world.ports, *ids)
    change(lambda case, now: answers.dispute(case, first.id, text="Falta el logo", now=now))
    change(lambda case, now: answers.resolve_dispute(case, first.id, now=now))
    world.jobs()
    assert "Cuando quieras, en la página puedes decir si quedó bien resuelto" in _last(world).text.replace("\n", " ")
    assert tap(world, page, "fair") == "problem"
    client = world.browser()
    shown = client.get(page).text
    gone = client.post(f"{page}/pagar", data={"csrf": csrf(shown), "debt": mark(shown), "shown": "100000"})
    world.stripe.bank.pay(gone.location.rstrip("/").split("/")[-1])
    world.jobs()
    world.jobs()
    assert "¿Te tratamos bien?" in _last(world).text
    assert tap(world, page, "good") == "payment"
    assert months(world, ana) == {"2026-06": _with(good=1, fair=1)}
    world.advance(days=10)
    world.debt(ana, number="F-002")
    world.debt(ana, number="F-003")
    world.clock.at += timedelta(days=30)
    change(lambda case, now: answers.stop(case, now=now))
    world.jobs()
    mail_event(world.ports, MailEvent("complaint", "m1", dict(letter.tags)))
    stored = months(world, ana)
    assert stored == {
        "2026-06": _with(good=1, fair=1, bought_again=1, bought_again_soon=1),
        "2026-07": _with(opt_outs=1, complaints=1),
    }
    derived = counts(world.case(ana, first))
    assert {(month, name): n for month, held in stored.items() for name, n in held.items() if n} == +derived
    told = world.browser(ana).get(f"/clientes/{first.client_id}").text
    for sentence in (
        "Volvió a comprar 1 vez, el 11 de junio de 2026.",
        "Dijo 1 vez que todo fue bien.",
        "Dijo 1 vez que fue regular.",
        "Pidió no recibir recordatorios 1 vez, el 11 de julio de 2026.",
        "Marcó una carta como no deseada, el 11 de julio de 2026.",
        "Bruno dice que el problema quedó resuelto a medias (la factura F-001). Pregúntale qué falta.",
        "Bruno dice que le tratamos bien (la factura F-001).",
    ):
        assert sentence in told
    assert "Bought again once, on 11 June 2026." in world.browser(ana).get(f"/clientes/{first.client_id}?lang=en").text
    whole = b"".join(
        export_account.export(
            world.ports, accounts.load(world.ports, ana.id), say=lambda key: catalog.text("es", f"export.{key}")
        )
    )
    sheet = zipfile.ZipFile(io.BytesIO(whole)).read("clientes.csv").decode("utf-8-sig")
    assert sheet.splitlines()[1].endswith(";1;2026-06-11;1;1;0;1;1")


def _last(world):
    return world.outbox.to("bruno@example.com")[-1]


def _with(**more):
    return dict.fromkeys(tallies.NAMES, 0) | more


def test_what_is_told_is_nobody_elses_and_a_client_without_a_story_has_no_such_card(world):
    ana, eva = world.account(), world.account("eva@example.com")
    debt = world.debt(ana)
    assert "Cómo va la relación" not in world.browser(ana).get(f"/clientes/{debt.client_id}").text
    casework.change(world.ports, ana.id, debt.client_id, lambda case, now: answers.stop(case, now=now))
    assert "Cómo va la relación" in world.browser(ana).get(f"/clientes/{debt.client_id}").text
    assert world.browser(eva).get(f"/clientes/{debt.client_id}").status_code == 404
    assert months(world, eva) == {}


def test_a_change_that_says_nothing_of_the_relation_writes_nothing_for_it(world):
    ana = world.account()
    debt = world.debt(ana)
    meter = Meter(world.dynamodb)
    with meter.measure() as quiet:
        casework.change(world.ports, ana.id, debt.client_id, lambda case, now: answers.pause(case, None, now=now))
    with meter.measure() as told:
        casework.change(world.ports, ana.id, debt.client_id, lambda case, now: answers.stop(case, now=now))
    assert quiet.write_units < told.write_units
    before = world.ports.table.get(f"A#{ana.id}", "TALLY#2026")
    casework.change(world.ports, ana.id, debt.client_id, lambda case, now: answers.resume(case, None, now=now))
    assert world.ports.table.get(f"A#{ana.id}", "TALLY#2026") == before
