"""A surplus is shown to both, and one press takes it off another debt or notes that it went back."""

import re

from aldia.domain.ledger import law_of_money, stand
from tests.world import csrf


def test_a_surplus_is_told_and_pays_another_debt_with_one_press(world):
    ana = world.account()
    first = world.debt(ana, email="bruno@example.com", number="F-1", amount_minor=100_000)
    second = world.debt(ana, email="bruno@example.com", number="F-2", amount_minor=50_000)
    world.advance(hours=3)
    link = world.link(world.outbox.to("bruno@example.com")[0])
    own, path = world.browser(ana), f"/cobros/{first.client_id}/{first.id}"
    form = {"csrf": csrf(own.get(path).text), "key": "id900001", "amount": "1030", "method": "cash"}
    form["paid_on"] = "2026-06-01"
    assert own.post(f"{path}/pago", data=form).status_code == 303
    world.jobs()
    assert "Llegaron" in world.outbox.to("bruno@example.com")[-1].text
    assert "de más: son tuyos" in world.browser().get(link).text
    page = own.get(path).text
    assert "A favor de tu cliente" in page
    [card] = re.findall(r"<p[^>]*>[^<]*de más por F-1[^<]*</p>.*?</li>", own.get("/hoy").text, re.S)
    assert f'href="{path}"' in card
    wanted = {"csrf": csrf(page), "key": "id900002", "to": re.search(r'<option value="(\w+)">F-2', page)[1]}
    for _ in range(2):
        assert own.post(f"{path}/saldo-aplicar", data=wanted).status_code == 303
    known = world.case(ana, first)
    today = known.local_day(world.clock.at)
    assert [stand(known.debt(one.id), today).payable_minor for one in (first, second)] == [0, 47_000]
    assert "de más por F-1" not in own.get("/hoy").text
    assert all(law_of_money(debt, today) for debt in known.debts)
    world.jobs()
    told = world.outbox.to("bruno@example.com")[-1].text
    assert "de la factura F-2 con lo que tenías a tu favor" in told
    assert "Recibí" not in told  # nothing came
    there = f"/cobros/{second.client_id}/{second.id}"
    shown = own.get(there).text
    undo = re.search(r'action="([^"]+/deshacer/credit[^"]+)"', shown)[1]
    assert own.post(undo, data={"csrf": csrf(shown)}).location.endswith("said=payment_undone")
    known = world.case(ana, first)
    assert [stand(known.debt(one.id), today).credit_minor for one in (first, second)] == [3_000, 0]
    assert "de más por F-1" in own.get("/hoy").text
    world.jobs()
    told = world.outbox.to("bruno@example.com")[-1].text.replace("\u00a0", " ")
    assert "puse por error $30.00 de tu saldo a favor en la factura F-2, y ya vuelve a estar a tu favor" in told
    assert own.post(f"{path}/saldo-aplicar", data=wanted | {"key": "id900004"}).status_code == 303
    assert own.post(f"{path}/saldo-devuelto", data={"csrf": csrf(page), "key": "id900003"}).status_code == 422
    assert own.get(path).status_code == 200
