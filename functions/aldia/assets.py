"""The style sheets and the names of the static files; every colour comes from `styles/tokens.css`."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

ROOT = next(  # the checkout, or the folder of a Lambda package, where `aldia` lies beside the templates
    folder for folder in Path(__file__).resolve().parents if (folder / "templates" / "pages").is_dir()
)
TEMPLATES = ROOT / "templates"
ASSETS = ROOT / "web" / "assets"
APP_PARTS = ("tokens", "base", "layout", "forms", "parts", "table", "letter", "site", "print")
FILES = {
    "htmx.js": "htmx-4.0.1.min.js",
    "htmx-guard.js": "htmx-guard-1.js",
    "copy.js": "copy-1.js",
    "favicon.svg": "favicon.svg",
    "logo.svg": "logo.svg",
}


def squeezed(css: str) -> str:
    """The same rules without comments, indentation and blank lines."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r" ?([{};,>]) ?", r"\1", css)
    return css.replace(": ", ":").replace(";}", "}").replace("}", "}\n").strip() + "\n"


def app_style() -> str:
    """The style sheet of the application and of the public pages."""
    return squeezed("\n".join(_read(f"styles/{part}.css") for part in APP_PARTS))


def app_style_name() -> str:
    """Its file name, which changes with its text: browsers may keep it for ever."""
    return f"app-{hashlib.sha256(app_style().encode()).hexdigest()[:8]}.css"


@cache
def pay_style() -> str:
    """The style of the client's page with the tokens that it uses, to stand inside <style>."""
    rules = _read("pay_style.css")
    return squeezed(_used_tokens(rules) + rules).replace("\n", "")


def style_source(style: str) -> str:
    """What a content security policy must list so that this inline style is allowed."""
    digest = hashlib.sha256(style.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def asset(name: str) -> str:
    """The address of a static file by its plain name; KeyError when there is none."""
    return "/assets/" + (app_style_name() if name == "app.css" else FILES[name])


def colours() -> dict[str, dict[str, str]]:
    """The colour tokens by scheme, "light" and "dark", as #rrggbb."""
    light, dark = _read("styles/tokens.css").split("@media", 1)
    found = {"light": light, "dark": dark}
    return {scheme: dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css)) for scheme, css in found.items()}


def _used_tokens(rules: str) -> str:
    used = set(re.findall(r"var\(--([\w-]+)\)", rules))
    return re.sub(
        r"\s*--([\w-]+):[^;]*;",
        lambda found: found[0] if found[1] in used else "",
        _read("styles/tokens.css"),
    )


def _read(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")
