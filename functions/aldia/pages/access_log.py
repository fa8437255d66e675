"""One line per request: the route's template, never the address, which may hold a client's token."""

import json
import logging
import time

from flask import Flask, Response, g, request

log = logging.getLogger("aldia.access")


def set_up(app: Flask) -> None:
    """Log every answer of the application as JSON."""
    log.setLevel(logging.INFO)

    @app.before_request
    def _begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def _end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        took = round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000)
        told = {"method": request.method, "route": route, "status": response.status_code, "ms": took}
        log.info(json.dumps(told))
        return response
