"""The platform, its connected accounts and their customers. docs.stripe.com/connect/hosted-onboarding"""

from typing import Any

from infra.local.pretend_stripe import limits
from infra.local.pretend_stripe import params as read
from infra.local.pretend_stripe.errors import ApiError, invalid
from infra.local.pretend_stripe.events import emit
from infra.local.pretend_stripe.store import Object
from infra.local.pretend_stripe.world import PLATFORM, World

KNOWN = frozenset(
    "business_profile business_type capabilities controller country default_currency email expand metadata type".split()
)
NEEDS = ["business_profile.url", "external_account", "tos_acceptance.date"]


def platform(world: World, country: str) -> None:
    """The installation's own account, ready from the start."""
    if world.store.get(PLATFORM) is None:
        own = account_object(world, PLATFORM, country=country, email="")
        world.store.put(own | READY, PLATFORM)


READY: Object = {
    "charges_enabled": True,
    "details_submitted": True,
    "payouts_enabled": True,
    "capabilities": {"card_payments": "active", "transfers": "active"},
    "requirements": {"currently_due": [], "disabled_reason": None},
}


def account_object(world: World, account_id: str, *, country: str, email: str) -> Object:
    """An account that has told Stripe nothing yet."""
    return {
        "id": account_id,
        "object": "account",
        "business_profile": {"name": None, "url": None},
        "capabilities": {"card_payments": "inactive", "transfers": "inactive"},
        "charges_enabled": False,
        "country": country,
        "created": world.seconds(),
        "details_submitted": False,
        "email": email or None,
        "metadata": {},
        "payouts_enabled": False,
        "requirements": {"currently_due": NEEDS, "disabled_reason": "requirements.past_due"},
    }


def create(world: World, params: dict[str, Any]) -> Object:
    """POST /v1/accounts: a connected account. It belongs to itself."""
    read.refuse_unknown(params, KNOWN)
    country = str(params.get("country") or "MX").upper()
    if len(country) != 2:
        raise invalid("country", f"Invalid country: {country}", code="country_unsupported")
    account = account_object(world, world.new_id("acct"), country=country, email=str(params.get("email") or ""))
    account["metadata"] = read.metadata(params)
    account["business_profile"]["name"] = (params.get("business_profile") or {}).get("name")
    return world.store.put(account, account["id"])


def read_account(world: World, account_id: str, caller: str) -> Object:
    """GET /v1/accounts/{id}: the platform sees its accounts, an account only itself."""
    if caller not in (PLATFORM, account_id):
        raise no_access(account_id)
    found = world.store.get(account_id)
    if found is None or found[0]["object"] != "account":
        raise no_access(account_id)
    return found[0]


def no_access(account_id: str) -> ApiError:
    """The same answer for an account of somebody else and for none."""
    text = f"The provided key does not have access to account '{account_id}' (or that account does not exist)."
    return ApiError(text, status=403, code="account_invalid")


def link(world: World, params: dict[str, Any]) -> Object:
    """POST /v1/account_links: an address for one visit, good for minutes."""
    read.refuse_unknown(params, {"account", "type", "return_url", "refresh_url", "collection_options", "expand"})
    account = read_account(world, str(read.required(params, "account")), PLATFORM)
    if read.required(params, "type") != "account_onboarding":
        raise invalid("type", "The pretend Stripe knows account_onboarding only.")
    now, link_id = world.seconds(), world.new_id("link")
    made: Object = {
        "id": link_id,
        "object": "account_link",
        "created": now,
        "expires_at": now + limits.ACCOUNT_LINK_LIVES,
        "url": f"{world.base_url}/connect/{link_id}",
        "_account": account["id"],
        "_return": read.web_address(params, "return_url") or read.required(params, "return_url"),
        "_refresh": read.web_address(params, "refresh_url") or read.required(params, "refresh_url"),
        "_used": False,
    }
    return world.store.put(made, PLATFORM)


def is_usable(world: World, made: Object) -> bool:
    """Whether an account link still opens."""
    return not made["_used"] and world.seconds() < made["expires_at"]


def finish(world: World, account_id: str, *, ready: bool = True) -> Object:
    """The account has told Stripe everything (or Stripe found something missing again)."""
    account, owner = world.owned("account", account_id)
    blank = account_object(world, account_id, country=account["country"], email=account["email"] or "")
    account |= READY if ready else {name: blank[name] for name in READY}
    world.store.put(account, owner)
    emit(world, owner, "account.updated", account, at=world.seconds())
    return account


def create_customer(world: World, account: str, params: dict[str, Any]) -> Object:
    """POST /v1/customers: who pays by transfer needs a name at Stripe."""
    read.refuse_unknown(params, {"email", "name", "metadata", "description", "preferred_locales", "expand"})
    customer: Object = {
        "id": world.new_id("cus"),
        "object": "customer",
        "created": world.seconds(),
        "description": params.get("description"),
        "email": params.get("email"),
        "livemode": False,
        "metadata": read.metadata(params),
        "name": params.get("name"),
    }
    return world.store.put(customer, account)
