"""What stands before the application: only the TLS proxy is answered, and it is believed whom it speaks for."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from waitress.proxy_headers import proxy_headers_middleware

from infra.server.wishes import Wishes

Start = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], Start], Iterable[bytes]]

BELIEVED = {"x-forwarded-for", "x-forwarded-proto"}  # the host never: every link uses the one address that was set
HSTS = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")


class Door:
    """A WSGI application in front of ours. Of several X-Forwarded-For the last counts: our proxy wrote that one."""

    def __init__(self, wishes: Wishes, behind: Wsgi) -> None:
        self._proxies, self._behind = frozenset(wishes.proxies), behind
        self._is_https, self._base_url = wishes.settings.is_https, wishes.settings.base_url
        self._proxied = proxy_headers_middleware(
            self._https_alone,
            trusted_proxy="*",  # who is not on the list does not come so far
            trusted_proxy_headers=BELIEVED,
            clear_untrusted=True,
        )

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """The application's answer; 403 for whoever comes past the proxy."""
        if environ.get("REMOTE_ADDR") not in self._proxies:
            return _said("403 Forbidden", start)
        answer: Iterable[bytes] = self._proxied(environ, start)
        return answer

    def _https_alone(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        if not self._is_https:
            return self._behind(environ, start)
        if environ["wsgi.url_scheme"] != "https":
            return self._to_https(environ, start)

        def strictly(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            has_it = any(name.lower() == HSTS[0].lower() for name, _value in headers)
            return start(status, headers if has_it else [*headers, HSTS], *more)

        return self._behind(environ, strictly)

    def _to_https(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """A form is never taken in the clear; a page is shown where it is safe."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return _said("403 Forbidden", start)
        query = f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else ""
        path = quote(environ.get("PATH_INFO", "/").encode("latin-1").lstrip(b"/"))
        return _said("308 Permanent Redirect", start, ("Location", f"{self._base_url}/{path}{query}"))


def _said(status: str, start: Start, *headers: tuple[str, str]) -> Iterable[bytes]:
    start(status, [("Content-Type", "text/plain"), ("Cache-Control", "no-store"), *headers])
    return [status.encode()]
