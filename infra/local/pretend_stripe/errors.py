"""Refusals in the shape of Stripe's: docs.stripe.com/api/errors."""

from typing import Any


class ApiError(Exception):
    """A refusal. `saved`: the endpoint had begun to run, so that its idempotency key keeps the answer."""

    def __init__(  # one value per member of Stripe's error object
        self,
        message: str,
        *,
        status: int = 400,
        code: str = "",
        param: str = "",
        kind: str = "invalid_request_error",
        saved: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.saved = saved
        members = {"code": code, "message": message, "param": param, "type": kind}
        self.body: dict[str, Any] = {"error": {name: value for name, value in members.items() if value}}


def missing(kind: str, object_id: str) -> ApiError:
    """No such object, or not in this account: both look the same."""
    return ApiError(f"No such {kind}: '{object_id}'", status=404, code="resource_missing", param="id")


def invalid(param: str, message: str, *, code: str = "parameter_invalid") -> ApiError:
    """A parameter with a value that Stripe would not take."""
    return ApiError(message, code=code, param=param)
