"""The whole pretend Stripe: one WSGI application, one file of state, one courier."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask import Flask, Response, request

from infra.local.pretend_stripe import accounts, api, limits, payments, sessions
from infra.local.pretend_stripe.bank import Bank
from infra.local.pretend_stripe.bank_routes import bank_blueprint
from infra.local.pretend_stripe.deliveries import Courier
from infra.local.pretend_stripe.errors import ApiError
from infra.local.pretend_stripe.pages import pages_blueprint
from infra.local.pretend_stripe.store import Store
from infra.local.pretend_stripe.world import World, random_id


class PretendStripe:
    """`app` answers HTTP, `bank` does what people do, `tick` lets time pass, `flush` delivers now."""

    def __init__(
        self,
        state_file: Path | str,
        now: Callable[[], datetime],
        webhook_url: str,
        webhook_secret: str,
        *,
        base_url: str,
        country: str = "MX",
        new_id: Callable[[str], str] = random_id,
        background: bool = True,
    ) -> None:
        self.world = World(Store(state_file), now, base_url.rstrip("/"), new_id)
        with self.world.store.transaction():
            accounts.platform(self.world, country)
        self.courier = Courier(self.world, webhook_url, webhook_secret)
        self.api = api.Api(self.world, tick=self.tick, poke=self.courier.wake.set)
        self.bank = Bank(self.world, self.courier, fault_list=self.api.faults, tick=self.tick)
        self.app = self.application()
        if background:
            self.courier.start()

    def application(self) -> Flask:
        """The routes."""
        app = Flask(__name__)
        app.json.sort_keys = False  # type: ignore[attr-defined]
        app.register_blueprint(self.api.blueprint())
        app.register_blueprint(bank_blueprint(self.bank))
        app.register_blueprint(pages_blueprint(self.world, self.bank))
        app.register_error_handler(404, self.not_found)
        app.register_error_handler(405, self.not_found)
        app.register_error_handler(ApiError, lambda refusal: (str(refusal), refusal.status))
        app.extensions["pretend_stripe"] = self
        return app

    def not_found(self, _problem: Exception) -> Response | tuple[str, int]:
        """Unknown endpoints answer as Stripe does, and are counted."""
        if request.path.startswith(("/v1/", "/v2/")):
            return api.unknown(self.world)
        return "Not here.", 404

    def tick(self, now: datetime | None = None) -> int:
        """Let everything happen that was due by now, each thing at its own second. Returns how many things did."""
        until = int(now.timestamp()) if now is not None else self.world.seconds()
        happened = 0
        with self.world.store.transaction():
            while (timer := self.world.store.next_timer()) and timer[1] <= until:
                self.happen(*timer)
                happened += 1
        if happened:
            self.courier.wake.set()
        return happened

    def happen(self, object_id: str, at: int) -> None:
        """A session or a voucher ends, a debit is paid."""
        self.world.store.clear_timer(object_id)
        thing, account = self.world.store.get(object_id) or ({}, "")
        if thing.get("object") == "checkout.session" and thing["status"] == "open":
            sessions.expire(self.world, account, thing, at=at)
        elif thing.get("object") == "payment_intent":
            payments.when_due(self.world, object_id, at=at)

    def next_event_at(self) -> datetime | None:
        """When something happens next by itself, a delivery included; None: nothing is waiting."""
        timer = self.world.store.next_timer()
        times = [at for at in (timer and timer[1], self.courier.next_at()) if at is not None]
        return datetime.fromtimestamp(min(times), self.world.now().tzinfo) if times else None

    def flush(self) -> int:
        """Deliver all that is due, in this thread; returns how many deliveries were tried."""
        self.tick()
        return self.courier.deliver_due()

    def stop(self) -> None:
        """End the courier and let go of the file."""
        self.courier.stop()
        self.world.store.close()


def create_app(  # noqa: PLR0917 as the name says, everything it needs
    state_file: Path | str,
    now: Callable[[], datetime],
    webhook_url: str,
    webhook_secret: str,
    base_url: str,
    **more: object,
) -> Flask:
    """The WSGI application; its PretendStripe is `app.extensions["pretend_stripe"]`."""
    return PretendStripe(state_file, now, webhook_url, webhook_secret, base_url=base_url, **more).app  # type: ignore[arg-type]


__all__ = ["PretendStripe", "create_app", "limits"]
