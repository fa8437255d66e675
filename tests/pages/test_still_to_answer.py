"""What a client was promised an answer to waits for it, whatever happens to the money meanwhile."""

import re

import pytest

from tests.world import csrf, mark


@pytest.fixture
def owed(world):
    """(freelancer, debt, the client's page): 1,000 EUR, due on 10 June; the first letter has gone on 1 June."""
    ana = world.account(country="ES", timezone="Europe/Madrid", currency="EUR")
    debt = world.debt(ana, amount_minor=100_000, issued_on="2026-06-01", due_on="2026-06-10")
    world.advance(hours=1)
    return ana, debt, world.link(world.outbox.to("bruno@example.com")[-1])


def pay_by_hand(world, owed, amount, **more):
    """The freelancer types what came; the answer."""
    ana, debt, _link = owed
    own, path = world.browser(ana), f"/cobros/{debt.client_id}/{debt.id}"
    form = {"key": "", "amount": amount, "paid_on": "2026-06-01", "method": "transfer"}
    answer = own.post(f"{path}/pago", data={"csrf": csrf(own.get(path).text)} | form | more)
    world.jobs()
    return answer


def say(world, owed, way, **data):
    """The client's answer on its page."""
    phone, link = world.browser(), owed[2]
    page = phone.get(link).text
    return phone.post(f"{link}/{way}", data={"csrf": csrf(page), "debt": mark(page)} | data)


def waiting(world, owed):
    """What stands under "Te espera"."""
    page = world.browser(owed[0]).get("/hoy").text
    return page[page.index("Te espera") : page.index("Qué ha pasado")].replace("\u00a0", " ")


def test_a_problem_is_not_forgotten_when_the_money_comes(world, owed):
    ana, debt, link = owed
    assert say(world, owed, "problema", text="falta el logo", kind="work").status_code == 303
    world.jobs()
    assert pay_by_hand(world, owed, "1000").status_code == 303
    assert "cuenta un problema con F-001" in waiting(world, owed)
    page = world.browser().get(link).text
    assert "F-001: Contaste un problema" in page
    assert "a más tardar el 8 de junio de 2026" in page
    world.advance(days=10)
    [nudge] = [mail for mail in world.outbox.to("ana@example.com") if "espera tu respuesta sobre" in mail.text]
    assert "8 de junio de 2026" in nudge.text
    own, path = world.browser(ana), f"/cobros/{debt.client_id}/{debt.id}"
    answer = own.post(f"{path}/problema", data={"csrf": csrf(own.get(path).text), "resolution": "Ya lleva el logo"})
    assert answer.status_code == 303
    world.jobs()
    letter = world.outbox.to("bruno@example.com")[-1].text
    assert "Ya lo revisé, Bruno: Ya lleva el logo. De la factura F-001 no queda nada por pagar." in letter
    assert not re.search("vence|otra fecha|y pagar", letter)
    assert "Todo al día" in waiting(world, owed)
    assert "Contaste un problema" not in world.browser().get(link).text
