"""The pretend bank: what clients, shops, banks and networks do, for the local panel and for tests."""

import functools
import random
from collections.abc import Callable
from typing import Any, TypeVar

from infra.local.pretend_stripe import accounts, disputes, faults, payments, refunds, sessions
from infra.local.pretend_stripe.deliveries import Courier
from infra.local.pretend_stripe.errors import ApiError
from infra.local.pretend_stripe.store import Object, Page
from infra.local.pretend_stripe.world import World, public

Result = TypeVar("Result")
VERBS: set[str] = set()  # what may be asked for over HTTP


def verb(work: Callable[..., Result]) -> Callable[..., Result]:
    """A deed of the bank: time is brought up to now, all happens or nothing, then the courier is woken."""
    VERBS.add(work.__name__)

    @functools.wraps(work)
    def deed(bank: "Bank", *args: Any, **arguments: Any) -> Result:
        bank.tick()
        with bank.world.store.transaction():
            result = work(bank, *args, **arguments)
        bank.courier.wake.set()
        return public(result) if isinstance(result, dict) else result  # type: ignore[return-value]

    return deed


class Bank:
    """Every verb takes and returns plain values, so that it works the same over HTTP (`POST /_bank/<verb>`)."""

    def __init__(self, world: World, courier: Courier, *, fault_list: faults.Faults, tick: Callable[[], int]) -> None:
        self.world = world
        self.courier = courier
        self.faults = fault_list
        self.tick = tick

    # -- money ------------------------------------------------------------------------------------

    @verb
    def pay(self, session: str, method: str = "", amount: int | None = None) -> Object:
        """Pay an open session (a delayed method is started and settled), or let waiting money arrive.

        `method`: Stripe's name, else the first one offered. `amount`: of a transfer, a part or too much.
        """
        found, _ = self.world.owned("checkout.session", session)
        if found["status"] == "open":
            payments.confirm(self.world, session, method or found["payment_method_types"][0])
        payment, _ = self.world.owned("payment_intent", self.payment_of(session))
        if payment["status"] in ("requires_action", "processing"):
            payment = payments.settle(self.world, payment["id"], at=self.world.seconds(), amount=amount)
        return payment

    @verb
    def fail(self, session: str) -> Object:
        """An open session's card is declined; a waiting payment fails."""
        found, _ = self.world.owned("checkout.session", session)
        if found["status"] == "open":
            return payments.decline(self.world, session)
        return payments.fail(self.world, self.payment_of(session), at=self.world.seconds())

    @verb
    def expire(self, session: str) -> Object:
        """An open session or a waiting voucher ends now."""
        found, account = self.world.owned("checkout.session", session)
        at = self.world.seconds()
        if found["status"] == "open":
            return sessions.expire(self.world, account, found, at=at)
        error = payments.VOUCHER_EXPIRED
        return payments.fail(self.world, self.payment_of(session), at=at, error=error)

    @verb
    def refund(self, session: str, amount: int | None = None) -> Object:
        """The freelancer gives money back from Stripe's own dashboard."""
        payment, account = self.world.owned("payment_intent", self.payment_of(session))
        wish = {"payment_intent": payment["id"]} | ({} if amount is None else {"amount": str(amount)})
        return refunds.create(self.world, account, wish)

    @verb
    def fail_refund(self, refund: str) -> Object:
        """A refund bounces: the money is back."""
        return refunds.fail(self.world, refund)

    @verb
    def dispute(self, session: str, amount: int | None = None, inquiry: bool = False) -> Object:
        """The payer's bank disputes the payment; an inquiry only asks."""
        return disputes.start(self.world, self.payment_of(session), amount=amount, inquiry=inquiry)

    @verb
    def escalate(self, dispute: str) -> Object:
        """An inquiry becomes a dispute."""
        return disputes.escalate(self.world, dispute)

    @verb
    def close_dispute(self, dispute: str, won: bool) -> Object:
        """The banks have decided."""
        return disputes.close(self.world, dispute, won=won)

    def payment_of(self, session: str) -> str:
        """The payment intent of a session (or the id of one itself)."""
        if session.startswith("pi_"):
            return session
        found, _ = self.world.owned("checkout.session", session)
        if not found["payment_intent"]:
            raise ApiError("Nobody has tried to pay this session.")
        return str(found["payment_intent"])

    # -- webhooks ---------------------------------------------------------------------------------

    @verb
    def webhooks(self, mode: str) -> Object:
        """What happens to new events: `send`, `hold` them back, `lose` them, or `off`."""
        if mode not in ("send", "hold", "lose", "off"):
            raise ApiError("mode is send, hold, lose or off.")
        self.world.store.set_note("webhooks", mode)
        return {"mode": mode}

    @verb
    def late(self, seconds: int) -> Object:
        """New events are delivered that much later."""
        self.world.store.set_note("late", str(int(seconds)))
        return {"seconds": int(seconds)}

    @verb
    def copies(self, times: int) -> Object:
        """Each new event is delivered so often."""
        self.world.store.set_note("copies", str(max(1, int(times))))
        return {"times": max(1, int(times))}

    @verb
    def release(self, order: str = "created", seed: int = 0) -> Object:
        """Send what was held back: as `created`, `reversed` or `shuffled` (by the seed)."""
        store, now = self.world.store, self.world.seconds()
        held = [row["seq"] for row in store.rows("SELECT seq FROM deliveries WHERE state = 'held' ORDER BY seq")]
        if order == "reversed":
            held.reverse()
        elif order == "shuffled":
            random.Random(seed).shuffle(held)  # noqa: S311 an order, not a secret
        with store.transaction():
            for rank, seq in enumerate(held):
                sql = "UPDATE deliveries SET state = 'due', next_at = ?, first_at = ?, rank = ? WHERE seq = ?"
                store.rows(sql, now, now, rank, seq)
        return {"released": len(held)}

    @verb
    def drop(self) -> Object:
        """What was held back never arrives."""
        rows = self.world.store.rows("UPDATE deliveries SET state = 'lost' WHERE state = 'held' RETURNING seq")
        return {"dropped": len(rows)}

    @verb
    def send_again(self, event: str = "", late: int = 0) -> Object:
        """Deliver an event once more; the last one when none is named."""
        store, at = self.world.store, self.world.seconds() + int(late)
        if not event:
            rows = store.rows("SELECT id FROM objects WHERE kind = 'event' ORDER BY seq DESC LIMIT 1")
            if not rows:
                raise ApiError("Nothing has happened yet.")
            event = rows[0]["id"]
        self.world.owned("event", event)
        sql = "INSERT INTO deliveries (event, state, next_at, first_at, rank) VALUES (?, 'due', ?, ?, 0)"
        store.rows(sql, event, at, at)
        return {"event": event}

    def flush(self) -> Object:
        """Deliver what is due now, before this returns: no transaction, since the receiver may ask us things."""
        self.tick()
        return {"tried": self.courier.deliver_due()}

    # -- accounts, bad days, what there is --------------------------------------------------------

    @verb
    def onboard(self, account: str) -> Object:
        """The connected account has finished onboarding."""
        return accounts.finish(self.world, account)

    @verb
    def restrict(self, account: str) -> Object:
        """Stripe wants to know more: no charges until then."""
        return accounts.finish(self.world, account, ready=False)

    @verb
    def fault(self, kind: str, path: str = "/v1/", times: int = 1, seconds: float = 0.0) -> Object:
        """The next calls whose path contains `path` go wrong: busy, broken, slow, lost_answer."""
        self.faults.add(faults.Fault(kind, path, int(times), float(seconds)))
        return {"kind": kind}

    @verb
    def overview(self, limit: int = 50) -> Object:
        """The last sessions of every account with their payments, refunds and disputes, newest first."""
        rows = self.world.store.rows(
            "SELECT id FROM objects WHERE kind = 'checkout.session' ORDER BY seq DESC LIMIT ?", limit
        )
        unknown = self.world.store.rows("SELECT name, value FROM notes WHERE name LIKE 'unknown %' ORDER BY name")
        return {
            "sessions": [self.card(row["id"]) for row in rows],
            "webhooks": self.world.store.note("webhooks", "send"),
            "unknown": {row["name"].removeprefix("unknown "): int(row["value"]) for row in unknown},
        }

    def card(self, session_id: str) -> Object:
        """One session with all that belongs to it."""
        session, account = self.world.owned("checkout.session", session_id)
        shown = {"session": public(session), "account": account, "lines": session["_lines"]}
        payment_id = session["payment_intent"]
        if payment_id:
            shown["payment"] = public(self.world.owned("payment_intent", payment_id)[0])
            shown["refunds"] = self.world.store.of_payment(payment_id, "refund")
            shown["disputes"] = self.world.store.of_payment(payment_id, "dispute")
        return shown

    @verb
    def deliveries(self, limit: int = 50) -> list[Object]:
        """The last deliveries, newest first."""
        sql = (
            "SELECT d.seq, d.event, d.state, d.attempts, d.answer, d.next_at, json_extract(o.body, '$.type') AS type,"
            " o.account FROM deliveries d JOIN objects o ON o.id = d.event ORDER BY d.seq DESC LIMIT ?"
        )
        return [dict(row) for row in self.world.store.rows(sql, limit)]

    def events(self, account: str, limit: int = 100) -> list[Object]:
        """The last events of an account, newest first."""
        return self.world.store.page(account, Page("event", limit))[0]
