"""The routes under /v1: who asks, for which account, with which parameters, under which key."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, request

from infra.local.pretend_stripe import accounts, faults, refunds, sessions
from infra.local.pretend_stripe import params as read
from infra.local.pretend_stripe.errors import ApiError
from infra.local.pretend_stripe.idempotency import Answer, Keys, print_of
from infra.local.pretend_stripe.lists import list_of
from infra.local.pretend_stripe.store import Object
from infra.local.pretend_stripe.world import PLATFORM, World, public


@dataclass(frozen=True)
class Call:
    """One authenticated request."""

    world: World
    account: str
    params: dict[str, Any]


Handler = Callable[..., Object]


def one(kind: str) -> Handler:
    """GET of a single object."""

    def handler(call: Call, object_id: str) -> Object:
        return call.world.find(kind, object_id, call.account)

    return handler


def many(kind: str) -> Handler:
    """GET of a list."""

    def handler(call: Call) -> Object:
        return list_of(call.world, call.account, kind, call.params)

    return handler


def lines(call: Call, object_id: str) -> Object:
    """The line items of a session."""
    session = call.world.find("checkout.session", object_id, call.account)
    items = [{"id": f"li_{n}", "object": "item", **line} for n, line in enumerate(session["_lines"])]
    return {"object": "list", "data": items, "has_more": False, "url": request.path}


def cancel_payment(call: Call, object_id: str) -> Object:
    """A session's payment intent cannot be cancelled by itself."""
    call.world.find("payment_intent", object_id, call.account)
    raise ApiError("You cannot cancel the PaymentIntent for a Checkout Session: expire the session.", saved=True)


ROUTES: dict[tuple[str, str], Handler] = {
    ("POST", "checkout/sessions"): lambda call: sessions.create(call.world, call.account, call.params),
    ("GET", "checkout/sessions"): many("checkout.session"),
    ("GET", "checkout/sessions/<object_id>"): one("checkout.session"),
    ("GET", "checkout/sessions/<object_id>/line_items"): lines,
    ("POST", "checkout/sessions/<object_id>/expire"): lambda call, object_id: sessions.expire_by_request(
        call.world, call.account, object_id
    ),
    ("GET", "payment_intents"): many("payment_intent"),
    ("GET", "payment_intents/<object_id>"): one("payment_intent"),
    ("POST", "payment_intents/<object_id>/cancel"): cancel_payment,
    ("GET", "charges"): many("charge"),
    ("GET", "charges/<object_id>"): one("charge"),
    ("POST", "refunds"): lambda call: refunds.create(call.world, call.account, call.params),
    ("GET", "refunds"): many("refund"),
    ("GET", "refunds/<object_id>"): one("refund"),
    ("GET", "disputes"): many("dispute"),
    ("GET", "disputes/<object_id>"): one("dispute"),
    ("GET", "events"): many("event"),
    ("GET", "events/<object_id>"): one("event"),
    ("GET", "balance_transactions"): many("balance_transaction"),
    ("GET", "balance_transactions/<object_id>"): one("balance_transaction"),
    ("GET", "account"): lambda call: accounts.read_account(call.world, call.account, call.account),
    ("GET", "accounts/<object_id>"): lambda call, object_id: accounts.read_account(call.world, object_id, call.account),
    ("POST", "accounts"): lambda call: accounts.create(call.world, call.params),
    ("POST", "account_links"): lambda call: accounts.link(call.world, call.params),
    ("POST", "customers"): lambda call: accounts.create_customer(call.world, call.account, call.params),
    ("GET", "customers/<object_id>"): one("customer"),
}


class Api:
    """Answers for Stripe."""

    def __init__(self, world: World, *, tick: Callable[[], int], poke: Callable[[], None]) -> None:
        self.world = world
        self.keys = Keys(world.store)
        self.faults = faults.Faults()
        self.tick = tick
        self.poke = poke

    def blueprint(self) -> Blueprint:
        """Every route, and the answer for those that we do not have."""
        routes = Blueprint("stripe_api", __name__, url_prefix="/v1")
        for number, ((method, path), handler) in enumerate(ROUTES.items()):
            view = self.view(handler)
            routes.add_url_rule(f"/{path}", f"route_{number}", view, methods=[method])
        return routes

    def view(self, handler: Handler) -> Callable[..., Response]:
        """A handler of ours as a view of Flask's."""

        def view(**path: str) -> Response:
            try:
                answer = self.answer(handler, path)
            except ApiError as refusal:
                answer = Answer(refusal.status, refusal.body)
            self.poke()
            return respond(self.world, answer)

        return view

    def answer(self, handler: Handler, path: dict[str, str]) -> Answer:
        """Authenticate, meet the fault of the day, run once per key."""
        account = self.caller()
        self.tick()
        pairs = request.args.items(multi=True) if request.method == "GET" else request.form.items(multi=True)
        params = read.nested(pairs)
        key = request.headers.get("Idempotency-Key", "") if request.method == "POST" else ""
        fault = self.faults.take(request.path)
        call = Call(self.world, account, params)

        def work() -> Answer:
            return run(handler, call, path, breaks=fault is not None and fault.kind == "broken")

        if not key:
            self.faults.before(fault)
            with self.world.store.transaction():
                return faults.after(fault, work())
        with self.keys.in_use(account, key):
            self.faults.before(fault)
            mark = print_of(request.path, params)
            return faults.after(fault, self.keys.answer(account, key, mark, self.world.seconds(), work))

    def caller(self) -> str:
        """The account that the request acts for. 401 without a test key; live keys have no business here."""
        secret = secret_of(request.headers.get("Authorization", ""))
        if not secret.startswith(("sk_test_", "rk_test_")):
            raise ApiError(f"Invalid API Key provided: {secret[:8]}…" if secret else NO_KEY, status=401)
        account = request.headers.get("Stripe-Account", "") or PLATFORM
        accounts.read_account(self.world, account, PLATFORM)
        return account


NO_KEY = "You did not provide an API key. You need to provide your API key in the Authorization header."


def secret_of(header: str) -> str:
    """The key in `Bearer …` or in `Basic …`, where it is the user's name."""
    kind, _, value = header.partition(" ")
    if kind.lower() == "basic":
        try:
            return base64.b64decode(value).decode().partition(":")[0]
        except ValueError:
            return ""
    return value.strip() if kind.lower() == "bearer" else ""


def run(handler: Handler, call: Call, path: dict[str, str], *, breaks: bool) -> Answer:
    """The work itself. Refusals of a request that had begun are answers too; the others leave no trace."""
    try:
        if breaks:
            raise faults.broken()
        thing = handler(call, **path)
    except ApiError as refusal:
        if not refusal.saved:
            raise
        return Answer(refusal.status, refusal.body)
    return Answer(200, expanded(call, public(thing)))


def expanded(call: Call, thing: Object) -> Object:
    """Replace the ids that `expand[]` names by their objects."""
    for path in call.params.get("expand") or []:
        expand(call, thing, str(path).split("."))
    return thing


def expand(call: Call, thing: Any, path: list[str]) -> None:
    """Walk one path; lists are walked through."""
    if isinstance(thing, list):
        for member in thing:
            expand(call, member, path)
        return
    if not path or not isinstance(thing, dict) or thing.get(path[0]) is None:
        return
    name, *rest = path
    if isinstance(thing[name], str):
        found = call.world.store.get(thing[name])
        if found is None or found[1] != call.account:
            raise ApiError(f"This property cannot be expanded ({name}).", param="expand")
        thing[name] = public(found[0])
    expand(call, thing[name], rest)


def respond(world: World, answer: Answer) -> Response:
    """JSON with the headers that Stripe's clients read."""
    response = jsonify(answer.body)
    response.status_code = answer.status
    response.headers["Request-Id"] = world.new_id("req")
    if answer.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def unknown(world: World) -> Response:
    """An endpoint that the pretend Stripe does not have: said as Stripe says it, and counted."""
    name = f"unknown {request.method} {request.path}"
    world.store.set_note(name, str(int(world.store.note(name, "0")) + 1))
    text = f"Unrecognized request URL ({request.method}: {request.path}). The pretend Stripe does not model it."
    return respond(world, Answer(404, ApiError(text, status=404).body))
