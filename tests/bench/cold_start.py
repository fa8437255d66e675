"""One cold start as Lambda does it: Zappa's handler, one application, one request. Prints the CPU seconds it took.

`python tests/bench/cold_start.py MODULE PATH`: run by `cold.py` in a fresh process each.
"""

import sys
import time

SETTINGS = {
    "LOG_LEVEL": "WARNING", "ENVIRONMENT_VARIABLES": {}, "PROJECT_NAME": "aldia", "API_STAGE": "prod", "DEBUG": False,
    "APP_FUNCTION": "app", "DJANGO_SETTINGS": None, "BINARY_SUPPORT": True, "CONTEXT_HEADER_MAPPINGS": {},
    "EXCEPTION_HANDLER": None, "AWS_EVENT_MAPPING": {}, "DOMAIN": "", "BASE_PATH": "",
}  # fmt: skip


def event(path: str, host: str) -> dict:
    """A GET as API Gateway's HTTP API tells of it."""
    http = {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "bench"}
    return {
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "", "isBase64Encoded": False,
        "headers": {"host": host, "accept-language": "es"},
        "requestContext": {"http": http, "stage": "$default", "domainName": host},
    }  # fmt: skip


def main(module: str, path: str) -> None:
    """Start the clock, import, answer, stop the clock."""
    import types

    settings = types.ModuleType("zappa_settings")
    vars(settings).update(SETTINGS, APP_MODULE=module)
    sys.modules["zappa_settings"] = settings
    started = time.process_time()
    from zappa.handler import lambda_handler

    answer = lambda_handler(event(path, "127.0.0.1:8000"), None)
    spent = time.process_time() - started
    if answer["statusCode"] != 200:
        raise SystemExit(f"{module}: {answer}")
    sys.stdout.write(f"\n{spent}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
