"""The price of one debt, read where people and machines read it: on the page, in the letter, at the provider, in the
ledger. Each comes from the code that is in use; only the network and the table are left out."""

import re
from datetime import timedelta
from html import unescape

from flask import g

from aldia.adapters.stripe_payments import checkout_params
from aldia.adapters.stripe_units import from_stripe
from aldia.domain import writing
from aldia.domain.currencies import decimals
from aldia.domain.dates import asked, next_asked
from aldia.domain.ledger import in_force
from aldia.domain.look import Look
from aldia.flows import payment_facts, start_payment
from aldia.flows.payment_facts import one_by_one
from aldia.mail.compose import compose
from aldia.pages import pay, pay_view
from aldia.ports import PaymentTruth
from aldia.store.checkouts import CheckoutRecord
from aldia.store.tokens import PayLink

TOKEN = "t" * 43
LINK = f"https://aldia.example/p/{TOKEN}"


def minor_of(written, currency):
    """A sum as people write it, in minor units: "1.185,80 €", "MXN 12,340"."""
    digits = re.search(r"\d[\d.,\u00a0\u202f]*", written)[0].strip("\u00a0\u202f.,")
    places = decimals(currency)
    cents = re.search(rf"[.,](\d{{{places}}})$", digits) if places else None
    whole = re.sub(r"\D", "", digits[: cents.start()] if cents else digits)
    return int(whole) * 10**places + (int(cents[1]) if cents else 0)


def shown(app, case, debt, now):
    """On the client's page: the large sum, the last line of the sum below it, and what its form sends back."""
    link = PayLink(case.account.id, case.client.id, (debt.id,), case.client.link_version, case.client.language)
    with app.test_request_context(f"/p/{TOKEN}"):
        g.zone, g.country, g.has_inline_style = case.zone, case.client.country, True
        g.language, g.csrf = case.client.language, "c" * 64
        html = pay.shown(TOKEN, pay_view.view(case, link, now, may_pay_online=True)).get_data(as_text=True)
    written = [
        re.search(r'<p class="amount"><span class="mark">([^<]+)<', html)[1],
        re.search(r'name="shown".*?<button class="button">([^<]+)<', html, re.S)[1],
    ]
    if next_asked(debt, case.local_day(now)) is None:
        written.append(re.search(r'<dd class="total money">([^<]+)<', html)[1])
    sent_back = int(re.search(r'name="shown" value="(\d+)"', html)[1])
    return {sent_back, *(minor_of(unescape(text), debt.currency) for text in written)}


def mailed(case, debt, now):
    """In the letter of that day, in both of its parts: the sum on the debt's card."""
    mail = compose(case, _written(case, debt, now), link=LINK, stop_link=LINK, pays_online=True)
    on_card = re.search(rf"^  .*{debt.number}.*\n  (.+)$", mail.text, re.MULTILINE)[1]
    in_text = minor_of(on_card, debt.currency)
    return {in_text} if on_card in unescape(mail.html) else {in_text, "not in the HTML"}


def _written(case, debt, now):
    """The letter of the ladder about the date that is asked for next, as whoever decides writes it."""
    look = Look(case, debt, now)
    on = asked(debt, look.today).on
    step = "pre_due" if look.today < on else "due_today" if look.today == on else "overdue_1"
    ids = {part.id for part in in_force(debt) if part.due_on == on}
    due = next(one for one in look.occurrences if one.step.step == step and one.instalment_id in ids)
    _case, [letter] = writing._ladder(case, [(look, due)])
    return letter


def pressed(case, debt, now, shown_minor, *, up_to=None):
    """(what the provider is asked for, the record, the case with the checkout) once the client pressed pay."""
    wish = start_payment.Wish((debt.id,), shown_minor=shown_minor, up_to=up_to)
    lines = start_payment.priced(case, wish, now)
    start_payment._refuse_dearer(lines, wish)
    record = CheckoutRecord(
        "co_1", case.account.id, case.client.id, "", debt.currency, lines, now, now + timedelta(hours=2), state="open"
    )
    return start_payment.asked(case, record, LINK), record, start_payment.opened(case, record, now).case


def charged(asked):
    """The lines of the provider's page, in our units."""
    items = checkout_params(asked)["line_items"]
    sums = [item["price_data"]["unit_amount"] * item["quantity"] for item in items]
    return {from_stripe(sum(sums), asked.currency)}


def booked(case, record, captured_minor, now):
    """The ledger's new line, and the debt after it."""
    truth = PaymentTruth("pi_1", "succeeded", "card", record.currency, captured_minor, now, {})
    for told in one_by_one(truth):
        case = payment_facts.booked(case, record, told, now).case
    [after] = case.debts
    return after.entries[-1], after
