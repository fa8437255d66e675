"""The public pages: up to date, well formed, linked, without script, the same in both languages."""

import re
from html.parser import HTMLParser

import pytest
from werkzeug.test import Client

from aldia import assets, site
from aldia.settings import Settings
from infra.local.site import Site

WEB = assets.ROOT / "web"
VOID = set("area base br col embed hr img input link meta source track wbr".split())
DRAWING = {"path", "circle", "rect"}
SERVED_BY_THE_APPLICATION = {"/registro", "/entrar", "/comprobar"}  # where the forms go
PAGE_IDS = [page.file for page in site.PAGES]

every_page = pytest.mark.parametrize("page", site.PAGES, ids=PAGE_IDS)


class Reader(HTMLParser):
    """Collects tags and complains about those that do not close in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.faults, self.tags, self.words = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> says an attribute twice")
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in DRAWING | VOID:
            self.faults.append(f"<{tag}/> does not close itself in HTML")

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")

    def handle_data(self, data):
        self.words.append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def read(page):
    return Reader((WEB / page.file).read_text("utf-8"))


def test_the_committed_pages_are_what_the_templates_say():
    for name, text in site.render(Settings()).items():
        path = WEB / name
        assert path.is_file(), f"{name} is missing: python -m aldia.site"
        assert path.read_text("utf-8") == text, f"{name} is old: python -m aldia.site"
    assert len(list((WEB / "assets").glob("app-*.css"))) == 1


@every_page
def test_a_page_is_well_formed(page):
    text = (WEB / page.file).read_text("utf-8")
    reader = Reader(text)
    assert text.startswith("<!doctype html>")
    assert reader.faults == []
    assert reader.open == []
    ids = [attrs["id"] for _, attrs in reader.tags if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_the_reader_finds_what_is_not_well_formed():
    assert Reader("<p><b></p></b>").faults
    assert Reader("<p><div/></p>").faults
    assert Reader("<p>").open == ["p"]


@every_page
def test_a_page_says_its_language_and_what_it_is(page):
    reader = read(page)
    assert reader.all("html") == [{"lang": page.language}]
    assert len(reader.all("h1")) == 1
    assert len(reader.all("title")) == 1
    (about,) = [meta["content"] for meta in reader.all("meta") if meta.get("name") == "description"]
    assert 20 <= len(about) <= 160


@every_page
def test_a_page_holds_neither_script_nor_inline_style_nor_anything_from_elsewhere(page):
    for tag, attrs in read(page).tags:
        assert tag not in ("script", "style", "iframe", "object", "embed", "base"), tag
        assert not [name for name in attrs if name == "style" or name.startswith(("on", "hx-"))], attrs
        for name in ("src", "href", "action"):
            target = attrs.get(name, "/")
            assert target.startswith(("/", "#", "mailto:")), target
            assert not target.startswith("//"), target


@every_page
def test_every_link_leads_somewhere(page):
    for tag, attrs in read(page).tags:
        target = attrs.get("href") or attrs.get("action") or ""
        path, _, anchor = target.partition("#")
        if not target or target.startswith("mailto:"):
            continue
        if tag == "form":
            assert path in SERVED_BY_THE_APPLICATION
        elif path.startswith("/assets/"):
            assert (WEB / path.lstrip("/")).is_file(), path
        else:
            there = site.BY_URL[path] if path else page
            if anchor:
                assert any(a.get("id") == anchor for _, a in read(there).tags), target


@every_page
def test_a_page_and_its_twin_point_at_each_other(page):
    twin = site.BY_URL[page.twin]
    assert twin.twin == page.url
    assert twin.language != page.language
    assert [a["href"] for a in read(page).all("a") if a.get("hreflang")] == [twin.url]


@every_page
def test_a_page_and_its_twin_have_the_same_shape(page):
    def shape(one):
        return [
            tag
            for tag, _ in read(one).tags
            if tag in ("h1", "h2", "h3", "section", "form", "input", "li", "dt", "details")
        ]

    assert shape(page) == shape(site.BY_URL[page.twin])


@every_page
def test_no_page_says_an_unkind_word(page):
    words = " ".join(read(page).words).lower()
    assert not re.search(r"moros[oa]|deadbeat|delinquent|lorem|todo:", words)


@pytest.mark.parametrize("url", ["/registro", "/entrar", "/en/sign-up", "/en/sign-in"])
def test_the_forms_ask_for_the_address_and_say_their_language(url):
    reader = read(site.BY_URL[url])
    (form,) = reader.all("form")
    fields = {attrs["name"]: attrs for attrs in reader.all("input")}
    assert form["method"] == "post"
    assert fields["language"]["value"] == site.BY_URL[url].language
    assert fields["email"]["type"] == "email"
    assert ("website" in fields) == (form["action"] == "/registro")


def test_the_contact_comes_from_the_settings():
    set_up = site.render(Settings(mail_operator="ayuda@ejemplo.test", base_url="https://aldia.test"))
    assert 'href="mailto:ayuda@ejemplo.test"' in set_up["privacidad.html"]
    assert 'hreflang="en" href="https://aldia.test/en/privacy"' in set_up["privacidad.html"]
    assert "mailto:" not in site.render(Settings())["privacidad.html"]


def test_writing_takes_the_old_style_sheet_away(tmp_path):
    old = tmp_path / "assets" / "app-00000000.css"
    old.parent.mkdir()
    old.write_text("old")
    site.write(tmp_path, Settings())
    assert [path.name for path in old.parent.iterdir()] == [assets.app_style_name()]
    assert {page.file for page in site.PAGES} <= {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.html")}


def test_behind_tls_a_static_page_asks_browsers_to_stay_there():
    for base_url, asked in (("https://aldia.example", True), ("http://127.0.0.1:8000", False)):
        answer = Client(Site(WEB, base_url, lambda _environ, _start: [])).get("/", base_url=base_url)
        assert ("Strict-Transport-Security" in answer.headers) is asked
