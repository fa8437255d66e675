"""Zappa's handler, of which only the way of a web request stays open."""

import gc
import logging
from typing import Any

from aldia.lambdas import guard

# All that a request of the HTTP API (payload format 2.0) consists of; nothing else reaches Zappa.
OF_A_REQUEST = (
    "version", "routeKey", "rawPath", "rawQueryString", "cookies", "headers", "queryStringParameters",
    "requestContext", "body", "pathParameters", "isBase64Encoded", "stageVariables",
)  # fmt: skip


def warm_up() -> None:
    """Import and build everything that every request needs; what the freelancer's pages need comes with the first."""
    gc.disable()  # nothing that is built here is garbage: looking for some would take a tenth of a cold start
    _zappa()
    gc.freeze()
    gc.enable()


def answer(event: dict[str, Any], context: Any) -> Any:
    """The application's answer to a request of the HTTP API; NotAllowed for any other event."""
    guard.check(event)
    if event.get("version") != "2.0" or "http" not in event.get("requestContext", {}):
        raise guard.NotAllowed("only requests of the HTTP API")
    told = _zappa().handler({name: event[name] for name in OF_A_REQUEST if name in event}, context)
    return told | {"body": told.get("body") or ""}  # Zappa's None is an empty body on AWS, and a broken one elsewhere


def _zappa() -> Any:
    from zappa.handler import LambdaHandler

    handler = LambdaHandler()  # there is one; it reads `zappa_settings` the first time
    logging.getLogger("zappa.wsgi").setLevel(logging.WARNING)  # its access log has whole addresses: tokens
    return handler
