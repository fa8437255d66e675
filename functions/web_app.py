"""Lambda entry of the web function: requests of the HTTP API, and nothing else."""

from typing import Any

from aldia.lambdas import web

web.warm_up()  # in the init phase, which is faster and not billed as a request


def handler(event: dict[str, Any], context: Any) -> Any:
    """One request, one answer; anything that is no request of the HTTP API is refused."""
    return web.answer(event, context)
