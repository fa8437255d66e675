"""A small Stripe of our own that speaks Stripe's HTTP, so that the real SDK talks to it (RULES.md says which rules)."""

from infra.local.pretend_stripe.bank import Bank
from infra.local.pretend_stripe.bank_routes import RemoteBank
from infra.local.pretend_stripe.server import PretendStripe, create_app

__all__ = ["Bank", "PretendStripe", "RemoteBank", "create_app"]
