"""What CloudFront does on AWS, on one machine: the static files of web/ first, the application behind them."""

import mimetypes
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

Start = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], Start], Iterable[bytes]]

FOR_EVER = "public, max-age=31536000, immutable"  # names under assets/ carry their version
FOR_A_WHILE = "public, max-age=300"
FOR_TWO_YEARS = "max-age=63072000; includeSubDomains"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'; "
    "require-trusted-types-for 'script'"
)
SHOWN = tuple(f".{kind}" for kind in "html css js svg png jpg webp ico txt xml webmanifest woff2 csv".split())


class Site:
    """A WSGI application in front of another one."""

    def __init__(self, folder: Path, base_url: str, behind: Wsgi) -> None:
        self._folder, self._base_url, self._behind = folder.resolve(), base_url, behind
        self._host = urlsplit(base_url).netloc

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """A file, a redirect to our one address, or whatever the application says."""
        path = environ.get("PATH_INFO", "")
        if _is_localhost(environ) and path.startswith("/_local/") and path.endswith(".json"):
            return self._behind({**environ, "HTTP_HOST": self._host}, start)  # programs do not follow a redirect
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._behind(environ, start)
        host = environ.get("HTTP_HOST", "")
        if host != self._host and _is_localhost(environ):
            return self._to_our_address(environ, start)
        found = self.file(environ.get("PATH_INFO", ""))
        if found is None or host != self._host:
            return self._behind(environ, start)
        more = [("Strict-Transport-Security", FOR_TWO_YEARS)] if self._base_url.startswith("https://") else []
        return _answer(found, environ, start, [("Cache-Control", self._kept(found)), *more])

    def file(self, path: str) -> Path | None:
        """The file of a clean address: /registro is registro.html, /en/ is en/index.html; None when there is none."""
        plain = path.strip("/")
        if "\0" in path or "\\" in path or any(part.startswith(".") for part in plain.split("/")):
            return None
        candidates = (
            [f"{plain}/index.html" if plain else "index.html"] if path.endswith("/") else [plain, f"{plain}.html"]
        )
        for candidate in candidates:
            found = (self._folder / candidate).resolve()
            if found.is_relative_to(self._folder) and found.suffix in SHOWN and found.is_file():
                return found
        return None

    def _kept(self, found: Path) -> str:
        return FOR_EVER if found.is_relative_to(self._folder / "assets") else FOR_A_WHILE

    def _to_our_address(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        query = f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else ""
        path = environ.get("PATH_INFO", "/").encode("latin-1")
        location = f"{self._base_url}/{quote(path.lstrip(b'/'))}{query}"
        start("307 Temporary Redirect", [("Location", location), ("Content-Length", "0")])
        return [b""]


def _is_localhost(environ: dict[str, Any]) -> bool:
    """Asked for by this machine's other name."""
    return str(environ.get("HTTP_HOST", "")).partition(":")[0] == "localhost"


def _answer(found: Path, environ: dict[str, Any], start: Start, more: list[tuple[str, str]]) -> Iterable[bytes]:
    content = found.read_bytes()
    kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    if kind.startswith("text/") or found.suffix in (".js", ".svg"):
        kind += "; charset=utf-8"
    headers = [
        ("Content-Type", kind),
        ("Content-Length", str(len(content))),
        ("Content-Security-Policy", POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"),
        *more,
    ]
    start("200 OK", headers)
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else content]
