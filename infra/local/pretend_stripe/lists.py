"""Lists: newest first, by pages, filtered. docs.stripe.com/api/pagination"""

from typing import Any

from infra.local.pretend_stripe import params as read
from infra.local.pretend_stripe.errors import invalid
from infra.local.pretend_stripe.limits import EVENTS_LISTED
from infra.local.pretend_stripe.store import OPERATORS, Object, Page
from infra.local.pretend_stripe.world import World, public

PATHS = {
    "checkout.session": "/v1/checkout/sessions",
    "payment_intent": "/v1/payment_intents",
    "charge": "/v1/charges",
    "refund": "/v1/refunds",
    "dispute": "/v1/disputes",
    "event": "/v1/events",
    "balance_transaction": "/v1/balance_transactions",
}
COMMON = frozenset("limit starting_after created expand".split())
FILTERS = {
    "charge": {"payment_intent"},
    "refund": {"payment_intent"},
    "dispute": {"payment_intent"},
    "checkout.session": {"payment_intent"},
    "event": {"type", "types"},
}


def list_of(world: World, account: str, kind: str, params: dict[str, Any]) -> Object:
    """One page of a list."""
    read.refuse_unknown(params, COMMON | FILTERS.get(kind, set()))
    limit = read.integer(params.get("limit", 10), "limit")
    if not 1 <= limit <= 100:
        raise invalid("limit", "This value must be between 1 and 100.")
    bounds = created_bounds(params)
    if kind == "event":
        bounds = (*bounds, ("gte", world.seconds() - EVENTS_LISTED))
    after = str(params.get("starting_after") or "")
    if after:
        world.find(kind, after, account)
    page = Page(
        kind=kind,
        limit=limit,
        starting_after=after,
        payment=str(params.get("payment_intent") or ""),
        created=bounds,
        types=tuple(params.get("types") or ([params["type"]] if "type" in params else ())),
    )
    found, more = world.store.page(account, page)
    return {"object": "list", "data": [public(thing) for thing in found], "has_more": more, "url": PATHS[kind]}


def created_bounds(params: dict[str, Any]) -> tuple[tuple[str, int], ...]:
    """`created=n` or `created[gte]=n` and so on."""
    given = params.get("created")
    if given is None:
        return ()
    if not isinstance(given, dict):
        second = read.integer(given, "created")
        return (("gte", second), ("lte", second))
    if set(given) - set(OPERATORS):
        raise invalid("created", "Invalid created")
    return tuple((name, read.integer(value, f"created[{name}]")) for name, value in given.items())
