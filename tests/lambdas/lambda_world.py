"""Events as AWS sends them, and an installation that the functions find in their environment."""

import json
import uuid
from types import SimpleNamespace

CONTEXT = SimpleNamespace(aws_request_id="request", function_name="aldia", memory_limit_in_mb=256)
KEY = "the-origin-key"
HOST = "aldia.example"


def api_event(method="GET", path="/", *, body="", headers=None, cookies=(), query=""):
    """A request through the HTTP API, payload format 2.0, as CloudFront passes it on."""
    given = {
        "host": "abc123.execute-api.eu-west-1.amazonaws.com",
        "x-origin-key": KEY,
        "x-forwarded-for": "203.0.113.9, 10.0.0.1",
        "x-forwarded-proto": "https",
    } | (headers or {})
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "cookies": list(cookies),
        "headers": given,
        "requestContext": {
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "10.0.0.1"},
            "stage": "$default",
        },
        "body": body,
        "isBase64Encoded": False,
    }


def queue_event(*bodies):
    """A batch of a queue; a body that is no text is written as JSON."""
    records = [
        {
            "messageId": f"m{place}",
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-west-1:000000000000:mail",
            "body": body if isinstance(body, str) else json.dumps(body),
        }
        for place, body in enumerate(bodies)
    ]
    return {"Records": records}


def ses_event(kind, tags, *, permanent=True, mail_id=None):
    """What SES publishes about one mail."""
    told = {"eventType": kind, "mail": {"messageId": mail_id or uuid.uuid4().hex}}
    told["mail"]["tags"] = {name: [value] for name, value in tags.items()} | {"ses:operation": ["SendEmail"]}
    if kind == "Bounce":
        told["bounce"] = {"bounceType": "Permanent" if permanent else "Transient", "bounceSubType": "General"}
    return told
