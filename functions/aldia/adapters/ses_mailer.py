"""The mailer over SESv2. `Content.Simple`: SES builds the MIME, so no header can be smuggled in."""

from email.utils import formataddr
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from aldia.ports import MailRefused, MailUnknown, Message

FOR_NOW = ("TooManyRequestsException", "LimitExceededException", "SendingPausedException", "ThrottlingException")
TOO_MANY = 429


class SesMailer:
    """`client` must try once only (`total_max_attempts=1`): a repeated call is a second mail."""

    def __init__(self, client: Any, sender: str, configuration_set: str = "") -> None:
        self._client, self._sender, self._set = client, sender, configuration_set

    def send(self, message: Message) -> str:
        """Hand the mail to SES; its message id. Raises MailRefused or MailUnknown."""
        try:
            answer = self._client.send_email(**self._request(message))
        except (EndpointConnectionError, ConnectTimeoutError) as error:
            raise MailRefused("SES cannot be reached", retry=True) from error
        except ClientError as error:
            code, status = error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status >= 500:
                raise MailUnknown(code) from error
            raise MailRefused(code, retry=code in FOR_NOW or status == TOO_MANY) from error
        except BotoCoreError as error:
            raise MailUnknown(type(error).__name__) from error
        if "MessageId" not in answer:  # it broke off within its headers: the SDK takes that for one that says nothing
            raise MailUnknown("half an answer")
        return str(answer["MessageId"])

    def _request(self, message: Message) -> dict[str, Any]:
        def content(text: str) -> dict[str, str]:
            return {"Data": text, "Charset": "UTF-8"}

        simple = {
            "Subject": content(message.subject),
            "Body": {"Text": content(message.text), "Html": content(message.html)},
            "Headers": [{"Name": name, "Value": value} for name, value in message.headers.items()],
        }
        request: dict[str, Any] = {
            "FromEmailAddress": formataddr((message.from_name, self._sender)),
            "Destination": {"ToAddresses": list(message.to), "CcAddresses": list(message.cc)},
            "ReplyToAddresses": [message.reply_to] if message.reply_to else [],
            "Content": {"Simple": simple},
            "EmailTags": [{"Name": name, "Value": value} for name, value in message.tags.items()],
        }
        return request | ({"ConfigurationSetName": self._set} if self._set else {})
