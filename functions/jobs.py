"""Lambda entry of the job function: the schedule's ticks, and nudges from the queue between them."""

from typing import Any

from aldia.lambdas import work


def handler(event: dict[str, Any], context: Any) -> Any:
    """Send what is due."""
    return work.answer(event, {"send_due": work.send_due}, context)
