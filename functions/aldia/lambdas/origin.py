"""The one door: CloudFront proves itself with a secret header; whoever finds the API's own address is turned away."""

import hmac
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from aldia.settings import Settings

Start = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], Start], Iterable[bytes]]
HEADER = "HTTP_X_ORIGIN_KEY"


class OneDoor:
    """A WSGI application in front of ours. Only hashes of the secret are known here, two while it is being changed."""

    def __init__(self, settings: Settings, behind: Wsgi) -> None:
        self._hashes, self._behind = settings.origin_key_hashes, behind
        self._host = urlsplit(settings.base_url).netloc

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """The application's answer, under our own name whatever host the API was called by; or 403."""
        given = sha256(environ.pop(HEADER, "").encode("latin-1")).hexdigest()
        if not any(hmac.compare_digest(given, known) for known in self._hashes):
            start("403 Forbidden", [("Content-Type", "text/plain"), ("Cache-Control", "no-store")])
            return [b"Forbidden"]
        environ["HTTP_HOST"] = self._host  # CloudFront answers for our domain only, and cannot pass its name on
        return self._behind(environ, start)
