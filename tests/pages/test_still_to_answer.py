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
    late = world.browser().get(link).text
    assert "F-001: Contaste un problema" in late
    assert "ya deberías tener respuesta" in late
    assert "a más tardar" not in late
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


def test_a_claim_ends_with_the_payment_it_told_of_and_that_is_booked_once(world, owed):
    ana, debt, link = owed
    path, phone = f"/cobros/{debt.client_id}/{debt.id}", world.browser()
    door = re.search(r"/p/[\w-]+/ya-pague/\w+", phone.get(link).text)[0]

    def says(amount):
        form = {"csrf": csrf(phone.get(door).text), "paid_on": "2026-06-01", "amount": amount}
        assert phone.post(door, data=form).status_code == 303
        world.jobs()

    says("300")
    page = world.browser(ana).get(path).text.replace("\u00a0", " ")
    assert "avisó de un pago de 300,00 €. Si anotas esa suma" in page
    assert pay_by_hand(world, owed, "50", key="id900001").location.endswith("said=debt_paid_claim")
    assert "dice que ya pagó F-001" in waiting(world, owed)
    assert pay_by_hand(world, owed, "300", key="id900002").location.endswith("said=debt_paid")
    assert "Todo al día" in waiting(world, owed)
    assert "lo está comprobando" not in phone.get(link).text
    says("300")  # once more, of the same day: is it the same money?
    own = world.browser(ana)
    form = {"csrf": csrf(own.get(path).text), "key": "id900003", "amount": "", "paid_on": "2026-06-01"}
    asked = own.post(f"{path}/ya-pago", data=form)
    assert asked.status_code == 422
    assert "Ya hay un pago anotado de 300,00 € de ese mismo día" in asked.text.replace("\u00a0", " ")
    assert re.findall(r'name="twin" value="(\w+)"', asked.text) == ["same", "other"]
    changed = own.post(f"{path}/ya-pago", data=form | {"amount": "120", "twin": "same"})  # nothing like that is noted
    assert changed.status_code == 422
    assert "No hay anotado ningún pago de 120,00 €" in changed.text.replace("\u00a0", " ")
    assert 'value="120"' in changed.text
    assert 'name="twin"' not in changed.text
    assert own.post(f"{path}/ya-pago", data=form | {"twin": "same"}).location.endswith("said=claim_was_booked")
    world.jobs()
    assert "Recibí 300,00 €" in world.outbox.to("bruno@example.com")[-1].text.replace("\u00a0", " ")
    assert [entry.amount_minor for entry in world.case(ana, debt).debt(debt.id).entries] == [5_000, 30_000]
    letters = len(world.outbox.to("bruno@example.com"))
    world.advance(days=20)
    assert len(world.outbox.to("bruno@example.com")) > letters
