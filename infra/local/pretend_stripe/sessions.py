"""Checkout Sessions: open → complete or expired. docs.stripe.com/api/checkout/sessions"""

import re
from typing import Any

from infra.local.pretend_stripe import limits
from infra.local.pretend_stripe import params as read
from infra.local.pretend_stripe.errors import ApiError, invalid
from infra.local.pretend_stripe.events import emit
from infra.local.pretend_stripe.store import Object
from infra.local.pretend_stripe.world import World

KNOWN = frozenset(
    "allowed_payment_method_types cancel_url client_reference_id currency customer customer_creation customer_email"
    " excluded_payment_method_types expand expires_at line_items locale metadata mode payment_intent_data"
    " payment_method_options submit_type success_url".split()
)
KNOWN_OF_PAYMENT = frozenset(
    "description metadata receipt_email statement_descriptor statement_descriptor_suffix".split()
)
LOCALES = frozenset("auto de en en-GB es es-419 fr it pt pt-BR".split())


def create(world: World, account: str, params: dict[str, Any]) -> Object:
    """A session with the payment methods that suit it; nothing is charged and no payment intent exists yet."""
    now = world.seconds()
    read.refuse_unknown(params, KNOWN)
    if read.required(params, "mode") != "payment":
        raise invalid("mode", "The pretend Stripe knows mode=payment only.")
    refuse_unready(world, account)
    currency, lines = line_items(params)
    total = sum(line["amount_total"] for line in lines)
    check_amount(total, currency)
    wants = payment_data(params)
    session_id = world.new_id("cs_test")
    session: Object = {
        "id": session_id,
        "object": "checkout.session",
        "amount_subtotal": total,
        "amount_total": total,
        "cancel_url": read.web_address(params, "cancel_url") or None,
        "client_reference_id": params.get("client_reference_id"),
        "created": now,
        "currency": currency,
        "customer": customer(world, account, params),
        "customer_email": customer_email(params),
        "expires_at": expires_at(params, now),
        "livemode": False,
        "locale": locale(params),
        "metadata": read.metadata(params),
        "mode": "payment",
        "payment_intent": None,
        "payment_method_options": options(params),
        "payment_status": "unpaid",
        "status": "open",
        "success_url": read.web_address(params, "success_url") or read.required(params, "success_url"),
        "url": f"{world.base_url}/c/pay/{session_id}",
        "_lines": lines,
        "_payment": wants,
    }
    session["payment_method_types"] = method_types(world, account, session, params)
    world.store.set_timer(session_id, session["expires_at"])
    return world.store.put(session, account)


def refuse_unready(world: World, account: str) -> None:
    """An account that has not finished onboarding cannot take payments."""
    found = world.store.get(account)
    if found is None or not found[0]["charges_enabled"]:
        raise ApiError("Your account cannot currently make charges.", param="Stripe-Account")


def line_items(params: dict[str, Any]) -> tuple[str, list[Object]]:
    """The currency that all lines share, and the lines with their sums."""
    given = read.required(params, "line_items")
    if not isinstance(given, list) or len(given) > 100:
        raise invalid("line_items", "Invalid line_items", code="parameter_invalid_array")
    lines = [one_line(line, f"line_items[{number}]") for number, line in enumerate(given)]
    currencies = {line["currency"] for line in lines}
    if len(currencies) > 1:
        raise invalid("line_items", "All line items must have the same currency.")
    return currencies.pop(), lines


def one_line(line: Any, place: str) -> Object:
    """One line item with `price_data`."""
    if not isinstance(line, dict):
        raise invalid(place, "Invalid line item", code="parameter_invalid_hash")
    price = read.required(line, "price_data")
    currency = str(read.required(price, "currency"))
    if not re.fullmatch("[a-z]{3}", currency):
        raise invalid(f"{place}[price_data][currency]", f"Invalid currency: {currency}")
    name = str(read.required(read.required(price, "product_data"), "name"))
    amount = read.integer(read.required(price, "unit_amount"), f"{place}[price_data][unit_amount]")
    quantity = read.integer(read.required(line, "quantity"), f"{place}[quantity]")
    if amount < 0 or quantity < 1:
        raise invalid(place, "Amounts are at least 0 and quantities at least 1.")
    return {"description": name, "currency": currency, "amount_total": amount * quantity, "quantity": quantity}


def check_amount(total: int, currency: str) -> None:
    """Stripe's smallest and largest charge."""
    least = limits.SMALLEST_AMOUNT.get(currency, 1)
    if total < least:
        text = f"The Checkout Session's total amount must be at least {least} in the smallest unit of {currency}."
        raise ApiError(text, code="amount_too_small", param="line_items")
    if total > limits.LARGEST_AMOUNT:
        raise ApiError("The total amount is too large.", code="amount_too_large", param="line_items")


def expires_at(params: dict[str, Any], now: int) -> int:
    """Between 30 minutes and 24 hours from now; 24 hours when nothing is said."""
    if "expires_at" not in params:
        return now + limits.SESSION_LONGEST
    at = read.integer(params["expires_at"], "expires_at")
    if not now + limits.SESSION_SHORTEST <= at <= now + limits.SESSION_LONGEST:
        text = "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation."
        raise invalid("expires_at", text)
    return at


def customer(world: World, account: str, params: dict[str, Any]) -> str | None:
    """The customer named, who must belong to the same account."""
    if not params.get("customer"):
        return None
    if params.get("customer_email"):
        raise invalid("customer_email", "You may only specify one of customer or customer_email.")
    return str(world.find("customer", str(params["customer"]), account)["id"])


def customer_email(params: dict[str, Any]) -> str | None:
    """An address that looks like one."""
    given = params.get("customer_email")
    if given and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", given):
        raise ApiError(f"Invalid email address: {given}", code="email_invalid", param="customer_email")
    return given or None


def locale(params: dict[str, Any]) -> str:
    """The page's language."""
    given = str(params.get("locale") or "auto")
    if given not in LOCALES:
        raise invalid("locale", f"Invalid locale: {given}")
    return given


def payment_data(params: dict[str, Any]) -> Object:
    """What the payment intent will carry once there is one."""
    given = params.get("payment_intent_data") or {}
    read.refuse_unknown(given, KNOWN_OF_PAYMENT)
    return {"description": given.get("description"), "metadata": read.metadata(given)}


def options(params: dict[str, Any]) -> Object:
    """Options by payment method, checked as far as we use them."""
    given: Object = params.get("payment_method_options") or {}
    oxxo = given.get("oxxo") or {}
    if "expires_after_days" in oxxo:
        place = "payment_method_options[oxxo][expires_after_days]"
        days = read.integer(oxxo["expires_after_days"], place)
        if days not in limits.OXXO_DAYS:
            raise invalid(place, "expires_after_days must be between 1 and 7.")
        given = {**given, "oxxo": {"expires_after_days": days}}
    return given


def method_types(world: World, account: str, session: Object, params: dict[str, Any]) -> list[str]:
    """Dynamic payment methods, filtered by what the caller allows or excludes."""
    allowed, excluded = params.get("allowed_payment_method_types"), params.get("excluded_payment_method_types")
    if allowed and excluded:
        text = "You may only specify one of allowed_payment_method_types and excluded_payment_method_types."
        raise invalid("excluded_payment_method_types", text)
    country = world.find("account", account, account)["country"]
    offered = [
        name
        for name in limits.METHODS
        if limits.is_offered(
            name,
            currency=session["currency"],
            amount=session["amount_total"],
            country=country,
            has_customer=bool(session["customer"]) or params.get("customer_creation") == "always",
        )
        and (not allowed or name in allowed)
        and name not in (excluded or ())
    ]
    if not offered:
        raise invalid("allowed_payment_method_types", "No valid payment method types for this Checkout Session.")
    return offered


def expire_by_request(world: World, account: str, session_id: str) -> Object:
    """POST …/expire: only while open."""
    session = world.find("checkout.session", session_id, account)
    if session["status"] != "open":
        text = f'Only Checkout Sessions with a status in ["open"] can be expired. This one is {session["status"]}.'
        raise ApiError(text, param="id", saved=True)
    return expire(world, account, session, at=world.seconds())


def expire(world: World, account: str, session: Object, *, at: int) -> Object:
    """The session ends unpaid; its page says so."""
    session |= {"status": "expired", "url": None}
    world.store.clear_timer(session["id"])
    world.store.put(session, account)
    emit(world, account, "checkout.session.expired", session, at=at)
    return session


def of_payment(world: World, payment: Object) -> Object:
    """The session that a payment intent was made by."""
    return world.owned("checkout.session", payment["_session"])[0]
