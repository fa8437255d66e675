"""Events: what happened, as a snapshot of the object then, and the delivery that is owed for it."""

from typing import Any

from infra.local.pretend_stripe.limits import API_VERSION
from infra.local.pretend_stripe.store import Object
from infra.local.pretend_stripe.world import PLATFORM, World, public


def emit(world: World, account: str, kind: str, thing: Object, *, at: int, before: Object | None = None) -> Object:
    """Write an event and owe its delivery. `before`: the attributes that changed, as they were."""
    data: dict[str, Any] = {"object": public(thing)}
    if before is not None:
        data["previous_attributes"] = before
    event: Object = {
        "id": world.new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": at,
        "data": data,
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }
    if account != PLATFORM:
        event["account"] = account
    world.store.put(event, account)
    owe(world, event["id"], at=at)
    return event


def owe(world: World, event_id: str, *, at: int) -> None:
    """A delivery, or two, or none, as the bank has asked for."""
    mode = world.store.note("webhooks", "send")
    if mode == "off":
        return
    state = {"send": "due", "hold": "held", "lose": "lost"}[mode]
    late = int(world.store.note("late", "0"))
    for _ in range(int(world.store.note("copies", "1"))):
        world.store.rows(
            "INSERT INTO deliveries (event, state, next_at, first_at, rank)"
            " VALUES (?, ?, ?, ?, (SELECT COALESCE(MAX(seq), 0) FROM deliveries))",
            event_id, state, at + late, at + late,
        )  # fmt: skip
