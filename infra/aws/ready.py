"""Makes ready what `aldia.ready` reads: `python -m infra.aws.ready FOLDER`.

Every template becomes a Python module by Jinja's own compiler, in the environment that will render it; every language's
sentences become one JSON file. No path of this machine gets in, and the same sources give the same bytes.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from jinja2 import Environment

from aldia import ready
from aldia.i18n import catalog
from aldia.mail import render as letters
from aldia.pages import render as pages

FOLDER = ready.MADE.name
NO_PAGES = ("email/", "site/", "styles/")


def make(folder: Path) -> None:
    """Write everything below `folder`. TemplateSyntaxError when a template is wrong."""
    app = Flask("aldia", template_folder=str(pages.TEMPLATES), static_folder=None)
    pages.set_up(app)
    compiled(app.jinja_env, folder / "pages", lambda name: not name.startswith(NO_PAGES) and not name.endswith(".css"))
    compiled(letters.texts(letters.TEMPLATES), folder / "letters", lambda name: name.endswith(".txt"))
    compiled(letters.pages(letters.TEMPLATES), folder / "letter_pages", lambda name: name.endswith(".html"))
    for language in catalog.LANGUAGES:
        text = json.dumps(catalog.by_area(language), ensure_ascii=False, separators=(",", ":"))
        (folder / f"{language}.json").write_text(text, encoding="utf-8")


def compiled(environment: Environment, folder: Path, wanted: Callable[[str], bool]) -> None:
    """The wanted templates of one environment."""
    environment.compile_templates(
        folder, zip=None, filter_func=wanted, ignore_errors=False, log_function=lambda _: None
    )


if __name__ == "__main__":
    make(Path(sys.argv[1]))
