"""Money goes to the account of the one who is owed, or nowhere: without a Stripe account of her own that is ready, a
freelancer's clients are not offered to pay online, in no letter and on no page (installations for many)."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from aldia.domain.account import BankDetails
from aldia.domain.ledger import law_of_money
from aldia.store import accounts, checkouts
from tests.mail.letter_world import STEPS, case_of, letter_of, mail, with_state
from tests.world import World, csrf, mark

BRUNO = "bruno@example.com"
BANK = BankDetails(holder="Ana Ruiz", number="032180000118359719")
PROMISES = {"es": ("pagar una parte", "en línea", "puedes pagar", "en un minuto.", "y pagar"),
            "en": ("pay a part", "online", "lets you pay", "in a minute.", "and pay:")}  # fmt: skip


@pytest.fixture
def many(dynamodb, table_name):
    """An installation for many freelancers, each with a Stripe account of her own."""
    made = World.start(dynamodb, table_name, stripe_own_account=False)
    yield made
    made.close()


def connected(many, *, is_ready=True):
    """Ana, whose account at Stripe is open, and complete when `is_ready`."""
    ana = many.account(bank=BANK)
    opened = many.ports.payments.open_account(email=ana.email, country="MX", key="open")
    if is_ready:
        many.stripe.bank.onboard(account=opened)
    return accounts.save(many.ports, replace(ana, stripe_account=opened, stripe_ready=is_ready))


def written_to(many, ana, count=1):
    """Her debts, and the client's page of the first letter."""
    debts = [many.debt(ana, email=BRUNO, number=f"F-{n}") for n in range(1, count + 1)]
    many.advance(days=1)
    return debts, many.link(many.outbox.to(BRUNO)[0])


def press(many, link, part=""):
    page = many.browser()
    shown = page.get(link).text
    return page.post(
        f"{link}/pagar", data={"csrf": csrf(shown), "debt": mark(shown), "shown": "10000000", "part": part}
    )


def test_a_payment_goes_to_the_freelancers_own_stripe_account(many):
    ana = connected(many)
    [debt], link = written_to(many, ana)
    gone = press(many, link)
    session = gone.location.rstrip("/").split("/")[-1]
    assert many.stripe.bank.overview()["sessions"][0]["account"] == ana.stripe_account
    many.stripe.bank.pay(session)
    many.jobs()
    many.jobs()
    case = many.case(ana, debt)
    assert [(entry.kind, entry.amount_minor) for entry in case.debt(debt.id).entries] == [("payment", 100_000)]
    assert law_of_money(case.debt(debt.id), case.local_day(many.clock.at))
    assert any("Gracias" in message.text for message in many.outbox.to(BRUNO)[1:])


@pytest.mark.parametrize("has", ["no account", "an account that is not ready"])
def test_without_a_ready_account_nothing_is_charged_and_the_client_is_told_kindly(many, has):
    ana = many.account(bank=BANK) if has == "no account" else connected(many, is_ready=False)
    [debt], link = written_to(many, ana)
    for part in ("", "500"):
        answer = press(many, link, part)
        assert answer.status_code == 422
        assert "no se puede pagar en línea" in answer.text
    assert many.stripe.bank.overview()["sessions"] == []
    assert checkouts.of_client(many.ports, ana.id, debt.client_id) == []


def test_without_a_ready_account_the_page_has_no_button_to_pay_and_the_bank_details_stand_open(many):
    ana = many.account(bank=BANK)
    _debts, link = written_to(many, ana, count=2)
    shown = many.browser().get(link).text
    assert "/pagar" not in shown
    assert "Pagar $" not in shown
    assert shown.count(BANK.number) == 1
    first = shown[: shown.index("</section>")]
    assert BANK.number in first
    assert BANK.number not in first[first.index("<details") :]
    assert "/promesa" in shown
    assert many.browser().get(f"{link}?lang=en").status_code == 200


def test_without_account_and_bank_details_the_page_says_whom_to_ask(many):
    _debts, link = written_to(many, many.account())
    assert "Para pagar, escribe a Ana Ruiz" in many.browser().get(link).text
    assert "To pay, write to Ana Ruiz" in many.browser().get(f"{link}?lang=en").text


def test_with_a_ready_account_the_page_offers_all_ways(many):
    _debts, link = written_to(many, connected(many), count=2)
    shown = many.browser().get(link).text
    assert shown.count("/pagar") == 4  # each debt, both together, a part
    assert shown.count("/transferencia/") == 2  # and by transfer, each under its own reference


def test_letters_promise_to_pay_online_only_where_that_is_true(many):
    ana = connected(many)
    written_to(many, ana)
    _debts = many.debt(many.account("eva@example.com", bank=BANK), client="Carla", email="carla@example.com")
    many.advance(days=1)
    with_account, without = many.outbox.to(BRUNO)[0].text, many.outbox.to("carla@example.com")[0].text
    assert "Puedes pagarla en línea" in with_account
    assert "y pagar:" in with_account
    assert [words for words in PROMISES["es"] if words in without] == []
    assert "En el enlace tienes los datos para la transferencia" in without
    assert urlsplit(many.link(many.outbox.to("carla@example.com")[0])).path.startswith("/p/")


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("situation", ["plain", "three", "no_phone", "discount"])
def test_no_letter_of_any_step_promises_what_the_page_does_not_have(language, situation):
    for step in STEPS:
        case = with_state(case_of(situation, language), step)
        text = mail(case, letter_of(case, step), pays_online=False).text
        assert [words for words in PROMISES[language] if words in text] == [], (step, text)
