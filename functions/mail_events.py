"""Lambda entry for what SES tells about mails: SES → SNS → SQS → here."""

from typing import Any

from aldia.lambdas import mail


def handler(event: dict[str, Any], context: Any) -> Any:
    """The messages that could not be handled, by their ids: the queue tells them again."""
    return mail.answer(event, context)
