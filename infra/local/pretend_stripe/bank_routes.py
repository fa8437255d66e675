"""The bank over HTTP: `POST /_bank/<verb>` with a JSON object of arguments, for programs on this machine."""

import inspect
from typing import Any

import requests
from flask import Blueprint, Response, jsonify, request

from infra.local.pretend_stripe.bank import VERBS, Bank
from infra.local.pretend_stripe.errors import ApiError, invalid


def bank_blueprint(bank: Bank) -> Blueprint:
    """One route for every verb. Only JSON: a form on some web page cannot press these buttons."""
    routes = Blueprint("bank", __name__, url_prefix="/_bank")

    @routes.post("/<verb>")
    def act(verb: str) -> tuple[Response, int]:
        try:
            return jsonify({"result": call(bank, verb, request.get_json(silent=True))}), 200
        except ApiError as refusal:
            return jsonify(refusal.body), refusal.status

    return routes


def call(bank: Bank, verb: str, arguments: Any) -> Any:
    """Run one verb."""
    if verb not in VERBS | {"flush"}:
        raise ApiError(f"No such verb: {verb}", status=404)
    if not isinstance(arguments, dict):
        raise ApiError("Send a JSON object of arguments.", status=415)
    deed = getattr(bank, verb)
    try:
        inspect.signature(deed).bind(**arguments)
    except TypeError as problem:
        raise invalid("arguments", str(problem)) from problem
    return deed(**arguments)


class RemoteBank:
    """The same verbs from another process: `RemoteBank(base_url).pay(session=…)`."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url

    def __getattr__(self, verb: str) -> Any:
        """Any verb of Bank's; ApiError with the bank's sentence when it refuses."""

        def ask(**arguments: Any) -> Any:
            answer = requests.post(f"{self.base_url}/_bank/{verb}", json=arguments, timeout=30)
            if answer.status_code != 200:
                raise ApiError(answer.json()["error"]["message"], status=answer.status_code)
            return answer.json()["result"]

        return ask
