"""What packaging makes ready says what the sources say, whole, and without a trace of this machine."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import DictLoader, Environment, TemplateSyntaxError

from aldia import assets
from aldia import ready as carried
from aldia.i18n import catalog
from aldia.mail import render as letters
from aldia.pages import render as pages
from infra.aws import ready


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    ready.make(folder)
    return folder


def only_made(made, purpose, environment):
    """The environment, with compiled templates and no sources behind them."""
    return environment.overlay(loader=carried.templates(purpose, DictLoader({}), made=made))


def pages_environment():
    app = Flask("aldia", template_folder=str(assets.TEMPLATES), static_folder=None)
    pages.set_up(app)
    return app.jinja_env


def names(folder, ending):
    """The templates below a folder that our own code asks for by name."""
    found = (path.relative_to(folder).as_posix() for path in Path(folder).rglob(f"*{ending}"))
    return [name for name in found if not name.startswith(ready.NO_PAGES)]


def test_every_template_of_a_page_and_of_a_letter_is_there(made):
    pairs = (
        ("pages", pages_environment(), names(assets.TEMPLATES, ".html")),
        ("pages", pages_environment(), names(assets.TEMPLATES, ".svg")),
        ("letters", letters.texts(letters.TEMPLATES), names(letters.TEMPLATES, ".txt")),
        ("letter_pages", letters.pages(letters.TEMPLATES), names(letters.TEMPLATES, ".html")),
    )
    for purpose, environment, wanted in pairs:
        alone = only_made(made, purpose, environment)
        assert wanted
        assert [alone.get_template(name).name for name in wanted] == wanted


def test_a_letter_made_ready_has_the_same_words(made):
    layout = {"lang": "es", "subject": "<Hola>", "sender": "Ana & Co", "body": [], "footer": []}
    whole = letters.pages(letters.TEMPLATES)
    alone = only_made(made, "letter_pages", whole)
    assert alone.get_template("layout.html").render(layout) == whole.get_template("layout.html").render(layout)
    assert "&lt;Hola&gt;" in alone.get_template("layout.html").render(layout)


def test_every_sentence_is_there_in_both_languages(made):
    for language in catalog.LANGUAGES:
        assert carried.sentences(language, made) == catalog.by_area(language)
        assert len(carried.sentences(language, made)) > 20


def test_where_nothing_is_ready_made_the_sources_are_read(tmp_path):
    sources = DictLoader({"a.html": "from the source"})
    assert carried.templates("pages", sources, made=tmp_path) is sources
    assert carried.sentences("es", tmp_path) == {}


def test_the_same_sources_give_the_same_bytes_and_no_path_of_this_machine(made, tmp_path):
    again = tmp_path / "again"
    subprocess.run([sys.executable, "-m", "infra.aws.ready", str(again)], cwd=assets.ROOT, check=True, timeout=60)
    files = sorted(path.relative_to(made) for path in made.rglob("*") if path.is_file() and path.suffix != ".pyc")
    assert files == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    for name in files:
        content = (made / name).read_bytes()
        assert content == (again / name).read_bytes(), name
        assert str(assets.ROOT).encode() not in content
    assert json.loads((again / "es.json").read_text("utf-8"))["today"]


def test_a_template_that_is_wrong_is_no_package(tmp_path):
    environment = Environment(loader=DictLoader({"a.html": "{% if %}"}), autoescape=True)
    with pytest.raises(TemplateSyntaxError):
        ready.compiled(environment, tmp_path, lambda _name: True)


def test_applications_of_one_process_compile_a_template_once_and_a_changed_one_anew():
    shared = carried.Compiled()
    sources = {"a.html": "one"}
    first, second = (Environment(loader=DictLoader(sources), bytecode_cache=shared, autoescape=True) for _ in range(2))
    compiled = []
    for environment in (first, second):
        environment.compile = lambda *args, _was=environment.compile, **more: compiled.append(1) or _was(*args, **more)
    assert [first.get_template("a.html").render(), second.get_template("a.html").render()] == ["one", "one"]
    assert len(compiled) == 1
    sources["a.html"] = "two"
    assert second.get_template("a.html").render() == "two"
