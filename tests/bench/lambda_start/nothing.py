"""A function that does nothing: what Python and AWS's runtime cost alone."""

from typing import Any


def handler(event: Any, context: Any) -> Any:
    """As an HTTP API expects it."""
    return {"statusCode": 200, "body": ""}
