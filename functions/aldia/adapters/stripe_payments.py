"""Payments through Stripe: direct charges on the account of the one who is owed, by Checkout.

A call either happened, or was refused for good (PaymentRefused with Stripe's code), or nobody knows
(PaymentUnknown): then the same call with the same key is safe to repeat for 24 hours.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any

from aldia.adapters import stripe_events, stripe_truth
from aldia.adapters.stripe_units import allowed_methods, to_stripe
from aldia.ports import (
    PaymentRefused,
    PaymentTruth,
    PaymentUnknown,
    ProviderEvent,
    SessionTruth,
    StartCheckout,
    Started,
    WebhookRefused,
)

CONNECT_WITHIN, ANSWER_WITHIN = 3.0, 10.0  # seconds
LOCALES = frozenset(("es", "es-419", "en", "en-GB"))
# The seller has Stripe's own dashboard, pays Stripe's fees and answers for its refunds: a shop of its own.
CONTROLLER = {
    "fees": {"payer": "account"},
    "losses": {"payments": "stripe"},
    "requirement_collection": "stripe",
    "stripe_dashboard": {"type": "full"},
}


class StripePayments:
    """The port Payments. `endpoint` empty: Stripe itself; else what speaks like it.

    `secrets`: those that webhooks are signed with, or how to read them when the first one comes.

    `http_client`: one of the SDK's in place of the usual, for tests that lose requests and answers.
    """

    def __init__(
        self,
        key: str,
        *,
        endpoint: str = "",
        secrets: Sequence[str] | Callable[[], Sequence[str]] = (),
        is_live: bool = False,
        timeout: tuple[float, float] = (CONNECT_WITHIN, ANSWER_WITHIN),
        http_client: Any = None,
    ) -> None:
        import stripe  # slow to import, and most requests pay nothing

        self.errors = stripe
        self._secrets = secrets
        self.is_live = is_live
        client = stripe.StripeClient(
            key,
            base_addresses={"api": endpoint.rstrip("/")} if endpoint else {},
            http_client=http_client or stripe.RequestsClient(timeout=timeout),
            max_network_retries=0,  # repeating is the flow's decision, with what it knows by then
        )
        self.v1: Any = client.v1

    # -- checkout ---------------------------------------------------------------------------------

    def start_checkout(self, wish: StartCheckout) -> Started:
        """Open a Checkout Session for the exact sum; the same key gives the same session."""
        params = checkout_params(wish)
        with self._answers():
            if "customer_balance" in params["payment_method_options"]:
                params["customer"] = self._customer(wish)
            elif wish.customer_email:
                params["customer_email"] = wish.customer_email
            session = self.v1.checkout.sessions.create(params, options(wish.account, wish.idempotency_key))
        return Started(session.id, session.url or "", stripe_truth.id_of(session.payment_intent))

    def _customer(self, wish: StartCheckout) -> str:
        """Transfers need a customer of Stripe's, who keeps what is paid too much (payments/bank-transfers)."""
        who = {"email": wish.customer_email} if wish.customer_email else {}
        params = {**who, "metadata": dict(wish.metadata)}
        return str(self.v1.customers.create(params, options(wish.account, f"{wish.idempotency_key}-customer")).id)

    def read_session(self, session_id: str, account: str) -> SessionTruth:
        """What Stripe says now of a session."""
        with self._answers():
            session = self.v1.checkout.sessions.retrieve(session_id, {}, options(account))
            return stripe_truth.session_truth(session.to_dict())

    def expire_session(self, session_id: str, account: str) -> None:
        """Close an open session. PaymentRefused when it is not open any more."""
        with self._answers():
            self.v1.checkout.sessions.expire(session_id, {}, options(account))

    # -- money ------------------------------------------------------------------------------------

    def read_payment(self, payment_id: str, account: str) -> PaymentTruth:
        """What Stripe says now of a payment, with every refund and dispute."""
        of_it = {"payment_intent": payment_id, "limit": 100}
        with self._answers():
            payment = self.v1.payment_intents.retrieve(payment_id, {"expand": ["latest_charge"]}, options(account))
            refunds = self.v1.refunds.list(of_it, options(account)).auto_paging_iter()
            disputes = self.v1.disputes.list(of_it, options(account)).auto_paging_iter()
            return stripe_truth.payment_truth(
                payment.to_dict(), [refund.to_dict() for refund in refunds], [dispute.to_dict() for dispute in disputes]
            )

    def refund(self, payment_id: str, account: str, *, amount_minor: int, currency: str, key: str) -> str:
        """Give money back; returns the refund's id. The same key refunds once."""
        params = {"payment_intent": payment_id, "amount": to_stripe(amount_minor, currency)}
        with self._answers():
            return str(self.v1.refunds.create(params, options(account, key)).id)

    # -- events -----------------------------------------------------------------------------------

    @cached_property
    def secrets(self) -> tuple[str, ...]:
        """What webhooks are signed with."""
        found = self._secrets() if callable(self._secrets) else self._secrets
        return tuple(secret for secret in found if secret)

    def verify_webhook(self, body: bytes, signature: str, *, now: datetime) -> ProviderEvent:
        """The event, if a secret of ours signed exactly this body within 300 s of `now` and for our mode."""
        event = stripe_events.provider_event(stripe_events.verified(body, signature or "", self.secrets, now=now))
        if event.is_live != self.is_live:
            raise WebhookRefused("test and live are not mixed")
        return event

    def events_since(self, since: datetime, account: str, *, until: datetime | None = None) -> Sequence[ProviderEvent]:
        """Events of one account that may concern us, both ends included, oldest first; Stripe keeps them for 30 days.

        An account's own list does not say whose they are: they are the account's that was asked.
        """
        span = {"gte": int(since.timestamp())} | ({"lte": int(until.timestamp())} if until else {})
        wanted = {"created": span, "types": list(stripe_events.TYPES), "limit": 100}
        with self._answers():
            found = [event.to_dict() for event in self.v1.events.list(wanted, options(account)).auto_paging_iter()]
        return [replace(stripe_events.provider_event(event), account=account) for event in reversed(found)]

    # -- accounts ---------------------------------------------------------------------------------

    def account_ready(self, account: str) -> bool:
        """Whether that account (empty: our own) can take payments now."""
        with self._answers():
            found = self.v1.accounts.retrieve(account) if account else self.v1.accounts.retrieve_current()
            return bool(found.charges_enabled)

    def open_account(self, *, email: str, country: str, key: str) -> str:
        """A connected account of its own; returns its id. It takes payments once onboarding is done."""
        params = {"country": country, "email": email, "controller": CONTROLLER}
        with self._answers():
            return str(self.v1.accounts.create(params, options("", key)).id)

    def onboarding_link(self, account: str, *, return_url: str, refresh_url: str) -> str:
        """An address for one visit, good for minutes: send the person there at once, never mail it."""
        params = {
            "account": account,
            "type": "account_onboarding",
            "return_url": return_url,
            "refresh_url": refresh_url,
        }
        with self._answers():
            return str(self.v1.account_links.create(params).url)

    @contextmanager
    def _answers(self) -> Iterator[None]:
        """Stripe's errors as ours: for good, or nobody knows."""
        errors = self.errors
        try:
            yield
        except (
            errors.InvalidRequestError,
            errors.CardError,
            errors.IdempotencyError,
            errors.AuthenticationError,
            errors.PermissionError,
        ) as problem:
            code = problem.error.code if problem.error else None
            raise PaymentRefused(code or type(problem).__name__) from problem
        except errors.StripeError as problem:  # timeouts, lost connections, 409, 429 and 5xx
            raise PaymentUnknown(type(problem).__name__) from problem


def checkout_params(wish: StartCheckout) -> dict[str, Any]:
    """The parameters of a session, all from the wish: a repeated call is the same call."""
    if sum(minor for _name, minor in wish.lines) != wish.amount_minor:
        raise PaymentRefused("lines_do_not_add_up")
    allowed = allowed_methods(wish.currency, wish.exclude_methods)
    return {
        "mode": "payment",
        "line_items": [line_item(name, minor, wish.currency) for name, minor in wish.lines],
        "allowed_payment_method_types": allowed,
        "expires_at": int(wish.expires_at.timestamp()),
        "success_url": wish.success_url,
        "cancel_url": wish.cancel_url,
        "locale": wish.locale if wish.locale in LOCALES else "auto",
        "metadata": dict(wish.metadata),
        "payment_intent_data": {"description": wish.description, "metadata": dict(wish.metadata)},
        "payment_method_options": {name: value for name, value in method_options(wish).items() if name in allowed},
    }


def method_options(wish: StartCheckout) -> dict[str, Any]:
    """What Stripe has to know about a method when it is offered."""
    transfer = {"funding_type": "bank_transfer", "bank_transfer": {"type": "mx_bank_transfer"}}
    return {"oxxo": {"expires_after_days": wish.oxxo_days}, "customer_balance": transfer}


def options(account: str, key: str = "") -> dict[str, Any]:
    """For whom, and under which key."""
    named = {"stripe_account": account, "idempotency_key": key}
    return {name: value for name, value in named.items() if value}


def line_item(name: str, minor: int, currency: str) -> dict[str, Any]:
    """One line of the checkout page."""
    price = {
        "currency": currency.lower(),
        "unit_amount": to_stripe(minor, currency),
        "product_data": {"name": name},
    }
    return {"price_data": price, "quantity": 1}
