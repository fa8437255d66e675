"""What a client sees: checkout, voucher, onboarding. Everything works without JavaScript; GET changes nothing."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from infra.local.pretend_stripe import accounts, payments
from infra.local.pretend_stripe.bank import Bank
from infra.local.pretend_stripe.errors import ApiError
from infra.local.pretend_stripe.store import Object
from infra.local.pretend_stripe.texts import TEXTS, language_of, sum_of
from infra.local.pretend_stripe.world import PLATFORM, World


def pages_blueprint(world: World, bank: Bank) -> Blueprint:
    """The routes that a browser is sent to."""
    routes = Blueprint("pages", __name__, template_folder="templates")
    pages = Pages(world, bank)
    routes.add_url_rule("/c/pay/<session_id>", "checkout", pages.checkout)
    routes.add_url_rule("/c/pay/<session_id>", "press", pages.press, methods=["POST"])
    routes.add_url_rule("/c/voucher/<payment_id>", "voucher", pages.voucher)
    routes.add_url_rule("/c/voucher/<payment_id>", "shop", pages.shop, methods=["POST"])
    routes.add_url_rule("/connect/<link_id>", "connect", pages.connect)
    routes.add_url_rule("/connect/<link_id>", "connected", pages.connected, methods=["POST"])
    return routes


class Pages:
    """One method a route."""

    def __init__(self, world: World, bank: Bank) -> None:
        self.world = world
        self.bank = bank

    def checkout(self, session_id: str) -> Response:
        """The amount, the seller and the ways to pay."""
        self.bank.tick()
        session, account = self.world.owned("checkout.session", session_id)
        return self.page("checkout.html", session, account, declined=request.args.get("declined") == "1")

    def press(self, session_id: str) -> Answer:
        """The client chose a way to pay."""
        method = request.form.get("method", "card")
        session, _ = self.world.owned("checkout.session", session_id)
        if session["status"] != "open":
            return redirect(f"/c/pay/{session_id}", 303)
        self.bank.tick()
        try:
            with self.world.store.transaction():
                if method == "card_declined":
                    payments.decline(self.world, session_id)
                    return redirect(f"/c/pay/{session_id}?declined=1", 303)
                payment = payments.confirm(self.world, session_id, method)
        except ApiError:
            return redirect(f"/c/pay/{session_id}", 303)
        finally:
            self.bank.courier.wake.set()
        if payment["next_action"]:
            return redirect(f"/c/voucher/{payment['id']}", 303)
        return redirect(success_url(session), 303)

    def voucher(self, payment_id: str) -> Response:
        """What to pay at the shop, or where to transfer to."""
        self.bank.tick()
        payment, account = self.world.owned("payment_intent", payment_id)
        session = self.world.owned("checkout.session", payment["_session"])[0]
        return self.page("voucher.html", session, account, payment=payment, **details(payment))

    def shop(self, payment_id: str) -> Answer:
        """Act as if it had been paid at the shop."""
        payment, _ = self.world.owned("payment_intent", payment_id)
        session = self.world.owned("checkout.session", payment["_session"])[0]
        if payment["status"] == "requires_action":
            self.bank.pay(session["id"])
        return redirect(success_url(session), 303)

    def connect(self, link_id: str) -> Answer:
        """Onboarding of a connected account; a used or old link sends back for a fresh one."""
        made, _ = self.world.owned("account_link", link_id)
        if not accounts.is_usable(self.world, made):
            return redirect(made["_refresh"], 303)
        language = language_of("auto", request.headers.get("Accept-Language", "es"))
        return html(render_template("connect.html", t=TEXTS[language], language=language))

    def connected(self, link_id: str) -> Answer:
        """Onboarding is done."""
        made, _ = self.world.owned("account_link", link_id)
        if not accounts.is_usable(self.world, made):
            return redirect(made["_refresh"], 303)
        with self.world.store.transaction():
            self.world.store.put(made | {"_used": True}, PLATFORM)
            accounts.finish(self.world, made["_account"])
        self.bank.courier.wake.set()
        return redirect(made["_return"], 303)

    def page(self, template: str, session: Object, account: str, **more: Any) -> Response:
        """Render one page in the session's language."""
        language = language_of(session["locale"], request.headers.get("Accept-Language", "es"))
        t = TEXTS[language]
        seller = self.world.owned("account", account)[0]["business_profile"]["name"] or t["merchant"]
        shown = {
            "session": session, "lines": session["_lines"], "t": t, "language": language, "seller": seller,
            "total": sum_of(session["amount_total"], session["currency"], language),
            "money": lambda amount: sum_of(amount, session["currency"], language),
            "success_url": success_url(session),
        }  # fmt: skip
        return html(render_template(template, **shown, **more))


def details(payment: Object) -> dict[str, Any]:
    """The voucher's number and last day, or the bank details."""
    action = payment["next_action"] or {}
    oxxo = action.get("oxxo_display_details")
    if oxxo:
        last = datetime.fromtimestamp(oxxo["expires_after"], UTC).astimezone(payments.MEXICO).date()
        return {"oxxo": oxxo, "last_day": last.isoformat()}
    return {"transfer": action.get("display_bank_transfer_instructions")}


def success_url(session: Object) -> str:
    """The seller's page, with the session's id where it was asked for."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def html(text: str) -> Response:
    """A page that loads nothing from anywhere and is not kept."""
    response = make_response(text)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
