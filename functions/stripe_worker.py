"""Lambda entry of the Stripe worker: the webhook inbox, and the checkouts that nobody told us about."""

from typing import Any

from aldia.lambdas import work


def handler(event: dict[str, Any], context: Any) -> Any:
    """Settle the inbox, or ask Stripe about open checkouts too."""
    return work.answer(event, {"settle": work.settle, "reconcile": work.reconcile}, context)
