"""Is it there? A static page, pages of the application and the styles they link, through the public address."""

import re
import urllib.error
import urllib.request
from collections.abc import Callable

TIMEOUT_S = 30

# (path, status, what the page must say, a header that must be there)
LOOKS = (
    ("/", 200, "Al Día", "Content-Security-Policy"),
    ("/entrar/codigo", 200, "<form", "Content-Security-Policy"),
    ("/p/not-a-link-of-anybody", 404, "<html", "Content-Security-Policy"),
)
STYLE = re.compile(r'href="(/assets/[^"]+\.css)"')
Fetch = Callable[[str], tuple[int, str, dict[str, str]]]


def fetch_from(base: str, headers: dict[str, str] | None = None) -> Fetch:
    """A way to read pages below an address."""

    def fetch(path: str) -> tuple[int, str, dict[str, str]]:
        request = urllib.request.Request(base + path, headers=headers or {})  # noqa: S310  our own address
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
                return answer.status, answer.read().decode("utf-8", "replace"), dict(answer.headers)
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode("utf-8", "replace"), dict(error.headers)

    return fetch


def troubles(fetch: Fetch, looks: tuple[tuple[str, int, str, str], ...] = LOOKS) -> list[str]:
    """What is not as it should be, a sentence each; empty when all is well."""
    found: list[str] = []
    styles: dict[str, None] = {}
    for path, status, says, header in looks:
        try:
            got, text, headers = fetch(path)
        except OSError as error:
            found.append(f"{path} does not answer ({error}).")
            continue
        if got != status:
            found.append(f"{path} answers {got}, not {status}.")
        elif says not in text:
            found.append(f"{path} does not say {says!r}.")
        elif header.lower() not in {name.lower() for name in headers}:
            found.append(f"{path} has no {header}.")
        styles |= dict.fromkeys(STYLE.findall(text))
    if not styles and not found:
        found.append("No page links a style sheet.")
    return found + [sentence for path in styles for sentence in _style_troubles(fetch, path)]


def _style_troubles(fetch: Fetch, path: str) -> list[str]:
    try:
        got, _text, headers = fetch(path)
    except OSError as error:
        return [f"{path} does not answer ({error})."]
    kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    return (
        [] if got == 200 and kind.startswith("text/css") else [f"{path} answers {got} as {kind!r}, not a style sheet."]
    )
