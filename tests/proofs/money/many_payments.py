"""Many payments online at the pretend Stripe, some given back, some disputed, and beside them plain sums."""

import random
from dataclasses import dataclass

from aldia.adapters.stripe_events import TYPES
from aldia.flows import start_payment
from infra.local.pretend_stripe.deliveries import signature
from tests.world import SECRET

A_CLIENT = 4  # debts of one client, so that payments meet at one case


@dataclass
class Paid:
    """One debt that is paid online, and what was done with its money; the test's own sums, in minor units."""

    debt: object
    amount: int
    session: str
    refunded: int = 0
    charged_back: int = 0  # and not won


def pressed(world, ana, count, dice):
    """So many debts, each with an open checkout. Nobody can be written to: this is about money."""
    made = []
    for number in range(count):
        amount = dice.randint(1_000, 900_000)
        client = f"Cliente {number // A_CLIENT}"
        debt = world.debt(ana, client=client, email="", number=f"F-{number}", amount_minor=amount)
        wish = start_payment.Wish((debt.id,), shown_minor=amount, return_path="/p/x")
        url = start_payment.start_payment(world.ports, ana.id, debt.client_id, wish)
        made.append(Paid(debt, amount, url.rstrip("/").split("/")[-1]))
    return made


def lived(world, payments, dice):
    """Every one is paid; a quarter is given back in part or whole, an eighth disputed, won or lost."""
    bank = world.stripe.bank
    for paid in payments:
        bank.pay(paid.session, "card")
        fate = dice.randrange(8)
        if fate in (0, 1):
            paid.refunded = paid.amount if fate else dice.randint(1, paid.amount)
            bank.refund(paid.session, paid.refunded)
        elif fate == 2:
            won = dice.random() < 0.5
            dispute = bank.dispute(paid.session)
            bank.close_dispute(dispute["id"], won)
            paid.charged_back = 0 if won else paid.amount


def bodies(world):
    """What Stripe would send of all that happened, of the types that we ask for."""
    sql = "SELECT body FROM objects WHERE kind = 'event' ORDER BY seq"
    found = [row["body"] for row in world.stripe.world.store.rows(sql)]
    return [body for body in found if any(f'"type": "{kind}"' in body or f'"type":"{kind}"' in body for kind in TYPES)]


def repeated(events, times, dice):
    """Every event at least once, `times` deliveries in all, in no order."""
    sent = [*events, *dice.choices(events, k=times - len(events))]
    dice.shuffle(sent)
    return sent


def post(world, browser, body):
    """One delivery through the door that Stripe uses."""
    at = int(world.clock.at.timestamp())
    answer = browser.post("/hooks/stripe", data=body, headers={"Stripe-Signature": signature(body, SECRET, at)})
    assert answer.status_code == 200


def dice_of(name):
    return random.Random(name)
