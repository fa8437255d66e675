"""The public pages: `python -m aldia.site [FOLDER]` writes them from `templates/site` (default: web/).

They are the same for everybody and need no script. The installation's own contact and address come
from its settings, so a deployment renders them again; the committed ones show the defaults.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from aldia import assets
from aldia.settings import Settings, read_settings


@dataclass(frozen=True, slots=True)
class Page:
    """One public page: its address, its file below web/ and the same page in the other language."""

    url: str
    file: str
    language: str
    template: str
    twin: str


def _pages() -> tuple[Page, ...]:
    names = (
        ("/", "index.html", "/en/", "en/index.html", "index"),
        ("/ayuda", "ayuda.html", "/en/help", "en/help.html", "help"),
        ("/privacidad", "privacidad.html", "/en/privacy", "en/privacy.html", "privacy"),
        ("/condiciones", "condiciones.html", "/en/terms", "en/terms.html", "terms"),
        ("/registro", "registro.html", "/en/sign-up", "en/sign-up.html", "sign_up"),
        ("/entrar", "entrar.html", "/en/sign-in", "en/sign-in.html", "sign_in"),
        ("/comprobar", "comprobar.html", "/en/check", "en/check.html", "check"),
        ("/404", "404.html", "/en/404", "en/404.html", "not_found"),
        ("/fallo", "fallo.html", "/en/failed", "en/failed.html", "broken"),
    )
    pages = []
    for es_url, es_file, en_url, en_file, name in names:
        pages.append(Page(es_url, es_file, "es", f"site/es/{name}.html", en_url))
        pages.append(Page(en_url, en_file, "en", f"site/en/{name}.html", es_url))
    return tuple(pages)


PAGES = _pages()
BY_URL = {page.url: page for page in PAGES}


def render(settings: Settings) -> dict[str, str]:
    """Every public file by its path below web/, as text."""
    environment = Environment(
        loader=FileSystemLoader(assets.TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    files = {page.file: _page(environment, page, settings) for page in PAGES}
    return files | {f"assets/{assets.app_style_name()}": assets.app_style()}


def write(folder: Path, settings: Settings) -> list[Path]:
    """Write the public files into a folder; an older style sheet of ours is taken away."""
    for old in (folder / "assets").glob("app-*.css"):
        old.unlink()
    written = []
    for name, text in render(settings).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def _page(environment: Environment, page: Page, settings: Settings) -> str:
    return environment.get_template(page.template).render(
        page=page,
        lang=page.language,
        link={
            by.template.removesuffix(".html").rpartition("/")[2]: by.url for by in PAGES if by.language == page.language
        },
        asset=assets.asset,
        colours=assets.colours(),
        contact=settings.mail_operator,
        has_contact=not settings.mail_operator.endswith(".example"),
        origin=settings.base_url if settings.is_https else "",
    )


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else assets.ROOT / "web"
    sys.stdout.write(f"{len(write(target, read_settings()))} files in {target}\n")
