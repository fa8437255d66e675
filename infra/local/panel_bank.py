"""The pretend bank in the panel: what clients, shops, banks and networks do, as buttons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, redirect, request

from aldia.domain.currencies import CURRENCIES, decimals
from aldia.pages.render import page, t
from infra.local.machine import Machine
from infra.local.pretend_stripe.bank_routes import call
from infra.local.pretend_stripe.errors import ApiError

routes = Blueprint("panel_bank", __name__, url_prefix="/_local")

WAITING = ("requires_action", "processing")
LATE_S = 3600


@dataclass(frozen=True, slots=True)
class Move:
    """A button: a verb of the bank's with its arguments. `name` is a text of panel.toml."""

    name: str
    verb: str
    arguments: dict[str, Any]
    is_sad: bool = False


def moves(card: Mapping[str, Any]) -> list[Move]:
    """What may happen next to one payment."""
    session = {"session": card["session"]["id"]}
    status = (card.get("payment") or {}).get("status", "")
    if status in WAITING and card["session"]["status"] == "complete":
        return [
            Move("arrive", "pay", session),
            Move("expire_voucher", "expire", session, True),
            Move("fail_waiting", "fail", session, True),
        ]
    if status == "succeeded":
        return [*_of_disputes(card), *_of_money(card, session)]
    if card["session"]["status"] == "open":
        methods = [
            Move(f"pay_{name}", "pay", session | {"method": name}) for name in card["session"]["payment_method_types"]
        ]
        return [*methods, Move("decline", "fail", session, True), Move("expire", "expire", session, True)]
    return []


def _of_money(card: Mapping[str, Any], session: dict[str, Any]) -> list[Move]:
    gone = sum(refund["amount"] for refund in card["refunds"] if refund["status"] not in ("failed", "canceled"))
    left = card["payment"]["amount_received"] - gone
    found = []
    if left > 0:
        found.append(Move("refund", "refund", session, True))
    if left > 1:
        found.append(Move("refund_half", "refund", session | {"amount": left // 2}, True))
    if not card["disputes"]:
        found.append(Move("dispute", "dispute", session, True))
    return found


def _of_disputes(card: Mapping[str, Any]) -> list[Move]:
    still = [dispute for dispute in card["disputes"] if dispute["status"] in ("needs_response", "under_review")]
    return [
        Move(name, "close_dispute", {"dispute": dispute["id"], "won": won}, not won)
        for dispute in still
        for name, won in (("dispute_won", True), ("dispute_lost", False))
    ]


NETWORK: dict[str, tuple[str, dict[str, Any]]] = {
    "again": ("send_again", {}),
    "again_late": ("send_again", {"late": LATE_S}),
    "hold": ("webhooks", {"mode": "hold"}),
    "lose": ("webhooks", {"mode": "lose"}),
    "send": ("webhooks", {"mode": "send"}),
    "release": ("release", {"order": "created"}),
    "release_reversed": ("release", {"order": "reversed"}),
    "twice": ("copies", {"times": 2}),
    "once": ("copies", {"times": 1}),
    "late": ("late", {"seconds": LATE_S}),
    "in_time": ("late", {"seconds": 0}),
}


def _machine() -> Machine:
    found: Machine = current_app.extensions["machine"]
    return found


@routes.get("/bank")
def bank() -> Response:
    """Sessions with their payments, and the last webhooks."""
    return _page([])


@routes.post("/bank")
def act() -> Response:
    """Press one button: `session` and `move`, or `network`."""
    try:
        verb, arguments = _pressed()
        call(_machine().stripe.bank, verb, arguments)
    except ApiError as refusal:
        return _page([{"kind": "stop", "text": f"{t('panel.bank_refused')} {refusal}"}], 422)
    _machine().stripe.flush()
    return redirect("/_local/bank?done=1", 303)  # type: ignore[return-value]


def _pressed() -> tuple[str, dict[str, Any]]:
    network = request.form.get("network", "")
    if network in NETWORK:
        verb, given = NETWORK[network]
        return verb, given
    card = _machine().stripe.bank.card(request.form.get("session", ""))
    for move in moves(_whole(card)):
        if move.name == request.form.get("move"):
            return move.verb, move.arguments
    raise ApiError(t("panel.not_now"))


def _page(notices: list[dict[str, str]], status: int = 200) -> Response:
    stripe = _machine().stripe
    stripe.tick()
    seen = stripe.bank.overview()
    cards = [_shown(_whole(card)) for card in seen["sessions"]]
    if request.args.get("done") and not notices:
        notices = [{"text": t("panel.bank_done")}]
    return page(
        "panel/bank.html",
        status,
        here="bank",
        now_is=_machine().clock.now(),
        cards=cards,
        mode=seen["webhooks"],
        deliveries=stripe.bank.deliveries(20),
        network=tuple(NETWORK),
        notices=notices,
    )


def _whole(card: Mapping[str, Any]) -> dict[str, Any]:
    return {"payment": None, "refunds": [], "disputes": [], **card}


def _shown(card: dict[str, Any]) -> dict[str, Any]:
    """A card with what the page says of it: its state, its sum in our minor units, its buttons."""
    session = card["session"]
    currency = session["currency"].upper()
    return card | {
        "state": state_of(card),
        "minor": in_minor(session["amount_total"], currency),
        "currency": currency,
        "names": [line["description"] for line in card["lines"]],
        "moves": moves(card),
    }


def state_of(card: Mapping[str, Any]) -> str:
    """One word for how a payment stands; a key of panel.toml."""
    payment = card["payment"]
    if any(dispute["status"] in ("needs_response", "under_review") for dispute in card["disputes"]):
        return "disputed"
    if payment and payment["status"] == "succeeded":
        return "refunded" if any(refund["status"] == "succeeded" for refund in card["refunds"]) else "paid"
    if payment and payment["status"] in WAITING and card["session"]["status"] == "complete":
        return "waiting"
    return str(card["session"]["status"]) if card["session"]["status"] != "complete" else "failed"


def in_minor(amount: int, currency: str) -> int:
    """Stripe's smallest unit in the ledger's."""
    known = CURRENCIES.get(currency)
    more = decimals(currency) - (known.stripe_decimals if known else decimals(currency))
    return int(amount * 10**more) if more >= 0 else amount // 10**-more
