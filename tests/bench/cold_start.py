"""One cold start as Lambda does it: an entry, one application, one request. Prints the CPU seconds it took.

`python -m tests.bench.cold_start ENTRY PATH`, run by `cold.py` in a fresh process each: `web_app`, the function's own
entry, or `zappa.handler`, Zappa's own with the least application that there is.
"""

import sys
import time
from importlib import import_module

KEY = "bench-origin-key"
ENTRIES = {"web_app": ("handler", "aldia.lambdas.wsgi"), "zappa.handler": ("lambda_handler", "tests.bench.cold_plain")}
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
        "headers": {"host": host, "accept-language": "es", "x-origin-key": KEY},
        "requestContext": {"http": http, "stage": "$default", "domainName": host},
    }  # fmt: skip


def main(entry: str, path: str) -> None:
    """Start the clock, import, answer, stop the clock."""
    import types

    name, application = ENTRIES[entry]
    settings = types.ModuleType("zappa_settings")
    vars(settings).update(SETTINGS, APP_MODULE=application)
    sys.modules["zappa_settings"] = settings
    started = time.process_time()
    handler = getattr(import_module(entry), name)
    answer = handler(event(path, "127.0.0.1:8000"), None)
    spent = time.process_time() - started
    if answer["statusCode"] != 200:
        raise SystemExit(f"{entry}: {answer}")
    sys.stdout.write(f"\n{spent}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
