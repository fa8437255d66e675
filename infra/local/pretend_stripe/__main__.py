"""Run it by itself: `python -m infra.local.pretend_stripe --port 12111 --state .local/stripe.db --webhook-url …`."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from waitress import serve

from infra.local.pretend_stripe.server import PretendStripe


def main() -> None:
    """Serve on the loopback address until interrupted."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--port", type=int, default=12111)
    words.add_argument("--state", type=Path, default=Path(".local/stripe.db"))
    words.add_argument("--webhook-url", default="")
    words.add_argument("--webhook-secret", default="whsec_pretend")
    words.add_argument("--country", default="MX", help="of the installation's own account")
    wish = words.parse_args()
    wish.state.parent.mkdir(parents=True, exist_ok=True)
    address = f"http://127.0.0.1:{wish.port}"
    stripe = PretendStripe(
        wish.state, lambda: datetime.now(UTC), wish.webhook_url, wish.webhook_secret,
        base_url=address, country=wish.country,
    )  # fmt: skip
    print(f"Pretend Stripe at {address}")
    try:
        serve(stripe.app, host="127.0.0.1", port=wish.port, threads=8, _quiet=True)
    finally:
        stripe.stop()


if __name__ == "__main__":
    main()
